//! The JWK Set (RFC 7517 §5): every key that signs, will sign, or signed what has not expired.

use super::discovery::cacheable;
use crate::pages::InRealm;
use axum::{Extension, http::HeaderMap, response::Response};

/// `GET /.well-known/jwks.json`.
pub async fn get(Extension(realm): InRealm, headers: HeaderMap) -> Response {
    cacheable(oidc::jose::jwk_set(&realm.keys), &headers)
}
