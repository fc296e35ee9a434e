//! `private_key_jwt`: a JWT that the client signs with its own key (RFC 7523 §2.2 and §3, OpenID Connect Core §9).
//!
//! Its audience is this issuer and nothing else: an assertion made out to the token endpoint's URL could have been
//! coaxed out of the client by another server (draft-ietf-oauth-rfc7523bis §4). Each is accepted once.

use super::ClientAuthError;
use crate::{
    Protocol,
    jose::{Claims, ForeignToken, ForeignTokenError, MAX_FOREIGN_BYTES, numeric_date},
    parameters::Parameters,
    remote_keys::SignerError,
};
use domain::{
    client::{Client, ClientAlgorithm},
    clock::Timestamp,
    secret::{Digest, Secret},
    services::Act,
};
use serde_json::Value;
use std::time::Duration;

/// The only `client_assertion_type` there is (RFC 7523 §2.2).
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far ahead an assertion may expire.
const MAX_LIFETIME: Duration = Duration::from_secs(300);
/// How far ahead of ours a client's clock may be.
const SKEW: Duration = Duration::from_secs(60);
/// The longest `jti`, in bytes.
const MAX_JTI_BYTES: usize = 256;

/// Why an assertion proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum AssertionError {
    /// The signature, or the keys to verify it with.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// It is not a JWT, or not of the expected form.
    #[error(transparent)]
    Token(#[from] ForeignTokenError),
    /// Its `typ` says that it is for something else (RFC 8725 §3.11).
    #[error("the assertion is of another type")]
    Type,
    /// `iss` and `sub` must both be the `client_id`.
    #[error("the assertion is not by and about the client")]
    Subject,
    /// `aud` must be this issuer alone.
    #[error("the assertion is not for this issuer alone")]
    Audience,
    /// `exp` is missing, past or too far ahead.
    #[error("the assertion has expired, or expires too late or never")]
    Expiry,
    /// `iat` or `nbf` lies ahead.
    #[error("the assertion is not valid yet")]
    Early,
    /// `jti` is missing or too long.
    #[error("the assertion has no usable jti")]
    Id,
    /// It was used before.
    #[error("the assertion was used before")]
    Replayed,
}

/// The assertion of a request, if it carries one.
pub(super) fn read(body: &Parameters) -> Result<Option<Secret<String>>, ClientAuthError> {
    match (body.one("client_assertion_type")?, body.one("client_assertion")?) {
        (None, None) => Ok(None),
        (Some(TYPE), Some(assertion)) if assertion.len() <= MAX_FOREIGN_BYTES => {
            Ok(Some(Secret::new(assertion.to_owned())))
        }
        (Some(_), _) | (None, Some(_)) => Err(ClientAuthError::Malformed),
    }
}

/// Who an assertion says it is by, to find the keys that verify it.
pub(super) fn issuer(assertion: &str) -> Result<String, ClientAuthError> {
    let token = ForeignToken::parse(assertion).map_err(AssertionError::from)?;
    let issuer = token.unverified().get("iss").and_then(Value::as_str);
    issuer.map(str::to_owned).ok_or(ClientAuthError::Malformed)
}

/// Judges the assertion of a client that is registered for this method.
pub(super) async fn check(
    protocol: &Protocol,
    act: &Act,
    client: &Client,
    assertion: &Secret<String>,
) -> Result<(), ClientAuthError> {
    let token = ForeignToken::parse(assertion.expose()).map_err(AssertionError::from)?;
    if !token.is_typed_for("client-authentication+jwt") {
        return Err(AssertionError::Type.into());
    }
    let metadata = &client.oidc().metadata;
    let registered = metadata.token_endpoint_auth_signing_alg;
    let allowed = registered.map_or(ClientAlgorithm::ALL.to_vec(), |alg| vec![alg]);
    let verified = protocol
        .remote_keys
        .verify(&metadata.keys, &allowed, &token)
        .await;
    let claims = verified.map_err(AssertionError::from)?;
    let by_itself = |name| claims.get(name).and_then(Value::as_str) == Some(client.id.as_str());
    if !by_itself("iss") || !by_itself("sub") {
        return Err(AssertionError::Subject.into());
    }
    if !is_for(act.realm.issuer.as_str(), &claims) {
        return Err(AssertionError::Audience.into());
    }
    let expires_at = check_times(&claims, protocol.ports.clock.now())?;
    let mark = mark(client, &claims)?;
    // Last, so that only what is right in every other way uses its jti up.
    if act.realm.ephemeral.replays.first_use(&mark, expires_at).await? {
        Ok(())
    } else {
        Err(AssertionError::Replayed.into())
    }
}

fn is_for(issuer: &str, claims: &Claims) -> bool {
    match claims.get("aud") {
        Some(Value::String(audience)) => audience == issuer,
        Some(Value::Array(audiences)) => matches!(audiences.as_slice(), [only] if only == issuer),
        Some(_) | None => false,
    }
}

/// When the assertion expires, if its time is now.
fn check_times(claims: &Claims, now: Timestamp) -> Result<Timestamp, AssertionError> {
    for name in ["iat", "nbf"] {
        if numeric_date(claims, name)?.is_some_and(|from| from > now + SKEW) {
            return Err(AssertionError::Early);
        }
    }
    numeric_date(claims, "exp")?
        .filter(|end| now < *end && *end <= now + MAX_LIFETIME + SKEW)
        .ok_or(AssertionError::Expiry)
}

fn mark(client: &Client, claims: &Claims) -> Result<Digest, AssertionError> {
    let jti = claims.get("jti").and_then(Value::as_str);
    let jti = jti.filter(|jti| (1..=MAX_JTI_BYTES).contains(&jti.len()));
    // No client_id contains a line break.
    jti.map(|jti| Digest::of(format!("client assertion\n{}\n{jti}", client.id)))
        .ok_or(AssertionError::Id)
}
