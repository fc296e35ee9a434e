//! Token revocation (RFC 7009). Either kind of token ends everything that descends from the same approval; a token that
//! a client got for itself, or by exchange of another client's, ends alone.

use crate::{
    Protocol,
    client_auth::AuthenticatedClient,
    error::ErrorCode,
    issue::access_token::AccessTokenClaims,
    jose::{TokenType, verify},
    parameters::{Parameters, Repeated},
    token::revoke_authorization,
};
use domain::{
    access_token::FoundAccessToken,
    authorization::Authorization,
    change::{Revocation, Revoked},
    client::ClientId,
    clock::Timestamp,
    event::{Actor, EventKind},
    opaque::{OpaqueKind, OpaqueToken},
    secret::Digest,
    services::Act,
    stores::StoreError,
};

/// Why nothing is revoked.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum RevocationError {
    #[error("a parameter is repeated")]
    Repeated,
    #[error("token is missing")]
    Missing,
    #[error("the token was issued to another client")]
    ClientMismatch,
    #[error("the store could not answer")]
    Store(#[from] StoreError),
}

impl RevocationError {
    /// The code on the wire (RFC 7009 §2.2.1).
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Repeated | Self::Missing => ErrorCode::InvalidRequest,
            Self::ClientMismatch => ErrorCode::InvalidGrant,
            Self::Store(_) => ErrorCode::ServerError,
        }
    }
}

impl From<Repeated> for RevocationError {
    fn from(_: Repeated) -> Self {
        Self::Repeated
    }
}

/// What a token leads to.
enum Found {
    /// An approval, and everything that descends from it.
    Approval(Box<Authorization>),
    /// An opaque token alone.
    Opaque(ClientId, Digest),
    /// A signed one alone.
    Signed(ClientId, String),
}

/// Revokes `token`. Unknown and expired tokens are not an error (RFC 7009 §2.2); the hint is not needed.
pub async fn respond(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    parameters: &Parameters,
) -> Result<(), RevocationError> {
    let token = parameters.one("token")?.ok_or(RevocationError::Missing)?;
    parameters.one("token_type_hint")?;
    let Some(found) = find(protocol, act, token).await? else {
        return Ok(());
    };
    let holder = match &found {
        Found::Approval(authorization) => &authorization.client_id,
        Found::Opaque(holder, _) | Found::Signed(holder, _) => holder,
    };
    if holder != client.id() {
        return Err(RevocationError::ClientMismatch);
    }
    let act = &Act {
        actor: Actor::Client(client.id().clone()),
        ..act.clone()
    };
    match found {
        Found::Approval(authorization) if authorization.revoked_at.is_some() => Ok(()),
        Found::Approval(authorization) => {
            Ok(revoke_authorization(protocol, act, &authorization, None).await?)
        }
        Found::Opaque(client, digest) => {
            let with = protocol.ports.alongside(act, EventKind::TokenRevoked { client });
            act.realm.stores.access_tokens.delete(&digest, with).await?;
            Ok(())
        }
        Found::Signed(client, jti) => Ok(revoke_signed(protocol, act, client, jti).await?),
    }
}

/// Remembers that the token counts no more, at once on this node.
async fn revoke_signed(
    protocol: &Protocol,
    act: &Act,
    client: ClientId,
    jti: String,
) -> Result<(), StoreError> {
    let moment = act.realm.moment(protocol.ports.clock.now());
    let with = protocol.ports.alongside(act, EventKind::TokenRevoked { client });
    act.realm.stores.access_tokens.revoke(&jti, moment, with).await?;
    act.realm.revocations.add(Revocation {
        what: Revoked::Token(jti),
        at: moment.at,
        until: moment.tokens_until,
    });
    Ok(())
}

async fn find(protocol: &Protocol, act: &Act, token: &str) -> Result<Option<Found>, StoreError> {
    let (realm, stores) = (&act.realm, &act.realm.stores);
    let approval = |found: Option<Authorization>| found.map(Box::new).map(Found::Approval);
    if let Some(token) = OpaqueToken::parse(OpaqueKind::RefreshToken, token) {
        let family = stores.authorizations.find_refresh_token(&token.digest()).await?;
        return Ok(approval(family.map(|family| family.authorization)));
    }
    if let Some(token) = OpaqueToken::parse(OpaqueKind::AccessToken, token) {
        let found = stores.access_tokens.find(&token.digest()).await?;
        return Ok(found.and_then(|FoundAccessToken { token, authorization }| {
            let own = authorization.filter(|authorization| authorization.client_id == token.client_id);
            approval(own).or(Some(Found::Opaque(token.client_id, token.digest)))
        }));
    }
    let verified = verify::<AccessTokenClaims>(&realm.keys, &realm.issuer, TokenType::AccessToken, token);
    match verified {
        Ok(AccessTokenClaims {
            aid: Some(id),
            ocid: None,
            ..
        }) => Ok(approval(stores.authorizations.find(id).await?)),
        // What has expired, or is revoked, needs no remembering.
        Ok(claims) if protocol.ports.clock.now() < Timestamp::from_seconds(claims.exp) => {
            let origin = claims.origin(realm).await?;
            let stands = origin.is_some_and(|origin| !realm.revocations.revokes(&origin));
            Ok(stands.then_some(Found::Signed(claims.client_id, claims.jti)))
        }
        Ok(_) | Err(_) => Ok(None),
    }
}
