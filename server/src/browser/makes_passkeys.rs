//! The one cookie that script sets: that the device makes passkeys by itself, for which a server cannot ask. It says
//! nothing else of the browser or of whoever uses it, and whoever plants it has passkeys offered, no more.

use super::{Kept, cookie_name};
use axum::extract::Request;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use domain::realm_context::RealmContext;

const YES: &str = "1";
/// After this the device is asked again.
const BELIEVED_FOR: time::Duration = time::Duration::days(30);

/// Whether script told so.
pub(super) fn told(realm: &RealmContext, request: &Request) -> bool {
    let jar = CookieJar::from_headers(request.headers());
    jar.get(&cookie_name(Kept::MakesPasskeys, realm))
        .is_some_and(|cookie| cookie.value() == YES)
}

/// The cookie as script sets it where the device makes passkeys.
pub(crate) fn cookie(realm: &RealmContext) -> String {
    Cookie::build((cookie_name(Kept::MakesPasskeys, realm), YES))
        .path("/")
        .same_site(SameSite::Lax)
        .secure(realm.origin.is_https())
        .max_age(BELIEVED_FOR)
        .build()
        .to_string()
}
