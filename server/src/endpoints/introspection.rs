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

/// Whether the signed answer is asked for by name, and wished for no less than the plain one.
fn wants_signed(headers: &HeaderMap) -> bool {
    let signed = wish(headers, SIGNED_MEDIA_TYPE);
    signed > 0.0 && signed >= wish(headers, "application/json")
}

/// How much a media type is wished for by its name (RFC 9110 §12.4.2), from 0, not at all, to 1.
fn wish(headers: &HeaderMap, media_type: &str) -> f32 {
    let accepted = headers.get_all(header::ACCEPT).iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|range| {
            let (name, parameters) = range.split_once(';').unwrap_or((range, ""));
            name.trim()
                .eq_ignore_ascii_case(media_type)
                .then(|| weight(parameters))
        })
        .fold(0.0, f32::max)
}

fn weight(parameters: &str) -> f32 {
    let stated = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then_some(value.trim())
    });
    stated.map_or(1.0, |stated| stated.parse().unwrap_or_default())
}
