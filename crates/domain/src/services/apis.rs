//! Registering and looking after APIs.

use super::{Act, Ports};
use crate::{
    api::{Api, ApiAudience, ScopeDescription, TokenFormat},
    client::ClientId,
    event::EventKind,
    id::ApiId,
    person::DisplayName,
    realm_context::Lifetimes,
    scope::{Scope, ScopeSet},
    signing_key::SigningAlgorithm,
    stores::{Page, PageRequest, StoreError},
};
use std::{collections::BTreeMap, time::Duration};

/// The longest that an opaque token may live: its end is a row's, felt at once however long it would have lived.
const MAX_OPAQUE: Duration = Duration::from_secs(86_400);

/// What an operator says of a new API.
#[derive(Clone, Debug)]
pub struct NewApi {
    /// What tokens for it name in `aud`.
    pub audience: String,
    /// What operators call it.
    pub name: String,
    /// Its scopes with their descriptions.
    pub scopes: Vec<(String, String)>,
    /// How long access tokens for it live; as the realm is set if none.
    pub access_token_lifetime: Option<Duration>,
    /// What they are signed with; as the realm is set if none.
    pub alg: Option<SigningAlgorithm>,
    /// What they look like.
    pub format: TokenFormat,
    /// The clients that may ask about tokens for it.
    pub introspection_clients: Vec<ClientId>,
}

/// Why an API was not registered.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// Not a name that can stand in `aud`.
    #[error("the audience must have 1 to 200 printable characters, and no fragment if it is a URI")]
    Audience,
    /// The issuer's own endpoints are no API of somebody's.
    #[error("the audience is the issuer's own")]
    Issuer,
    /// Not a name that can be shown.
    #[error("the name must have 1 to 100 characters")]
    Name,
    /// A scope or its description cannot be registered.
    #[error(
        "a scope is malformed, repeated, or described in more than 200 characters, or there are too many"
    )]
    Scope,
    /// Tokens would live too long for their revocation to be remembered.
    #[error("access tokens for it may live from 1 to {0} seconds")]
    Lifetime(u64),
    /// One of the introspection clients is not a confidential client of the realm, or there are too many.
    #[error("an introspection client must be a confidential client that is registered, and there may be 100")]
    IntrospectionClient,
    /// The audience is taken.
    #[error("the audience is taken")]
    Taken,
    /// The store could not answer.
    #[error(transparent)]
    Store(StoreError),
}

/// APIs.
#[derive(Clone)]
pub struct ApiService {
    ports: Ports,
}

impl ApiService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Registers an API.
    pub async fn create(&self, act: &Act, new: NewApi) -> Result<Api, ApiError> {
        check_introspection_clients(act, &new.introspection_clients).await?;
        let api = self.build(act, new)?;
        let with = self.ports.alongside(act, EventKind::ApiCreated { api: api.id });
        let created = act.realm.stores.apis.create(&api, with).await;
        created.map_err(|error| match error {
            StoreError::Conflict => ApiError::Taken,
            StoreError::Unavailable(_) => ApiError::Store(error),
        })?;
        Ok(api)
    }

    /// APIs in order of audience.
    pub async fn list(&self, act: &Act, page: &PageRequest) -> Result<Page<Api>, StoreError> {
        act.realm.stores.apis.list(page).await
    }

    /// What APIs say of `scopes`. Where two say different things, nothing is told rather than the wrong one; of more
    /// than 200 APIs the first are asked.
    pub async fn describe(
        &self,
        act: &Act,
        scopes: &ScopeSet,
    ) -> Result<BTreeMap<Scope, ScopeDescription>, StoreError> {
        let words = act.realm.stores.apis.words().await?;
        let told = scopes
            .iter()
            .filter_map(|scope| Some((scope.clone(), words.find(scope)?.clone())));
        Ok(told.collect())
    }

    /// Deletes an API: tokens for it are issued no more, and nobody may ask about those there are. False if there is
    /// none.
    pub async fn delete(&self, act: &Act, audience: &ApiAudience) -> Result<bool, StoreError> {
        let apis = &act.realm.stores.apis;
        let Some(api) = apis.find(audience).await? else {
            return Ok(false);
        };
        let with = self.ports.alongside(act, EventKind::ApiDeleted { api: api.id });
        apis.delete(audience, with).await
    }

    fn build(&self, act: &Act, new: NewApi) -> Result<Api, ApiError> {
        let audience: ApiAudience = new.audience.parse().map_err(|_| ApiError::Audience)?;
        if audience.as_str() == act.realm.issuer.as_str() {
            return Err(ApiError::Issuer);
        }
        let longest = longest(new.format, &act.realm.settings.lifetimes);
        let bounds = Duration::from_secs(1)..=longest;
        if new
            .access_token_lifetime
            .is_some_and(|lifetime| !bounds.contains(&lifetime))
        {
            return Err(ApiError::Lifetime(longest.as_secs()));
        }
        let now = self.ports.clock.now();
        Ok(Api {
            id: ApiId::generate(now, &*self.ports.random),
            audience,
            name: DisplayName::parse(&new.name).map_err(|_| ApiError::Name)?,
            scopes: parse_scopes(&new.scopes)?,
            access_token_lifetime: new.access_token_lifetime,
            alg: new.alg,
            format: new.format,
            introspection_clients: new.introspection_clients.into_iter().collect(),
            created_at: now,
        })
    }
}

/// How long tokens of a format may live. A JWT is good until its end wherever nobody asks, and what is revoked is
/// remembered until the longest-lived has ended.
fn longest(format: TokenFormat, lifetimes: &Lifetimes) -> Duration {
    match format {
        TokenFormat::Jwt => lifetimes.longest_token(),
        TokenFormat::Opaque => MAX_OPAQUE,
    }
}

async fn check_introspection_clients(act: &Act, ids: &[ClientId]) -> Result<(), ApiError> {
    if ids.len() > Api::MAX_INTROSPECTION_CLIENTS {
        return Err(ApiError::IntrospectionClient);
    }
    for id in ids {
        let found = act.realm.stores.clients.find(id).await;
        let found = found.map_err(ApiError::Store)?;
        if !found.is_some_and(|client| client.is_confidential()) {
            return Err(ApiError::IntrospectionClient);
        }
    }
    Ok(())
}

fn parse_scopes(given: &[(String, String)]) -> Result<BTreeMap<Scope, ScopeDescription>, ApiError> {
    let mut scopes = BTreeMap::new();
    for (name, description) in given {
        let name = name.parse().map_err(|_| ApiError::Scope)?;
        let description = ScopeDescription::parse(description).map_err(|_| ApiError::Scope)?;
        if scopes.insert(name, description).is_some() {
            return Err(ApiError::Scope);
        }
    }
    if scopes.len() > Api::MAX_SCOPES {
        Err(ApiError::Scope)
    } else {
        Ok(scopes)
    }
}

#[cfg(test)]
mod tests;
