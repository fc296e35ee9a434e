//! The script door's half of the work: server functions find their request's context and set the answer's status.

use crate::{
    context::RequestContext,
    error::{UiError, UiErrorKind},
};
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// The context that the server gave to this call.
pub(crate) fn context() -> Result<RequestContext, UiError> {
    use_context().ok_or_else(|| UiError::new(UiErrorKind::TryAgain, String::new()))
}

/// Gives the answer the status of its error.
pub(crate) fn answer<T>(result: Result<T, UiError>) -> Result<T, UiError> {
    if let Err(error) = &result {
        refuse(error);
    }
    result
}

/// Gives the answer the status of `error`; that of arguments that cannot be read is 500 otherwise.
pub(crate) fn refuse(error: &UiError) {
    if let Some(options) = use_context::<ResponseOptions>() {
        if let Ok(status) = StatusCode::from_u16(error.kind.status()) {
            options.set_status(status);
        }
        if let Some(seconds) = error.kind.retry_after() {
            options.insert_header(RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
}
