//! Who has a SQLite database open: a lock file beside it, which the system frees however a process ends.
//!
//! SQLite's own locks belong to the file that a path led to when it was opened; a lock file of its own stays
//! where it is while the database beside it is replaced. On PostgreSQL nothing is held.

use super::connect::{create_private, sqlite_path};
use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// The database cannot be opened now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InUse {
    /// A restore is replacing it.
    #[error("the database is being restored; try again when that is done")]
    Replaced,
    /// Somebody works with it.
    #[error("the database is in use; stop the server and every other command first")]
    Used,
}

/// Held while a database is open, or while it is replaced.
#[derive(Debug)]
pub struct Hold {
    _file: Option<File>,
}

/// Says that the database at `url` is being worked with; refused while it is replaced.
pub fn share(url: &str) -> io::Result<Hold> {
    let Some(path) = sqlite_path(url) else {
        return Ok(Hold { _file: None });
    };
    let file = open(path)?;
    held(file.try_lock_shared(), InUse::Replaced)?;
    Ok(Hold { _file: Some(file) })
}

/// Keeps everybody else away from the database at `path`; refused while somebody works with it.
pub fn alone(path: &Path) -> io::Result<Hold> {
    let file = open(path)?;
    held(file.try_lock(), InUse::Used)?;
    Ok(Hold { _file: Some(file) })
}

fn held(locked: Result<(), TryLockError>, refusal: InUse) -> io::Result<()> {
    match locked {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(io::Error::new(io::ErrorKind::ResourceBusy, refusal)),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn open(path: &Path) -> io::Result<File> {
    let lock = companion(path, "-lock");
    create_private(&lock)?;
    File::options().read(true).write(true).open(lock)
}

/// The file beside `path` whose name is longer by `suffix`.
pub fn companion(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
