//! What the client may ask for, in two stages (RFC 6749 §4.1.2.1).
//!
//! First the client and where it may be answered: a failure is a page, never a redirect. Only that stage makes a
//! [`ReturnAddress`], without which no error can be sent to a client.

use super::{
    AuthorizeError, PageError,
    request::{AuthorizationRequest, ReplyTo, ResponseMode, parse_state},
    respond::ReturnAddress,
};
use crate::{
    claims_request::{AcrRequest, ClaimsRequest},
    issue::claims::StandardScope,
    parameters::{Parameters, Repeated},
};
use domain::{
    client::{Client, ClientId, ClientType, GrantType, PkceRequirement, Status},
    realm_context::RealmContext,
    scope::ScopeSet,
};
use std::time::Duration;

/// A client whose request may be answered at the address it names.
pub(super) struct Addressed {
    pub client: Client,
    pub address: ReturnAddress,
    /// What is wrong with the parameters that say how to answer; sent to the address like any other error.
    pub fault: Option<AuthorizeError>,
}

/// The client that a new request names.
pub(super) async fn client(realm: &RealmContext, parameters: &Parameters) -> Result<Client, PageError> {
    let client_id: ClientId = parameters
        .one("client_id")
        .map_err(|_: Repeated| PageError::Repeated)?
        .ok_or(PageError::ClientMissing)?
        .parse()
        .map_err(|_| PageError::ClientUnknown)?;
    find_client(realm, &client_id).await
}

/// Stage one, for a new request.
pub(super) async fn address(realm: &RealmContext, parameters: &Parameters) -> Result<Addressed, PageError> {
    let client = client(realm, parameters).await?;
    let requested = parameters
        .one("redirect_uri")
        .map_err(|_: Repeated| PageError::Repeated)?
        .ok_or(PageError::RedirectUriMissing)?;
    let redirect_uri = client
        .oidc()
        .redirect_uris
        .iter()
        .find_map(|registered| registered.admits(requested))
        .ok_or(PageError::RedirectUriUnregistered)?;
    let (state, state_fault) = split(parse_state(parameters));
    let (mode, mode_fault) = split(parse_response_mode(parameters));
    let reply = ReplyTo {
        client_id: client.id.clone(),
        redirect_uri,
        state,
        response_mode: mode,
    };
    Ok(Addressed {
        client,
        address: ReturnAddress::new(realm, reply),
        fault: state_fault.or(mode_fault),
    })
}

/// Stage one again, for a request that waited for a person.
pub(super) async fn readdress(realm: &RealmContext, reply: ReplyTo) -> Result<Addressed, PageError> {
    let client = find_client(realm, &reply.client_id).await?;
    let still_registered = client
        .oidc()
        .redirect_uris
        .iter()
        .any(|uri| uri.admits(reply.redirect_uri.as_str()).is_some());
    if !still_registered {
        return Err(PageError::RedirectUriUnregistered);
    }
    Ok(Addressed {
        client,
        address: ReturnAddress::new(realm, reply),
        fault: None,
    })
}

async fn find_client(realm: &RealmContext, id: &ClientId) -> Result<Client, PageError> {
    let client = realm
        .stores
        .clients
        .find(id)
        .await?
        .ok_or(PageError::ClientUnknown)?;
    match client.status {
        Status::Active => Ok(client),
        Status::Disabled => Err(PageError::ClientDisabled),
    }
}

fn parse_response_mode(parameters: &Parameters) -> Result<ResponseMode, AuthorizeError> {
    match parameters.one("response_mode")? {
        None => Ok(ResponseMode::default()),
        Some(text) => ResponseMode::parse(text).ok_or(AuthorizeError::Malformed("response_mode")),
    }
}

fn split<T: Default>(result: Result<T, AuthorizeError>) -> (T, Option<AuthorizeError>) {
    match result {
        Ok(value) => (value, None),
        Err(fault) => (T::default(), Some(fault)),
    }
}

/// Stage two: whether the client may ask for this.
pub(super) fn check(
    client: &Client,
    mut request: AuthorizationRequest,
) -> Result<AuthorizationRequest, AuthorizeError> {
    check_grant(client)?;
    request.scopes = registered_scopes(client, request.scopes)?;
    check_pkce(client, &request)?;
    if !client.oidc().grants.contains(&GrantType::RefreshToken) {
        // Without a refresh token offline access means nothing (OpenID Connect Core §11).
        request.scopes = request
            .scopes
            .iter()
            .filter(|scope| scope.as_str() != "offline_access")
            .cloned()
            .collect();
    }
    if request.scopes.is_empty() {
        return Err(AuthorizeError::Scope);
    }
    request.claims = if StandardScope::Openid.is_in(&request.scopes) {
        request.claims.for_client(client)
    } else {
        // Without it this is no OpenID Connect request.
        ClaimsRequest::default()
    };
    Ok(with_defaults(client, request))
}

fn check_grant(client: &Client) -> Result<(), AuthorizeError> {
    if client.oidc().grants.contains(&GrantType::AuthorizationCode) {
        Ok(())
    } else {
        Err(AuthorizeError::GrantNotRegistered)
    }
}

/// With `openid`, scopes that are unknown or not this client's are ignored (OpenID Connect Core §3.1.2.1); the token
/// response says what was granted. Without, or where `openid` itself is not the client's, they are refused.
fn registered_scopes(client: &Client, requested: ScopeSet) -> Result<ScopeSet, AuthorizeError> {
    let registered = &client.oidc().scopes;
    let known = requested.intersection(registered);
    if StandardScope::Openid.is_in(&known) || known == requested {
        Ok(known)
    } else {
        Err(AuthorizeError::Scope)
    }
}

/// What the client registered for requests that do not say it themselves (OpenID Connect Registration §2).
fn with_defaults(client: &Client, mut request: AuthorizationRequest) -> AuthorizationRequest {
    let metadata = &client.oidc().metadata;
    let default_age = metadata
        .default_max_age
        .map(|age| Duration::from_secs(age.into()));
    request.max_age = request.max_age.or(default_age);
    if request.acr.is_none() && !metadata.default_acr_values.is_empty() {
        let classes = metadata.default_acr_values.iter().map(String::as_str);
        request.acr = Some(AcrRequest::voluntary(classes));
    }
    request
}

fn check_pkce(client: &Client, request: &AuthorizationRequest) -> Result<(), AuthorizeError> {
    let optional = match (&client.oidc().client_type, client.oidc().pkce) {
        (ClientType::Confidential { .. }, PkceRequirement::Optional) => true,
        (ClientType::Confidential { .. }, PkceRequirement::Required) | (ClientType::Public, _) => false,
    };
    if optional || request.code_challenge.is_some() {
        Ok(())
    } else {
        Err(AuthorizeError::ChallengeMissing)
    }
}
