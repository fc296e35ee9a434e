//! The token endpoint (RFC 6749 §3.2): a grant decides, then tokens are minted, recorded and rendered.
//!
//! Clients are authenticated before. Every grant returns an [`Approval`]; the rest exists once.

mod authorization_code;
mod error;
mod refresh_token;
mod request;
mod response;
mod standing;

pub use error::TokenError;
pub use response::TokenResponse;
pub(crate) use standing::revoke_authorization;

use crate::{
    Protocol,
    client_auth::AuthenticatedClient,
    issue::{self, Subject, claims::StandardScope},
    parameters::Parameters,
};
use domain::{
    authorization::Authorization,
    client::GrantType,
    event::{Actor, EventKind},
    opaque::OpaqueToken,
    scope::ScopeSet,
    services::Act,
    stores::Recorded,
    user::User,
};
use request::TokenRequest;

/// What a grant decided.
struct Approval {
    authorization: Authorization,
    user: User,
    /// What the tokens of this response may do.
    scopes: ScopeSet,
    /// The nonce for the ID token.
    nonce: Option<String>,
    refresh: Refresh,
}

/// Which refresh token goes with the response.
enum Refresh {
    /// None.
    No,
    /// The first of the authorization.
    First,
    /// One that takes the place of another, in `refresh_token.rs`.
    Successor(Box<refresh_token::Rotating>),
}

/// Answers a token request of an authenticated client.
pub async fn respond(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    parameters: &Parameters,
) -> Result<TokenResponse, TokenError> {
    let act = &Act {
        actor: Actor::Client(client.id().clone()),
        ..act.clone()
    };
    let request = TokenRequest::parse(parameters)?;
    if !client.client().oidc().grants.contains(&request.grant_type()) {
        return Err(TokenError::GrantNotRegistered);
    }
    let approval = match request {
        TokenRequest::AuthorizationCode(request) => {
            authorization_code::approve(protocol, act, client, &request).await?
        }
        TokenRequest::RefreshToken(request) => refresh_token::approve(protocol, act, client, request).await?,
    };
    mint(protocol, act, client, approval).await
}

async fn mint(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    approval: Approval,
) -> Result<TokenResponse, TokenError> {
    let Approval {
        authorization,
        user,
        scopes,
        nonce,
        refresh,
    } = approval;
    let realm = &*act.realm;
    let now = protocol.ports.clock.now();
    let subject = Subject {
        authorization: &authorization,
        user: &user,
        scopes: &scopes,
        now,
    };
    let access_token = issue::access_token::issue(realm, &*protocol.ports.random, subject).await?;
    let id_token = if StandardScope::Openid.is_in(&scopes) {
        Some(issue::id_token::issue(realm, client.client(), subject, nonce.as_deref(), &access_token).await?)
    } else {
        None
    };
    let refresh_token = record(protocol, act, &authorization, refresh).await?;
    Ok(TokenResponse::new(
        access_token,
        realm.settings.lifetimes.access_token,
        scopes,
        id_token,
        refresh_token,
    ))
}

/// Writes down what must be remembered; refuses if the authorization was revoked meanwhile.
async fn record(
    protocol: &Protocol,
    act: &Act,
    authorization: &Authorization,
    refresh: Refresh,
) -> Result<Option<OpaqueToken>, TokenError> {
    match refresh {
        Refresh::No => {
            let event = protocol.ports.event(act, issued(authorization, false));
            protocol.ports.event_queue.push(event);
            Ok(None)
        }
        Refresh::First => {
            let lifetimes = &act.realm.settings.lifetimes;
            let new = issue::refresh_token::first(&protocol.ports, authorization, lifetimes);
            let with = protocol.ports.alongside(act, issued(authorization, true));
            match act.realm.stores.authorizations.record(&new.row, with).await? {
                Recorded::Saved => Ok(Some(new.token)),
                Recorded::Revoked => Err(TokenError::AuthorizationRevoked),
            }
        }
        Refresh::Successor(rotating) => refresh_token::rotate(protocol, act, authorization, *rotating)
            .await
            .map(Some),
    }
}

fn issued(authorization: &Authorization, refresh: bool) -> EventKind {
    EventKind::TokenIssued {
        client: authorization.client_id.clone(),
        authorization: authorization.id,
        refresh,
    }
}

/// Whether the client and the person may have a refresh token.
fn may_refresh(client: &AuthenticatedClient, user: &User) -> bool {
    client.client().oidc().grants.contains(&GrantType::RefreshToken) && user.email_verified()
}
