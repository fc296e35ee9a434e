//! The client credentials grant (RFC 6749 §4.4): the client acts for itself. Nothing is written.

use super::{Approval, Approved, TokenError, request::ClientCredentialsRequest};
use crate::{client_auth::AuthenticatedClient, issue::claims::StandardScope, resource};
use domain::{
    client::ClientType,
    scope::{Scope, ScopeSet},
    services::Act,
};

/// Decides what the client may do for itself.
pub(super) async fn approve(
    act: &Act,
    client: &AuthenticatedClient,
    request: ClientCredentialsRequest,
) -> Result<Approval, TokenError> {
    match client.client().oidc().client_type {
        ClientType::Confidential { .. } => {}
        // Whoever knows a public client's name could ask (RFC 6749 §4.4).
        ClientType::Public => return Err(TokenError::GrantNotRegistered),
    }
    let scopes = grantable(client, request.scopes)?;
    let (target, scopes) = resource::target(act, client.client(), &request.resources, scopes).await?;
    Ok(Approval {
        subject: Approved::Client,
        scopes,
        target,
    })
}

/// What was asked for; all that the client may have if nothing was. There is no person to tell about.
fn grantable(client: &AuthenticatedClient, requested: Option<ScopeSet>) -> Result<ScopeSet, TokenError> {
    let about_a_person = |scope: &&Scope| {
        StandardScope::ALL
            .iter()
            .any(|known| known.as_str() == scope.as_str())
    };
    let registered = client.client().oidc().scopes.iter();
    let own: ScopeSet = registered
        .filter(|scope| !about_a_person(scope))
        .cloned()
        .collect();
    match requested {
        None => Ok(own),
        Some(scopes) if scopes.is_subset(&own) => Ok(scopes),
        Some(_) => Err(TokenError::Scope),
    }
}
