//! What a logout token must say (OpenID Connect Back-Channel Logout 1.0 §2.6). Its signature was verified; that it is
//! used once is for whoever remembers its id.

use super::id_token::{check_audience, check_issuer, check_times};
use crate::claims::{self, Claims};
use domain::{
    clock::Timestamp,
    federation::{LoggedOut, UpstreamError},
};
use serde_json::Value;
use std::time::Duration;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// No logout token lives longer: its id has to be remembered until it expires.
const MAX_LIFETIME: Duration = Duration::from_secs(86_400);

pub(super) fn read(
    claims: &Claims,
    issuer: &str,
    client_id: &str,
    now: Timestamp,
) -> Result<LoggedOut, UpstreamError> {
    check_issuer(claims, issuer)?;
    check_audience(claims, client_id)?;
    let expires_at = check_times(claims, now)?;
    if expires_at > now + MAX_LIFETIME {
        return Err(UpstreamError::Refused("the logout token lives too long"));
    }
    let event = claims.get("events").and_then(|events| events.get(EVENT));
    if !event.is_some_and(Value::is_object) {
        return Err(UpstreamError::Refused("the token tells of no logout"));
    }
    // An ID token must not end sessions.
    if claims.contains_key("nonce") {
        return Err(UpstreamError::Refused("a logout token has no nonce"));
    }
    let subject = claims::identifier(claims, "sub");
    let session = claims::identifier(claims, "sid");
    if subject.is_none() && session.is_none() {
        return Err(UpstreamError::Refused(
            "the logout token names nobody and no session",
        ));
    }
    Ok(LoggedOut {
        issuer: issuer.to_owned(),
        subject,
        session,
        token_id: claims::identifier(claims, "jti")
            .ok_or(UpstreamError::Refused("the logout token has no jti"))?,
        expires_at,
    })
}
