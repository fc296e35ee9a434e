//! The only place where SQLite and PostgreSQL are told apart after connecting.

use super::error::Sql;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement, TransactionOptions};

/// Acts that must not run beside each other although they share no row.
#[derive(Clone, Copy, Debug)]
pub enum Turn {
    /// Writing to the change feed: sequence numbers must become visible in their order.
    Changes,
    /// Giving events their place.
    Events,
    /// Making the first administrator.
    FirstAdministrator,
}

impl Turn {
    /// An arbitrary number that names the lock; advisory locks are shared by the whole database.
    fn lock(self) -> i64 {
        const PRODUCT: i64 = 0x5167_6e65_7400;
        PRODUCT
            + match self {
                Self::Changes => 1,
                Self::Events => 2,
                Self::FirstAdministrator => 3,
            }
    }
}

/// Waits for one's turn until the transaction ends. SQLite has one writer anyway.
pub async fn take_turn(tx: &DatabaseTransaction, turn: Turn) -> Sql<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let sql = "SELECT pg_advisory_xact_lock($1)";
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [turn.lock().into()]);
        tx.execute_raw(statement).await?;
    }
    Ok(())
}

/// How a transaction that writes begins. SQLite takes the write lock at once: a deferred transaction that
/// reads first fails when another process wrote meanwhile.
pub fn to_write(backend: DbBackend) -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: (backend == DbBackend::Sqlite)
            .then_some(sea_orm::SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}
