//! Compact serialisation (RFC 7515 §3.1).

use super::TokenType;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::signing_key::{Signer, SigningError};
use serde::Serialize;

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    typ: &'a str,
    kid: &'a str,
}

/// Signs `claims` as a JWT of type `typ`.
pub async fn sign<C: Serialize + Sync>(
    signer: &dyn Signer,
    typ: TokenType,
    claims: &C,
) -> Result<String, SigningError> {
    let header = Header {
        alg: signer.alg().as_str(),
        typ: typ.as_str(),
        kid: signer.kid(),
    };
    let mut token = format!("{}.{}", part(&header)?, part(claims)?);
    let signature = signer.sign(token.as_bytes()).await?;
    token.push('.');
    token.push_str(&URL_SAFE_NO_PAD.encode(signature));
    Ok(token)
}

fn part<T: Serialize>(value: &T) -> Result<String, SigningError> {
    serde_json::to_vec(value)
        .map(|json| URL_SAFE_NO_PAD.encode(json))
        .map_err(|_| SigningError)
}
