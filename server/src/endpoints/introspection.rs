//! The introspection endpoint (RFC 7662), which answers in JSON or in a signed JWT (RFC 9701 §4).

use crate::{
    extract::{caller::Caller, parameters::Form},
    pages::AppState,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use oidc::{
    client_auth::AuthenticatedClient,
    introspection::{self, IntrospectionError, SIGNED_MEDIA_TYPE},
    parameters::Parameters,
};

/// `POST /introspect`.
pub async fn post(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Form(parameters): Form,
) -> Response {
    let client = match caller.authenticate(&state, &parameters).await {
        Ok(client) => client,
        Err(refused) => return refused,
    };
    match answer(&state, &caller, &client, &parameters, wants_signed(&headers)).await {
        Ok(mut response) => {
            let headers = response.headers_mut();
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            headers.append(header::VARY, HeaderValue::from_static("accept"));
            response
        }
        Err(IntrospectionError::Store(error)) => crate::error::unavailable(&error),
        Err(error) => {
            tracing::info!(client = %client.id(), error = &error as &dyn std::error::Error, "nothing was told");
            crate::error::protocol(error.code(), None, caller.authorization().is_some())
        }
    }
}

async fn answer(
    state: &AppState,
    caller: &Caller,
    client: &AuthenticatedClient,
    parameters: &Parameters,
    signed: bool,
) -> Result<Response, IntrospectionError> {
    let told = introspection::respond(&state.protocol, &caller.act, client, parameters).await?;
    if !signed {
        return Ok(Json(told).into_response());
    }
    let jwt = introspection::signed(&state.protocol, &caller.act, client, &told).await?;
    let media_type = HeaderValue::from_static(SIGNED_MEDIA_TYPE);
    Ok(([(header::CONTENT_TYPE, media_type)], jwt).into_response())
}

/// Whether the signed answer is asked for by name.
fn wants_signed(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|range| range.split(';').next())
        .any(|range| range.trim().eq_ignore_ascii_case(SIGNED_MEDIA_TYPE))
}
