//! What an operator says of a client beside its type, grants and secret (OpenID Connect Registration §2, RFC 9126 §6,
//! RFC 9449 §5.2): with a new client, or later about one that exists.

use super::ClientError;
use crate::{
    client::{
        Client, ClientId, ClientKeys, ClientProtocol, ExchangePolicy, GrantType, LogoutUri, OidcClient,
        Party, RequestObjectSigning, SubjectType, check_logout_uris,
    },
    federation::ProviderId,
    issuer::Origin,
    person::DisplayName,
    redirect_uri::RedirectUri,
    scope::ScopeSet,
    signing_key::SigningAlgorithm,
    theme::ThemeChange,
    web_uri::WebUri,
};
use std::collections::BTreeSet;

/// An address to be kept, or none any more.
pub type Address = Option<WebUri>;

/// How a client's people are to be named (OpenID Connect Core §8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectChoice {
    /// As for every other client.
    Public,
    /// By names of its sector's own; that of its redirect URIs' one host if no other is named.
    Pairwise {
        /// The host that names the sector.
        sector: Option<String>,
    },
}

/// What is said of a client; whatever is `None` stays as it is.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are those of the client's own")]
pub struct ClientDescription {
    pub name: Option<String>,
    pub party: Option<Party>,
    pub redirect_uris: Option<Vec<String>>,
    pub post_logout_redirect_uris: Option<Vec<String>>,
    pub scope: Option<String>,
    pub keys: Option<ClientKeys>,
    pub request_uris: Option<Vec<WebUri>>,
    pub initiate_login_uri: Option<Address>,
    pub backchannel_logout_uri: Option<Address>,
    pub frontchannel_logout_uri: Option<Address>,
    pub client_uri: Option<Address>,
    pub logo_uri: Option<Address>,
    pub policy_uri: Option<Address>,
    pub tos_uri: Option<Address>,
    pub id_token_alg: Option<SigningAlgorithm>,
    /// `Some(None)`: its request objects are signed, with any algorithm.
    pub request_object_alg: Option<Option<RequestObjectSigning>>,
    /// `Some(None)`: userinfo answers in the clear.
    pub userinfo_alg: Option<Option<SigningAlgorithm>>,
    pub subject: Option<SubjectChoice>,
    pub slim_id_token: Option<bool>,
    pub dpop_bound: Option<bool>,
    pub require_pushed_authorization_requests: Option<bool>,
    pub exchange_from: Option<BTreeSet<ClientId>>,
    /// `Some(None)`: any provider of the realm.
    pub providers: Option<Option<BTreeSet<ProviderId>>>,
    pub theme: ThemeChange,
}

impl ClientDescription {
    /// Writes into `client` what is said, and judges what it then is, for a deployment at `deployment`.
    pub(super) fn apply(self, client: &mut Client, deployment: &Origin) -> Result<(), ClientError> {
        if let Some(name) = &self.name {
            client.application.name = DisplayName::parse(name).map_err(|_| ClientError::Name)?;
        }
        set(&mut client.application.party, self.party);
        let ClientProtocol::Oidc(oidc) = &mut client.protocol;
        set(&mut oidc.redirect_uris, parse_all(self.redirect_uris.as_deref())?);
        let landings = parse_all(self.post_logout_redirect_uris.as_deref())?;
        set(&mut oidc.post_logout_redirect_uris, landings);
        let scopes = self.scope.as_deref().map(str::parse::<ScopeSet>).transpose();
        set(&mut oidc.scopes, scopes.map_err(|_| ClientError::Scope)?);
        set(&mut oidc.id_token_alg, self.id_token_alg);
        if let Some(choice) = self.subject {
            oidc.metadata.subject_type = subject_type(choice, &oidc.redirect_uris)?;
        }
        let metadata = &mut oidc.metadata;
        set(&mut metadata.keys, self.keys);
        set(&mut metadata.request_uris, self.request_uris);
        set(&mut metadata.initiate_login_uri, self.initiate_login_uri);
        set(&mut metadata.client_uri, self.client_uri);
        set(&mut metadata.logo_uri, self.logo_uri);
        set(&mut metadata.policy_uri, self.policy_uri);
        set(&mut metadata.tos_uri, self.tos_uri);
        let heard_at = |uri: Address| uri.map(told_which_session);
        set(
            &mut metadata.backchannel_logout,
            self.backchannel_logout_uri.map(heard_at),
        );
        set(
            &mut metadata.frontchannel_logout,
            self.frontchannel_logout_uri.map(heard_at),
        );
        set(&mut metadata.userinfo_signed_response_alg, self.userinfo_alg);
        set(&mut metadata.request_object_signing_alg, self.request_object_alg);
        set(&mut metadata.slim_id_token, self.slim_id_token);
        set(&mut metadata.dpop_bound_access_tokens, self.dpop_bound);
        let pushed = self.require_pushed_authorization_requests;
        set(&mut metadata.require_pushed_authorization_requests, pushed);
        let exchange = self
            .exchange_from
            .map(|subject_clients| ExchangePolicy { subject_clients });
        set(&mut metadata.exchange, exchange);
        set(&mut metadata.providers, self.providers);
        metadata.theme = self.theme.apply(&metadata.theme)?;
        check(oidc, deployment)
    }
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

/// It is told the session, too: one that has no use for it can leave it unread.
fn told_which_session(uri: WebUri) -> LogoutUri {
    LogoutUri {
        uri,
        session_required: true,
    }
}

fn parse_all(uris: Option<&[String]>) -> Result<Option<Vec<RedirectUri>>, ClientError> {
    let parse = |uris: &[String]| uris.iter().map(|uri| RedirectUri::parse(uri)).collect();
    Ok(uris.map(parse).transpose()?)
}

fn subject_type(choice: SubjectChoice, redirect_uris: &[RedirectUri]) -> Result<SubjectType, ClientError> {
    let sector = match choice {
        SubjectChoice::Public => return Ok(SubjectType::Public),
        SubjectChoice::Pairwise { sector: Some(named) } => {
            host(&format!("https://{named}")).filter(|host| *host == named)
        }
        SubjectChoice::Pairwise { sector: None } => only_host(redirect_uris),
    };
    let sector = sector.ok_or(ClientError::NoSector)?;
    Ok(SubjectType::Pairwise { sector })
}

/// The host that all redirection URIs share (OpenID Connect Core §8.1).
fn only_host(redirect_uris: &[RedirectUri]) -> Option<String> {
    let hosts = redirect_uris.iter().map(|uri| host(&uri.origin()?));
    let mut hosts = hosts.collect::<Option<BTreeSet<_>>>()?.into_iter();
    match (hosts.next(), hosts.next()) {
        (Some(only), None) => Some(only),
        (Some(_), Some(_)) | (None, _) => None,
    }
}

fn host(origin: &str) -> Option<String> {
    let uri: WebUri = origin.parse().ok()?;
    Some(uri.host())
}

fn check(oidc: &OidcClient, deployment: &Origin) -> Result<(), ClientError> {
    if oidc.grants.contains(&GrantType::AuthorizationCode) && oidc.redirect_uris.is_empty() {
        return Err(ClientError::NoRedirectUri);
    }
    let metadata = &oidc.metadata;
    let called = metadata.request_uris.iter().chain(&metadata.initiate_login_uri);
    for uri in called {
        if !uri.is_https() && !deployment.is_loopback() {
            return Err(ClientError::NotHttps);
        }
    }
    check_logout_uris(oidc, deployment)?;
    Ok(())
}
