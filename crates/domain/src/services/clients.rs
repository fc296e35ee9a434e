//! Registering and looking after clients.

mod description;

pub use description::{Address, ClientDescription, SubjectChoice};

use super::{Act, Ports};
use crate::{
    client::{
        Application, Client, ClientAuthMethod, ClientId, ClientKeys, ClientMetadata, ClientProtocol,
        ClientSecret, ClientType, GrantType, InvalidLogoutUri, OidcClient, Party, PkceRequirement, Status,
    },
    event::EventKind,
    id::{ClientSecretId, UserId},
    opaque::{OpaqueKind, OpaqueToken},
    person::DisplayName,
    redirect_uri::{InvalidRedirectUri, RedirectUri},
    scope::ScopeSet,
    signing_key::SigningAlgorithm,
    stores::{Alongside, Page, PageRequest, StoreError},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{collections::BTreeSet, time::Duration};

/// How long a replaced secret keeps working.
const SECRET_OVERLAP: Duration = Duration::from_secs(86_400);

/// What a client may ask for when nothing else is said.
const DEFAULT_SCOPES: &str = "openid profile email address phone offline_access";

/// What an operator says of a new client.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Its `client_id`; a random one if none.
    pub id: Option<ClientId>,
    /// Its name.
    pub name: String,
    /// `None` for a public client, else how it authenticates.
    pub method: Option<ClientAuthMethod>,
    /// Where responses may go.
    pub redirect_uris: Vec<String>,
    /// Where people may land after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Its grants; authorization_code and refresh_token if none.
    pub grants: Vec<GrantType>,
    /// The scopes it may ask for; the usual ones if none.
    pub scope: Option<String>,
    /// Whether PKCE may be left out.
    pub pkce: PkceRequirement,
    /// Who stands behind it.
    pub party: Party,
    /// Further origins that may call CORS endpoints.
    pub allowed_origins: Vec<String>,
    /// Everything optional.
    pub metadata: ClientMetadata,
}

/// A client just registered, with its secret, which is not shown again.
pub struct Registered {
    /// The client.
    pub client: Client,
    /// Its secret, if it is confidential.
    pub secret: Option<OpaqueToken>,
}

