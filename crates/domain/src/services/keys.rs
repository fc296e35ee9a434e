//! Signing keys of a realm: made when missing, opened with the master key, rotated.
//!
//! Every algorithm always has an active key and a published next one, so that a rotation uses a key clients
//! have had time to fetch.

use super::{Act, Ports};
use crate::{
    event::EventKind,
    id::RealmId,
    outbound::OpenError,
    signing_key::{KeyFactory, KeyRing, KeyState, SigningAlgorithm, SigningError, StoredKey},
    stores::{KeyStore, StoreError},
};
use std::sync::Arc;

/// Why keys are not ready.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The master key is not the one that sealed them.
    #[error(transparent)]
    Sealed(#[from] OpenError),
    /// A key could not be made or read.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Signing keys.
#[derive(Clone)]
pub struct KeyService {
    ports: Ports,
    factory: Arc<dyn KeyFactory>,
}

impl KeyService {
    /// With these ports and this maker of keys.
    pub fn new(ports: Ports, factory: Arc<dyn KeyFactory>) -> Self {
        Self { ports, factory }
    }

    /// The realm's keys, ready to sign; those that are missing are made first.
    pub async fn open(&self, realm: RealmId, store: &dyn KeyStore) -> Result<KeyRing, KeyError> {
        let mut stored = store.list().await?;
        if self.add_missing(realm, store, &stored).await? {
            stored = store.list().await?;
        }
        let mut active = Vec::new();
        for key in stored.iter().filter(|key| key.state == KeyState::Active) {
            let pkcs8 = self.ports.sealer.open(&context(realm, &key.kid), &key.private)?;
            active.push(self.factory.open(&key.kid, key.alg, &pkcs8)?);
        }
        let published = stored.iter().map(|key| self.factory.read(&key.public_jwk));
        Ok(KeyRing::new(active, published.collect::<Result<_, _>>()?))
    }

    /// Lets the published next key of every algorithm sign, publishes another, and keeps the old one until what
    /// it signed has expired.
    pub async fn rotate(&self, act: &Act) -> Result<(), KeyError> {
        let realm = act.realm.realm.id;
        let until = act.realm.moment(self.ports.clock.now()).tokens_until;
        for alg in SigningAlgorithm::ALL {
            let next = self.make(realm, alg, KeyState::Next).await?;
            let with = self.ports.alongside(act, EventKind::KeysRotated);
            act.realm.stores.keys.rotate(alg, until, &next, with).await?;
        }
        Ok(())
    }

    /// Withdraws the key `kid` at once: nothing that it signed counts any more. What must sign in its place does.
    /// False if there is no such key.
    pub async fn revoke(&self, act: &Act, kid: &str) -> Result<bool, KeyError> {
        let (realm, store) = (act.realm.realm.id, &act.realm.stores.keys);
        let keys = store.list().await?;
        let Some(known) = keys.iter().find(|key| key.kid == kid) else {
            return Ok(false);
        };
        let next = self.make(realm, known.alg, KeyState::Next).await?;
        let with = self
            .ports
            .alongside(act, EventKind::KeyRevoked { kid: kid.to_owned() });
        Ok(store.withdraw(kid, &next, with).await?)
    }

    /// What is stored of the realm's keys.
    pub async fn list(&self, act: &Act) -> Result<Vec<StoredKey>, KeyError> {
        Ok(act.realm.stores.keys.list().await?)
    }

    async fn add_missing(
        &self,
        realm: RealmId,
        store: &dyn KeyStore,
        stored: &[StoredKey],
    ) -> Result<bool, KeyError> {
        let mut added = false;
        for state in [KeyState::Active, KeyState::Next] {
            for alg in SigningAlgorithm::ALL {
                if !stored.iter().any(|key| key.alg == alg && key.state == state) {
                    let key = self.make(realm, alg, state).await?;
                    store.add_if_missing(&key).await?;
                    added = true;
                }
            }
        }
        Ok(added)
    }

    async fn make(
        &self,
        realm: RealmId,
        alg: SigningAlgorithm,
        state: KeyState,
    ) -> Result<StoredKey, KeyError> {
        let generated = self.factory.generate(alg).await?;
        Ok(StoredKey {
            private: self
                .ports
                .sealer
                .seal(&context(realm, &generated.kid), generated.pkcs8.expose()),
            kid: generated.kid,
            alg,
            public_jwk: generated.public_jwk,
            state,
            created_at: self.ports.clock.now(),
        })
    }
}

fn context(realm: RealmId, kid: &str) -> String {
    format!("key:{realm}:{kid}")
}
