//! The pushed authorization request endpoint (RFC 9126 §2).

use crate::{
    extract::{caller::Caller, parameters::Form},
    pages::AppState,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use oidc::{
    parameters::Parameters,
    pushed_authorization_request::{self, PushError},
};

/// `POST /par`.
pub async fn post(State(state): State<AppState>, caller: Caller, Form(parameters): Form) -> Response {
    let response = respond(&state, &caller, &parameters).await;
    caller.with_nonce(&state, response)
}

async fn respond(state: &AppState, caller: &Caller, parameters: &Parameters) -> Response {
    let client = match caller.authenticate(state, parameters).await {
        Ok(client) => client,
        Err(refused) => return refused,
    };
    let (act, proof) = (&caller.act, caller.proof());
    match pushed_authorization_request::respond(&state.protocol, act, &client, parameters, proof).await {
        Ok(pushed) => (
            StatusCode::CREATED,
            [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))],
            Json(pushed),
        )
            .into_response(),
        Err(PushError::Store(error)) => crate::error::unavailable(&error),
        Err(error) => {
            tracing::info!(client = %client.id(), error = &error as &dyn std::error::Error, "an authorization request was not taken in");
            crate::error::protocol(error.code(), error.description(), false)
        }
    }
}
