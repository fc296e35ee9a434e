//! Initial access tokens: what operators give to those who may register clients (RFC 7591 §3).

use super::{Act, Ports};
use crate::{
    client_registration::RegistrationToken,
    event::EventKind,
    id::RegistrationTokenId,
    opaque::{OpaqueKind, OpaqueToken},
    stores::{Page, PageRequest, StoreError},
};
use std::time::Duration;

/// Initial access tokens.
#[derive(Clone)]
pub struct RegistrationTokenService {
    ports: Ports,
}

impl RegistrationTokenService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Makes a token that works for `lifetime` and registers `uses` clients; without either there is no end to it. It
    /// is not shown again.
    pub async fn create(
        &self,
        act: &Act,
        lifetime: Option<Duration>,
        uses: Option<u32>,
    ) -> Result<(RegistrationToken, OpaqueToken), StoreError> {
        let now = self.ports.clock.now();
        let token = OpaqueToken::generate(OpaqueKind::InitialAccessToken, &*self.ports.random);
        let stored = RegistrationToken {
            id: RegistrationTokenId::generate(now, &*self.ports.random),
            digest: token.digest(),
            created_at: now,
            expires_at: lifetime.map(|lifetime| now + lifetime),
            uses_left: uses,
        };
        let created = EventKind::RegistrationTokenCreated { token: stored.id };
        let with = self.ports.alongside(act, created);
        act.realm.stores.registration_tokens.create(&stored, with).await?;
        Ok((stored, token))
    }

    /// Tokens in order of creation.
    pub async fn list(&self, act: &Act, page: &PageRequest) -> Result<Page<RegistrationToken>, StoreError> {
        act.realm.stores.registration_tokens.list(page).await
    }

    /// Makes a token useless. False if there is none.
    pub async fn revoke(&self, act: &Act, id: RegistrationTokenId) -> Result<bool, StoreError> {
        let revoked = EventKind::RegistrationTokenRevoked { token: id };
        let with = self.ports.alongside(act, revoked);
        act.realm.stores.registration_tokens.revoke(id, with).await
    }
}
