//! A signed token (RFC 7515, RFC 8725) of a provider's: its claims are read from the very bytes whose signature was
//! verified, and from no token that was not.
//!
//! Signatures are verified by the crate `openidconnect`. Its own validation knows ID tokens only and refuses them for
//! any claim of an unusual type, also one that nobody reads; ours serves ID tokens and logout tokens.

use crate::claims::Claims;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::federation::UpstreamError;
use openidconnect::{
    JsonWebKey as _,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// A token, taken apart and not yet believed.
pub(super) struct Signed<'a> {
    header: Header,
    claims: Claims,
    message: &'a str,
    signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

/// Why no key makes a token good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    Algorithm,
    Key,
    Signature,
}

impl From<Unfit> for UpstreamError {
    fn from(unfit: Unfit) -> Self {
        Self::Refused(match unfit {
            Unfit::Algorithm => "the token's algorithm is not allowed",
            Unfit::Key => "no key of the provider fits",
            Unfit::Signature => "the token's signature is wrong",
        })
    }
}

impl<'a> Signed<'a> {
    pub(super) fn parse(token: &'a str) -> Result<Self, UpstreamError> {
        const MALFORMED: UpstreamError = UpstreamError::Refused("the token is malformed");
        let (message, signature) = token.rsplit_once('.').ok_or(MALFORMED)?;
        let (header, payload) = message.split_once('.').ok_or(MALFORMED)?;
        let header: Header = json(header).ok_or(MALFORMED)?;
        if header.crit.is_some() {
            return Err(UpstreamError::Refused("the token has critical extensions"));
        }
        let typ = header.typ.as_deref().map(str::to_ascii_lowercase);
        // What is an access token or a proof is not to be taken for what it is not (RFC 8725 §3.11).
        if !typ.is_none_or(|typ| matches!(typ.trim_start_matches("application/"), "jwt" | "logout+jwt")) {
            return Err(UpstreamError::Refused("the token is of another type"));
        }
        Ok(Self {
            header,
            claims: json(payload).ok_or(MALFORMED)?,
            message,
            signature: URL_SAFE_NO_PAD.decode(signature).map_err(|_| MALFORMED)?,
        })
    }

    /// Its claims, if one of `keys` signed it.
    pub(super) fn verify(&self, keys: &[CoreJsonWebKey]) -> Result<&Claims, Unfit> {
        let alg = algorithm(&self.header.alg).ok_or(Unfit::Algorithm)?;
        let mut verdict = Err(Unfit::Key);
        for key in keys.iter().filter(|key| self.may_be_from(key)) {
            if key
                .verify_signature(&alg, self.message.as_bytes(), &self.signature)
                .is_ok()
            {
                return Ok(&self.claims);
            }
            verdict = Err(Unfit::Signature);
        }
        verdict
    }

    /// Whether the names of the key, if both have one, are the same. What the key may be used for is judged with
    /// the signature.
    fn may_be_from(&self, key: &CoreJsonWebKey) -> bool {
        match (&self.header.kid, key.key_id()) {
            (Some(wanted), Some(name)) => *wanted == **name,
            (None, _) | (_, None) => true,
        }
    }
}

/// The algorithms believed: asymmetric ones. `none` signs nothing, and whoever knows the client's secret could sign
/// with `HS256`.
fn algorithm(name: &str) -> Option<CoreJwsSigningAlgorithm> {
    Some(match name {
        "RS256" => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        "RS384" => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
        "RS512" => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
        "PS256" => CoreJwsSigningAlgorithm::RsaSsaPssSha256,
        "PS384" => CoreJwsSigningAlgorithm::RsaSsaPssSha384,
        "PS512" => CoreJwsSigningAlgorithm::RsaSsaPssSha512,
        "ES256" => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        "ES384" => CoreJwsSigningAlgorithm::EcdsaP384Sha384,
        "EdDSA" | "Ed25519" => CoreJwsSigningAlgorithm::EdDsa,
        _ => return None,
    })
}

fn json<T: DeserializeOwned>(part: &str) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}
