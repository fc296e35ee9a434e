//! The revocation endpoint (RFC 7009).

use crate::{
    extract::{caller::Caller, parameters::Form},
    pages::AppState,
};
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use oidc::revocation::{self, RevocationError};

/// `POST /revoke`.
pub async fn post(State(state): State<AppState>, caller: Caller, Form(parameters): Form) -> Response {
    let client = match caller.authenticate(&state, &parameters).await {
        Ok(client) => client,
        Err(refused) => return refused,
    };
    match revocation::respond(&state.protocol, &caller.act, &client, &parameters).await {
        Ok(()) => (
            StatusCode::OK,
            [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))],
        )
            .into_response(),
        Err(RevocationError::Store(error)) => crate::error::unavailable(&error),
        Err(error) => {
            tracing::info!(client = %client.id(), error = &error as &dyn std::error::Error, "nothing was revoked");
            crate::error::protocol(error.code(), None, false)
        }
    }
}
