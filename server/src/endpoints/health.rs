//! Whether the process lives, and whether its stores answer. At the root only.

use crate::pages::WithRuntime;
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::stores::{StoreError, Stores as _};
use serde_json::json;

/// `GET /healthz`: the process lives.
pub async fn alive() -> Response {
    Json(json!({"status": "ok"})).into_response()
}

/// `GET /readyz`: every store it cannot do without answers.
pub async fn ready(State(runtime): WithRuntime) -> Response {
    let word = |result: Result<(), StoreError>| match result {
        Ok(()) => "ok",
        Err(_) => "down",
    };
    let database = word(runtime.stores.all_realms().ping().await);
    let ephemeral = word(runtime.ephemeral.ping().await);
    let ready = database == "ok" && ephemeral == "ok";
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body =
        json!({"status": if ready { "ok" } else { "down" }, "database": database, "ephemeral": ephemeral});
    let mut response = (status, Json(body)).into_response();
    if !ready {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}
