//! What an operator says of a provider, already validated.

use crate::client_assertion::ClientKey;
use domain::{federation::Provider, secret::Secret};
use std::collections::BTreeMap;
use url::Url;

/// How Signet is registered at a provider.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The provider, as pages know it.
    pub provider: Provider,
    /// `client_id`.
    pub client_id: String,
    /// What proves that it is Signet that asks.
    pub credential: Credential,
    /// The scopes asked for.
    pub scopes: Vec<String>,
    /// Where in its claims things are found.
    pub claims: ClaimNames,
}

/// What proves to a provider who asks.
#[derive(Clone, Debug)]
pub enum Credential {
    /// `client_secret_basic` or `client_secret_post`, as the provider's metadata say.
    Secret(Secret<String>),
    /// `private_key_jwt` (OpenID Connect Core §9).
    PrivateKey(ClientKey),
}

/// An OpenID Provider.
#[derive(Clone, Debug)]
pub struct OidcSettings {
    /// How Signet is registered there.
    pub registered: Registered,
    /// Its issuer identifier, exactly as it writes it.
    pub issuer: String,
}

/// GitHub, or a GitHub Enterprise Server.
#[derive(Clone, Debug)]
pub struct GitHubSettings {
    /// How Signet is registered there.
    pub registered: Registered,
    /// Where people sign in.
    pub base_url: Url,
    /// Where its API is.
    pub api_url: Url,
}

/// The names of claims. One that begins with `/` is a JSON Pointer (RFC 6901) to a nested one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimNames {
    /// The address; whether it is proven is said by `email_verified` beside it.
    pub email: String,
    /// The name.
    pub name: String,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
    /// The language.
    pub locale: String,
    /// The groups, if they are to be read: a list of texts.
    pub groups: Option<String>,
    /// Further claims by the attribute they become.
    pub attributes: BTreeMap<String, String>,
}

impl Default for ClaimNames {
    /// The standard claims of OpenID Connect Core §5.1.
    fn default() -> Self {
        Self {
            email: "email".to_owned(),
            name: "name".to_owned(),
            given_name: "given_name".to_owned(),
            family_name: "family_name".to_owned(),
            locale: "locale".to_owned(),
            groups: None,
            attributes: BTreeMap::new(),
        }
    }
}
