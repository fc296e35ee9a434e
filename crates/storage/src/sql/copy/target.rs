//! The database that is filled: it must be empty or a part of the same source, and in the end counts on.

use super::{
    super::{
        catalogue::{self, Table},
        versions,
    },
    CopyError, own,
    progress::{self, Progress},
};
use migrations::Migrator;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait as _};
use sea_orm_migration::MigratorTrait as _;

/// Refuses to work with a database into which a copy is not finished.
pub async fn refuse_unfinished(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    if catalogue::has_table(connection, progress::TABLE).await? {
        let told = "the database is a partly finished copy of another; `signet copy` finishes it";
        return Err(DbErr::Custom(told.to_owned()));
    }
    Ok(())
}

/// Brings the target to this build's schema, and refuses one that holds anything but a part of this source.
pub async fn prepare(
    source: &DatabaseConnection,
    target: &DatabaseConnection,
    tables: &[Table],
    restart: bool,
) -> Result<Progress, CopyError> {
    if versions::read(target).await?.newer {
        return Err(CopyError::Newer("target"));
    }
    let name = source_name(source).await?;
    let begun = Progress::find(target, &name).await?;
    let begun = match begun {
        None => {
            refuse_rows(target, &own(catalogue::tables(target).await?)).await?;
            None
        }
        Some(_) if restart => {
            empty(target, tables).await?;
            None
        }
        Some(None) => return Err(CopyError::OtherSource),
        Some(Some(progress)) => Some(progress),
    };
    Migrator::up(target, None).await?;
    alike(tables, &own(catalogue::tables(target).await?))?;
    match begun {
        Some(progress) => Ok(progress),
        None => Ok(Progress::begin(target, name).await?),
    }
}

/// What tells one deployment's database from another's: the id of its first realm.
async fn source_name(source: &DatabaseConnection) -> Result<String, DbErr> {
    let backend = source.get_database_backend();
    let first = "SELECT id FROM realm ORDER BY created_at, id LIMIT 1";
    let row = source
        .query_one_raw(Statement::from_string(backend, first))
        .await?;
    match row {
        Some(row) => Ok(row.try_get_by::<uuid::Uuid, _>("id")?.to_string()),
        None => Ok("empty".to_owned()),
    }
}

async fn refuse_rows(target: &DatabaseConnection, tables: &[Table]) -> Result<(), CopyError> {
    for table in tables {
        let any = format!(
            "SELECT 1 AS found FROM {} LIMIT 1",
            catalogue::quoted(&table.name)
        );
        let any = Statement::from_string(target.get_database_backend(), any);
        if target.query_one_raw(any).await?.is_some() {
            return Err(CopyError::NotEmpty(table.name.clone()));
        }
    }
    Ok(())
}

async fn empty(target: &DatabaseConnection, tables: &[Table]) -> Result<(), DbErr> {
    let tx = target.begin().await?;
    for table in tables.iter().rev() {
        if catalogue::has_table(&tx, &table.name).await? {
            let all = format!("DELETE FROM {}", catalogue::quoted(&table.name));
            tx.execute_unprepared(&all).await?;
        }
    }
    progress::drop_table(&tx).await?;
    tx.commit().await
}

fn alike(ours: &[Table], theirs: &[Table]) -> Result<(), CopyError> {
    let shape = |table: &Table| {
        let columns = table.columns.iter();
        let columns: Vec<_> = columns.map(|column| (column.name.clone(), column.kind)).collect();
        (columns, table.key.clone())
    };
    let same = |one: &Table, others: &[Table]| {
        let other = others.iter().find(|other| other.name == one.name);
        other.is_some_and(|other| shape(other) == shape(one))
    };
    let odd = ours.iter().find(|table| !same(table, theirs));
    match odd.or_else(|| theirs.iter().find(|table| !same(table, ours))) {
        Some(table) => Err(CopyError::SchemaDiffers(table.name.clone())),
        None => Ok(()),
    }
}

/// Lets PostgreSQL count on from the highest number carried; SQLite does so by itself.
pub async fn count_on(target: &DatabaseConnection, tables: &[Table]) -> Result<(), CopyError> {
    if target.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for table in catalogue::tables(target).await? {
        if !tables.iter().any(|carried| carried.name == table.name) {
            continue;
        }
        for column in table.columns.iter().filter(|column| column.counted) {
            let (quoted, name) = (catalogue::quoted(&table.name), catalogue::quoted(&column.name));
            let sql = format!(
                "SELECT setval(pg_get_serial_sequence($1, $2), COALESCE(MAX({name}), 1), \
                 MAX({name}) IS NOT NULL) FROM {quoted}"
            );
            let values = [quoted.into(), column.name.clone().into()];
            let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
            target.query_one_raw(statement).await?;
        }
    }
    target.execute_unprepared("ANALYZE").await?;
    Ok(())
}
