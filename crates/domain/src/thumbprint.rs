//! The thumbprint of a public key (RFC 7638): what tokens and codes that only its holder may use are bound to.
//!
//! How it is computed is the protocol's business.

use crate::secret::Digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use std::str::FromStr;

/// A SHA-256 thumbprint, in base64url.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Thumbprint(String);

/// The text is not a SHA-256 thumbprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256 thumbprint in base64url")]
pub struct InvalidThumbprint;

impl Thumbprint {
    /// The thumbprint as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Digest> for Thumbprint {
    fn from(digest: Digest) -> Self {
        Self(digest.to_base64url())
    }
}

impl FromStr for Thumbprint {
    type Err = InvalidThumbprint;
    fn from_str(text: &str) -> Result<Self, InvalidThumbprint> {
        match URL_SAFE_NO_PAD.decode(text) {
            Ok(bytes) if bytes.len() == 32 => Ok(Self(text.to_owned())),
            Ok(_) | Err(_) => Err(InvalidThumbprint),
        }
    }
}

impl TryFrom<String> for Thumbprint {
    type Error = InvalidThumbprint;
    fn try_from(text: String) -> Result<Self, InvalidThumbprint> {
        text.parse()
    }
}

impl From<Thumbprint> for String {
    fn from(thumbprint: Thumbprint) -> String {
        thumbprint.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_32_bytes_in_base64url_without_padding() {
        let right = Digest::of("key").to_base64url();
        assert_eq!(
            right.parse::<Thumbprint>().map(String::from).as_deref(),
            Ok(right.as_str())
        );
        for wrong in [
            String::new(),
            format!("{right}="),
            right.chars().skip(1).collect(),
            format!("{right}AAAA"),
            format!("+{}", &right[1..]),
        ] {
            assert_eq!(wrong.parse::<Thumbprint>(), Err(InvalidThumbprint), "{wrong}");
        }
    }
}
