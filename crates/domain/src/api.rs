//! APIs: the resource servers that access tokens are for (RFC 6749 §1.1, RFC 8707), and what tokens for them are like.
//!
//! An API never signs anybody in; it asks about tokens as one of its introspection clients (RFC 7662).

use crate::{
    client::ClientId, clock::Timestamp, id::ApiId, person::DisplayName, scope::Scope,
    signing_key::SigningAlgorithm,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
    time::Duration,
};

/// The name of an API in `resource` and `aud` (RFC 8707 §2): an absolute URI without a fragment, or any other name; 1
/// to 200 printable ASCII characters without space, quote and backslash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ApiAudience(String);

/// The text is not the name of an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of an API")]
pub struct InvalidApiAudience;

impl ApiAudience {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ApiAudience {
    type Err = InvalidApiAudience;
    fn from_str(text: &str) -> Result<Self, InvalidApiAudience> {
        let allowed = |b: u8| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\' | b'#');
        if (1..=200).contains(&text.len()) && text.bytes().all(allowed) {
            return Ok(Self(text.to_owned()));
        }
        Err(InvalidApiAudience)
    }
}

impl TryFrom<String> for ApiAudience {
    type Error = InvalidApiAudience;
    fn try_from(text: String) -> Result<Self, InvalidApiAudience> {
        text.parse()
    }
}

impl From<ApiAudience> for String {
    fn from(audience: ApiAudience) -> String {
        audience.0
    }
}

impl std::fmt::Display for ApiAudience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an access token looks like to an API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenFormat {
    /// A signed JWT that the API reads itself (RFC 9068).
    #[default]
    Jwt,
    /// A random string that the API asks about (RFC 7662).
    Opaque,
}

impl TokenFormat {
    /// Every format.
    pub const ALL: [Self; 2] = [Self::Jwt, Self::Opaque];

    /// The name in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::Opaque => "opaque",
        }
    }

    /// The format named `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }
}

/// What a scope lets an application do, in the operator's words: at most 200 characters, none of them control
/// characters.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopeDescription(String);

/// The text cannot describe a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a description of a scope")]
pub struct InvalidScopeDescription;

impl ScopeDescription {
    /// Parses a description.
    pub fn parse(text: &str) -> Result<Self, InvalidScopeDescription> {
        let text = text.trim();
        if text.chars().count() > 200 || text.contains(char::is_control) {
            return Err(InvalidScopeDescription);
        }
        Ok(Self(text.to_owned()))
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ScopeDescription {
    type Error = InvalidScopeDescription;
    fn try_from(text: String) -> Result<Self, InvalidScopeDescription> {
        Self::parse(&text)
    }
}

impl From<ScopeDescription> for String {
    fn from(description: ScopeDescription) -> String {
        description.0
    }
}

/// An API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// Its id.
    pub id: ApiId,
    /// What tokens for it name in `aud`.
    pub audience: ApiAudience,
    /// What operators call it.
    pub name: DisplayName,
    /// What applications may be allowed there, and what that means.
    pub scopes: BTreeMap<Scope, ScopeDescription>,
    /// How long access tokens for it live; as the realm is set if none.
    pub access_token_lifetime: Option<Duration>,
    /// What they are signed with; as the realm is set if none.
    pub alg: Option<SigningAlgorithm>,
    /// What they look like.
    pub format: TokenFormat,
    /// The clients that may ask about tokens for it (RFC 7662 §4).
    pub introspection_clients: BTreeSet<ClientId>,
    /// When it was registered.
    pub created_at: Timestamp,
}

impl Api {
    /// The most scopes an API may have.
    pub const MAX_SCOPES: usize = crate::scope::MAX_SCOPES;
    /// The most clients that may ask about its tokens.
    pub const MAX_INTROSPECTION_CLIENTS: usize = 100;
}

/// What APIs say of their scopes. Where two say different things, nothing is told rather than the wrong one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeWords(BTreeMap<Scope, Option<ScopeDescription>>);

impl ScopeWords {
    /// What these say.
    pub fn of(apis: &[Api]) -> Self {
        let mut words = BTreeMap::new();
        for (scope, said) in apis.iter().flat_map(|api| &api.scopes) {
            let told = words.entry(scope.clone()).or_insert_with(|| Some(said.clone()));
            if told.as_ref() != Some(said) {
                *told = None;
            }
        }
        Self(words)
    }

    /// What is said of a scope, if that is more than nothing.
    pub fn find(&self, scope: &Scope) -> Option<&ScopeDescription> {
        let said = self.0.get(scope)?.as_ref();
        said.filter(|said| !said.as_str().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc8707_s2_an_audience_has_no_fragment() {
        for good in ["https://api.example.com/v1?x=y", "urn:example:orders", "orders"] {
            assert_eq!(good.parse::<ApiAudience>().unwrap().as_str(), good);
        }
        let long = "a".repeat(201);
        for bad in [
            "",
            "https://api.example.com/#x",
            "a b",
            "a\"b",
            "a\\b",
            "ä",
            "a\n",
            &long,
        ] {
            assert_eq!(bad.parse::<ApiAudience>(), Err(InvalidApiAudience), "{bad}");
        }
    }

    #[test]
    fn a_description_is_a_line_of_bounded_length() {
        assert_eq!(
            ScopeDescription::parse(" Read orders ").unwrap().as_str(),
            "Read orders"
        );
        assert_eq!(ScopeDescription::parse("a\nb"), Err(InvalidScopeDescription));
        assert!(ScopeDescription::parse(&"ä".repeat(200)).is_ok());
        assert_eq!(
            ScopeDescription::parse(&"ä".repeat(201)),
            Err(InvalidScopeDescription)
        );
    }
}
