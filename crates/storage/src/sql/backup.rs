//! A consistent copy of a SQLite database, made while others write, and ([`restore`]) its way back.
//!
//! The copy is one file that says when it was made and which master key it belongs to. The key itself is not
//! inside. PostgreSQL has tools of its own for this.

pub mod restore;
#[cfg(test)]
mod tests;

use super::{
    catalogue,
    connect::{connect_once, create_private, sqlite_path},
    in_use::{companion, share},
    versions,
};
use domain::{clock::Timestamp, secret::Digest, stores::StoreError};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// The table of a backup that holds its [`Stamp`].
pub const STAMP: &str = "signet_backup";

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When it was made.
    pub made_at: Timestamp,
    /// The name of the master key it belongs to.
    pub key_id: String,
    /// A keyed digest by which the master key is recognised.
    pub key_check: Digest,
}

/// What to back up, and where to.
pub struct BackupRequest<'a> {
    /// The database's address.
    pub url: &'a str,
    /// The file to be made.
    pub to: &'a Path,
    /// Whether a file that is there may be replaced.
    pub overwrite: bool,
    /// What the backup says of itself.
    pub stamp: Stamp,
}

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Its size in bytes.
    pub bytes: u64,
    /// How many tables it holds.
    pub tables: u64,
    /// The latest migration in it.
    pub schema_version: Option<String>,
}

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Not a SQLite database.
    #[error("only SQLite databases are backed up this way; use pg_dump for PostgreSQL")]
    NotSqlite,
    /// There is no file at the database's path.
    #[error("there is no database yet")]
    NoDatabase,
    /// The target is there.
    #[error("the target exists; --force replaces it")]
    TargetExists,
    /// A file could not be written.
    #[error("the backup cannot be written")]
    Io(#[from] io::Error),
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] StoreError),
    /// The database could not be read, or the copy not be written.
    #[error("the database could not be copied")]
    Database(#[from] DbErr),
}

/// Copies the database as it is at one moment; nobody has to stop meanwhile.
pub async fn back_up(request: BackupRequest<'_>) -> Result<Backup, BackupError> {
    let source = sqlite_path(request.url).ok_or(BackupError::NotSqlite)?;
    if !source.exists() {
        return Err(BackupError::NoDatabase);
    }
    let target = std::path::absolute(request.to)?;
    let is_source = fs::canonicalize(&target).ok() == fs::canonicalize(source).ok();
    if is_source || (target.exists() && !request.overwrite) {
        return Err(BackupError::TargetExists);
    }
    let _hold = share(request.url)?;
    let draft = Scrap(companion(&target, &format!(".{}.part", std::process::id())));
    let made = write(&request, &draft.0).await?;
    if request.overwrite {
        fs::rename(&draft.0, &target)?;
    } else {
        name_once(&draft.0, &target)?;
    }
    sync_folder(&target)?;
    Ok(made)
}

/// Unlike renaming, linking refuses a file that appeared meanwhile; not every file system can link.
fn name_once(draft: &Path, target: &Path) -> Result<(), BackupError> {
    match fs::hard_link(draft, target) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(BackupError::TargetExists),
        Err(_) => Ok(fs::rename(draft, target)?),
    }
}

async fn write(request: &BackupRequest<'_>, draft: &Path) -> Result<Backup, BackupError> {
    let source = connect_once(request.url).await?;
    let copied = copy_into(&source, draft).await;
    source.close().await?;
    copied?;
    let copy = open_alone(draft).await?;
    let made = describe(&copy, &request.stamp).await;
    copy.close().await?;
    let (tables, schema_version) = made?;
    let file = File::open(draft)?;
    file.sync_all()?;
    Ok(Backup {
        bytes: file.metadata()?.len(),
        tables,
        schema_version,
    })
}

/// Writes a database into a new file, readable by its owner only.
async fn copy_into(source: &DatabaseConnection, file: &Path) -> Result<(), BackupError> {
    create_private(file)?;
    let path = file
        .to_str()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidFilename, "the path must be UTF-8"))?;
    let vacuum = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO $1", [path.into()]);
    source.execute_raw(vacuum).await?;
    Ok(())
}

async fn describe(copy: &DatabaseConnection, stamp: &Stamp) -> Result<(u64, Option<String>), DbErr> {
    let tables = "SELECT COUNT(*) AS tables FROM sqlite_schema \
        WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'";
    let counted = copy
        .query_one_raw(Statement::from_string(DbBackend::Sqlite, tables))
        .await?;
    let tables = counted.map_or(Ok(0), |row| row.try_get_by::<i64, _>("tables"))?;
    write_stamp(copy, stamp).await?;
    Ok((tables.unsigned_abs(), versions::read(copy).await?.latest))
}

async fn write_stamp(copy: &DatabaseConnection, stamp: &Stamp) -> Result<(), DbErr> {
    copy.execute_unprepared(
        "CREATE TABLE signet_backup (made_at bigint NOT NULL, key_id text NOT NULL, key_check blob NOT NULL)",
    )
    .await?;
    let values = [
        stamp.made_at.micros().into(),
        stamp.key_id.clone().into(),
        stamp.key_check.as_bytes().to_vec().into(),
    ];
    let insert = "INSERT INTO signet_backup (made_at, key_id, key_check) VALUES ($1, $2, $3)";
    copy.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, insert, values))
        .await?;
    Ok(())
}

/// What a file says of itself; `None` if it is a plain copy.
async fn read_stamp(copy: &DatabaseConnection) -> Result<Option<Stamp>, DbErr> {
    if !catalogue::has_table(copy, STAMP).await? {
        return Ok(None);
    }
    let asked = "SELECT made_at, key_id, key_check FROM signet_backup LIMIT 1";
    let found = copy
        .query_one_raw(Statement::from_string(DbBackend::Sqlite, asked))
        .await?;
    let Some(row) = found else {
        return Ok(None);
    };
    let check: Vec<u8> = row.try_get_by("key_check")?;
    let check = <[u8; 32]>::try_from(check.as_slice());
    Ok(Some(Stamp {
        made_at: Timestamp::from_micros(row.try_get_by("made_at")?),
        key_id: row.try_get_by("key_id")?,
        key_check: Digest::from_bytes(check.map_err(|_| DbErr::Type("key_check".to_owned()))?),
    }))
}

/// Opens a file that nobody else works with: it stays one file, without companions.
async fn open_alone(path: &Path) -> Result<DatabaseConnection, DbErr> {
    let file = path.to_owned();
    let mut options = ConnectOptions::new("sqlite:");
    options
        .max_connections(1)
        .min_connections(1)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| {
            options
                .filename(&file)
                .in_memory(false)
                .shared_cache(false)
                .create_if_missing(false)
                .synchronous(sea_orm::sqlx::sqlite::SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(std::time::Duration::from_secs(1))
        });
    Database::connect(options).await
}

/// Makes what happened in a file's folder outlive a loss of power.
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// A file or folder that goes when it is no longer needed, however that came.
struct Scrap(PathBuf);

impl Drop for Scrap {
    fn drop(&mut self) {
        // Mostly it is gone: it was renamed.
        let _ = fs::remove_file(&self.0).or_else(|_| fs::remove_dir_all(&self.0));
    }
}
