//! Adapters for the storage ports of `domain`: durable stores over SQL, ephemeral stores in memory,
//! SQL or Redis.
//!
//! The functions here are the only ones that choose a backend; its address in the configuration decides.

pub mod cache;
mod ephemeral;
mod sql;

pub use ephemeral::OpenEphemeralError;
pub use sql::{
    AddressError, Backup, BackupError, BackupRequest, Copied, CopiedTable, CopyError, CopyProgress,
    CopyRequest, Draft, Ended, InUse, Listener, POSTGRES_CONNECTIONS, RestoreError, Restored, SqlStores,
    Stamp, Watch, back_up, check_address, copy, migrate, pending_migrations, sqlite_path,
};

use domain::{clock::Clock, ephemeral::Ephemeral, stores::StoreError};
use std::sync::Arc;

/// Opens the database at `url`, `sqlite://PATH` or `postgres://…`. Its schema is brought up to date by
/// [`migrate`].
pub async fn open_sql(url: &str) -> Result<Arc<SqlStores>, StoreError> {
    SqlStores::open(url).await
}

/// Opens the ephemeral stores at `url`: `memory:`, `sql:` (a table of `database`) or `redis://…`.
pub async fn open_ephemeral(
    url: &str,
    database: &SqlStores,
    clock: Arc<dyn Clock>,
) -> Result<Arc<dyn Ephemeral>, OpenEphemeralError> {
    ephemeral::open(url, database, clock).await
}

/// Whether `url` is one that [`open_ephemeral`] takes; nothing is opened.
pub fn check_ephemeral(url: &str) -> Result<(), OpenEphemeralError> {
    ephemeral::check(url)
}
