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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        issuer::Origin,
        signing_key::KeyRing,
        testing::{FixedClock, MemoryStores, realm_context},
    };
    use std::sync::Arc;

    #[test]
    fn it_is_this_deployments_alone_and_as_safe_as_the_others_but_for_script() {
        let keys = KeyRing::new(Vec::new(), Vec::new());
        let clock = Arc::new(FixedClock::default());
        let mut realm = realm_context(&MemoryStores::default(), clock, keys);
        for (origin, expected) in [
            (
                "https://id.example.com",
                "__Host-signet-makes-passkeys=1; SameSite=Lax; Secure; Path=/; Max-Age=2592000",
            ),
            (
                "http://localhost:4000",
                "signet-makes-passkeys-4000=1; SameSite=Lax; Path=/; Max-Age=2592000",
            ),
        ] {
            realm.origin = Origin::parse(origin).unwrap();
            assert_eq!(cookie(&realm), expected);
            for (sent, means) in [("1", true), ("0", false), ("", false)] {
                let (name, _) = expected.split_once('=').unwrap();
                let request = Request::builder().header("cookie", format!("{name}={sent}"));
                let request = request.body(axum::body::Body::empty()).unwrap();
                assert_eq!(told(&realm, &request), means, "{sent}");
            }
        }
    }
}
