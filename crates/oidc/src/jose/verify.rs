//! Verification of our own JWTs (RFC 8725): key, algorithm, type and issuer are what we expect, never what the
//! token says.

use super::TokenType;
use crate::bearer::MAX_TOKEN_BYTES;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{issuer::Issuer, signing_key::KeyRing};
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use std::borrow::Cow;

/// The text is not a token of the expected type that this realm issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a token of this issuer")]
pub struct InvalidToken;

#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow)]
    alg: Cow<'a, str>,
    #[serde(borrow)]
    typ: Cow<'a, str>,
    #[serde(borrow)]
    kid: Cow<'a, str>,
    #[serde(default, deserialize_with = "present")]
    crit: bool,
}

/// A member that is there counts, also when it is null.
fn present<'de, D: serde::Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(value).map(|_| true)
}

#[derive(Deserialize)]
struct Issued<'a> {
    #[serde(borrow)]
    iss: Cow<'a, str>,
}

/// The claims of `token`, if a key of `keys` signed it as a `typ` of `issuer`. Its times are not judged.
pub fn verify<C: DeserializeOwned>(
    keys: &KeyRing,
    issuer: &Issuer,
    typ: TokenType,
    token: &str,
) -> Result<C, InvalidToken> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(InvalidToken);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(InvalidToken)?;
    let (header, claims) = message.split_once('.').ok_or(InvalidToken)?;
    let header = decode(header)?;
    let header: Header<'_> = read(&header)?;
    if header.typ != typ.as_str() || header.crit {
        return Err(InvalidToken);
    }
    let key = keys.find(&header.kid).ok_or(InvalidToken)?;
    if header.alg != key.alg().as_str() || !key.has_signed(message.as_bytes(), &decode(signature)?) {
        return Err(InvalidToken);
    }
    let claims = decode(claims)?;
    let Issued { iss } = read(&claims)?;
    if iss == issuer.as_str() {
        read(&claims)
    } else {
        Err(InvalidToken)
    }
}

fn decode(part: &str) -> Result<Vec<u8>, InvalidToken> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| InvalidToken)
}

fn read<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, InvalidToken> {
    serde_json::from_slice(json).map_err(|_| InvalidToken)
}
