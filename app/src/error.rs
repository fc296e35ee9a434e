//! What a person is told when an act did not succeed. Carries no internals and never what was typed.

use domain::stores::StoreError;
use server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use std::time::Duration;

/// Why an act did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UiErrorKind {
    /// Something typed cannot be taken; the field says what.
    InvalidInput,
    /// Nobody is signed in on this browser, or no longer.
    SignedOut,
    /// The request this belonged to is gone; the person starts again.
    Expired,
    /// What was named does not exist, or is somebody else's.
    NotFound,
    /// Understood and declined: wrong credentials, a used code.
    Rejected,
    /// Too many attempts.
    Busy {
        /// Seconds until another try makes sense.
        retry_after: u64,
    },
    /// A store did not answer.
    TryAgain,
}

impl UiErrorKind {
    /// The HTTP status that says the same.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidInput => 422,
            Self::SignedOut => 401,
            Self::Expired => 410,
            Self::NotFound => 404,
            Self::Rejected => 403,
            Self::Busy { .. } => 429,
            Self::TryAgain => 503,
        }
    }

    /// The seconds for `Retry-After`.
    pub const fn retry_after(self) -> Option<u64> {
        match self {
            Self::Busy { retry_after } => Some(retry_after),
            Self::TryAgain => Some(5),
            Self::InvalidInput | Self::SignedOut | Self::Expired | Self::NotFound | Self::Rejected => None,
        }
    }
}

/// What a person is told when an act did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("{kind:?}")]
pub struct UiError {
    /// Why.
    pub kind: UiErrorKind,
    /// The form field it belongs to.
    pub field: Option<String>,
    /// One plain sentence; empty when the page itself must say it.
    pub text: String,
    /// The ticket to work on before the form is sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<String>,
}

impl UiError {
    /// An error that belongs to no field.
    pub fn new(kind: UiErrorKind, text: String) -> Self {
        Self {
            kind,
            field: None,
            text,
            work: None,
        }
    }

    /// The same error, belonging to `field`.
    pub fn at(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }
}

impl FromServerFnError for UiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let kind = match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => UiErrorKind::InvalidInput,
            ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::Request(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::Response(_) => UiErrorKind::TryAgain,
        };
        let error = Self::new(kind, String::new());
        crate::doors::refuse(&error);
        error
    }
}

/// Whole seconds of a waiting time, at least one.
pub(crate) fn seconds(wait: Duration) -> u64 {
    wait.as_secs().max(1)
}

/// Writes the cause where operators look; the person learns only that it will pass.
pub(crate) fn log(error: &StoreError) {
    tracing::error!(error = error as &dyn std::error::Error, "a store did not answer");
}
