//! Putting a backup in the place of a SQLite database.
//!
//! The backup is copied beside the database first; the copy is checked, brought up to date and made ready as a
//! [`Draft`], and only then takes the database's place in one step. What was there before is kept.

mod ended;

pub use ended::Ended;

use super::{
    super::{
        catalogue::{self, JOURNAL},
        connect::sqlite_path,
        in_use::{self, companion},
        versions,
    },
    STAMP, Scrap, Stamp, copy_into, open_alone, read_stamp, sync_folder,
};
use domain::clock::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, RuntimeErr, Statement};
use std::{
    fs, io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

/// Why a backup was not restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// Not a SQLite database.
    #[error("only SQLite databases are restored this way; use pg_restore for PostgreSQL")]
    NotSqlite,
    /// There is no such file.
    #[error("there is no such backup")]
    NoBackup,
    /// The file has a log of its own beside it.
    #[error("the file is a database in use: part of it is in the -wal file beside it")]
    HasLog,
    /// There is a database already.
    #[error("there is a database already; --force puts it aside")]
    DatabaseExists,
    /// Somebody works with the database.
    #[error(transparent)]
    InUse(#[from] in_use::InUse),
    /// SQLite finds the file damaged, or not to be a database.
    #[error("the backup is damaged or not a database")]
    Damaged,
    /// The file is somebody else's database.
    #[error("the backup is not a Signet database")]
    NotSignet,
    /// The schema is newer than this build's.
    #[error("the backup was made by a newer build; restore it with that one")]
    Newer,
    /// A file could not be read or written.
    #[error("a file cannot be read or written")]
    Io(#[from] io::Error),
    /// The copy could not be worked on.
    #[error("the copy of the backup could not be worked on")]
    Database(#[from] DbErr),
}

impl From<super::BackupError> for RestoreError {
    fn from(error: super::BackupError) -> Self {
        match error {
            super::BackupError::Io(error) => Self::Io(error),
            super::BackupError::Database(error) => Self::Database(error),
            other => Self::Io(io::Error::other(other)),
        }
    }
}

/// A database in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Where what was there before is kept.
    pub kept: Option<PathBuf>,
    /// The latest migration in it.
    pub schema_version: Option<String>,
}

/// A checked copy of a backup that is not in its place yet. While there is one, nobody else can open the
/// database.
pub struct Draft {
    database: PathBuf,
    file: PathBuf,
    stamp: Option<Stamp>,
    old: Option<DatabaseConnection>,
    _folder: Scrap,
    _hold: in_use::Hold,
}

impl Draft {
    /// Keeps everybody away from the database at `url`, copies the backup beside it and checks the copy.
    pub async fn open(url: &str, from: &Path, overwrite: bool) -> Result<Self, RestoreError> {
        let database = sqlite_path(url).ok_or(RestoreError::NotSqlite)?;
        let database = std::path::absolute(database)?;
        refuse_backup(from, &database)?;
        if database.exists() && !overwrite {
            return Err(RestoreError::DatabaseExists);
        }
        let hold = in_use::alone(&database).map_err(refused)?;
        let old = keep_away(&database).await?;
        let folder = companion(&database, "-restore");
        // One that is there was left by a restore that was interrupted: this one is alone.
        drop(Scrap(folder.clone()));
        fs::DirBuilder::new().mode(0o700).create(&folder)?;
        let folder = Scrap(folder);
        let file = folder.0.join("signet.db");
        super::create_private(&file)?;
        fs::copy(from, &file)?;
        // Copying gives the copy the rights of the original.
        fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        let copy = open_alone(&file).await.map_err(damaged)?;
        let checked = check(&copy).await;
        copy.close().await?;
        Ok(Self {
            stamp: checked?,
            database,
            file,
            old,
            _folder: folder,
            _hold: hold,
        })
    }

    /// What the backup says of itself.
    pub fn stamp(&self) -> Option<&Stamp> {
        self.stamp.as_ref()
    }

    /// The copy's address: it can be migrated and opened like any database.
    pub fn url(&self) -> String {
        format!("sqlite://{}", self.file.display())
    }

    /// Ends what was issued before: sessions, authorizations with their refresh tokens, mailed codes, mails
    /// that wait; and access tokens that live until `tokens_until` at most.
    pub async fn end_what_was_issued(
        &self,
        now: Timestamp,
        tokens_until: Timestamp,
    ) -> Result<Ended, RestoreError> {
        let copy = open_alone(&self.file).await?;
        let ended = ended::end(&copy, now.micros(), tokens_until.micros()).await;
        copy.close().await?;
        Ok(ended?)
    }

    /// Puts the copy in the database's place, in one step.
    pub async fn put_in_place(self, now: Timestamp) -> Result<Restored, RestoreError> {
        let copy = open_alone(&self.file).await?;
        let whole = companion(&self.file, ".whole");
        let finished = finish(&copy, &whole).await;
        copy.close().await?;
        let schema_version = finished?;
        fs::File::open(&whole)?.sync_all()?;
        let kept = match self.database.exists() {
            true => Some(keep(&self.database, now)?),
            false => None,
        };
        fs::rename(&whole, &self.database)?;
        sync_folder(&self.database)?;
        if let Some(old) = self.old {
            old.close().await?;
        }
        Ok(Restored { kept, schema_version })
    }
}

fn refuse_backup(from: &Path, database: &Path) -> Result<(), RestoreError> {
    if !from.is_file() || fs::canonicalize(from).ok() == fs::canonicalize(database).ok() {
        return Err(RestoreError::NoBackup);
    }
    match fs::metadata(companion(from, "-wal")) {
        Ok(log) if log.len() > 0 => Err(RestoreError::HasLog),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn refused(error: io::Error) -> RestoreError {
    match error.kind() {
        io::ErrorKind::ResourceBusy => RestoreError::InUse(in_use::InUse::Used),
        _ => RestoreError::Io(error),
    }
}

/// Takes SQLite's own exclusive lock on the database that is to be replaced, which programs that know nothing
/// of the lock file respect. Leaving the write-ahead log needs that lock, and leaves one whole file.
async fn keep_away(database: &Path) -> Result<Option<DatabaseConnection>, RestoreError> {
    if !database.exists() {
        return Ok(None);
    }
    let locked = async {
        let old = open_alone(database).await?;
        for step in [
            "PRAGMA journal_mode = DELETE",
            "PRAGMA locking_mode = EXCLUSIVE",
            "BEGIN EXCLUSIVE",
        ] {
            old.execute_unprepared(step).await?;
        }
        Ok::<_, DbErr>(old)
    };
    match locked.await {
        Ok(old) => Ok(Some(old)),
        Err(error) if is_busy(&error) => Err(in_use::InUse::Used.into()),
        // A database that cannot be read any more is a reason to restore.
        Err(_) => Ok(None),
    }
}

/// Whether SQLite says that somebody else holds a lock.
fn is_busy(error: &DbErr) -> bool {
    let (DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)) = error else {
        return false;
    };
    let RuntimeErr::SqlxError(cause) = cause else {
        return false;
    };
    let code = cause.as_database_error().and_then(|error| error.code());
    // SQLITE_BUSY and SQLITE_LOCKED are the low byte of their extended codes.
    let code = code.and_then(|code| code.parse::<i32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, 5 | 6))
}

fn damaged(_: DbErr) -> RestoreError {
    RestoreError::Damaged
}

async fn check(copy: &DatabaseConnection) -> Result<Option<Stamp>, RestoreError> {
    let ask = |sql: &'static str| copy.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql));
    let found = ask("PRAGMA integrity_check").await.map_err(damaged)?;
    let fine = |row: &sea_orm::QueryResult| {
        let told = row.try_get_by::<String, _>("integrity_check");
        told.is_ok_and(|told| told == "ok")
    };
    if found.is_empty() || !found.iter().all(fine) {
        return Err(RestoreError::Damaged);
    }
    if !ask("PRAGMA foreign_key_check").await.map_err(damaged)?.is_empty() {
        return Err(RestoreError::Damaged);
    }
    for table in [JOURNAL, "realm", "signing_key"] {
        if !catalogue::has_table(copy, table).await? {
            return Err(RestoreError::NotSignet);
        }
    }
    if versions::read(copy).await?.newer {
        return Err(RestoreError::Newer);
    }
    Ok(read_stamp(copy).await?)
}

/// Writes the copy into one file without companions, whoever still has the copy open.
async fn finish(copy: &DatabaseConnection, whole: &Path) -> Result<Option<String>, RestoreError> {
    let drop_stamp = format!("DROP TABLE IF EXISTS {STAMP}");
    copy.execute_unprepared(&drop_stamp).await?;
    let latest = versions::read(copy).await?.latest;
    copy_into(copy, whole).await?;
    Ok(latest)
}

/// Gives what is there a second name, and takes away the companions that belong to it.
pub(super) fn keep(database: &Path, now: Timestamp) -> Result<PathBuf, RestoreError> {
    let kept = companion(database, &format!(".before-{}", now.seconds()));
    fs::hard_link(database, &kept)?;
    for suffix in ["-wal", "-journal"] {
        let old = companion(database, suffix);
        if old.exists() {
            fs::hard_link(&old, companion(&kept, suffix))?;
        }
    }
    sync_folder(database)?;
    for suffix in ["-wal", "-shm", "-journal"] {
        match fs::remove_file(companion(database, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(kept)
}
