//! What every answer carries, and the realm every request belongs to.

pub mod body_limit;
pub mod request_limit;
pub mod same_origin;

use crate::wiring::Runtime;
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header, uri::PathAndQuery},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::realm::{RealmName, RealmSlug};
use oidc::discovery::path;
use std::{sync::Arc, time::Duration};
use tower_http::request_id::{MakeRequestId, RequestId};

/// Makes request ids: 128 random bits in hexadecimal. What a client sends is not taken over.
#[derive(Clone)]
pub struct RequestIds(pub Arc<Runtime>);

impl MakeRequestId for RequestIds {
    fn make_request_id<B>(&mut self, _: &axum::http::Request<B>) -> Option<RequestId> {
        let mut bytes = [0; 16];
        self.0.services.ports.random.fill(&mut bytes);
        let text = format!("{:032x}", u128::from_be_bytes(bytes));
        HeaderValue::try_from(text).ok().map(RequestId::new)
    }
}

/// Takes off the id that a client gave its request: it would stand in the log and on pages.
pub fn forget_request_id(mut request: Request) -> Request {
    request.headers_mut().remove("x-request-id");
    request
}

/// The span of a request in the log: its id and method and, once they are known, its realm and route. Nothing of it is
/// as it was sent: paths may hold what people mistyped, queries may hold codes.
pub fn span(request: &axum::http::Request<axum::body::Body>) -> tracing::Span {
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .unwrap_or_default();
    let (method, later) = (method_name(request.method()), tracing::field::Empty);
    tracing::info_span!("request", id, method, realm = later, route = later)
}

/// The name of a method that anything here answers to.
fn method_name(method: &Method) -> &'static str {
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
    ];
    let names = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];
    let mut named = known.iter().zip(names).filter(|(known, _)| *known == method);
    named.next().map_or("other", |(_, name)| name)
}

/// Tells the log which route answers.
pub async fn note_route(request: Request, next: Next) -> Response {
    if let Some(route) = request.extensions().get::<MatchedPath>() {
        tracing::Span::current().record("route", route.as_str());
    }
    next.run(request).await
}

/// Counts and times requests, and adds the headers of every answer.
pub async fn answer(State(runtime): State<Arc<Runtime>>, request: Request, next: Next) -> Response {
    let method = match *request.method() {
        Method::GET | Method::HEAD => "read",
        Method::POST => "post",
        _ => "other",
    };
    let begun = std::time::Instant::now();
    let mut response = next.run(request).await;
    measure(method, response.status(), begun.elapsed());
    security_headers(response.headers_mut(), runtime.origin.is_https());
    response
}

/// Labels come from closed sets, never from input.
fn measure(method: &'static str, status: StatusCode, took: Duration) {
    let status = match status.as_u16() {
        ..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    };
    metrics::counter!("signet_http_requests_total", "method" => method, "status" => status).increment(1);
    metrics::histogram!("signet_http_request_seconds", "method" => method).record(took);
}

/// Headers of every answer; what an endpoint set itself stays.
fn security_headers(headers: &mut HeaderMap, is_https: bool) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    );
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    );
    if is_https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}

/// Finds the realm of the request, takes its prefix off the path, and passes both on. Runs before routing.
pub async fn in_realm(State(runtime): State<Arc<Runtime>>, mut request: Request, next: Next) -> Response {
    let (name, path) = match split_realm(request.uri().path()) {
        Ok(split) => split,
        Err(NoRealm) => return in_no_realm(&runtime, request, next).await,
    };
    let within = path.as_deref().unwrap_or_else(|| request.uri().path());
    if name != RealmName::Root && crate::routes::is_root_only(within) {
        return in_no_realm(&runtime, request, next).await;
    }
    let realm = match runtime.realms.get(&name).await {
        Ok(Some(realm)) => realm,
        Ok(None) => return in_no_realm(&runtime, request, next).await,
        Err(error) => return crate::error::unavailable(&error).into_response(),
    };
    tracing::Span::current().record("realm", realm.realm.name.as_str());
    let within = path.as_deref().unwrap_or_else(|| request.uri().path());
    let path = crate::routes::canonical(within).map(str::to_owned).or(path);
    if let Some(uri) = path.and_then(|path| with_path(request.uri(), &path)) {
        *request.uri_mut() = uri;
    }
    request.extensions_mut().insert(realm);
    next.run(request).await
}

/// Whether a browser shows what comes, as it says itself.
fn shows_pages(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT);
    accept.is_some_and(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")))
}

/// There is nothing there: a person is told so on a page of the root realm, where no path begins like one of a realm.
async fn in_no_realm(runtime: &Runtime, mut request: Request, next: Next) -> Response {
    if shows_pages(request.headers())
        && let Ok(Some(root)) = runtime.realms.get(&RealmName::Root).await
    {
        request.extensions_mut().insert(root);
        return next.run(request).await;
    }
    crate::error::not_found().into_response()
}

/// The path names a realm that cannot exist.
#[derive(Debug, PartialEq, Eq)]
struct NoRealm;

/// The realm a path belongs to, and the path within it when it differs. Metadata has its realm behind the
/// well-known name (RFC 8414 §3.1).
fn split_realm(path: &str) -> Result<(RealmName, Option<String>), NoRealm> {
    const INSERTED: [&str; 2] = [path::OAUTH_AUTHORIZATION_SERVER, path::OPENID_CONFIGURATION];
    for known in INSERTED {
        if let Some(slug) = path
            .strip_prefix(known)
            .and_then(|rest| rest.strip_prefix("/realms/"))
        {
            return Ok((named(slug)?, Some(known.to_owned())));
        }
    }
    let Some(rest) = path.strip_prefix("/realms/") else {
        return Ok((RealmName::Root, None));
    };
    let (slug, rest) = rest.split_once('/').ok_or(NoRealm)?;
    Ok((named(slug)?, Some(format!("/{rest}"))))
}

fn named(slug: &str) -> Result<RealmName, NoRealm> {
    slug.parse::<RealmSlug>()
        .map(RealmName::Named)
        .map_err(|_| NoRealm)
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let text = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(text).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_realm_is_what_the_path_says() {
        let acme = RealmName::Named("acme".parse().unwrap());
        assert_eq!(split_realm("/token"), Ok((RealmName::Root, None)));
        assert_eq!(
            split_realm("/realms/acme/token"),
            Ok((acme.clone(), Some("/token".to_owned())))
        );
        assert_eq!(
            split_realm("/.well-known/oauth-authorization-server/realms/acme"),
            Ok((acme, Some("/.well-known/oauth-authorization-server".to_owned())))
        );
        for bad in [
            "/realms/acme",
            "/realms/",
            "/realms/ACME/token",
            "/realms/root/token",
            "/realms/../token",
        ] {
            assert_eq!(split_realm(bad), Err(NoRealm), "{bad}");
        }
    }
}
