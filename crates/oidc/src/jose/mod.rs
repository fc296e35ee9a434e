//! A thin wall around the JOSE and cryptography crates (RFC 7515, RFC 7517, RFC 7519).
//!
//! Only ES256, EdDSA (Ed25519), RS256 and, of others, PS256 pass it. It does not judge time: callers compare `exp` with `Clock`.

mod foreign;
mod key_set;
mod keys;
mod published;
mod sign;
mod verify;

pub(crate) use foreign::numeric_date;
pub use foreign::{Claims, ForeignToken, ForeignTokenError, MAX_FOREIGN_BYTES, verify_foreign};
pub use key_set::{InvalidKeySet, KeySet};
pub use keys::{LocalKeys, LocalSigner, RsaKeySize};
pub use sign::sign;
pub use verify::{InvalidToken, verify};

use domain::signing_key::{KeyRing, SigningAlgorithm};

/// What a JWT is for; its `typ` header, so that one never passes for the other (RFC 8725 §3.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenType {
    /// RFC 9068.
    AccessToken,
    /// OpenID Connect Core §2.
    IdToken,
    /// OpenID Connect Core §5.3.2.
    Userinfo,
    /// Back-Channel Logout §2.4.
    LogoutToken,
    /// RFC 9701 §5.
    TokenIntrospection,
}

impl TokenType {
    /// The `typ` value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "at+jwt",
            // What libraries of relying parties expect of both.
            Self::IdToken | Self::Userinfo => "JWT",
            Self::LogoutToken => "logout+jwt",
            Self::TokenIntrospection => "token-introspection+jwt",
        }
    }
}

/// The JWK Set document (RFC 7517 §5).
pub fn jwk_set(keys: &KeyRing) -> Vec<u8> {
    let keys = keys.published().iter().map(|key| key.jwk());
    serde_json::json!({ "keys": keys.collect::<Vec<_>>() })
        .to_string()
        .into_bytes()
}

/// `at_hash` (OpenID Connect Core §3.1.3.6): the left half of the digest that belongs to `alg`.
pub(crate) fn left_half_hash(alg: SigningAlgorithm, text: &str) -> String {
    use aws_lc_rs::digest::{SHA256, SHA512, digest};
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let algorithm = match alg {
        SigningAlgorithm::Es256 | SigningAlgorithm::Rs256 => &SHA256,
        // Ed25519 hashes with SHA-512 (RFC 8032 §5.1).
        SigningAlgorithm::EdDsa => &SHA512,
    };
    let whole = digest(algorithm, text.as_bytes());
    let (left, _) = whole.as_ref().split_at(whole.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

#[cfg(test)]
mod tests;
