//! What a client may say of itself beside the essentials (OpenID Connect Registration §2, RFC 7591 §2, RFC 9126 §6,
//! RFC 9449 §5.2, Back-Channel Logout §2.2, Front-Channel Logout §2).
//!
//! All of it is optional and read with the client, never searched for, so it is stored as one document.

use super::ClientId;
use crate::{
    client_registration::RegisteredBy, federation::ProviderId, signing_key::SigningAlgorithm, theme::Theme,
    web_uri::WebUri,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A JWS algorithm that a client may sign with (RFC 7518 §3.1, RFC 8037).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ClientAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
    /// RSASSA-PSS with SHA-256.
    #[serde(rename = "PS256")]
    Ps256,
    /// ECDSA on P-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl ClientAlgorithm {
    /// Every algorithm.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Ps256, Self::Es256, Self::EdDsa];

    /// The `alg` value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm named `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alg| alg.as_str() == text)
    }
}

/// How a client's request objects must be signed (OpenID Connect Registration §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestObjectSigning {
    /// With this algorithm alone.
    Signed(ClientAlgorithm),
    /// Not at all: `none` was registered.
    Unsigned,
}

impl RequestObjectSigning {
    /// The `alg` value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signed(alg) => alg.as_str(),
            Self::Unsigned => "none",
        }
    }

    /// The way named `text`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "none" => Some(Self::Unsigned),
            alg => ClientAlgorithm::parse(alg).map(Self::Signed),
        }
    }
}

/// The public keys a client signs with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKeys {
    /// None.
    #[default]
    None,
    /// The set itself (RFC 7517 §5).
    Inline(serde_json::Value),
    /// Where the set is published.
    Uri(WebUri),
}

/// Which `sub` a client sees (OpenID Connect Core §8).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// The same as every other client.
    #[default]
    Public,
    /// One of its own; clients of one sector share it.
    Pairwise {
        /// The host that names the sector (OpenID Connect Core §8.1).
        sector: String,
    },
}

impl SubjectType {
    /// The names of the kinds there are.
    pub const NAMES: [&str; 2] = ["public", "pairwise"];

    /// The name on the wire.
    pub const fn as_str(&self) -> &'static str {
        let [public, pairwise] = Self::NAMES;
        match self {
            Self::Public => public,
            Self::Pairwise { .. } => pairwise,
        }
    }
}

/// Where a client hears that a session ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutUri {
    /// Where.
    pub uri: WebUri,
    /// Whether it needs to be told which session.
    pub session_required: bool,
}

/// Which tokens a client may exchange (RFC 8693) beside its own. Only an operator decides it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExchangePolicy {
    /// Those that were issued to these clients.
    pub subject_clients: BTreeSet<ClientId>,
}

/// Everything optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the names are those of the registries")]
pub struct ClientMetadata {
    pub keys: ClientKeys,
    /// The one algorithm its assertions may be signed with; any supported one if none.
    pub token_endpoint_auth_signing_alg: Option<ClientAlgorithm>,
    pub request_object_signing_alg: Option<RequestObjectSigning>,
    /// Matched exactly.
    pub request_uris: Vec<WebUri>,
    pub require_pushed_authorization_requests: bool,
    pub dpop_bound_access_tokens: bool,
    pub subject_type: SubjectType,
    pub sector_identifier_uri: Option<WebUri>,
    pub userinfo_signed_response_alg: Option<SigningAlgorithm>,
    /// RFC 9701 §6.
    pub introspection_signed_response_alg: Option<SigningAlgorithm>,
    /// Its ID tokens say only what the `claims` parameter asks for; what the scopes stand for is told by userinfo.
    pub slim_id_token: bool,
    /// Seconds.
    pub default_max_age: Option<u32>,
    pub require_auth_time: bool,
    pub default_acr_values: Vec<String>,
    pub initiate_login_uri: Option<WebUri>,
    pub backchannel_logout: Option<LogoutUri>,
    pub frontchannel_logout: Option<LogoutUri>,
    pub client_uri: Option<WebUri>,
    pub logo_uri: Option<WebUri>,
    pub policy_uri: Option<WebUri>,
    pub tos_uri: Option<WebUri>,
    pub contacts: Vec<String>,
    pub registered: RegisteredBy,
    pub exchange: ExchangePolicy,
    /// The providers that its people may sign in through, of those there are; any if nothing is said.
    pub providers: Option<BTreeSet<ProviderId>>,
    /// How pages look on which people sign in to it. Only an operator decides it.
    pub theme: Theme,
}
