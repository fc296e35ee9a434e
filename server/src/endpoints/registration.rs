//! Dynamic client registration (RFC 7591) and its management (RFC 7592).

use crate::{
    extract::{caller::Caller, json::JsonBody},
    pages::AppState,
};
use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use oidc::registration::{self, ClientInformation, RegistrationError};

/// A `client_id` in the path, if it is text.
type Sent = Result<Path<String>, PathRejection>;

/// `POST /register`.
pub async fn post(State(state): State<AppState>, caller: Caller, JsonBody(body): JsonBody) -> Response {
    let registered = registration::register(&state.protocol, &caller.act, caller.authorization(), &body);
    respond(StatusCode::CREATED, registered.await)
}

/// `GET /register/{client_id}`.
pub async fn get(State(state): State<AppState>, caller: Caller, client_id: Sent) -> Response {
    let client_id = named(client_id);
    let (protocol, act) = (&state.protocol, &caller.act);
    let found = registration::read_client(protocol, act, caller.authorization(), &client_id);
    respond(StatusCode::OK, found.await)
}

/// `PUT /register/{client_id}`.
pub async fn put(
    State(state): State<AppState>,
    caller: Caller,
    client_id: Sent,
    JsonBody(body): JsonBody,
) -> Response {
    let (client_id, authorization) = (named(client_id), caller.authorization());
    let updated = registration::update_client(&state.protocol, &caller.act, authorization, &client_id, &body);
    respond(StatusCode::OK, updated.await)
}

/// `DELETE /register/{client_id}`.
pub async fn delete(State(state): State<AppState>, caller: Caller, client_id: Sent) -> Response {
    let (client_id, authorization) = (named(client_id), caller.authorization());
    match registration::delete_client(&state.protocol, &caller.act, authorization, &client_id).await {
        Ok(()) => unkept(StatusCode::NO_CONTENT.into_response()),
        Err(error) => unkept(refuse(error)),
    }
}

/// What is no text names no client.
fn named(client_id: Sent) -> String {
    client_id.map(|Path(id)| id).unwrap_or_default()
}

fn respond(status: StatusCode, told: Result<ClientInformation, RegistrationError>) -> Response {
    match told {
        Ok(information) => unkept((status, Json(information)).into_response()),
        Err(error) => unkept(refuse(error)),
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
