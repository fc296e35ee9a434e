//! JWTs that others signed: client assertions, request objects (RFC 7515, RFC 8725).
//!
//! The algorithm must be one the caller allows and fit the key; keys come from the signer's registration, never
//! from the token (`jwk`, `jku`, `x5c`, `x5u` are ignored). Claims are not judged here.

use super::KeySet;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{client::ClientAlgorithm, clock::Timestamp};
use jsonwebtoken::{Algorithm, crypto};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The longest token looked at, in bytes.
pub const MAX_FOREIGN_BYTES: usize = 16_384;

/// Claims by name.
pub type Claims = Map<String, Value>;

/// A JWT taken apart, not yet believed.
#[derive(Clone)]
pub struct ForeignToken<'a> {
    header: Header,
    claims: Claims,
    message: &'a str,
    signature: &'a str,
}

#[derive(Clone, Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[serde(default, deserialize_with = "present")]
    crit: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    b64: Option<Value>,
}

/// A member that is there counts, also when it is null.
fn present<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(value).map(Some)
}

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForeignTokenError {
    /// It is too long or not a JWT in compact form.
    #[error("it is not a JWT")]
    Malformed,
    /// Its header demands what is not understood (RFC 7515 §4.1.11).
    #[error("its header has critical extensions")]
    Critical,
    /// Its algorithm is not allowed.
    #[error("its algorithm is not allowed")]
    Algorithm,
    /// No key of its signer fits.
    #[error("no key of the signer fits")]
    UnknownKey,
    /// Keys fit, and none made the signature.
    #[error("the signature is wrong")]
    Signature,
}

impl<'a> ForeignToken<'a> {
    /// Takes `token` apart.
    pub fn parse(token: &'a str) -> Result<Self, ForeignTokenError> {
        if token.len() > MAX_FOREIGN_BYTES {
            return Err(ForeignTokenError::Malformed);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(ForeignTokenError::Malformed)?;
        let (header, payload) = message.split_once('.').ok_or(ForeignTokenError::Malformed)?;
        let header: Header = read(header)?;
        if header.crit.is_some() || header.b64.is_some() {
            return Err(ForeignTokenError::Critical);
        }
        Ok(Self {
            header,
            claims: read(payload)?,
            message,
            signature,
        })
    }

    /// What it says of itself, to find out whose keys must verify it.
    pub fn unverified(&self) -> &Claims {
        &self.claims
    }

    /// The `alg` of its header.
    pub fn alg(&self) -> &str {
        &self.header.alg
    }

    /// The `typ` of its header.
    pub fn typ(&self) -> Option<&str> {
        self.header.typ.as_deref()
    }

    /// Whether its `typ` does not say that it is for another use than `typ` (RFC 8725 §3.11): many name none, or
    /// only `JWT`.
    pub fn is_typed_for(&self, typ: &str) -> bool {
        self.normalised_typ()
            .is_none_or(|given| given == "jwt" || given == typ)
    }

    /// Whether it says that it is a `typ`.
    pub fn is_typed(&self, typ: &str) -> bool {
        self.normalised_typ().is_some_and(|given| given == typ)
    }

    /// The `typ` in lower case, without the `application/` that may be left out (RFC 7515 §4.1.9).
    fn normalised_typ(&self) -> Option<String> {
        let given = self.header.typ.as_deref()?.to_ascii_lowercase();
        Some(given.trim_start_matches("application/").to_owned())
    }

    /// Whether it claims to be unsigned (RFC 7519 §6): no algorithm and no signature.
    pub fn is_unsigned(&self) -> bool {
        self.header.alg == "none" && self.signature.is_empty()
    }

    /// Its claims, if one of `keys` signed it with an algorithm of `allowed`.
    pub fn verify(&self, keys: &KeySet, allowed: &[ClientAlgorithm]) -> Result<&Claims, ForeignTokenError> {
        let alg = ClientAlgorithm::parse(&self.header.alg)
            .filter(|alg| allowed.contains(alg))
            .ok_or(ForeignTokenError::Algorithm)?;
        let mut verdict = Err(ForeignTokenError::UnknownKey);
        for key in keys.candidates(alg, self.header.kid.as_deref()) {
            let right = crypto::verify(self.signature, self.message.as_bytes(), key, primitive(alg));
            if right.unwrap_or(false) {
                return Ok(&self.claims);
            }
            verdict = Err(ForeignTokenError::Signature);
        }
        verdict
    }
}

impl std::fmt::Debug for ForeignToken<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ForeignToken(…)")
    }
}

/// The claims of `token`, if one of `keys` signed it with an algorithm of `allowed`. Its times are not judged.
pub fn verify_foreign(
    keys: &KeySet,
    allowed: &[ClientAlgorithm],
    token: &str,
) -> Result<Claims, ForeignTokenError> {
    ForeignToken::parse(token)?.verify(keys, allowed).cloned()
}

/// The moment that a claim of type NumericDate (RFC 7519 §2) names; fractions of a second are cut off.
pub(crate) fn numeric_date(claims: &Claims, name: &str) -> Result<Option<Timestamp>, ForeignTokenError> {
    /// About the year 5000; beyond it nothing is meant.
    const LATEST: f64 = 1e11;
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    let seconds = value.as_f64().filter(|seconds| (0.0..LATEST).contains(seconds));
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    seconds
        .map(|seconds| Some(Timestamp::from_seconds(seconds as i64)))
        .ok_or(ForeignTokenError::Malformed)
}

const fn primitive(alg: ClientAlgorithm) -> Algorithm {
    match alg {
        ClientAlgorithm::Rs256 => Algorithm::RS256,
        ClientAlgorithm::Ps256 => Algorithm::PS256,
        ClientAlgorithm::Es256 => Algorithm::ES256,
        ClientAlgorithm::EdDsa => Algorithm::EdDSA,
    }
}

fn read<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, ForeignTokenError> {
    let json = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| ForeignTokenError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| ForeignTokenError::Malformed)
}
