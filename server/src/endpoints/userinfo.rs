//! The userinfo endpoint (OpenID Connect Core §5.3), a protected resource (RFC 6750, RFC 9449 §7).

use crate::{
    extract::{caller::Caller, parameters::Form},
    pages::AppState,
};
use axum::{
    Json,
    extract::{FromRequest, Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use oidc::{
    bearer::{Scheme, access_token},
    parameters::Parameters,
    userinfo::{self, UserinfoError, UserinfoResponse},
};

/// `GET /userinfo`.
pub async fn get(State(state): State<AppState>, caller: Caller) -> Response {
    respond(&state, &caller, ("GET", None)).await
}

/// `POST /userinfo`: the token may also stand in a form.
pub async fn post(State(state): State<AppState>, caller: Caller, request: Request) -> Response {
    if !request.headers().contains_key(header::CONTENT_TYPE) {
        return respond(&state, &caller, ("POST", None)).await;
    }
    match Form::from_request(request, &state).await {
        Ok(Form(parameters)) => respond(&state, &caller, ("POST", Some(&parameters))).await,
        Err(refused) => refused.into_response(),
    }
}

type Sent<'a> = (&'static str, Option<&'a Parameters>);

async fn respond(state: &AppState, caller: &Caller, sent: Sent<'_>) -> Response {
    let response = tell(state, caller, sent).await;
    caller.with_nonce(state, response)
}

async fn tell(state: &AppState, caller: &Caller, (method, form): Sent<'_>) -> Response {
    let presented = match access_token(caller.authorization(), form) {
        Ok(presented) => presented,
        Err(error) => return crate::error::resource(error.code(), Scheme::Bearer),
    };
    let scheme = presented.scheme;
    match userinfo::respond(&state.protocol, &caller.act, presented, method, caller.proof()).await {
        Ok(told) => {
            caller.note_recognised();
            let mut response = match told {
                UserinfoResponse::Plain(claims) => Json(claims).into_response(),
                UserinfoResponse::Signed(jwt) => {
                    ([(header::CONTENT_TYPE, "application/jwt")], jwt).into_response()
                }
            };
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(UserinfoError::Store(error)) => crate::error::unavailable(&error),
        Err(error @ UserinfoError::Signing(_)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "nobody is told");
            crate::error::protocol(error.code(), None, false)
        }
        Err(error) => {
            tracing::info!(
                error = &error as &dyn std::error::Error,
                "an access token was refused"
            );
            crate::error::resource(Some(error.code()), scheme)
        }
    }
}
