//! Opaque access tokens.

use super::InRealm;
use crate::{
    access_token::{AccessToken, FoundAccessToken},
    change::Revoked,
    secret::Digest,
    stores::{AccessTokenStore, Alongside, Moment, Recorded, StoreError, Stored},
};
use async_trait::async_trait;

#[async_trait]
impl AccessTokenStore for InRealm {
    async fn record(&self, token: &AccessToken, with: Alongside) -> Stored<Recorded> {
        self.act(|room, _| {
            if let Some(id) = token.authorization_id {
                if !super::authorizations::lives(room, id) {
                    return Ok(Recorded::Revoked);
                }
                room.last_issued.insert(id, token.issued_at);
            }
            let known = room.clients.contains_key(&token.client_id);
            if !known || room.access_tokens.contains_key(token.digest.as_bytes()) {
                return Err(StoreError::Conflict);
            }
            room.access_tokens.insert(*token.digest.as_bytes(), token.clone());
            room.store(with);
            Ok(Recorded::Saved)
        })
    }

    async fn find(&self, digest: &Digest) -> Stored<Option<FoundAccessToken>> {
        Ok(self.act(|room, _| {
            let token = room.access_tokens.get(digest.as_bytes())?.clone();
            let root = token.authorization_id;
            let authorization = root.and_then(|id| room.authorizations.get(&id).cloned());
            Some(FoundAccessToken { token, authorization })
        }))
    }

    async fn delete(&self, digest: &Digest, with: Alongside) -> Stored<bool> {
        Ok(self.act(|room, _| {
            let deleted = room.access_tokens.remove(digest.as_bytes()).is_some();
            if deleted {
                room.store(with);
            }
            deleted
        }))
    }

    async fn revoke(&self, jti: &str, moment: Moment, with: Alongside) -> Stored<()> {
        self.act(|room, feed| {
            room.revoke(feed, self.realm, Revoked::Token(jti.to_owned()), moment);
            room.store(with);
        });
        Ok(())
    }
}
