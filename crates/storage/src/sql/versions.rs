//! Which migrations a database has, without changing it.

use super::catalogue::{JOURNAL, has_table};
use migrations::Migrator;
use sea_orm::{ConnectionTrait, DbErr, Statement};
use sea_orm_migration::MigratorTrait as _;

/// How a database's schema stands to this build's.
#[derive(Debug)]
pub struct Versions {
    /// The latest migration that was applied.
    pub latest: Option<String>,
    /// How many of this build's are missing.
    pub pending: usize,
    /// Whether it has some that this build does not know.
    pub newer: bool,
}

/// Reads the journal of migrations; a database without one has none.
pub async fn read(connection: &impl ConnectionTrait) -> Result<Versions, DbErr> {
    let known: Vec<String> = Migrator::migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect();
    let applied = applied(connection).await?;
    Ok(Versions {
        latest: applied.iter().max().cloned(),
        pending: known.iter().filter(|name| !applied.contains(name)).count(),
        newer: applied.iter().any(|name| !known.contains(name)),
    })
}

async fn applied(connection: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    if !has_table(connection, JOURNAL).await? {
        return Ok(Vec::new());
    }
    let backend = connection.get_database_backend();
    let rows = Statement::from_string(backend, "SELECT version FROM seaql_migrations");
    let rows = connection.query_all_raw(rows).await?;
    rows.iter().map(|row| row.try_get_by("version")).collect()
}
