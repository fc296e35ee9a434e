//! Dynamic client registration (RFC 7591): who may register, what clients may register for themselves, and what is kept
//! of those that did.

use crate::{client::GrantType, clock::Timestamp, id::RegistrationTokenId, scope::ScopeSet, secret::Digest};
use std::collections::BTreeSet;

/// Who may register a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RegistrationMode {
    /// Nobody: the endpoint is not there.
    #[default]
    Off,
    /// Whoever holds an initial access token (RFC 7591 §3).
    Token,
    /// Everybody.
    Open,
}

impl RegistrationMode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Off, Self::Token, Self::Open];

    /// The name in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Token => "token",
            Self::Open => "open",
        }
    }

    /// The mode named `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text)
    }
}

/// What clients may register for themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationPolicy {
    /// Who may register.
    pub mode: RegistrationMode,
    /// The grants they may use.
    pub grants: BTreeSet<GrantType>,
    /// The scopes they may ask for; the standard ones if nothing is said.
    pub scopes: Option<ScopeSet>,
    /// The hosts that redirect URIs may have, subdomains included; any if empty.
    pub redirect_hosts: Vec<String>,
    /// Whether web applications may be at a loopback address, without TLS: where the provider is itself, for those who
    /// develop them.
    pub developed: bool,
    /// How many clients may be registered from one network within an hour without a token.
    pub per_hour: u32,
}

impl Default for RegistrationPolicy {
    fn default() -> Self {
        Self {
            mode: RegistrationMode::default(),
            grants: GrantType::DEFAULT.into(),
            scopes: None,
            redirect_hosts: Vec::new(),
            developed: false,
            per_hour: 100,
        }
    }
}

/// What is stored of an initial access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationToken {
    /// Its row.
    pub id: RegistrationTokenId,
    /// Digest of the token.
    pub digest: Digest,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working, if ever.
    pub expires_at: Option<Timestamp>,
    /// How many clients it may still register; any number if nothing is said.
    pub uses_left: Option<u32>,
}

impl RegistrationToken {
    /// Whether it may register a client at `now`.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end) && self.uses_left != Some(0)
    }
}

/// What a client is, by its own account (OpenID Connect Registration §2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationType {
    /// It runs on a web server.
    #[default]
    Web,
    /// It runs on its user's device.
    Native,
}

impl ApplicationType {
    /// Every type.
    pub const ALL: [Self; 2] = [Self::Web, Self::Native];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Native => "native",
        }
    }

    /// The type named `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How a client came to be registered.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisteredBy {
    /// An operator did it.
    #[default]
    Operator,
    /// The client itself, by RFC 7591.
    Itself(DynamicRegistration),
}

impl RegisteredBy {
    /// Whether nobody but the client itself vouches for what is registered.
    pub const fn is_itself(&self) -> bool {
        match self {
            Self::Operator => false,
            Self::Itself(_) => true,
        }
    }
}

/// What is kept of a registration that a client made itself.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DynamicRegistration {
    /// Digest of the token that manages it (RFC 7592 §3).
    pub access_token: Digest,
    /// What it is.
    pub application_type: ApplicationType,
    /// Which software it is.
    pub software_id: Option<String>,
    /// In which version.
    pub software_version: Option<String>,
}
