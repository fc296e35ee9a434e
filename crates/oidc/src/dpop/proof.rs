//! One proof (RFC 9449 §4.2): a JWT that names the key it is signed with. Whether it fits its request is judged
//! elsewhere.

use super::{ALGORITHMS, DpopError};
use crate::jose::{Claims, ForeignToken, ForeignTokenError, KeySet, numeric_date};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{client::ClientAlgorithm, clock::Timestamp, secret::Digest, thumbprint::Thumbprint};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use serde::Deserialize;
use serde_json::{Value, json};

const TYPE: &str = "dpop+jwt";
/// The longest `jti`, in bytes.
const MAX_JTI_BYTES: usize = 256;
/// The longest `nonce` and `ath` looked at, in bytes.
const MAX_TEXT_BYTES: usize = 256;

/// A proof that its key signed.
pub(super) struct Proof {
    /// The key.
    pub key: Thumbprint,
    pub htm: String,
    pub htu: String,
    pub iat: Timestamp,
    pub nonce: Option<String>,
    pub ath: Option<String>,
    jti: String,
}

#[derive(Deserialize)]
struct Header {
    jwk: Option<Value>,
}

impl Proof {
    /// Reads a proof and verifies its signature.
    pub(super) fn verify(proof: &str) -> Result<Self, DpopError> {
        let token = ForeignToken::parse(proof).map_err(|_| DpopError::Malformed)?;
        if token.typ() != Some(TYPE) {
            return Err(DpopError::Type);
        }
        if ClientAlgorithm::parse(token.alg()).is_none_or(|alg| !ALGORITHMS.contains(&alg)) {
            return Err(DpopError::Algorithm);
        }
        let jwk = embedded_key(proof)?;
        let keys = KeySet::parse(&json!({ "keys": [jwk] })).map_err(|_| DpopError::Key)?;
        let claims = token.verify(&keys, &ALGORITHMS).map_err(|error| match error {
            ForeignTokenError::Malformed | ForeignTokenError::Critical => DpopError::Malformed,
            ForeignTokenError::Algorithm => DpopError::Algorithm,
            ForeignTokenError::UnknownKey => DpopError::Key,
            ForeignTokenError::Signature => DpopError::Signature,
        })?;
        Self::read(thumbprint(jwk)?, claims)
    }

    fn read(key: Thumbprint, claims: &Claims) -> Result<Self, DpopError> {
        let required = |name| text(claims, name)?.ok_or(DpopError::Missing(name));
        let jti = required("jti")?;
        if !(1..=MAX_JTI_BYTES).contains(&jti.len()) {
            return Err(DpopError::Malformed);
        }
        let (nonce, ath) = (text(claims, "nonce")?, text(claims, "ath")?);
        if [&nonce, &ath]
            .into_iter()
            .flatten()
            .any(|text| text.len() > MAX_TEXT_BYTES)
        {
            return Err(DpopError::Malformed);
        }
        let iat = numeric_date(claims, "iat").map_err(|_| DpopError::Malformed)?;
        Ok(Self {
            key,
            htm: required("htm")?,
            htu: required("htu")?,
            iat: iat.ok_or(DpopError::Missing("iat"))?,
            nonce,
            ath,
            jti,
        })
    }

    /// What is remembered of it, so that it is used once. Nobody else can use up the `jti` of a key.
    pub(super) fn mark(&self) -> Digest {
        Digest::of(format!("{}\n{}", self.key.as_str(), self.jti))
    }
}

/// The key that the header names.
fn embedded_key(proof: &str) -> Result<Value, DpopError> {
    let header = proof.split('.').next().unwrap_or_default();
    let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| DpopError::Malformed)?;
    let header: Header = serde_json::from_slice(&header).map_err(|_| DpopError::Malformed)?;
    header.jwk.ok_or(DpopError::Key)
}

fn thumbprint(jwk: Value) -> Result<Thumbprint, DpopError> {
    let jwk: Jwk = serde_json::from_value(jwk).map_err(|_| DpopError::Key)?;
    let thumbprint = jwk
        .thumbprint(ThumbprintHash::SHA256)
        .map_err(|_| DpopError::Key)?;
    thumbprint.parse().map_err(|_| DpopError::Key)
}

/// The claim `name`, which must be a string where it is there.
fn text(claims: &Claims, name: &str) -> Result<Option<String>, DpopError> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(DpopError::Malformed),
    }
}
