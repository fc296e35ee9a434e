//! Opening a database by its address, and bringing it up to date.

use super::{
    error::failed,
    writer::{Listeners, Writer},
};
use domain::stores::{StoreError, Stored};
use migrations::Migrator;
use sea_orm::{ConnectOptions, Database, DatabaseConnection, sqlx::sqlite};
use sea_orm_migration::MigratorTrait as _;
use std::{path::Path, sync::Arc, time::Duration};

/// Connections that read at the same time.
const READERS: u32 = 8;
/// How long a statement waits for another process to finish writing.
const BUSY: Duration = Duration::from_secs(10);

/// The address is not one this build can open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The scheme is neither SQLite's nor PostgreSQL's.
    #[error("a database is sqlite://PATH or postgres://…")]
    UnknownBackend,
    /// A database in memory would be another one for every connection.
    #[error("SQLite needs a file; use sqlite://PATH")]
    NotAFile,
}

enum Backend<'a> {
    Sqlite(&'a str),
    Postgres,
}

fn backend(url: &str) -> Result<Backend<'_>, AddressError> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Backend::Postgres);
    }
    let rest = url.strip_prefix("sqlite:").ok_or(AddressError::UnknownBackend)?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    if path.is_empty() || path.contains(":memory:") {
        return Err(AddressError::NotAFile);
    }
    Ok(Backend::Sqlite(path))
}

/// Opens what reads and what writes.
pub async fn open(url: &str, listeners: Arc<Listeners>) -> Stored<(DatabaseConnection, Writer)> {
    match backend(url).map_err(StoreError::unavailable)? {
        Backend::Sqlite(path) => {
            create_private(Path::new(path)).map_err(StoreError::unavailable)?;
            let writing = connect_sqlite(path, 1, false).await?;
            let reading = connect_sqlite(path, READERS, true).await?;
            Ok((reading, Writer::queue(writing, listeners)))
        }
        Backend::Postgres => {
            let pool = connect_postgres(url).await?;
            Ok((pool.clone(), Writer::Pool(pool, listeners)))
        }
    }
}

/// Applies the migrations that are missing.
pub async fn migrate(url: &str) -> Stored<()> {
    let connection = connect_once(url).await?;
    let applied = Migrator::up(&connection, None).await.map_err(failed);
    connection.close().await.map_err(failed)?;
    applied
}

/// How many migrations are missing.
pub async fn pending_migrations(url: &str) -> Stored<usize> {
    let connection = connect_once(url).await?;
    let pending = Migrator::get_pending_migrations(&connection)
        .await
        .map_err(failed);
    connection.close().await.map_err(failed)?;
    Ok(pending?.len())
}

async fn connect_once(url: &str) -> Stored<DatabaseConnection> {
    match backend(url).map_err(StoreError::unavailable)? {
        Backend::Sqlite(path) => {
            create_private(Path::new(path)).map_err(StoreError::unavailable)?;
            connect_sqlite(path, 1, false).await
        }
        Backend::Postgres => connect_postgres(url).await,
    }
}

async fn connect_postgres(url: &str) -> Stored<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).acquire_timeout(BUSY);
    Database::connect(options).await.map_err(failed)
}

async fn connect_sqlite(path: &str, connections: u32, read_only: bool) -> Stored<DatabaseConnection> {
    let file = path.to_owned();
    // The path is given to the driver as it is, so that no character of it is taken for a parameter.
    let mut options = ConnectOptions::new("sqlite:");
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(BUSY)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| {
            options
                .filename(&file)
                .in_memory(false)
                .shared_cache(false)
                .create_if_missing(false)
                .journal_mode(sqlite::SqliteJournalMode::Wal)
                .synchronous(sqlite::SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(BUSY)
                .pragma("query_only", if read_only { "ON" } else { "OFF" })
        });
    Database::connect(options).await.map_err(failed)
}

/// Creates the file, readable by its owner only; SQLite gives its companions the same rights.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}
