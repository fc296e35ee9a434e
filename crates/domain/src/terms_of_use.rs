//! What people must agree to before they use an account, and which version of it somebody agreed to when.
//!
//! What an app asks people to agree to is the app's own affair (`ClientMetadata::tos_uri`).

use crate::{clock::Timestamp, web_uri::WebUri};
use std::str::FromStr;

const LONGEST: usize = 64;

/// The version of the terms, as an operator names it: a date or a number, say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TermsVersion(String);

/// The text is not a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a version is 1 to 64 letters, digits, dots, hyphens and underscores")]
pub struct InvalidTermsVersion;

impl TermsVersion {
    /// The version as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TermsVersion {
    type Err = InvalidTermsVersion;
    fn from_str(text: &str) -> Result<Self, InvalidTermsVersion> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if (1..=LONGEST).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidTermsVersion)
        }
    }
}

impl TryFrom<String> for TermsVersion {
    type Error = InvalidTermsVersion;
    fn try_from(text: String) -> Result<Self, InvalidTermsVersion> {
        text.parse()
    }
}

impl From<TermsVersion> for String {
    fn from(version: TermsVersion) -> Self {
        version.0
    }
}

/// What people must agree to now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermsOfUse {
    /// Which version it is.
    pub version: TermsVersion,
    /// Where it is to be read.
    pub uri: WebUri,
}

/// That somebody agreed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AcceptedTerms {
    /// To which version.
    pub version: TermsVersion,
    /// When.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_short_and_plain() {
        for text in ["1", "2026-11-21", "v2.0_b", &"x".repeat(64)] {
            assert_eq!(text.parse::<TermsVersion>().unwrap().as_str(), text);
        }
        for text in ["", " ", "a b", "ä", "<b>", "a\n", &"x".repeat(65)] {
            assert!(text.parse::<TermsVersion>().is_err(), "{text}");
        }
    }
}
