//! Rows of any table, read and written whatever they mean.

use super::super::catalogue::{Column, Kind, Table, quoted};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Rows of one batch at most.
const BATCH: u64 = 500;
/// Parameters of one statement; SQLite bounds them at 32766.
const PARAMETERS: u64 = 30_000;

/// One value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cell {
    Null,
    Text(String),
    Bytes(Vec<u8>),
    Int(i64),
    Bool(bool),
    Uuid(Uuid),
}

/// The values of a row, in the order of the table's columns.
pub type Row = Vec<Cell>;

/// How many rows of `table` are carried at once.
pub fn batch_size(table: &Table) -> u64 {
    BATCH.min(PARAMETERS / (table.columns.len() as u64).max(1))
}

/// The next rows of `table` in the order of its key, after the row with `key`.
pub async fn after(
    connection: &impl ConnectionTrait,
    table: &Table,
    key: Option<&[Cell]>,
) -> Result<Vec<Row>, DbErr> {
    let backend = connection.get_database_backend();
    let names = key_names(table);
    let mut values = Vec::new();
    let mut sql = select(table, backend);
    if let Some(key) = key {
        let marks = marks(1, key.len());
        sql.push_str(&format!(" WHERE ({}) > ({marks})", names.join(", ")));
        values.extend(
            key.iter()
                .zip(key_columns(table))
                .map(|(cell, column)| bound(cell.clone(), column.kind)),
        );
    }
    sql.push_str(&format!(
        " ORDER BY {} LIMIT {}",
        names.join(", "),
        batch_size(table)
    ));
    let rows = connection
        .query_all_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    rows.iter().map(|row| read(table, row)).collect()
}

/// The key of the last row.
pub fn last_key(table: &Table, rows: &[Row]) -> Option<Vec<Cell>> {
    let row = rows.last()?;
    table.key.iter().map(|at| row.get(*at).cloned()).collect()
}

/// Writes rows.
pub async fn insert(connection: &impl ConnectionTrait, table: &Table, rows: Vec<Row>) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let width = table.columns.len();
    let names: Vec<String> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    let tuples: Vec<String> = (0..rows.len())
        .map(|row| format!("({})", marks(row * width + 1, width)))
        .collect();
    let sql = format!(
        "INSERT INTO {} ({}) VALUES {}",
        quoted(&table.name),
        names.join(", "),
        tuples.join(", ")
    );
    let values: Vec<Value> = rows
        .into_iter()
        .flat_map(|row| row.into_iter().zip(&table.columns))
        .map(|(cell, column)| bound(cell, column.kind))
        .collect();
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    connection.execute_raw(statement).await?;
    Ok(())
}

/// `SELECT … FROM …` of every column.
pub fn select(table: &Table, backend: DbBackend) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            let name = quoted(&column.name);
            match (backend, column.kind) {
                // Narrower numbers are read as wide ones.
                (DbBackend::Postgres, Kind::Int) => format!("{name}::bigint AS {name}"),
                _ => name,
            }
        })
        .collect();
    format!("SELECT {} FROM {}", columns.join(", "), quoted(&table.name))
}

/// The columns of the key.
pub fn key_columns(table: &Table) -> impl Iterator<Item = &Column> {
    table.key.iter().filter_map(|at| table.columns.get(*at))
}

/// Reads a row of [`select`].
pub fn read(table: &Table, row: &QueryResult) -> Result<Row, DbErr> {
    table
        .columns
        .iter()
        .map(|column| {
            let name = column.name.as_str();
            let cell = match column.kind {
                Kind::Text => row.try_get_by::<Option<_>, _>(name)?.map(Cell::Text),
                Kind::Bytes => row.try_get_by::<Option<_>, _>(name)?.map(Cell::Bytes),
                Kind::Int => row.try_get_by::<Option<_>, _>(name)?.map(Cell::Int),
                Kind::Bool => row.try_get_by::<Option<_>, _>(name)?.map(Cell::Bool),
                Kind::Uuid => row.try_get_by::<Option<_>, _>(name)?.map(Cell::Uuid),
            };
            Ok(cell.unwrap_or(Cell::Null))
        })
        .collect()
}

fn key_names(table: &Table) -> Vec<String> {
    key_columns(table).map(|column| quoted(&column.name)).collect()
}

fn marks(first: usize, count: usize) -> String {
    let marks: Vec<String> = (first..first + count)
        .map(|number| format!("${number}"))
        .collect();
    marks.join(", ")
}

/// The value as a parameter; what is absent must still have the column's type.
fn bound(cell: Cell, kind: Kind) -> Value {
    match cell {
        Cell::Text(text) => text.into(),
        Cell::Bytes(bytes) => bytes.into(),
        Cell::Int(number) => number.into(),
        Cell::Bool(truth) => truth.into(),
        Cell::Uuid(uuid) => uuid.into(),
        Cell::Null => match kind {
            Kind::Text => None::<String>.into(),
            Kind::Bytes => None::<Vec<u8>>.into(),
            Kind::Int => None::<i64>.into(),
            Kind::Bool => None::<bool>.into(),
            Kind::Uuid => None::<Uuid>.into(),
        },
    }
}
