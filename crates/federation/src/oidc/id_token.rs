//! What an ID token must say (OpenID Connect Core 1.0 §3.1.3.7), one function a rule. Its
//! signature was verified; its subject is judged where it is read.

use crate::claims::Claims;
use domain::{
    clock::Timestamp,
    federation::{Freshness, UpstreamError},
    secret::Secret,
};
use serde_json::Value;
use std::time::Duration;

/// How far two clocks may be apart.
pub(super) const SKEW: Duration = Duration::from_secs(60);

/// What is expected of a token.
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a Secret<String>,
    pub fresh: Option<Freshness>,
    pub now: Timestamp,
}

pub(super) fn check(claims: &Claims, expected: &Expected<'_>) -> Result<(), UpstreamError> {
    check_issuer(claims, expected.issuer)?;
    check_audience(claims, expected.client_id)?;
    check_authorized_party(claims, expected.client_id)?;
    check_times(claims, expected.now)?;
    check_nonce(claims, expected.nonce)?;
    expected
        .fresh
        .map_or(Ok(()), |fresh| check_auth_time(claims, fresh))
}

pub(super) fn check_issuer(claims: &Claims, issuer: &str) -> Result<(), UpstreamError> {
    if text(claims, "iss") == Some(issuer) {
        return Ok(());
    }
    Err(UpstreamError::Refused("the token is another issuer's"))
}

/// For us, and for nobody else unless it says that it was issued to us.
pub(super) fn check_audience(claims: &Claims, client_id: &str) -> Result<(), UpstreamError> {
    let (ours, others) = match claims.get("aud") {
        Some(Value::Array(listed)) => (listed.iter().any(|aud| aud == client_id), listed.len() > 1),
        Some(one) => (one == client_id, false),
        None => (false, false),
    };
    if ours && (!others || text(claims, "azp") == Some(client_id)) {
        return Ok(());
    }
    Err(UpstreamError::Refused("the token is for another client"))
}

fn check_authorized_party(claims: &Claims, client_id: &str) -> Result<(), UpstreamError> {
    match claims.get("azp") {
        Some(party) if party != client_id => {
            Err(UpstreamError::Refused("the token was issued to another client"))
        }
        Some(_) | None => Ok(()),
    }
}

/// Both times must be there, and one who reads the token now must be between them.
pub(super) fn check_times(claims: &Claims, now: Timestamp) -> Result<Timestamp, UpstreamError> {
    let expires_at =
        moment(claims, "exp").ok_or(UpstreamError::Refused("the token does not say when it expires"))?;
    let issued_at = moment(claims, "iat").ok_or(UpstreamError::Refused(
        "the token does not say when it was issued",
    ))?;
    if now >= expires_at + SKEW {
        return Err(UpstreamError::Refused("the token has expired"));
    }
    if issued_at > now + SKEW {
        return Err(UpstreamError::Refused("the token is of the future"));
    }
    Ok(expires_at)
}

/// A token without the nonce of this attempt may be of another attempt, or another browser's.
fn check_nonce(claims: &Claims, nonce: &Secret<String>) -> Result<(), UpstreamError> {
    let given = text(claims, "nonce").map(|given| Secret::new(given.to_owned()));
    if given.as_ref() == Some(nonce) {
        return Ok(());
    }
    Err(UpstreamError::Refused("the token is not of this attempt"))
}

/// When the person proved who they are.
pub(super) fn auth_time(claims: &Claims) -> Option<Timestamp> {
    moment(claims, "auth_time")
}

/// Who is asked to prove again who they are must have done so (Core §3.1.2.1): a provider that took no notice says
/// when they last did, or nothing.
fn check_auth_time(claims: &Claims, fresh: Freshness) -> Result<(), UpstreamError> {
    match auth_time(claims) {
        Some(at) if at + SKEW >= fresh.since => Ok(()),
        Some(_) => Err(UpstreamError::Stale(
            "the person did not prove again who they are",
        )),
        None => Err(UpstreamError::Stale(
            "the token does not say when the person proved who they are",
        )),
    }
}

fn text<'a>(claims: &'a Claims, name: &str) -> Option<&'a str> {
    claims.get(name)?.as_str()
}

/// A NumericDate (RFC 7519 §2); fractions of a second are cut off.
fn moment(claims: &Claims, name: &str) -> Option<Timestamp> {
    /// About the year 5000; beyond it nothing is meant.
    const LATEST: f64 = 1e11;
    let seconds = claims.get(name)?.as_f64()?;
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    (0.0..LATEST)
        .contains(&seconds)
        .then(|| Timestamp::from_seconds(seconds as i64))
}
