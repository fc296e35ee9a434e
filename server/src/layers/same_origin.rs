//! Forms and server functions are for the product's own pages: the guard against requests that other sites make browsers
//! send.

use crate::pages::{AppState, PageRequest};
use app::{
    Page,
    pages::message::{Message, MessageKind},
};
use axum::{
    extract::{FromRequestParts as _, Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::Response,
};
use domain::issuer::Origin;

/// Lets a form or server function through if the product's own pages sent it. Browsers say so; what says nothing
/// is not a browser, or an old one that the Lax cookie protects.
pub async fn same_origin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_same_origin(request.headers(), &state.runtime.origin) {
        return next.run(request).await;
    }
    let (mut parts, _) = request.into_parts();
    match PageRequest::from_request_parts(&mut parts, &state).await {
        Ok(page) => page.show(Page::Message(Message {
            kind: MessageKind::Forbidden,
        })),
        Err(response) => response,
    }
}

/// Whether headers say that a page of `public` sent the request, or say nothing.
pub fn is_same_origin(headers: &HeaderMap, public: &Origin) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    headers
        .get(header::ORIGIN)
        .is_none_or(|origin| origin == public.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_our_own_pages_may_post() {
        let public = Origin::parse("https://id.example.com").unwrap();
        let judged = |pairs: &[(&'static str, &'static str)]| {
            let headers: HeaderMap = pairs
                .iter()
                .map(|(n, v)| (n.parse().unwrap(), HeaderValue::from_static(v)))
                .collect();
            is_same_origin(&headers, &public)
        };
        assert!(judged(&[]));
        assert!(judged(&[("origin", "https://id.example.com")]));
        assert!(judged(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        for foreign in [
            "https://evil.example",
            "null",
            "https://id.example.com.evil.example",
            "http://id.example.com",
        ] {
            assert!(!judged(&[("origin", foreign)]), "{foreign}");
        }
        for site in ["cross-site", "same-site", ""] {
            assert!(
                !judged(&[("sec-fetch-site", site), ("origin", "https://id.example.com")]),
                "{site}"
            );
        }
    }
}
