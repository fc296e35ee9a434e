//! Whom an access token is for, and how it is made for them.

use domain::{api::TokenFormat, realm_context::RealmContext, signing_key::SigningAlgorithm};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The `aud` of a token (RFC 7519 §4.1.3): one name, or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// Of one name or more.
    pub fn of(names: impl IntoIterator<Item = String>) -> Self {
        let mut names: Vec<String> = names.into_iter().collect();
        match (names.pop(), names.is_empty()) {
            (Some(only), true) => Self::One(only),
            (last, _) => {
                names.extend(last);
                Self::Several(names)
            }
        }
    }

    /// The names.
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }

    /// Whether `name` is among them.
    pub fn contains(&self, name: &str) -> bool {
        self.names().iter().any(|one| one == name)
    }
}

/// Where an access token goes.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub audience: Audience,
    pub lifetime: Duration,
    pub alg: SigningAlgorithm,
    pub format: TokenFormat,
}

impl Target {
    /// The issuer's own endpoints, as the realm is set.
    pub fn issuer(realm: &RealmContext) -> Self {
        Self {
            audience: Audience::One(realm.issuer.as_str().to_owned()),
            lifetime: realm.settings.lifetimes.access_token,
            alg: realm.settings.access_token_alg,
            format: TokenFormat::Jwt,
        }
    }
}
