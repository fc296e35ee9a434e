//! Failures inside the SQL adapter, on their way to becoming a [`StoreError`].

use super::dialect;
use domain::stores::StoreError;
use sea_orm::{DbErr, SqlErr};

/// A failure inside the adapter: it lets `?` turn sea-orm's errors into the port's.
#[derive(Debug)]
pub struct SqlError {
    error: StoreError,
    gave_way: bool,
}

/// Result inside the adapter.
pub type Sql<T> = Result<T, SqlError>;

impl SqlError {
    /// Whether the act only gave way to another one, so that it may be tried again.
    pub fn gave_way(&self) -> bool {
        self.gave_way
    }
}

impl From<DbErr> for SqlError {
    fn from(error: DbErr) -> Self {
        Self {
            gave_way: dialect::gave_way(&error),
            error: failed(error),
        }
    }
}

impl From<StoreError> for SqlError {
    fn from(error: StoreError) -> Self {
        Self {
            error,
            gave_way: false,
        }
    }
}

impl From<SqlError> for StoreError {
    fn from(error: SqlError) -> Self {
        error.error
    }
}

/// What the port says about sea-orm's error.
pub fn failed(error: DbErr) -> StoreError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_) | SqlErr::ForeignKeyConstraintViolation(_)) => {
            StoreError::Conflict
        }
        Some(_) | None => StoreError::unavailable(error),
    }
}
