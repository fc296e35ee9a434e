//! The device authorization endpoint (RFC 8628 §3.1, §3.2): a device gets a code to poll with, and one to show.
//!
//! What the person does with the code they are shown is `domain::services::devices`; the tokens come from the token
//! endpoint.

use crate::{
    Protocol,
    client_auth::AuthenticatedClient,
    error::ErrorCode,
    parameters::{Parameters, Repeated},
    resource::{self, Resources, TargetError},
};
use domain::{
    authorization::Terms,
    client::GrantType,
    device::{DeviceAuthorization, DeviceState, Pace, UserCode},
    opaque::{OpaqueKind, OpaqueToken},
    scope::ScopeSet,
    services::Act,
    stores::StoreError,
};

/// Where people type the code they are shown, within a realm.
pub const VERIFICATION_PATH: &str = "/device";
/// How many codes are drawn until one is free.
const DRAWS: usize = 3;

/// Why a device gets no codes.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum DeviceError {
    #[error("a parameter is repeated")]
    Repeated,
    #[error("the client is not registered for this grant")]
    GrantNotRegistered,
    #[error("a scope is malformed or not registered")]
    Scope,
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error("the store could not answer")]
    Store(#[from] StoreError),
}

impl DeviceError {
    /// The code on the wire.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Repeated => ErrorCode::InvalidRequest,
            Self::GrantNotRegistered => ErrorCode::UnauthorizedClient,
            Self::Scope => ErrorCode::InvalidScope,
            Self::Target(error) => error.code(),
            Self::Store(_) => ErrorCode::ServerError,
        }
    }

    /// A fixed sentence for developers.
    pub fn description(&self) -> Option<&'static str> {
        match self {
            Self::Repeated => Some("a parameter is repeated"),
            Self::GrantNotRegistered => Some("this client is not registered for this grant"),
            Self::Scope => Some("a scope is malformed or this client is not registered for it"),
            Self::Target(error) => error.description(),
            Self::Store(_) => None,
        }
    }
}

impl From<Repeated> for DeviceError {
    fn from(_: Repeated) -> Self {
        Self::Repeated
    }
}

/// The answer (RFC 8628 §3.2).
#[derive(serde::Serialize)]
#[allow(missing_docs, reason = "the names are those of the specification")]
pub struct DeviceAuthorizationResponse {
    pub device_code: String,
    pub user_code: String,
    pub verification_uri: String,
    pub verification_uri_complete: String,
    pub expires_in: u64,
    pub interval: u64,
}

impl std::fmt::Debug for DeviceAuthorizationResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeviceAuthorizationResponse(…)")
    }
}

/// Answers a device of an authenticated client.
pub async fn respond(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    parameters: &Parameters,
) -> Result<DeviceAuthorizationResponse, DeviceError> {
    if !client.client().oidc().grants.contains(&GrantType::DeviceCode) {
        return Err(DeviceError::GrantNotRegistered);
    }
    let scopes = scopes(client, parameters)?;
    let resources = Resources::parse(parameters)?;
    resource::check(act, client.client(), &resources).await?;
    let terms = Terms {
        resources: resources.into_names(),
        ..Terms::default()
    };
    let (device_code, user_code) = store(protocol, act, client, (scopes, terms)).await?;
    let (shown, lifetimes) = (user_code.shown(), &act.realm.settings.lifetimes);
    let verification_uri = act.realm.issuer.url(VERIFICATION_PATH);
    Ok(DeviceAuthorizationResponse {
        device_code: device_code.expose().to_owned(),
        verification_uri_complete: format!("{verification_uri}?user_code={shown}"),
        verification_uri,
        user_code: shown,
        expires_in: lifetimes.device_code.as_secs(),
        interval: lifetimes.device_interval.as_secs(),
    })
}

/// What was asked for; without `scope` all that the client may ask for while the person is there (RFC 6749 §3.3).
fn scopes(client: &AuthenticatedClient, parameters: &Parameters) -> Result<ScopeSet, DeviceError> {
    let oidc = client.client().oidc();
    let requested = parameters.one("scope")?.map(str::parse::<ScopeSet>).transpose();
    let requested = requested.map_err(|_| DeviceError::Scope)?;
    // Without a refresh token offline access means nothing (OpenID Connect Core §11).
    let offline = requested.is_some() && oidc.grants.contains(&GrantType::RefreshToken);
    let asked = requested.unwrap_or_else(|| oidc.scopes.clone());
    if !asked.is_subset(&oidc.scopes) {
        return Err(DeviceError::Scope);
    }
    let granted: ScopeSet = asked
        .iter()
        .filter(|scope| offline || scope.as_str() != "offline_access")
        .cloned()
        .collect();
    if granted.is_empty() {
        return Err(DeviceError::Scope);
    }
    Ok(granted)
}

/// Draws codes until they are free: a user code may be another device's.
async fn store(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    (scopes, terms): (ScopeSet, Terms),
) -> Result<(OpaqueToken, UserCode), StoreError> {
    let (ports, lifetimes) = (&protocol.ports, &act.realm.settings.lifetimes);
    let mut taken = StoreError::Conflict;
    for _ in 0..DRAWS {
        let device_code = OpaqueToken::generate(OpaqueKind::DeviceCode, &*ports.random);
        let user_code = UserCode::generate(&*ports.random);
        let now = ports.clock.now();
        let pace = Pace {
            interval: lifetimes.device_interval,
            next_at: now,
        };
        let device = DeviceAuthorization {
            device_code: device_code.digest(),
            user_code: user_code.digest(&*ports.sealer),
            client_id: client.id().clone(),
            scopes: scopes.clone(),
            terms: terms.clone(),
            origin: act.origin.clone(),
            created_at: now,
            expires_at: now + lifetimes.device_code,
            state: DeviceState::Pending { pace },
        };
        match act.realm.stores.devices.create(&device).await {
            Ok(()) => return Ok((device_code, user_code)),
            Err(error @ StoreError::Conflict) => taken = error,
            Err(error @ StoreError::Unavailable(_)) => return Err(error),
        }
    }
    Err(taken)
}
