//! DPoP (RFC 9449): a request proves that its sender holds a private key, and what is issued is bound to that key.
//!
//! A proof is good for one request to one endpoint of this issuer, once. Who must prove what is decided where tokens
//! are issued and accepted.

mod error;
mod htu;
mod nonce;
mod proof;

pub use error::DpopError;
pub use nonce::nonce;

use crate::{Protocol, jose::MAX_FOREIGN_BYTES};
use domain::{client::ClientAlgorithm, secret::Digest, services::Act, thumbprint::Thumbprint};
use proof::Proof;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What proofs may be signed with.
pub const ALGORITHMS: [ClientAlgorithm; 4] = ClientAlgorithm::ALL;
/// How far the `iat` of a proof may be from the present.
pub const WINDOW: Duration = Duration::from_secs(60);
/// The longest proof looked at, in bytes.
const MAX_PROOF_BYTES: usize = MAX_FOREIGN_BYTES / 2;

/// The `DPoP` headers of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProofHeader<'a> {
    /// None.
    #[default]
    Absent,
    /// One, with this value.
    One(&'a str),
    /// More than the one there may be (RFC 9449 §4.3).
    Several,
}

impl<'a> ProofHeader<'a> {
    /// The headers whose values are these.
    pub fn of(values: &'a [String]) -> Self {
        match values {
            [] => Self::Absent,
            [one] => Self::One(one),
            [_, _, ..] => Self::Several,
        }
    }
}

/// The request that a proof is for.
#[derive(Clone, Copy, Debug)]
pub struct ProvenRequest<'a> {
    /// The HTTP method.
    pub method: &'static str,
    /// The endpoint's path within the realm.
    pub path: &'static str,
    /// The access token that comes with it.
    pub access_token: Option<&'a str>,
}

impl ProvenRequest<'_> {
    /// A POST that carries no access token.
    pub(crate) const fn post(path: &'static str) -> Self {
        Self {
            method: "POST",
            path,
            access_token: None,
        }
    }
}

/// Who may use what is issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SenderConstraint {
    /// Whoever has it (RFC 6750).
    None,
    /// The holder of this key.
    Dpop(Thumbprint),
}

impl SenderConstraint {
    /// The `token_type` of an access token under it.
    pub const fn token_type(&self) -> &'static str {
        match self {
            Self::None => "Bearer",
            Self::Dpop(_) => "DPoP",
        }
    }

    /// The key that the sender proved to hold.
    pub const fn key(&self) -> Option<&Thumbprint> {
        match self {
            Self::None => None,
            Self::Dpop(key) => Some(key),
        }
    }

    /// Whether the sender may use what is bound to `bound`; anybody may use what is bound to no key.
    pub(crate) fn meets(&self, bound: Option<&Thumbprint>) -> bool {
        bound.is_none_or(|bound| self.key() == Some(bound))
    }

    /// The `cnf` claim of an access token under it.
    pub(crate) fn confirmation(&self) -> Option<Confirmation> {
        self.key().map(|key| Confirmation { jkt: key.clone() })
    }
}

/// The `cnf` claim (RFC 7800 §3.1, RFC 9449 §6.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Confirmation {
    /// The key whose holder alone may use the token.
    pub jkt: Thumbprint,
}

/// What the sender of `request` proved.
pub(crate) async fn constraint(
    protocol: &Protocol,
    act: &Act,
    header: ProofHeader<'_>,
    request: ProvenRequest<'_>,
) -> Result<SenderConstraint, DpopError> {
    match header {
        ProofHeader::Absent => Ok(SenderConstraint::None),
        ProofHeader::Several => Err(DpopError::Several),
        ProofHeader::One(proof) => verify(protocol, act, proof, request)
            .await
            .map(SenderConstraint::Dpop),
    }
}

/// The key that signed `proof`, if it proves possession for `request` (RFC 9449 §4.3).
async fn verify(
    protocol: &Protocol,
    act: &Act,
    proof: &str,
    request: ProvenRequest<'_>,
) -> Result<Thumbprint, DpopError> {
    if proof.len() > MAX_PROOF_BYTES {
        return Err(DpopError::Malformed);
    }
    let now = protocol.ports.clock.now();
    let proof = Proof::verify(proof)?;
    if proof.htm != request.method {
        return Err(DpopError::Method);
    }
    if !htu::names_endpoint(&proof.htu, &act.realm.issuer, request.path) {
        return Err(DpopError::Uri);
    }
    let token_hash = request.access_token.map(|token| Digest::of(token).to_base64url());
    if token_hash.is_some() && proof.ath != token_hash {
        return Err(DpopError::TokenHash);
    }
    match &proof.nonce {
        Some(given) if nonce::is_good(protocol, act, given) => {}
        Some(_) => return Err(DpopError::Nonce),
        None if act.realm.settings.require_dpop_nonce => return Err(DpopError::Nonce),
        None => {}
    }
    let until = proof.iat + WINDOW;
    if now >= until || proof.iat > now + WINDOW {
        return Err(DpopError::Time);
    }
    // Last, so that only what is right in every other way uses its jti up.
    if act.realm.ephemeral.proofs.first_use(&proof.mark(), until).await? {
        Ok(proof.key)
    } else {
        Err(DpopError::Replayed)
    }
}

#[cfg(test)]
mod tests;
