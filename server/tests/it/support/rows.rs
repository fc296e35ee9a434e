//! What a database holds, read by somebody who is no part of the product.

pub mod whose;

use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, QueryResult, Statement,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

pub struct Rows(DatabaseConnection);

/// A refresh token as it is stored.
#[derive(Debug)]
pub struct StoredToken {
    pub family: Uuid,
    pub successor: Option<Vec<u8>>,
}

impl Rows {
    pub async fn of(url: &str) -> Self {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        Self(Database::connect(options).await.unwrap())
    }

    /// The number of rows of `SELECT count(*) FROM {what}`.
    pub async fn count(&self, what: &str) -> i64 {
        let rows = self.select(&format!("SELECT count(*) FROM {what}")).await;
        rows[0].try_get_by_index(0).unwrap()
    }

    /// Refresh tokens by the digest of the token.
    pub async fn refresh_tokens(&self) -> HashMap<Vec<u8>, StoredToken> {
        let rows = self
            .select("SELECT digest, authorization_id, successor FROM refresh_token")
            .await;
        let read = |row: &QueryResult| {
            let stored = StoredToken {
                family: row.try_get_by_index(1).unwrap(),
                successor: row.try_get_by_index(2).unwrap(),
            };
            (row.try_get_by_index(0).unwrap(), stored)
        };
        rows.iter().map(read).collect()
    }

    /// Addresses, and how many accounts each has.
    pub async fn accounts(&self) -> BTreeMap<String, i64> {
        let rows = self
            .select("SELECT email, count(*) FROM app_user GROUP BY email")
            .await;
        let read = |row: &QueryResult| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap());
        rows.iter().map(read).collect()
    }

    /// The tables that say whose a row is.
    pub async fn tables_of_people(&self) -> Vec<String> {
        let sql = match self.0.get_database_backend() {
            DbBackend::Postgres => {
                "SELECT table_name::text FROM information_schema.columns \
                 WHERE column_name = 'user_id' AND table_schema = current_schema() ORDER BY 1"
            }
            _ => {
                "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) p \
                 WHERE m.type = 'table' AND p.name = 'user_id' ORDER BY 1"
            }
        };
        let rows = self.select(sql).await;
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// What a table holds of this person, a text for each row.
    pub async fn rows_of_person(&self, table: &str, user: Uuid) -> BTreeSet<String> {
        let backend = self.0.get_database_backend();
        let (whole, place) = match backend {
            DbBackend::Postgres => ("t::text".to_owned(), "$1"),
            _ => {
                let columns = "group_concat('quote(' || name || ')', ' || '','' || ')";
                let asked = format!("SELECT {columns} FROM pragma_table_info('{table}')");
                (self.select(&asked).await[0].try_get_by_index(0).unwrap(), "?")
            }
        };
        let sql = format!("SELECT {whole} FROM {table} t WHERE user_id = {place}");
        let asked = Statement::from_sql_and_values(backend, sql, [user.into()]);
        let rows = self.0.query_all_raw(asked).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    async fn tables(&self) -> Vec<String> {
        let sql = match self.0.get_database_backend() {
            DbBackend::Postgres => {
                "SELECT table_name::text FROM information_schema.tables \
                 WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
            }
            _ => "SELECT name FROM sqlite_schema WHERE type = 'table'",
        };
        let rows = self.select(sql).await;
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// How many rows each table has.
    pub async fn by_table(&self) -> BTreeMap<String, i64> {
        let mut counted = BTreeMap::new();
        for table in self.tables().await {
            let rows = self.count(&table).await;
            counted.insert(table, rows);
        }
        counted
    }

    /// Every value of every table that holds `needle`, as text or, of columns of bytes, as the bytes of a text or id.
    pub async fn holding(&self, needle: &str) -> Vec<String> {
        let (id, mut found) = (Uuid::try_parse(needle).ok(), Vec::new());
        for table in self.tables().await {
            for row in self.select(&format!("SELECT * FROM {table}")).await {
                for column in row.column_names() {
                    let text: Option<String> = row.try_get("", &column).ok();
                    let bytes: Option<Vec<u8>> = row.try_get("", &column).ok();
                    let read: Option<Uuid> = row.try_get("", &column).ok();
                    let bytes = bytes.or(text.map(String::into_bytes)).unwrap_or_default();
                    let has = |what: &[u8]| bytes.windows(what.len()).any(|part| part == what);
                    if has(needle.as_bytes()) || id.is_some_and(|id| read == Some(id) || has(id.as_bytes())) {
                        found.push(format!("{table}.{column}"));
                    }
                }
            }
        }
        found
    }

    /// The texts that a column of an account's rows holds.
    pub async fn texts_of_person(&self, column: &str, table: &str, user: Uuid) -> Vec<String> {
        let backend = self.0.get_database_backend();
        let place = match backend {
            DbBackend::Postgres => "$1",
            _ => "?",
        };
        let sql = format!("SELECT {column} AS value FROM {table} WHERE user_id = {place}");
        let asked = Statement::from_sql_and_values(backend, sql, [user.into()]);
        let rows = self.0.query_all_raw(asked).await.unwrap();
        let read = |row: &QueryResult| {
            let id: Result<Uuid, _> = row.try_get("", "value");
            id.map(|id| id.to_string())
                .or_else(|_| row.try_get("", "value"))
                .unwrap()
        };
        rows.iter().map(read).collect()
    }

    /// The cells of an account's rows: texts, numbers and ids as they are written.
    pub async fn cells_of_person(
        &self,
        columns: &[&str],
        table: &str,
        user: Uuid,
    ) -> Vec<Vec<Option<String>>> {
        let condition = &self.of_people().await[table];
        let sql = format!("SELECT {} FROM {table} WHERE {condition}", columns.join(", "));
        let asked = Statement::from_sql_and_values(self.0.get_database_backend(), sql, [user.into()]);
        let rows = self.0.query_all_raw(asked).await.unwrap();
        let read = |row: &QueryResult, column: &&str| -> Option<String> {
            let text: Result<Option<String>, _> = row.try_get("", column);
            if let Ok(text) = text {
                return text;
            }
            let number: Result<Option<i64>, _> = row.try_get("", column);
            if let Ok(number) = number {
                return number.map(|number| number.to_string());
            }
            let id: Option<Uuid> = row.try_get("", column).unwrap();
            id.map(|id| id.to_string())
        };
        let cells = |row: &QueryResult| columns.iter().map(|column| read(row, column)).collect();
        rows.iter().map(cells).collect()
    }

    /// Leaves an account without a password.
    pub async fn drop_password(&self, user: Uuid) {
        let backend = self.0.get_database_backend();
        let place = match backend {
            DbBackend::Postgres => "$1",
            _ => "?",
        };
        let sql = format!("DELETE FROM user_password WHERE user_id = {place}");
        let dropped = Statement::from_sql_and_values(backend, sql, [user.into()]);
        assert_eq!(self.0.execute_raw(dropped).await.unwrap().rows_affected(), 1);
    }

    /// Clients that somebody allowed something.
    pub async fn consents(&self) -> Vec<String> {
        let rows = self.select("SELECT client_id FROM consent").await;
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    pub async fn close(self) {
        self.0.close().await.unwrap();
    }

    async fn select(&self, sql: &str) -> Vec<QueryResult> {
        let statement = Statement::from_string(self.0.get_database_backend(), sql);
        self.0.query_all_raw(statement).await.unwrap()
    }
}
