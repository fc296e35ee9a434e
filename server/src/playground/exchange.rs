//! One request to an endpoint of this product, and what came back, written down.

use crate::{extract::request_origin::Origins, pages::AppState};
use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, header},
};
use domain::realm_context::RealmContext;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tower::ServiceExt as _;

const MAX_ANSWER: usize = 256 * 1024;

/// Sends requests in the name of a visitor.
pub struct Exchange<'a> {
    /// What handlers share.
    pub state: &'a AppState,
    /// The realm whose endpoints are asked.
    pub realm: &'a RealmContext,
    /// Where the visitor came from, for limits and the log.
    pub origins: &'a Origins,
}

/// A request and its answer.
pub struct Answered {
    /// The request as sent.
    pub request: String,
    /// Such as `200 OK`.
    pub status: String,
    /// Whether it was a success.
    pub ok: bool,
    /// The body.
    pub body: String,
}

impl Exchange<'_> {
    /// The page's own path.
    pub fn home(&self) -> String {
        self.realm.path("/playground")
    }

    /// GET, with a bearer token if there is one.
    pub async fn get(&self, path: &str, bearer: Option<&str>) -> Answered {
        let mut written = format!("GET {}", self.realm.path(path));
        let mut request = Request::builder().method(Method::GET).uri(self.realm.path(path));
        if let Some(token) = bearer {
            written.push_str(&format!("\nAuthorization: Bearer {token}"));
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        self.send(request.body(Body::empty()), written).await
    }

    /// POST of a form.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answered {
        let body = serde_urlencoded::to_string(form).unwrap_or_default();
        let mime = "application/x-www-form-urlencoded";
        let written = format!(
            "POST {}\nContent-Type: {mime}\n\n{}",
            self.realm.path(path),
            body.replace('&', "\n&")
        );
        let request = Request::builder()
            .method(Method::POST)
            .uri(self.realm.path(path))
            .header(header::CONTENT_TYPE, mime);
        self.send(request.body(Body::from(body)), written).await
    }

    async fn send(&self, request: Result<Request<Body>, axum::http::Error>, written: String) -> Answered {
        let failed = |request: String| Answered {
            request,
            status: "503 Service Unavailable".to_owned(),
            ok: false,
            body: String::new(),
        };
        let Ok(mut request) = request else {
            return failed(written);
        };
        let peer = self
            .origins
            .request
            .address
            .unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::new(peer, 0)));
        let response = match crate::routes::service(self.state.clone()).oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), MAX_ANSWER)
            .await
            .unwrap_or_default();
        Answered {
            request: written,
            status: format!(
                "{} {}",
                status.as_u16(),
                status.canonical_reason().unwrap_or_default()
            ),
            ok: status.is_success(),
            body: pretty(&String::from_utf8_lossy(&body)),
        }
    }
}

/// JSON with line breaks; anything else as it is.
pub fn pretty(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text)
        .ok()
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| text.to_owned())
}
