//! Metadata: OpenID Connect Discovery 1.0 and RFC 8414. One document under both names.

use crate::pages::{InRealm, WithRuntime};
use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{realm_context::RealmContext, secret::Digest};

/// What a realm publishes of itself, as bytes that are ready to be sent.
pub struct Published {
    metadata: Document,
    jwk_set: Document,
}

impl Published {
    /// What `realm` publishes until it is opened anew: its settings and keys do not change before.
    pub fn of(realm: &RealmContext) -> Self {
        let metadata = serde_json::to_vec(&oidc::discovery::metadata(realm)).unwrap_or_default();
        Self {
            metadata: Document::new(metadata),
            jwk_set: Document::new(oidc::jose::jwk_set(&realm.keys)),
        }
    }
}

/// `GET /.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`.
pub async fn metadata(runtime: WithRuntime, realm: InRealm, headers: HeaderMap) -> Response {
    published(runtime, realm, |published| published.metadata.answer(&headers)).await
}

/// `GET /.well-known/jwks.json`: the JWK Set (RFC 7517 §5) of every key that signs, will sign, or signed what has not
/// expired.
pub async fn jwk_set(runtime: WithRuntime, realm: InRealm, headers: HeaderMap) -> Response {
    published(runtime, realm, |published| published.jwk_set.answer(&headers)).await
}

async fn published(
    State(runtime): WithRuntime,
    Extension(realm): InRealm,
    answer: impl FnOnce(&Published) -> Response,
) -> Response {
    match runtime.realms.published(&realm.realm.name).await {
        Ok(Some(published)) => answer(&published),
        Ok(None) => crate::error::not_found(),
        Err(error) => crate::error::unavailable(&error),
    }
}

/// A JSON document that may be kept for a quarter of an hour, and then asked about by its ETag.
struct Document {
    body: Bytes,
    etag: String,
}

impl Document {
    fn new(body: Vec<u8>) -> Self {
        Self {
            etag: format!("\"{}\"", Digest::of(&body).to_base64url()),
            body: body.into(),
        }
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let known = headers
            .get(header::IF_NONE_MATCH)
            .and_then(|value| value.to_str().ok());
        let unchanged = known.is_some_and(|known| {
            known
                .split(',')
                .any(|tag| tag.trim().trim_start_matches("W/") == self.etag)
        });
        let mut response = if unchanged {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            self.body.clone().into_response()
        };
        let set = response.headers_mut();
        set.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        set.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=900"),
        );
        if let Ok(etag) = HeaderValue::try_from(&self.etag) {
            set.insert(header::ETAG, etag);
        }
        response
    }
}
