//! Cross-origin requests (RFC 9700 §2.6, contract §4): metadata and keys for everyone, endpoints that tokens or
//! codes are sent to for the origins of registered clients, pages and the authorization endpoint for nobody.

use crate::wiring::Runtime;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::realm_context::RealmContext;
use std::sync::Arc;
use tower_http::cors::CorsLayer;

/// Any origin may read, and ask whether something changed.
pub fn for_everyone() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(tower_http::cors::Any)
        .allow_methods([Method::GET])
        .allow_headers([header::IF_NONE_MATCH])
        .expose_headers([header::ETAG])
}

/// The origins of registered clients may call, without cookies.
pub async fn for_clients(State(runtime): State<Arc<Runtime>>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else {
        return next.run(request).await;
    };
    let realm = request.extensions().get::<Arc<RealmContext>>().cloned();
    let allowed = match (origin.to_str(), realm) {
        (Ok(origin), Some(realm)) => is_registered(&runtime, &realm, origin).await,
        (Ok(_) | Err(_), _) => false,
    };
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if allowed {
        allow(headers, origin);
    }
    response
}

/// `OPTIONS` of what scripts call; [`for_everyone`] and [`for_clients`] say who may.
pub async fn preflight() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST, PUT, DELETE"),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("authorization, content-type, dpop"),
    );
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("dpop-nonce, www-authenticate, x-request-id"),
    );
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
}

async fn is_registered(runtime: &Runtime, realm: &RealmContext, origin: &str) -> bool {
    let allowed = runtime.realms.allow_origin(&realm.realm.name, origin).await;
    allowed.unwrap_or_else(|error| {
        tracing::warn!(error = &error as &dyn std::error::Error, "origins cannot be read");
        false
    })
}
