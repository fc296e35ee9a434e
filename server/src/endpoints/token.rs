//! The token endpoint (RFC 6749 §3.2).

use crate::{
    extract::{caller::Caller, parameters::Form},
    pages::AppState,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use oidc::{
    parameters::Parameters,
    token::{self, TokenError},
};

/// `POST /token`.
pub async fn post(State(state): State<AppState>, caller: Caller, Form(parameters): Form) -> Response {
    let response = respond(&state, &caller, &parameters).await;
    caller.with_nonce(&state, response)
}

async fn respond(state: &AppState, caller: &Caller, parameters: &Parameters) -> Response {
    let client = match caller.authenticate(state, parameters).await {
        Ok(client) => client,
        Err(refused) => return refused,
    };
    match token::respond(&state.protocol, &caller.act, &client, parameters, caller.proof()).await {
        Ok(tokens) => {
            let mut response = Json(tokens).into_response();
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(TokenError::Store(error)) => crate::error::unavailable(&error),
        Err(error) => {
            tracing::info!(client = %client.id(), error = &error as &dyn std::error::Error, "no tokens were issued");
            crate::error::protocol(error.code(), error.description(), false)
        }
    }
}
