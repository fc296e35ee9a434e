//! Authorizations and refresh tokens.

use super::{InRealm, state::Room};
use crate::{
    authorization::{
        Authorization, Begun, ConsentRule, RefreshToken, RefreshTokenFamily, RefreshTokenState, Rotation,
    },
    change::Revoked,
    client::Status,
    clock::Timestamp,
    id::AuthorizationId,
    secret::Digest,
    stores::{Alongside, AuthorizationStore, Moment, Recorded, StoreError, Stored},
    thumbprint::Thumbprint,
};
use async_trait::async_trait;

#[async_trait]
impl AuthorizationStore for InRealm {
    async fn begin(
        &self,
        authorization: &Authorization,
        consent: ConsentRule,
        with: Alongside,
    ) -> Stored<Begun> {
        self.act(|room, _| {
            let expires_at = match standing(room, authorization, consent) {
                Ok(end) => end,
                Err(withdrawn) => return Ok(withdrawn),
            };
            if room.authorizations.contains_key(&authorization.id) {
                return Err(StoreError::Conflict);
            }
            let authorization = Authorization {
                expires_at,
                ..authorization.clone()
            };
            room.authorizations.insert(authorization.id, authorization);
            room.store(with);
            Ok(Begun::Stored)
        })
    }

    async fn find(&self, id: AuthorizationId) -> Stored<Option<Authorization>> {
        Ok(self.act(|room, _| room.authorizations.get(&id).cloned()))
    }

    async fn record(&self, token: &RefreshToken, with: Alongside) -> Stored<Recorded> {
        self.act(|room, _| {
            if !lives(room, token.authorization_id) {
                return Ok(Recorded::Revoked);
            }
            insert(room, token)?;
            room.last_issued.insert(token.authorization_id, token.created_at);
            room.store(with);
            Ok(Recorded::Saved)
        })
    }

    async fn bind(&self, id: AuthorizationId, jkt: &Thumbprint) -> Stored<bool> {
        Ok(self.act(|room, _| {
            let found = room.authorizations.get_mut(&id);
            found
                .filter(|authorization| authorization.revoked_at.is_none())
                .is_some_and(|authorization| {
                    let bound = authorization.terms.refresh_jkt.get_or_insert_with(|| jkt.clone());
                    bound == jkt
                })
        }))
    }

    async fn find_refresh_token(&self, digest: &Digest) -> Stored<Option<RefreshTokenFamily>> {
        Ok(self.act(|room, _| {
            let token = room.tokens.get(digest.as_bytes())?.clone();
            let authorization = room.authorizations.get(&token.authorization_id)?.clone();
            Some(RefreshTokenFamily {
                user: room.users.get(&authorization.user_id)?.clone(),
                login_session: room.sessions.get(&authorization.login_session_id).cloned(),
                token,
                authorization,
            })
        }))
    }

    async fn rotate(
        &self,
        old: &Digest,
        new: &RefreshToken,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<Rotation> {
        self.act(|room, _| {
            if !lives(room, new.authorization_id) {
                return Ok(Rotation::Revoked);
            }
            let Some(token) = room.tokens.get(old.as_bytes()).cloned() else {
                return Ok(Rotation::Revoked);
            };
            match token.state {
                RefreshTokenState::Rotated { at, successor } => {
                    let next = room.tokens.get(successor.as_bytes());
                    let successor_unused = next.is_some_and(|next| next.state == RefreshTokenState::Active);
                    Ok(Rotation::AlreadyRotated {
                        at,
                        successor,
                        successor_unused,
                    })
                }
                RefreshTokenState::Active if token.authorization_id != new.authorization_id => {
                    Ok(Rotation::Revoked)
                }
                RefreshTokenState::Active => {
                    insert(room, new)?;
                    room.last_issued.insert(new.authorization_id, at);
                    let successor = new.digest;
                    let state = RefreshTokenState::Rotated { at, successor };
                    room.tokens
                        .insert(*old.as_bytes(), RefreshToken { state, ..token });
                    room.store(with);
                    Ok(Rotation::Rotated)
                }
            }
        })
    }

    async fn revoke(&self, id: AuthorizationId, moment: Moment, with: Alongside) -> Stored<bool> {
        self.act(|room, feed| {
            let revoked = room.revoke_authorizations(moment.at, |authorization| authorization.id == id);
            if revoked.is_empty() {
                return Ok(false);
            }
            room.revoke(feed, self.realm, Revoked::Authorization(id), moment);
            room.store(with);
            Ok(true)
        })
    }
}

/// When the authorization ends if it may be stored; otherwise why not.
pub fn standing(
    room: &Room,
    authorization: &Authorization,
    consent: ConsentRule,
) -> Result<Option<Timestamp>, Begun> {
    if !signed_in(room, authorization) {
        return Err(Begun::SignedOut);
    }
    if !accepted(room, authorization) {
        return Err(Begun::ClientWithdrawn);
    }
    match consent {
        ConsentRule::NotNeeded => Ok(authorization.expires_at),
        ConsentRule::MustCover => allowed(room, authorization).ok_or(Begun::ConsentWithdrawn),
    }
}

fn signed_in(room: &Room, authorization: &Authorization) -> bool {
    let session = room.sessions.get(&authorization.login_session_id);
    let user = room.users.get(&authorization.user_id);
    session.zip(user).is_some_and(|(session, user)| {
        session.user_id == user.id
            && session.ended_at.is_none()
            && session.created_at >= user.not_before
            && user.is_active()
    })
}

fn accepted(room: &Room, authorization: &Authorization) -> bool {
    let client = room.clients.get(&authorization.client_id);
    client.is_some_and(|client| {
        client.status == Status::Active && client.not_before <= authorization.created_at
    })
}

/// When the consent ends that covers the authorization.
fn allowed(room: &Room, authorization: &Authorization) -> Option<Option<Timestamp>> {
    let pair = (authorization.user_id, authorization.client_id.clone());
    let consent = room.consents.get(&pair)?;
    let covers = consent.stands(authorization.created_at) && authorization.scopes.is_subset(&consent.scopes);
    covers.then_some(consent.expires_at)
}

pub fn lives(room: &Room, id: AuthorizationId) -> bool {
    room.authorizations
        .get(&id)
        .is_some_and(|authorization| authorization.revoked_at.is_none())
}

fn insert(room: &mut Room, token: &RefreshToken) -> Stored<()> {
    if room.tokens.contains_key(token.digest.as_bytes()) {
        return Err(StoreError::Conflict);
    }
    room.tokens.insert(*token.digest.as_bytes(), token.clone());
    Ok(())
}
