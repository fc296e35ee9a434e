//! Resource indicators (RFC 8707): which APIs a token is asked for, which may be had, and what the token is then like.
//!
//! A request names APIs by their audience, in as many `resource` parameters as it likes. Whatever grant it is, the same
//! three steps follow: [`Resources::parse`], [`narrow`] to what was granted before, and [`target`].

use crate::{
    error::ErrorCode,
    issue::{Audience, Target, claims::StandardScope},
    parameters::Parameters,
};
use domain::{
    api::{Api, ApiAudience, TokenFormat},
    client::Client,
    realm_context::RealmContext,
    scope::{Scope, ScopeSet},
    services::Act,
    stores::StoreError,
};
use std::collections::BTreeSet;

/// The most resources that a request may name.
pub const MAX_RESOURCES: usize = 20;

/// The resources that a request names; none if it names none.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Resources(BTreeSet<String>);

/// Why a token cannot be had for what was asked (RFC 8707 §2).
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum TargetError {
    #[error("a resource is malformed, or too many are named")]
    Malformed,
    #[error("a resource is unknown")]
    Unknown,
    #[error("the client is registered for none of a resource's scopes")]
    NotOpen,
    #[error("a resource was not granted")]
    NotGranted,
    #[error("the resources take tokens of different formats or algorithms")]
    Conflict,
    #[error("the store could not answer")]
    Store(#[from] StoreError),
}

impl TargetError {
    /// The code on the wire.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Malformed | Self::Unknown | Self::NotOpen | Self::NotGranted | Self::Conflict => {
                ErrorCode::InvalidTarget
            }
            Self::Store(_) => ErrorCode::TemporarilyUnavailable,
        }
    }

    /// A fixed sentence for developers.
    pub fn description(&self) -> Option<&'static str> {
        match self {
            Self::Malformed | Self::Unknown | Self::NotOpen => {
                Some("a resource is malformed, unknown, or not open to this client")
            }
            Self::NotGranted => Some("a resource is not among those of the authorization"),
            Self::Conflict => Some("these resources take different tokens: name one resource at a time"),
            Self::Store(_) => None,
        }
    }
}

impl Resources {
    /// The resources named by `parameters`.
    pub fn parse(parameters: &Parameters) -> Result<Self, TargetError> {
        Self::read(parameters.all("resource"))
    }

    /// The same where `audience` names them, too (RFC 8693 §2.1).
    pub fn parse_with_audiences(parameters: &Parameters) -> Result<Self, TargetError> {
        Self::read(parameters.all("resource").chain(parameters.all("audience")))
    }

    fn read<'a>(names: impl Iterator<Item = &'a str>) -> Result<Self, TargetError> {
        let named: BTreeSet<String> = names
            .map(|name| match name.parse::<ApiAudience>() {
                Ok(audience) => Ok(audience.into()),
                Err(_) => Err(TargetError::Malformed),
            })
            .collect::<Result<_, _>>()?;
        if named.len() > MAX_RESOURCES {
            Err(TargetError::Malformed)
        } else {
            Ok(Self(named))
        }
    }

    /// Whether none is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As an authorization keeps them.
    pub fn into_names(self) -> BTreeSet<String> {
        self.0
    }
}

/// Of the resources granted before, those that `requested` names; all of them if it names none (RFC 8707 §2.2).
pub fn narrow(granted: &BTreeSet<String>, requested: Resources) -> Result<Resources, TargetError> {
    if requested.0.is_empty() {
        return Ok(Resources(granted.clone()));
    }
    if requested.0.is_subset(granted) {
        Ok(requested)
    } else {
        Err(TargetError::NotGranted)
    }
}

