//! Metadata: OpenID Connect Discovery 1.0 and RFC 8414. One document under both names.

use crate::pages::InRealm;
use axum::{
    Extension,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::secret::Digest;

/// `GET /.well-known/openid-configuration`.
pub async fn openid_configuration(Extension(realm): InRealm, headers: HeaderMap) -> Response {
    let document = serde_json::to_vec(&oidc::discovery::metadata(&realm)).unwrap_or_default();
    cacheable(document, &headers)
}

/// `GET /.well-known/oauth-authorization-server`.
pub async fn authorization_server(realm: InRealm, headers: HeaderMap) -> Response {
    openid_configuration(realm, headers).await
}

/// A JSON document that may be kept for a quarter of an hour, and then asked about by its ETag.
pub fn cacheable(document: Vec<u8>, headers: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", Digest::of(&document).to_base64url());
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let unchanged = known.is_some_and(|known| {
        known
            .split(',')
            .any(|tag| tag.trim().trim_start_matches("W/") == etag)
    });
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        document.into_response()
    };
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    set.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=900"),
    );
    if let Ok(etag) = HeaderValue::try_from(etag) {
        set.insert(header::ETAG, etag);
    }
    response
}
