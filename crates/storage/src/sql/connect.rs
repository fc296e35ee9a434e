//! Opening a database by its address. An address may hold a password: it is never part of an error, nor given
//! to what might log it.

use super::{
    dialect,
    error::failed,
    writer::{Listeners, Writer},
};
use domain::stores::{StoreError, Stored};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, SqlxPostgresConnector,
    sqlx::{
        ConnectOptions as _, Connection as _, Executor as _,
        postgres::{PgConnectOptions, PgPoolOptions},
        sqlite,
    },
};
use std::{path::Path, sync::Arc, time::Duration};

/// Connections to PostgreSQL that one process has at most, for reading and writing together.
pub const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a caller waits for a connection to PostgreSQL, a new one included: whoever waits is better told
/// to come back than kept.
const ACQUIRE: Duration = Duration::from_secs(3);
/// A connection that was idle for so long is asked whether it still stands before it is used. No server
/// restarts more quickly, so that none from before is used after; and under load nobody is asked.
const IDLE: Duration = Duration::from_millis(100);

/// Connections that read at the same time.
const READERS: u32 = 8;
/// What the connection to SQLite that writes, and each that reads, may keep of the file in memory: KiB, as a negative
/// number.
const CACHE: [&str; 2] = ["-8192", "-2048"];
/// The pages its log takes before they are copied into the file: 16 MiB. A page that is written often is then copied
/// seldom.
const CHECKPOINT: &str = "4000";
/// Rows of SQLite that wait to be read: a page's list whole, so that the thread that finds them and the one that reads
/// them need not wake each other in turns.
const ROWS: usize = 256;
/// How long a statement waits for another process to finish writing.
const BUSY: Duration = Duration::from_secs(10);
/// Who gives a new file its write-ahead log refuses others at once, without their waiting: they try again so often.
const TRIES: u32 = 100;
/// How long after.
const PAUSE: Duration = Duration::from_millis(50);

/// The address is not one this build can open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The scheme is neither SQLite's nor PostgreSQL's.
    #[error("a database is sqlite://PATH or postgres://…")]
    UnknownBackend,
    /// A database in memory would be another one for every connection.
    #[error("SQLite needs a file; use sqlite://PATH")]
    NotAFile,
    /// It is meant for PostgreSQL and cannot be read.
    #[error("this is no address of a PostgreSQL database; use postgres://USER:PASSWORD@HOST:PORT/DATABASE")]
    Unreadable,
}

enum Backend<'a> {
    Sqlite(&'a str),
    Postgres(Box<PgConnectOptions>),
}

/// Whether `url` can be the address of a database, without looking for it.
pub fn check_address(url: &str) -> Result<(), AddressError> {
    backend(url).map(drop)
}

fn backend(url: &str) -> Result<Backend<'_>, AddressError> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let options: PgConnectOptions = url.parse().map_err(|_| AddressError::Unreadable)?;
        return Ok(Backend::Postgres(Box::new(options)));
    }
    let rest = url.strip_prefix("sqlite:").ok_or(AddressError::UnknownBackend)?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    if path.is_empty() || path.contains(":memory:") {
        return Err(AddressError::NotAFile);
    }
    Ok(Backend::Sqlite(path))
}

/// Opens what reads, what writes, and the writer that works on it.
pub async fn open(
    url: &str,
    listeners: Arc<Listeners>,
) -> Stored<(DatabaseConnection, DatabaseConnection, Writer)> {
    match backend(url).map_err(StoreError::unavailable)? {
        Backend::Sqlite(path) => {
            create_private(Path::new(path)).map_err(StoreError::unavailable)?;
            let writing = connect_sqlite(path, 1, false).await?;
            let reading = connect_sqlite(path, READERS, true).await?;
            Ok((reading, writing.clone(), Writer::queue(writing, listeners)))
        }
        Backend::Postgres(options) => {
            let pool = connect_postgres(*options, POSTGRES_CONNECTIONS).await?;
            Ok((pool.clone(), pool.clone(), Writer::pool(pool, listeners)))
        }
    }
}

/// The file of a SQLite database.
pub fn sqlite_path(url: &str) -> Option<&Path> {
    match backend(url) {
        Ok(Backend::Sqlite(path)) => Some(Path::new(path)),
        Ok(Backend::Postgres(_)) | Err(_) => None,
    }
}

/// Opens a single connection that writes.
pub async fn connect_once(url: &str) -> Stored<DatabaseConnection> {
    match backend(url).map_err(StoreError::unavailable)? {
        Backend::Sqlite(path) => {
            create_private(Path::new(path)).map_err(StoreError::unavailable)?;
            connect_sqlite(path, 1, false).await
        }
        Backend::Postgres(options) => connect_postgres(*options, 1).await,
    }
}

async fn connect_postgres(options: PgConnectOptions, connections: u32) -> Stored<DatabaseConnection> {
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .before_acquire(|connection, usage| {
            Box::pin(async move {
                if usage.idle_for >= IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(|connection, _| {
            Box::pin(async move { connection.execute(dialect::SESSION).await.map(drop) })
        })
        .connect_with(options.disable_statement_logging().application_name("signet"))
        .await
        .map_err(StoreError::unavailable)?;
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

async fn connect_sqlite(path: &str, connections: u32, read_only: bool) -> Stored<DatabaseConnection> {
    let file = path.to_owned();
    let [to_write, to_read] = CACHE;
    let cache = if read_only { to_read } else { to_write };
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
                .row_buffer_size(ROWS)
                .pragma("cache_size", cache)
                .pragma("wal_autocheckpoint", CHECKPOINT)
                .pragma("query_only", if read_only { "ON" } else { "OFF" })
        });
    let mut tries = 1;
    loop {
        match Database::connect(options.clone()).await {
            Err(error) if dialect::is_busy(&error) && tries < TRIES => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            connected => return connected.map_err(failed),
        }
    }
}

/// Creates the file, readable by its owner only; SQLite gives its companions the same rights.
pub fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}
