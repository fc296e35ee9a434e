//! Why nothing is registered (RFC 7591 §3.2.2).

use crate::{bearer::BearerError, error::ErrorCode};
use domain::{services::budgets::BudgetError, stores::StoreError};
use std::time::Duration;

/// Why nothing is registered, shown, changed or deleted.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum RegistrationError {
    #[error("registration is off")]
    Off,
    #[error("no token was sent")]
    TokenMissing,
    #[error("the token is unknown, is used up, has expired, or belongs to another client")]
    TokenUnknown,
    #[error("too many clients were registered, or too many wrong tokens came, from this network")]
    TooMany {
        /// When to try again.
        retry_after: Duration,
    },
    #[error("the body is not one JSON object, or names a member twice")]
    NotAnObject,
    #[error("{0} is malformed or not accepted")]
    Metadata(&'static str),
    #[error("a redirection URI cannot be registered: {0}")]
    RedirectUri(&'static str),
    #[error("no client_id could be made")]
    Id,
    #[error("the store could not answer")]
    Store(#[from] StoreError),
}

impl RegistrationError {
    /// The code on the wire.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Off | Self::Id | Self::Store(_) => ErrorCode::ServerError,
            Self::TokenMissing | Self::TokenUnknown => ErrorCode::InvalidToken,
            Self::TooMany { .. } => ErrorCode::TemporarilyUnavailable,
            Self::NotAnObject | Self::Metadata(_) => ErrorCode::InvalidClientMetadata,
            Self::RedirectUri(_) => ErrorCode::InvalidRedirectUri,
        }
    }

    /// A sentence for developers, made of words of ours alone.
    pub fn description(&self) -> Option<String> {
        match self {
            Self::NotAnObject | Self::Metadata(_) | Self::RedirectUri(_) => Some(self.to_string()),
            Self::Off
            | Self::Id
            | Self::Store(_)
            | Self::TokenMissing
            | Self::TokenUnknown
            | Self::TooMany { .. } => None,
        }
    }
}

impl From<BudgetError> for RegistrationError {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::Spent { retry_after } => Self::TooMany { retry_after },
            BudgetError::Store(error) => Self::Store(error),
        }
    }
}

impl From<BearerError> for RegistrationError {
    fn from(error: BearerError) -> Self {
        match error {
            BearerError::Missing => Self::TokenMissing,
            BearerError::Malformed => Self::TokenUnknown,
        }
    }
}
