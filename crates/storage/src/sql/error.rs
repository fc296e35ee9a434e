//! Failures inside the SQL adapter, on their way to becoming a [`StoreError`].

use domain::stores::StoreError;
use sea_orm::{DbErr, SqlErr};

/// A failure inside the adapter: it lets `?` turn sea-orm's errors into the port's.
#[derive(Debug)]
pub struct SqlError(StoreError);

/// Result inside the adapter.
pub type Sql<T> = Result<T, SqlError>;

impl From<DbErr> for SqlError {
    fn from(error: DbErr) -> Self {
        Self(failed(error))
    }
}

impl From<StoreError> for SqlError {
    fn from(error: StoreError) -> Self {
        Self(error)
    }
}

impl From<SqlError> for StoreError {
    fn from(error: SqlError) -> Self {
        error.0
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
