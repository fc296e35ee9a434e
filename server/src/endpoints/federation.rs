//! Signing in through other providers: the way there, the callback, and their logout tokens (OpenID Connect Core §3.1.2,
//! Form Post Response Mode, Back-Channel Logout §2.5).

use crate::{
    error::ProtocolError,
    extract::{parameters::Form, request_origin::Origins, sent_form::SentForm},
    pages::{AppState, InRealm, PageRequest, decode, see_other},
};
use app::{UiError, pages::federated};
use axum::{
    Extension,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    event::Actor,
    federation::ProviderId,
    services::{Act, federated::LogoutError},
};

/// `GET /login/{provider}`: sends the browser there.
pub async fn start(Path(provider): Path<String>, RawQuery(query): RawQuery, page: PageRequest) -> Response {
    let Some(query) = decode(query.unwrap_or_default().as_bytes()) else {
        return ProtocolError::MalformedParameters.into_response();
    };
    answer(&page, federated::start(&page.cx, &provider, &query).await)
}

/// `GET /login/{provider}/callback`: the browser comes back.
pub async fn callback(
    Path(provider): Path<String>,
    RawQuery(query): RawQuery,
    page: PageRequest,
) -> Response {
    let Some(query) = decode(query.unwrap_or_default().as_bytes()) else {
        return ProtocolError::MalformedParameters.into_response();
    };
    answer(&page, federated::callback(&page.cx, &provider, &query).await)
}

/// What a provider answers with (RFC 6749 §4.1.2, RFC 9207 §2).
const ANSWER: [&str; 4] = ["state", "code", "iss", "error"];

/// `POST /login/{provider}/callback`: the same as a form. It comes from the provider's page, so the browser left its
/// cookies at home; it is asked to come back with them.
pub async fn callback_form(Path(provider): Path<String>, form: SentForm) -> Response {
    match provider.parse::<ProviderId>() {
        Ok(provider) => {
            let path = format!("/login/{provider}/callback?{}", form.query(&ANSWER));
            see_other(&form.page.realm.path(&path))
        }
        Err(_) => crate::pages::not_found(form.page).await,
    }
}

fn answer(page: &PageRequest, next: Result<app::Next, UiError>) -> Response {
    match next {
        Ok(next) => see_other(&next.to),
        Err(error) => page.fail(&error),
    }
}

/// `POST /login/{provider}/backchannel-logout`: the provider says that somebody signed out there, in a form with one
/// logout token (Back-Channel Logout §2.5); it may have parameters that nobody knows here.
pub async fn logged_out(
    State(state): State<AppState>,
    Path(provider): Path<String>,
    Extension(realm): InRealm,
    Extension(origins): Extension<Origins>,
    form: Result<Form, ProtocolError>,
) -> Response {
    let parameters = match form {
        Ok(Form(parameters)) => parameters,
        Err(ProtocolError::TooLarge) => return ProtocolError::TooLarge.into_response(),
        // Whatever else is wrong with a logout request is one status and one code (§2.8).
        Err(_) => return refused(),
    };
    let Ok(Some(token)) = parameters.one("logout_token") else {
        return refused();
    };
    let act = Act {
        realm,
        actor: Actor::System,
        origin: origins.request,
        locale: None,
    };
    let federated = &state.runtime.services.federated;
    match federated.logged_out(&act, &provider, token).await {
        Ok(ended) => {
            tracing::info!(ended, "a provider ended sessions");
            no_store(StatusCode::OK.into_response())
        }
        Err(LogoutError::Unknown) => crate::error::not_found().into_response(),
        Err(LogoutError::Refused) => refused(),
        Err(LogoutError::Unavailable) => crate::error::try_later(),
        Err(LogoutError::Store(error)) => crate::error::unavailable(&error),
    }
}

/// Back-Channel Logout §2.8.
fn refused() -> Response {
    let mut headers = HeaderMap::new();
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    no_store((StatusCode::BAD_REQUEST, headers, r#"{"error":"invalid_request"}"#).into_response())
}

fn no_store(mut response: Response) -> Response {
    let never = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, never);
    response
}
