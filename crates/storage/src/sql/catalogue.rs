//! What tables a database has, as its own catalogue tells it: columns, keys, and which tables stand on which.
//!
//! Reads SQLite's and PostgreSQL's catalogues into one shape; the migration journal and SQLite's own tables are
//! left out.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// Where the migrations that were applied are kept.
pub const JOURNAL: &str = "seaql_migrations";

/// What a column holds, whichever database it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Bytes,
    Int,
    Bool,
    Uuid,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    /// Whether the database counts it up by itself.
    pub counted: bool,
}

/// A table: its columns in order of name, and those of its primary key in the key's order.
#[derive(Clone, Debug)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    pub key: Vec<usize>,
}

/// Why a catalogue cannot be worked with.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A table that this code does not know how to carry.
    #[error("the table {0} has a shape that is not known here")]
    Unknown(String),
    /// The database did not answer.
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

const SQLITE_COLUMNS: &str = "SELECT m.name AS table_name, p.name AS column_name, lower(p.type) AS kind, \
    p.pk AS key_place, 0 AS counted \
    FROM sqlite_schema m JOIN pragma_table_info(m.name) p \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'";
const SQLITE_PARENTS: &str = "SELECT m.name AS child, f.\"table\" AS parent \
    FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";
const POSTGRES_COLUMNS: &str = "SELECT c.relname::text AS table_name, a.attname::text AS column_name, \
    format_type(a.atttypid, NULL) AS kind, \
    COALESCE(array_position(i.indkey::smallint[], a.attnum) + 1, 0)::bigint AS key_place, \
    (pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname) IS NOT NULL)::int::bigint \
    AS counted \
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
    LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary \
    WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema()";
const POSTGRES_PARENTS: &str = "SELECT c.relname::text AS child, p.relname::text AS parent \
    FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class p ON p.oid = f.confrelid \
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE f.contype = 'f' AND n.nspname = current_schema()";

/// The tables of a database, every one after those it points at.
pub async fn tables(connection: &impl ConnectionTrait) -> Result<Vec<Table>, CatalogueError> {
    let (columns, parents) = match connection.get_database_backend() {
        DbBackend::Postgres => (POSTGRES_COLUMNS, POSTGRES_PARENTS),
        _ => (SQLITE_COLUMNS, SQLITE_PARENTS),
    };
    let tables = read_columns(connection, columns).await?;
    let mut waits: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in all(connection, parents).await? {
        let child: String = row.try_get_by("child")?;
        waits.entry(child).or_default().insert(row.try_get_by("parent")?);
    }
    parents_first(tables, &waits)
}

/// Whether the database has a table of this name.
pub async fn has_table(connection: &impl ConnectionTrait, name: &str) -> Result<bool, DbErr> {
    let sql = match connection.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT 1 AS found FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() AND c.relname = $1"
        }
        _ => "SELECT 1 AS found FROM sqlite_schema WHERE type = 'table' AND name = $1",
    };
    let asked = Statement::from_sql_and_values(connection.get_database_backend(), sql, [name.into()]);
    Ok(connection.query_one_raw(asked).await?.is_some())
}

/// A name as SQL has it.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

async fn all(connection: &impl ConnectionTrait, sql: &str) -> Result<Vec<sea_orm::QueryResult>, DbErr> {
    let backend = connection.get_database_backend();
    connection
        .query_all_raw(Statement::from_string(backend, sql))
        .await
}

async fn read_columns(
    connection: &impl ConnectionTrait,
    sql: &str,
) -> Result<BTreeMap<String, Table>, CatalogueError> {
    let mut found: BTreeMap<String, Vec<(Column, i64)>> = BTreeMap::new();
    for row in all(connection, sql).await? {
        let table: String = row.try_get_by("table_name")?;
        if table == JOURNAL {
            continue;
        }
        let kind: String = row.try_get_by("kind")?;
        let kind = kind_of(&kind).ok_or_else(|| CatalogueError::Unknown(table.clone()))?;
        let counted: i64 = row.try_get_by("counted")?;
        let column = Column {
            name: row.try_get_by("column_name")?,
            kind,
            counted: counted != 0,
        };
        let place = row.try_get_by("key_place")?;
        found.entry(table).or_default().push((column, place));
    }
    found
        .into_iter()
        .map(|(name, columns)| Ok((name.clone(), table(name, columns)?)))
        .collect()
}

fn table(name: String, mut columns: Vec<(Column, i64)>) -> Result<Table, CatalogueError> {
    columns.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
    let mut key: Vec<(i64, usize)> = columns
        .iter()
        .enumerate()
        .filter(|(_, (_, place))| *place > 0)
        .map(|(at, (_, place))| (*place, at))
        .collect();
    key.sort_unstable();
    if key.is_empty() {
        return Err(CatalogueError::Unknown(name));
    }
    Ok(Table {
        name,
        columns: columns.into_iter().map(|(column, _)| column).collect(),
        key: key.into_iter().map(|(_, at)| at).collect(),
    })
}

/// The kind of a column by the type its database names.
fn kind_of(declared: &str) -> Option<Kind> {
    let name = declared.split_once('(').map_or(declared, |(name, _)| name);
    match name {
        "uuid" | "uuid_text" => Some(Kind::Uuid),
        "bytea" | "blob" | "varbinary_blob" | "binary_blob" => Some(Kind::Bytes),
        "text" | "varchar" | "character varying" => Some(Kind::Text),
        "bigint" | "integer" | "smallint" | "int" => Some(Kind::Int),
        "boolean" => Some(Kind::Bool),
        _ => None,
    }
}

fn parents_first(
    mut tables: BTreeMap<String, Table>,
    waits: &BTreeMap<String, BTreeSet<String>>,
) -> Result<Vec<Table>, CatalogueError> {
    let mut ordered = Vec::with_capacity(tables.len());
    while let Some(first) = tables.keys().next().cloned() {
        let free = |name: &&String| {
            let parents = waits.get(*name);
            !parents.is_some_and(|parents| parents.iter().any(|parent| tables.contains_key(parent)))
        };
        let next = tables.keys().find(free).cloned();
        // Tables that point at each other have no order.
        let next = next.ok_or(CatalogueError::Unknown(first))?;
        ordered.extend(tables.remove(&next));
    }
    Ok(ordered)
}
