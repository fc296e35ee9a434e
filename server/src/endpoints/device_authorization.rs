//! The device authorization endpoint (RFC 8628 §3.1).

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
use oidc::device::{self, DeviceError};

/// `POST /device/code`.
pub async fn post(State(state): State<AppState>, caller: Caller, Form(parameters): Form) -> Response {
    let client = match caller.authenticate(&state, &parameters).await {
        Ok(client) => client,
        Err(refused) => return refused,
    };
    match device::respond(&state.protocol, &caller.act, &client, &parameters).await {
        Ok(codes) => {
            let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
            (no_store, Json(codes)).into_response()
        }
        Err(DeviceError::Store(error)) => crate::error::unavailable(&error),
        Err(error) => {
            tracing::info!(client = %client.id(), error = &error as &dyn std::error::Error, "a device got no codes");
            crate::error::protocol(error.code(), error.description(), false)
        }
    }
}
