//! Dynamic client registration (RFC 7591) and its management (RFC 7592).

use crate::{
    extract::{caller::Caller, json::JsonBody},
    pages::AppState,
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use oidc::registration::{self, ClientInformation, RegistrationError};

/// `POST /register`.
pub async fn post(State(state): State<AppState>, caller: Caller, JsonBody(body): JsonBody) -> Response {
    let registered = registration::register(&state.protocol, &caller.act, caller.authorization(), &body);
    respond(StatusCode::CREATED, registered.await)
}

/// `GET /register/{client_id}`.
pub async fn get(caller: Caller, Path(client_id): Path<String>) -> Response {
    let found = registration::read_client(&caller.act, caller.authorization(), &client_id);
    respond(StatusCode::OK, found.await)
}

/// `PUT /register/{client_id}`.
pub async fn put(
    State(state): State<AppState>,
    caller: Caller,
    Path(client_id): Path<String>,
    JsonBody(body): JsonBody,
) -> Response {
    let (protocol, authorization) = (&state.protocol, caller.authorization());
    let updated = registration::update_client(protocol, &caller.act, authorization, &client_id, &body);
    respond(StatusCode::OK, updated.await)
}

/// `DELETE /register/{client_id}`.
pub async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    Path(client_id): Path<String>,
) -> Response {
    let authorization = caller.authorization();
    match registration::delete_client(&state.protocol, &caller.act, authorization, &client_id).await {
        Ok(()) => unkept(StatusCode::NO_CONTENT.into_response()),
        Err(error) => refuse(error),
    }
}

fn respond(status: StatusCode, told: Result<ClientInformation, RegistrationError>) -> Response {
    match told {
        Ok(information) => unkept((status, Json(information)).into_response()),
        Err(error) => refuse(error),
    }
}

fn unkept(mut response: Response) -> Response {
    let never = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, never);
    response
}

fn refuse(error: RegistrationError) -> Response {
    match error {
        RegistrationError::Off => return crate::error::not_found(),
        RegistrationError::Store(error) => return crate::error::unavailable(&error),
        RegistrationError::Id
        | RegistrationError::TokenMissing
        | RegistrationError::TokenUnknown
        | RegistrationError::TooMany { .. }
        | RegistrationError::NotAnObject
        | RegistrationError::Metadata(_)
        | RegistrationError::RedirectUri(_) => {}
    }
    tracing::info!(
        error = &error as &dyn std::error::Error,
        "a registration was refused"
    );
    match error {
        RegistrationError::TokenMissing => crate::error::bearer(None),
        RegistrationError::TokenUnknown => crate::error::bearer(Some(error.code())),
        RegistrationError::TooMany { retry_after } => crate::error::too_many_requests(retry_after),
        error => crate::error::described(error.code(), &error.description().unwrap_or_default()),
    }
}