/// Of the APIs among `names`, those that are open to `client`.
pub(crate) async fn open_to(
    act: &Act,
    client: &Client,
    names: &BTreeSet<String>,
) -> Result<Resources, TargetError> {
    let mut open = BTreeSet::new();
    for name in names {
        // The issuer is no API, and a name that cannot be one is nobody's.
        let Ok(audience) = name.parse() else {
            continue;
        };
        let api = act.realm.stores.apis.find(&audience).await?;
        if api.is_some_and(|api| is_open(&api, client)) {
            open.insert(name.clone());
        }
    }
    Ok(Resources(open))
}

/// Whether `client` may have tokens for `resources`.
pub(crate) async fn check(act: &Act, client: &Client, resources: &Resources) -> Result<(), TargetError> {
    find(act, client, resources).await.map(drop)
}

/// The token that `client` gets for `resources`, and which of `scopes` it carries: what the APIs know, and what speaks
/// of a person. Without a resource it is for the issuer itself and carries all of them.
pub(crate) async fn target(
    act: &Act,
    client: &Client,
    resources: &Resources,
    scopes: ScopeSet,
) -> Result<(Target, ScopeSet), TargetError> {
    let apis = find(act, client, resources).await?;
    if apis.is_empty() {
        return Ok((Target::issuer(&act.realm), scopes));
    }
    let known = |scope: &&Scope| {
        let standard = |known: &StandardScope| known.as_str() == scope.as_str();
        StandardScope::ALL.iter().any(standard) || apis.iter().any(|api| api.scopes.contains_key(*scope))
    };
    let scopes: ScopeSet = scopes.iter().filter(known).cloned().collect();
    Ok((of_apis(&act.realm, &apis, &scopes)?, scopes))
}

async fn find(act: &Act, client: &Client, resources: &Resources) -> Result<Vec<Api>, TargetError> {
    let mut apis = Vec::with_capacity(resources.0.len());
    for name in &resources.0 {
        let audience = name.parse().map_err(|_| TargetError::Malformed)?;
        let api = act.realm.stores.apis.find(&audience).await?;
        let api = api.ok_or(TargetError::Unknown)?;
        if !is_open(&api, client) {
            return Err(TargetError::NotOpen);
        }
        apis.push(api);
    }
    Ok(apis)
}

/// An API that looks at nothing but the audience must not meet tokens of clients that were never meant for it.
fn is_open(api: &Api, client: &Client) -> bool {
    let mut registered = client.oidc().scopes.iter();
    api.scopes.is_empty() || registered.any(|scope| api.scopes.contains_key(scope))
}

/// One token serves several APIs if they agree on its format and algorithm; the shortest lifetime counts.
fn of_apis(realm: &RealmContext, apis: &[Api], scopes: &ScopeSet) -> Result<Target, TargetError> {
    let mut target = Target::issuer(realm);
    let realm_alg = target.alg;
    let alg_of = |api: &Api| api.alg.unwrap_or(realm_alg);
    let own: BTreeSet<_> = apis
        .iter()
        .map(|api| (api.format.as_str(), alg_of(api)))
        .collect();
    let (Some(first), 1) = (apis.first(), own.len()) else {
        return Err(TargetError::Conflict);
    };
    (target.format, target.alg) = (first.format, alg_of(first));
    let lifetimes = apis
        .iter()
        .map(|api| api.access_token_lifetime.unwrap_or(target.lifetime));
    let shortest = lifetimes.min().unwrap_or(target.lifetime);
    target.lifetime = match target.format {
        // The operator may have shortened what is remembered since.
        TokenFormat::Jwt => shortest.min(realm.settings.lifetimes.longest_token()),
        TokenFormat::Opaque => shortest,
    };
    let names = apis.iter().map(|api| api.audience.to_string());
    // Who may know the person asks the issuer, whose userinfo endpoint then is an audience too (RFC 9068 §3).
    let userinfo = StandardScope::Openid
        .is_in(scopes)
        .then(|| realm.issuer.as_str().to_owned());
    target.audience = Audience::of(names.chain(userinfo));
    Ok(target)
}
