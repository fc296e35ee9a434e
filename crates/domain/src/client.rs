//! Clients: an application people recognise, and the protocol part it signs people in with.

mod logout_uris;
mod metadata;

pub use logout_uris::{InvalidLogoutUri, check_logout_uris};
pub use metadata::{
    ClientAlgorithm, ClientKeys, ClientMetadata, ExchangePolicy, LogoutUri, RequestObjectSigning, SubjectType,
};

use crate::{
    clock::Timestamp, id::ClientSecretId, redirect_uri::RedirectUri, scope::ScopeSet, secret::Digest,
    signing_key::SigningAlgorithm, web_uri::WebUri,
};
use std::{collections::BTreeSet, str::FromStr};

/// A `client_id` (RFC 6749 §2.2): 1 to 128 unreserved characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(String);

/// The text is not a `client_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a client_id")]
pub struct InvalidClientId;

impl ClientId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClientId {
    type Err = InvalidClientId;
    fn from_str(text: &str) -> Result<Self, InvalidClientId> {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
        if (1..=128).contains(&text.len()) && text.bytes().all(unreserved) {
            return Ok(Self(text.to_owned()));
        }
        Err(InvalidClientId)
    }
}

impl TryFrom<String> for ClientId {
    type Error = InvalidClientId;
    fn try_from(text: String) -> Result<Self, InvalidClientId> {
        text.parse()
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> String {
        id.0
    }
}

impl std::fmt::Display for ClientId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a confidential client authenticates (OpenID Connect Core §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthMethod {
    /// HTTP Basic (RFC 6749 §2.3.1).
    ClientSecretBasic,
    /// Secret in the request body (RFC 6749 §2.3.1).
    ClientSecretPost,
    /// A JWT signed with the client's own key (RFC 7523 §2.2); no secret is shared.
    PrivateKeyJwt,
}

/// Whether a client can keep a secret (RFC 6749 §2.1); a public client with a secret cannot be expressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientType {
    /// Cannot keep a secret; authenticates with `none`.
    Public,
    /// Authenticates by one registered method.
    Confidential {
        /// The method.
        method: ClientAuthMethod,
        /// Digests of the secrets that are accepted, two at most; none where the method needs none.
        secrets: Vec<ClientSecret>,
    },
}

/// What is stored of a client secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSecret {
    /// Its row.
    pub id: ClientSecretId,
    /// Digest of the whole token.
    pub digest: Digest,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

/// Whether a client may leave PKCE out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PkceRequirement {
    /// Every request must bring a challenge.
    Required,
    /// A confidential client may do without.
    Optional,
}

/// Who stands behind a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// The operator's own; consent is not asked.
    First,
    /// Somebody else's.
    Third,
}

/// A grant type (RFC 6749 §1.3) a client may be registered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 §4.1.
    AuthorizationCode,
    /// RFC 6749 §6.
    RefreshToken,
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 8628 §3.4.
    DeviceCode,
    /// RFC 8693 §2.1.
    TokenExchange,
}

impl GrantType {
    /// Every grant type there is.
    pub const ALL: [Self; 5] = [
        Self::AuthorizationCode,
        Self::RefreshToken,
        Self::ClientCredentials,
        Self::DeviceCode,
        Self::TokenExchange,
    ];

    /// What a client may use when nothing else is said.
    pub const DEFAULT: [Self; 2] = [Self::AuthorizationCode, Self::RefreshToken];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
        }
    }

    /// Whether nothing but the client's own proof stands between the grant and whoever knows the client's name
    /// (RFC 6749 §4.4, RFC 8693 §2.1).
    pub const fn needs_confidential(self) -> bool {
        match self {
            Self::ClientCredentials | Self::TokenExchange => true,
            Self::AuthorizationCode | Self::RefreshToken | Self::DeviceCode => false,
        }
    }

    /// The grant type named `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.as_str() == text)
    }
}

impl ClientAuthMethod {
    /// Every method that is offered.
    pub const ALL: [Self; 3] = [
        Self::ClientSecretBasic,
        Self::ClientSecretPost,
        Self::PrivateKeyJwt,
    ];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    /// The method named `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }

    /// Whether client and server share a secret for it.
    pub const fn uses_secret(self) -> bool {
        match self {
            Self::ClientSecretBasic | Self::ClientSecretPost => true,
            Self::PrivateKeyJwt => false,
        }
    }
}

/// Whether a client or person may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// In use.
    Active,
    /// Refused everywhere until enabled again.
    Disabled,
}

/// The part people see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its name, 1 to 100 characters.
    pub name: crate::person::DisplayName,
    /// Who stands behind it.
    pub party: Party,
    /// Origins besides those of its redirect URIs that may call CORS endpoints.
    pub allowed_origins: BTreeSet<String>,
}

/// The OAuth and OpenID Connect part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcClient {
    /// Public or confidential, and how it authenticates.
    pub client_type: ClientType,
    /// Where responses may go; matched exactly.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where people may land after signing out; matched exactly.
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// The grants it may use.
    pub grants: BTreeSet<GrantType>,
    /// The scopes it may ask for.
    pub scopes: ScopeSet,
    /// Whether PKCE may be left out.
    pub pkce: PkceRequirement,
    /// How its ID tokens are signed.
    pub id_token_alg: SigningAlgorithm,
    /// Everything optional.
    pub metadata: ClientMetadata,
}

/// How an application signs people in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientProtocol {
    /// OAuth 2 and OpenID Connect.
    Oidc(OidcClient),
}

/// A registered client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its public name in the protocol.
    pub id: ClientId,
    /// What people see.
    pub application: Application,
    /// How it signs people in.
    pub protocol: ClientProtocol,
    /// Whether it may be used.
    pub status: Status,
    /// Tokens issued before this are refused.
    pub not_before: Timestamp,
    /// When it was registered.
    pub created_at: Timestamp,
}

impl Client {
    /// The OpenID Connect part.
    pub fn oidc(&self) -> &OidcClient {
        match &self.protocol {
            ClientProtocol::Oidc(oidc) => oidc,
        }
    }

    /// Whether it can prove who it is.
    pub fn is_confidential(&self) -> bool {
        match self.oidc().client_type {
            ClientType::Public => false,
            ClientType::Confidential { .. } => true,
        }
    }

    /// Whether it may exchange tokens that were issued to `holder`.
    pub fn may_exchange(&self, holder: &ClientId) -> bool {
        *holder == self.id || self.oidc().metadata.exchange.subject_clients.contains(holder)
    }

    /// The host of the first redirect URI, or of its home page where there is none: what people can recognise a
    /// publisher by.
    pub fn publisher_host(&self) -> String {
        let redirect = self.oidc().redirect_uris.first().map(RedirectUri::display_host);
        let home = || self.oidc().metadata.client_uri.as_ref().map(WebUri::host);
        redirect.or_else(home).unwrap_or_default()
    }

    /// The origins whose scripts may call CORS endpoints for this client.
    pub fn origins(&self) -> impl Iterator<Item = String> + '_ {
        let of_redirects = self.oidc().redirect_uris.iter().filter_map(RedirectUri::origin);
        self.application
            .allowed_origins
            .iter()
            .cloned()
            .chain(of_redirects)
    }
}
