//! Bringing a database up to date: one transaction around everything that is missing, in which this process
//! has its turn, so that any number of nodes may start at once.

use super::{connect, copy, dialect, error::failed, in_use};
use domain::stores::{StoreError, Stored};
use migrations::Migrator;
use sea_orm::{DatabaseConnection, TransactionTrait as _};
use sea_orm_migration::MigratorTrait as _;

/// Applies the migrations that are missing.
pub async fn migrate(url: &str) -> Stored<()> {
    let _hold = in_use::share(url).map_err(StoreError::unavailable)?;
    let connection = connect::connect_once(url).await?;
    let applied = apply(&connection).await;
    connection.close().await.map_err(failed)?;
    applied
}

async fn apply(connection: &DatabaseConnection) -> Stored<()> {
    let options = dialect::to_write(connection.get_database_backend());
    let tx = connection.begin_with_options(options).await.map_err(failed)?;
    dialect::take_schema_turn(&tx).await.map_err(StoreError::from)?;
    copy::refuse_unfinished(&tx).await.map_err(failed)?;
    Migrator::up(&tx, None).await.map_err(failed)?;
    tx.commit().await.map_err(failed)
}

/// How many migrations are missing.
pub async fn pending_migrations(url: &str) -> Stored<usize> {
    let connection = connect::connect_once(url).await?;
    let pending = Migrator::get_pending_migrations_read_only(&connection)
        .await
        .map_err(failed);
    connection.close().await.map_err(failed)?;
    Ok(pending?.len())
}
