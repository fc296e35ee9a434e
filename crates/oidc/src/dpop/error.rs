//! What can be wrong with a proof (RFC 9449 §4.3, §8).

use crate::error::ErrorCode;
use domain::stores::StoreError;

/// Why a proof proves nothing.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum DpopError {
    #[error("there is no proof")]
    Absent,
    #[error("there is more than one DPoP header")]
    Several,
    #[error("the proof is not a JWT, or has a malformed header or claim")]
    Malformed,
    #[error("the proof's typ is not dpop+jwt")]
    Type,
    #[error("the proof's algorithm is not allowed")]
    Algorithm,
    #[error("the proof's jwk is missing, not public, too weak, or not for its algorithm")]
    Key,
    #[error("the proof's key did not sign it")]
    Signature,
    #[error("the proof lacks the claim {0}")]
    Missing(&'static str),
    #[error("the proof is for another method")]
    Method,
    #[error("the proof is for another URI")]
    Uri,
    #[error("the proof is too old, or from the future")]
    Time,
    #[error("the proof is for another access token, or none")]
    TokenHash,
    #[error("the proof is by another key than the one that is named or bound to")]
    OtherKey,
    #[error("the proof was used before")]
    Replayed,
    #[error("the proof carries no nonce, or none that is good now")]
    Nonce,
    #[error("the store could not answer")]
    Store(#[from] StoreError),
}

impl DpopError {
    /// The code on the wire.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Absent
            | Self::Several
            | Self::Malformed
            | Self::Type
            | Self::Algorithm
            | Self::Key
            | Self::Signature
            | Self::Missing(_)
            | Self::Method
            | Self::Uri
            | Self::Time
            | Self::TokenHash
            | Self::OtherKey
            | Self::Replayed => ErrorCode::InvalidDpopProof,
            Self::Nonce => ErrorCode::UseDpopNonce,
            Self::Store(_) => ErrorCode::ServerError,
        }
    }

    /// A fixed sentence for developers.
    pub const fn description(&self) -> Option<&'static str> {
        match self {
            Self::Absent => Some("there is no proof"),
            Self::Several => Some("there is more than one DPoP header"),
            Self::Malformed => Some("the proof is not a JWT, or has a malformed header or claim"),
            Self::Type => Some("typ is not dpop+jwt"),
            Self::Algorithm => Some("alg is not supported"),
            Self::Key => Some("jwk is missing, not public, too weak, or not for alg"),
            Self::Signature => Some("the signature is wrong"),
            Self::Missing(_) => Some("one of the claims jti, htm, htu and iat is missing"),
            Self::Method => Some("htm is not the method of the request"),
            Self::Uri => Some("htu is not the URI of the endpoint"),
            Self::Time => Some("iat is too far from the present"),
            Self::TokenHash => Some("ath is not the hash of the access token"),
            Self::OtherKey => Some("the proof is by another key"),
            Self::Replayed => Some("the proof was used before"),
            Self::Nonce => Some("use the nonce of the DPoP-Nonce header"),
            Self::Store(_) => None,
        }
    }
}
