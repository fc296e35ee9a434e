//! The cookie by which accounts trust a browser: a token for each, the newest first.

use super::{Kept, cookie_name};
use axum::{extract::Request, http::HeaderValue};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use domain::{
    opaque::{OpaqueKind, OpaqueToken},
    realm_context::RealmContext,
    second_factor::TRUSTED_FOR,
};

/// Accounts that trust one browser at a time.
const MOST: usize = 5;
/// Stands between tokens; no token has it.
const BETWEEN: char = '.';

/// The tokens that the browser sent.
pub(super) fn tokens(realm: &RealmContext, request: &Request) -> Vec<OpaqueToken> {
    let jar = CookieJar::from_headers(request.headers());
    let cookie = jar.get(&cookie_name(Kept::TrustedDevice, realm));
    let value = cookie.map(Cookie::value).unwrap_or_default();
    let tokens = value.split(BETWEEN).take(MOST);
    tokens
        .filter_map(|token| OpaqueToken::parse(OpaqueKind::TrustedDevice, token))
        .collect()
}

/// The header that adds `new` tokens to those there are.
pub(super) fn header(
    realm: &RealmContext,
    present: Vec<OpaqueToken>,
    new: Vec<OpaqueToken>,
) -> Option<HeaderValue> {
    if new.is_empty() {
        return None;
    }
    let kept: Vec<OpaqueToken> = new.into_iter().chain(present).take(MOST).collect();
    let value: Vec<&str> = kept.iter().map(OpaqueToken::expose).collect();
    let lifetime = time::Duration::try_from(TRUSTED_FOR).unwrap_or(time::Duration::DAY);
    let cookie = Cookie::build((
        cookie_name(Kept::TrustedDevice, realm),
        value.join(&BETWEEN.to_string()),
    ))
    .path("/")
    .http_only(true)
    .same_site(SameSite::Lax)
    .secure(realm.origin.is_https())
    .max_age(lifetime)
    .build();
    HeaderValue::try_from(cookie.to_string()).ok()
}
