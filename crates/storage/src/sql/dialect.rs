//! The only place where SQLite and PostgreSQL are told apart after connecting.

use super::error::Sql;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, RuntimeErr, Statement, TransactionOptions,
};

/// How a session on PostgreSQL begins, whatever the server's defaults are. Guarded updates rely on seeing what
/// was committed while they waited; and no statement, lock or forgotten transaction may hold others up for long.
/// Every statement has its index. A plan made while a table was small is kept while it grows, so that small tables are
/// not read whole either; and compiling a plan takes longer than running it.
pub const SESSION: &str = "SET default_transaction_isolation = 'read committed';
    SET statement_timeout = '10s';
    SET lock_timeout = '4s';
    SET idle_in_transaction_session_timeout = '30s';
    SET enable_seqscan = off;
    SET jit = off";

/// Another process may be changing the schema: that is waited for, for however long it may sensibly take.
const SCHEMA_WAIT: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '10min'";
/// Whoever waits for a table holds up all who come after; better the migration fails and is tried again.
const SCHEMA_CHANGE: &str = "SET LOCAL lock_timeout = '4s'";

/// Acts that must not run beside each other although they share no row.
#[derive(Clone, Copy, Debug)]
pub enum Turn {
    /// Writing to the change feed: sequence numbers must become visible in their order.
    Changes,
    /// Giving events their place.
    Events,
    /// Making the first administrator.
    FirstAdministrator,
    /// Changing the schema.
    Schema,
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
                Self::Schema => 4,
            }
    }
}

/// Whether statements go to PostgreSQL.
pub fn is_postgres(connection: &impl ConnectionTrait) -> bool {
    connection.get_database_backend() == DbBackend::Postgres
}

/// How a statement asks for the text of a field of the JSON that a column of text holds; NULL where there is no such field.
pub fn json_field(backend: DbBackend, column: &str, field: &str) -> String {
    match backend {
        DbBackend::Postgres => format!("(CAST({column} AS json) ->> '{field}')"),
        _ => format!("json_extract({column}, '$.{field}')"),
    }
}

/// Waits for one's turn until the transaction ends. SQLite has one writer anyway.
pub async fn take_turn(tx: &DatabaseTransaction, turn: Turn) -> Sql<()> {
    if is_postgres(tx) {
        let sql = "SELECT pg_advisory_xact_lock($1)";
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [turn.lock().into()]);
        tx.execute_raw(statement).await?;
    }
    Ok(())
}

/// Waits until this process alone may change the schema.
pub async fn take_schema_turn(tx: &DatabaseTransaction) -> Sql<()> {
    let postgres = is_postgres(tx);
    if postgres {
        tx.execute_unprepared(SCHEMA_WAIT).await?;
    }
    take_turn(tx, Turn::Schema).await?;
    if postgres {
        tx.execute_unprepared(SCHEMA_CHANGE).await?;
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

/// Whether PostgreSQL gave the transaction up in favour of another one, so that it may be tried again:
/// `serialization_failure` and `deadlock_detected`.
pub fn gave_way(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    let code = error.as_database_error().and_then(|error| error.code());
    matches!(code.as_deref(), Some("40001" | "40P01"))
}

/// Whether the database refused a statement, so that nothing of it took place; of any other failure that is not known.
pub fn was_refused(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    error.as_database_error().is_some()
}

/// Whether SQLite could not open the database because another process was changing it: `SQLITE_BUSY`, in whatever
/// extended form.
pub fn is_busy(error: &DbErr) -> bool {
    const BUSY: i32 = 5;
    let (DbErr::Conn(RuntimeErr::SqlxError(error)) | DbErr::Exec(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    let code = error.as_database_error().and_then(|error| error.code());
    code.and_then(|code| code.parse::<i32>().ok())
        .is_some_and(|code| code & 0xff == BUSY)
}