/// Why a client was not registered.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Not a name that can be shown.
    #[error("the name must have 1 to 100 characters")]
    Name,
    /// A redirection URI cannot be registered.
    #[error("a redirect URI cannot be registered: {0}")]
    RedirectUri(#[from] InvalidRedirectUri),
    /// The authorization code grant needs a redirection URI.
    #[error("the authorization_code grant needs at least one redirect URI")]
    NoRedirectUri,
    /// Words could not be read.
    #[error(transparent)]
    Contrast(#[from] crate::theme::LowContrast),
    /// The scope is malformed.
    #[error("the scope is malformed")]
    Scope,
    /// An origin is not `scheme://host[:port]`.
    #[error("an allowed origin must be scheme://host[:port]")]
    Origin,
    /// A public client always uses PKCE.
    #[error("PKCE is optional for confidential clients only")]
    PublicWithoutPkce,
    /// Some grants need a client that can prove who it is (RFC 6749 §4.4, RFC 8693 §2.1).
    #[error("client_credentials and token exchange are for confidential clients only")]
    PublicWithOwnGrant,
    /// A logout address cannot be registered.
    #[error("a logout URI cannot be registered: {0}")]
    LogoutUri(#[from] InvalidLogoutUri),
    /// What browsers or this server call must be https.
    #[error("a request URI or the address that starts a login must be https")]
    NotHttps,
    /// Nothing says which sector the names of people are for (OpenID Connect Core §8.1).
    #[error("pairwise subjects need a sector: name a host where the redirect URIs do not share one")]
    NoSector,
    /// Nothing to verify its assertions with.
    #[error("private_key_jwt needs a jwks or a jwks_uri")]
    NoKeys,
    /// The id could be mistaken for that of an account (RFC 9700 §4.15).
    #[error("the client_id has the form of an account's id")]
    LooksLikeSubject,
    /// The id is taken.
    #[error("the client_id is taken")]
    Taken,
    /// The store could not answer.
    #[error(transparent)]
    Store(StoreError),
}

/// Clients.
#[derive(Clone)]
pub struct ClientService {
    ports: Ports,
}

impl ClientService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Registers a client.
    pub async fn create(&self, act: &Act, new: NewClient) -> Result<Registered, ClientError> {
        self.create_described(act, new, ClientDescription::default())
            .await
    }

    /// Registers a client of which more is said.
    pub async fn create_described(
        &self,
        act: &Act,
        new: NewClient,
        description: ClientDescription,
    ) -> Result<Registered, ClientError> {
        let (mut client, secret) = self.build(new)?;
        description.apply(&mut client, &act.realm.origin)?;
        let with = self.ports.alongside(
            act,
            EventKind::ClientCreated {
                client: client.id.clone(),
            },
        );
        act.realm
            .stores
            .clients
            .create(&client, with)
            .await
            .map_err(|error| match error {
                StoreError::Conflict => ClientError::Taken,
                StoreError::Unavailable(_) => ClientError::Store(error),
            })?;
        Ok(Registered { client, secret })
    }

    /// Changes what is said of a client; its type, grants and secrets stay. False if there is none.
    pub async fn update(
        &self,
        act: &Act,
        id: &ClientId,
        description: ClientDescription,
    ) -> Result<bool, ClientError> {
        let clients = &act.realm.stores.clients;
        let Some(mut client) = clients.find(id).await.map_err(ClientError::Store)? else {
            return Ok(false);
        };
        description.apply(&mut client, &act.realm.origin)?;
        let with = self
            .ports
            .alongside(act, EventKind::ClientUpdated { client: id.clone() });
        clients.update(&client, with).await.map_err(ClientError::Store)
    }

    /// Clients in order of id.
    pub async fn list(&self, act: &Act, page: &PageRequest) -> Result<Page<Client>, StoreError> {
        act.realm.stores.clients.list(page).await
    }

    /// Enables or disables a client. False if there is none.
    pub async fn set_status(&self, act: &Act, id: &ClientId, status: Status) -> Result<bool, StoreError> {
        let client = id.clone();
        let kind = match status {
            Status::Active => EventKind::ClientEnabled { client },
            Status::Disabled => EventKind::ClientDisabled { client },
        };
        let moment = act.realm.moment(self.ports.clock.now());
        act.realm
            .stores
            .clients
            .set_status(id, status, moment, self.ports.alongside(act, kind))
            .await
    }

    /// Gives a confidential client a new secret; the one before works for another day. `None` if there is no
    /// such confidential client.
    pub async fn rotate_secret(&self, act: &Act, id: &ClientId) -> Result<Option<OpaqueToken>, StoreError> {
        let confidential =
            act.realm
                .stores
                .clients
                .find(id)
                .await?
                .is_some_and(|client| match client.oidc().client_type {
                    ClientType::Confidential { method, .. } => method.uses_secret(),
                    ClientType::Public => false,
                });
        if !confidential {
            return Ok(None);
        }
        let (secret, stored) = self.new_secret();
        let until = self.ports.clock.now() + SECRET_OVERLAP;
        let with = self
            .ports
            .alongside(act, EventKind::ClientSecretRotated { client: id.clone() });
        let rotated = act
            .realm
            .stores
            .clients
            .rotate_secret(id, &stored, until, with)
            .await?;
        Ok(rotated.then_some(secret))
    }

    /// Deletes a client and everything that depends on it. False if there is none.
    pub async fn delete(&self, act: &Act, id: &ClientId) -> Result<bool, StoreError> {
        let with: Alongside = self
            .ports
            .alongside(act, EventKind::ClientDeleted { client: id.clone() });
        act.realm
            .stores
            .clients
            .delete(id, act.realm.moment(self.ports.clock.now()), with)
            .await
    }

    fn build(&self, new: NewClient) -> Result<(Client, Option<OpaqueToken>), ClientError> {
        let (client_type, secret) = match new.method {
            None if new.pkce == PkceRequirement::Optional => return Err(ClientError::PublicWithoutPkce),
            None if new.grants.iter().any(|grant| grant.needs_confidential()) => {
                return Err(ClientError::PublicWithOwnGrant);
            }
            None => (ClientType::Public, None),
            Some(ClientAuthMethod::PrivateKeyJwt) if new.metadata.keys == ClientKeys::None => {
                return Err(ClientError::NoKeys);
            }
            Some(method @ ClientAuthMethod::PrivateKeyJwt) => {
                let secrets = Vec::new();
                (ClientType::Confidential { method, secrets }, None)
            }
            Some(method @ (ClientAuthMethod::ClientSecretBasic | ClientAuthMethod::ClientSecretPost)) => {
                let (secret, stored) = self.new_secret();
                (
                    ClientType::Confidential {
                        method,
                        secrets: vec![stored],
                    },
                    Some(secret),
                )
            }
        };
        let grants: BTreeSet<GrantType> = if new.grants.is_empty() {
            GrantType::DEFAULT.into()
        } else {
            new.grants.into_iter().collect()
        };
        if grants.contains(&GrantType::AuthorizationCode) && new.redirect_uris.is_empty() {
            return Err(ClientError::NoRedirectUri);
        }
        let parse_all = |uris: &[String]| {
            uris.iter()
                .map(|uri| RedirectUri::parse(uri))
                .collect::<Result<Vec<_>, _>>()
        };
        let oidc = OidcClient {
            client_type,
            redirect_uris: parse_all(&new.redirect_uris)?,
            post_logout_redirect_uris: parse_all(&new.post_logout_redirect_uris)?,
            grants,
            scopes: new
                .scope
                .as_deref()
                .unwrap_or(DEFAULT_SCOPES)
                .parse::<ScopeSet>()
                .map_err(|_| ClientError::Scope)?,
            pkce: new.pkce,
            id_token_alg: SigningAlgorithm::Rs256,
            metadata: new.metadata,
        };
        let now = self.ports.clock.now();
        let client = Client {
            id: match new.id {
                Some(id) if id.as_str().parse::<UserId>().is_ok() => {
                    return Err(ClientError::LooksLikeSubject);
                }
                Some(id) => id,
                None => self.new_id()?,
            },
            application: Application {
                name: DisplayName::parse(&new.name).map_err(|_| ClientError::Name)?,
                party: new.party,
                allowed_origins: new
                    .allowed_origins
                    .iter()
                    .map(|text| parse_origin(text))
                    .collect::<Result<_, _>>()?,
            },
            protocol: ClientProtocol::Oidc(oidc),
            status: Status::Active,
            not_before: now,
            created_at: now,
        };
        Ok((client, secret))
    }

    /// A `client_id` nobody has.
    pub fn new_id(&self) -> Result<ClientId, ClientError> {
        let mut bytes = [0; 16];
        self.ports.random.fill(&mut bytes);
        // Base64url of 16 bytes is 22 unreserved characters: always a client_id.
        URL_SAFE_NO_PAD
            .encode(bytes)
            .parse()
            .map_err(|_| ClientError::Taken)
    }

    /// A secret and what is to be stored of it.
    pub fn new_secret(&self) -> (OpaqueToken, ClientSecret) {
        let now = self.ports.clock.now();
        let secret = OpaqueToken::generate(OpaqueKind::ClientSecret, &*self.ports.random);
        let stored = ClientSecret {
            id: ClientSecretId::generate(now, &*self.ports.random),
            digest: secret.digest(),
            created_at: now,
            expires_at: None,
        };
        (secret, stored)
    }
}

fn parse_origin(text: &str) -> Result<String, ClientError> {
    let origin = url::Url::parse(text).map_err(|_| ClientError::Origin)?.origin();
    let canonical = origin.ascii_serialization();
    if origin.is_tuple() && canonical == text {
        Ok(canonical)
    } else {
        Err(ClientError::Origin)
    }
}

#[cfg(test)]
mod tests;
