//! Addresses that only lead elsewhere.

use crate::pages::{InRealm, see_other};
use axum::{Extension, Json, response::Response};

/// `GET /register`: people are sent to the page for them; the address itself is RFC 7591's.
pub async fn sign_up(Extension(realm): InRealm) -> Response {
    see_other(&realm.path("/sign-up"))
}

/// `GET /.well-known/change-password` (W3C): where a password manager sends people.
pub async fn change_password(Extension(realm): InRealm) -> Response {
    see_other(&realm.path("/account/security#password"))
}

/// `GET /.well-known/passkey-endpoints` (W3C): where a password manager sends people to make and manage passkeys.
pub async fn passkey_endpoints(Extension(realm): InRealm) -> Json<serde_json::Value> {
    let page = realm.issuer.url("/account/security");
    Json(serde_json::json!({ "enroll": page, "manage": page }))
}
