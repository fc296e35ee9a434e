//! The refresh token grant (RFC 6749 §6, RFC 9700 §4.14): every use rotates the token.
//!
//! A client that lost the answer gets the same successor again, for a short while and only while that is unused.
//! Any other second use ends the family.

use super::{
    Approval, Approved, Refresh, TokenError, binding, issued, may_refresh, record_alone,
    request::RefreshTokenRequest, revoke_authorization, standing::Standing,
};
use crate::{
    Protocol,
    client_auth::AuthenticatedClient,
    dpop::SenderConstraint,
    issue::refresh_token::{Issued, absolute_end, successor},
    resource,
};
use domain::{
    access_token::AccessToken,
    authorization::{Authorization, RefreshToken, RefreshTokenFamily, RefreshTokenState, Rotation},
    clock::Timestamp,
    event::EventKind,
    opaque::OpaqueToken,
    scope::ScopeSet,
    secret::Digest,
    services::Act,
    stores::{Alongside, StoreError},
};

/// A token about to be rotated.
pub(super) struct Rotating {
    token: OpaqueToken,
    row: RefreshToken,
}

/// Decides about a refresh token. Nothing is written yet.
pub(super) async fn approve(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    request: RefreshTokenRequest,
    constraint: &SenderConstraint,
) -> Result<Approval, TokenError> {
    let digest = request.token.digest();
    let found = act
        .realm
        .stores
        .authorizations
        .find_refresh_token(&digest)
        .await?;
    let family = found.ok_or(TokenError::RefreshTokenUnknown)?;
    if *client.id() != family.authorization.client_id {
        return Err(TokenError::ClientMismatch);
    }
    binding::check(constraint, family.authorization.terms.refresh_jkt.as_ref())?;
    check(protocol, act, client, &family)?;
    let resources = resource::narrow(&family.authorization.terms.resources, request.resources)?;
    let scopes = narrow(&family.authorization.scopes, request.scopes)?;
    let (target, scopes) = resource::target(act, client.client(), &resources, scopes).await?;
    Ok(Approval {
        scopes,
        target,
        subject: Approved::Person {
            authorization: Box::new(family.authorization),
            user: Box::new(family.user),
            // The nonce bound the first ID token to its request (OpenID Connect Core §12.2).
            nonce: None,
            refresh: Refresh::Successor(Box::new(Rotating {
                token: request.token,
                row: family.token,
            })),
        },
    })
}

/// Whether what the token descends from still stands.
fn check(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    family: &RefreshTokenFamily,
) -> Result<(), TokenError> {
    let lifetimes = &act.realm.settings.lifetimes;
    let now = protocol.ports.clock.now();
    Standing {
        authorization: &family.authorization,
        client: client.client(),
        user: &family.user,
        login_session: family.login_session.as_ref(),
    }
    .check(now, protocol.ports.session_rules(&act.realm))?;
    if !may_refresh(client, &family.user) {
        return Err(TokenError::UserRefused);
    }
    let end = absolute_end(&family.authorization, lifetimes);
    if now >= family.token.expires_at.min(end) {
        Err(TokenError::RefreshTokenExpired)
    } else {
        Ok(())
    }
}

/// The family of a token that `client` holds and could use now.
pub(crate) async fn live(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    token: &OpaqueToken,
) -> Result<Option<RefreshTokenFamily>, StoreError> {
    let authorizations = &act.realm.stores.authorizations;
    let found = authorizations.find_refresh_token(&token.digest()).await?;
    Ok(found.filter(|family| {
        *client.id() == family.authorization.client_id
            && family.token.state == RefreshTokenState::Active
            && check(protocol, act, client, family).is_ok()
    }))
}

/// Scopes may be fewer than those granted, never more (RFC 6749 §6).
fn narrow(granted: &ScopeSet, requested: Option<ScopeSet>) -> Result<ScopeSet, TokenError> {
    match requested {
        None => Ok(granted.clone()),
        Some(scopes) if !scopes.is_empty() && scopes.is_subset(granted) => Ok(scopes),
        Some(_) => Err(TokenError::Scope),
    }
}

/// Puts the successor in the token's place; gives the one to hand out.
pub(super) async fn rotate(
    protocol: &Protocol,
    act: &Act,
    authorization: &Authorization,
    rotating: Rotating,
    access_token: Option<AccessToken>,
) -> Result<OpaqueToken, TokenError> {
    let lifetimes = &act.realm.settings.lifetimes;
    let now = protocol.ports.clock.now();
    let Rotating { token, row } = rotating;
    let Issued {
        token: next,
        row: next_row,
    } = successor(&protocol.ports, &token, row.id, authorization, lifetimes);
    let event = issued(&authorization.client_id, Some(authorization.id), true);
    let with = Alongside {
        access_tokens: access_token.iter().cloned().collect(),
        ..protocol.ports.alongside(act, event.clone())
    };
    match act
        .realm
        .stores
        .authorizations
        .rotate(&row.digest, &next_row, now, with)
        .await?
    {
        Rotation::Rotated => Ok(next),
        Rotation::Revoked => Err(TokenError::AuthorizationRevoked),
        Rotation::AlreadyRotated {
            at,
            successor,
            successor_unused,
        } => {
            let lost = Lost {
                rotated_at: at,
                successor,
                successor_unused,
            };
            if lost.may_be_repeated(&next, now, lifetimes.refresh_grace) {
                record_alone(protocol, act, access_token, event).await?;
                return Ok(next);
            }
            let (client, id) = (authorization.client_id.clone(), authorization.id);
            let replay = EventKind::ReplayDetected {
                client,
                authorization: id,
            };
            revoke_authorization(protocol, act, authorization, Some(replay)).await?;
            Err(TokenError::RefreshTokenReused)
        }
    }
}

/// An earlier answer that may have been lost.
struct Lost {
    rotated_at: Timestamp,
    successor: Digest,
    successor_unused: bool,
}

impl Lost {
    fn may_be_repeated(&self, next: &OpaqueToken, now: Timestamp, grace: std::time::Duration) -> bool {
        self.successor_unused && now < self.rotated_at + grace && next.digest() == self.successor
    }
}
