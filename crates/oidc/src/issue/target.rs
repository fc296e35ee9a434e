//! Whom an access token is for, and how it is made for them.

use domain::{realm_context::RealmContext, signing_key::SigningAlgorithm};
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
    /// Whether `name` is among them.
    pub fn contains(&self, name: &str) -> bool {
        match self {
            Self::One(one) => one == name,
            Self::Several(several) => several.iter().any(|one| one == name),
        }
    }
}

/// Where an access token goes.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub audience: Audience,
    pub lifetime: Duration,
    pub alg: SigningAlgorithm,
}

impl Target {
    /// The issuer's own endpoints, as the realm is set.
    pub fn issuer(realm: &RealmContext) -> Self {
        Self {
            audience: Audience::One(realm.issuer.as_str().to_owned()),
            lifetime: realm.settings.lifetimes.access_token,
            alg: realm.settings.access_token_alg,
        }
    }
}
