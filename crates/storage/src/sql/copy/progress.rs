//! How far a copy is, in a small table of the target that goes when the copy is whole.

use super::{
    super::catalogue::{Table, has_table},
    rows::Cell,
};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

/// The table's name.
pub const TABLE: &str = "signet_copy";

const CREATE: &str = "CREATE TABLE signet_copy (table_name varchar(128) PRIMARY KEY, source text NOT NULL, \
    place text, row_count bigint NOT NULL, finished bigint NOT NULL)";

/// The copy of one source into this target.
pub struct Progress {
    source: String,
}

/// How far one table is.
#[derive(Debug)]
pub struct Place {
    /// The key of the last row carried.
    pub key: Option<Vec<Cell>>,
    /// How many rows were carried.
    pub rows: u64,
    /// Whether that is all.
    pub finished: bool,
}

impl Progress {
    /// The copy that was begun here: `Some(None)` if it is one of another source.
    pub async fn find(target: &impl ConnectionTrait, source: &str) -> Result<Option<Option<Self>>, DbErr> {
        if !has_table(target, TABLE).await? {
            return Ok(None);
        }
        let sources = Statement::from_string(
            target.get_database_backend(),
            "SELECT DISTINCT source FROM signet_copy",
        );
        for row in target.query_all_raw(sources).await? {
            if row.try_get_by::<String, _>("source")? != source {
                return Ok(Some(None));
            }
        }
        Ok(Some(Some(Self {
            source: source.to_owned(),
        })))
    }

    /// Begins one.
    pub async fn begin(target: &impl ConnectionTrait, source: String) -> Result<Self, DbErr> {
        target.execute_unprepared(CREATE).await?;
        Ok(Self { source })
    }

    /// How far `table` is.
    pub async fn place(&self, target: &impl ConnectionTrait, table: &Table) -> Result<Place, DbErr> {
        let asked = "SELECT place, row_count, finished FROM signet_copy WHERE table_name = $1";
        let found = target
            .query_one_raw(self.statement(target, asked, [table.name.clone().into()]))
            .await?;
        let Some(row) = found else {
            return Ok(Place {
                key: None,
                rows: 0,
                finished: false,
            });
        };
        let key: Option<String> = row.try_get_by("place")?;
        let key = key.map(|text| serde_json::from_str(&text)).transpose();
        Ok(Place {
            key: key.map_err(|_| DbErr::Custom("the copy's place cannot be read".to_owned()))?,
            rows: row.try_get_by::<i64, _>("row_count")?.unsigned_abs(),
            finished: row.try_get_by::<i64, _>("finished")? != 0,
        })
    }

    /// Notes that `table` has come from one place to another; fails if it was somewhere else.
    pub async fn advance(
        &self,
        target: &impl ConnectionTrait,
        table: &Table,
        (before, after): (&Place, &Place),
    ) -> Result<(), DbErr> {
        let key = after.key.as_ref().map(serde_json::to_string).transpose();
        let key = key.map_err(|error| DbErr::Custom(error.to_string()))?;
        let count = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
        let sql = "INSERT INTO signet_copy (table_name, source, place, row_count, finished) \
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (table_name) DO UPDATE \
            SET place = excluded.place, row_count = excluded.row_count, finished = excluded.finished \
            WHERE signet_copy.row_count = $6 AND signet_copy.finished = 0";
        let values = [
            table.name.clone().into(),
            self.source.clone().into(),
            key.into(),
            count(after.rows).into(),
            i64::from(after.finished).into(),
            count(before.rows).into(),
        ];
        let noted = target.execute_raw(self.statement(target, sql, values)).await?;
        match noted.rows_affected() {
            0 => Err(DbErr::Custom("another copy is under way".to_owned())),
            _ => Ok(()),
        }
    }

    /// The copy is whole.
    pub async fn forget(self, target: &impl ConnectionTrait) -> Result<(), DbErr> {
        drop_table(target).await
    }

    fn statement<const N: usize>(
        &self,
        target: &impl ConnectionTrait,
        sql: &str,
        values: [Value; N],
    ) -> Statement {
        Statement::from_sql_and_values(target.get_database_backend(), sql, values)
    }
}

/// Drops the table.
pub async fn drop_table(target: &impl ConnectionTrait) -> Result<(), DbErr> {
    target
        .execute_unprepared("DROP TABLE IF EXISTS signet_copy")
        .await?;
    Ok(())
}
