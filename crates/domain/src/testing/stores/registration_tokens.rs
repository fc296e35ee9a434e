//! Initial access tokens.

use super::{InRealm, state::page};
use crate::{
    client_registration::RegistrationToken,
    clock::Timestamp,
    id::RegistrationTokenId,
    secret::Digest,
    stores::{Alongside, Page, PageRequest, RegistrationTokenStore, StoreError, Stored},
};
use async_trait::async_trait;

#[async_trait]
impl RegistrationTokenStore for InRealm {
    async fn create(&self, token: &RegistrationToken, with: Alongside) -> Stored<()> {
        self.act(|room, _| {
            let mut known = room.registration_tokens.values();
            if known.any(|known| known.id == token.id || known.digest == token.digest) {
                return Err(StoreError::Conflict);
            }
            room.registration_tokens.insert(token.id, token.clone());
            room.store(with);
            Ok(())
        })
    }

    async fn find(&self, token: &Digest) -> Stored<Option<RegistrationToken>> {
        Ok(self.act(|room, _| {
            let mut tokens = room.registration_tokens.values();
            tokens.find(|stored| stored.digest == *token).cloned()
        }))
    }

    async fn list(&self, request: &PageRequest) -> Stored<Page<RegistrationToken>> {
        Ok(self.act(|room, _| {
            let after = request.after.as_deref();
            let later = |token: &&RegistrationToken| after.is_none_or(|after| *token.id.to_string() > *after);
            let tokens = room.registration_tokens.values().filter(later);
            page(tokens.cloned(), request, |token| token.id.to_string())
        }))
    }

    async fn spend(&self, token: &Digest, now: Timestamp) -> Stored<bool> {
        Ok(self.act(|room, _| {
            let mut tokens = room.registration_tokens.values_mut();
            let Some(stored) = tokens.find(|stored| stored.digest == *token && stored.is_good(now)) else {
                return false;
            };
            stored.uses_left = stored.uses_left.map(|left| left - 1);
            true
        }))
    }

    async fn revoke(&self, id: RegistrationTokenId, with: Alongside) -> Stored<bool> {
        Ok(self.act(|room, _| {
            let revoked = room.registration_tokens.remove(&id).is_some();
            if revoked {
                room.store(with);
            }
            revoked
        }))
    }
}
