//! Realms at work, kept ready in a bounded cache that follows the change feed.

use crate::endpoints::discovery::Published;
use domain::{
    change::{Change, Changed},
    id::RealmId,
    realm::RealmName,
    realm_context::RealmContext,
    services::{keys::KeyError, realms::RealmService},
    stores::StoreError,
};
use moka::future::Cache;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use storage::cache::{AllowedOrigins, CachedApis, CachedClients};

/// Names kept, unknown ones included, so that invented names cannot fill the memory.
const KEPT: u64 = 10_000;

/// A realm and what is kept of its clients and APIs, which the change feed must reach.
#[derive(Clone)]
struct Opened {
    context: Arc<RealmContext>,
    clients: Arc<CachedClients>,
    apis: Arc<CachedApis>,
    origins: Arc<AllowedOrigins>,
    published: Arc<Published>,
}

/// Realms by name.
#[derive(Clone)]
pub struct Realms {
    service: RealmService,
    opened: Cache<RealmName, Option<Opened>>,
    changes: Arc<AtomicU64>,
}

impl Realms {
    /// An empty cache over `service`.
    pub fn new(service: RealmService) -> Self {
        Self {
            service,
            opened: Cache::new(KEPT),
            changes: Arc::default(),
        }
    }

    /// The realm of this name; however many ask at once, it is opened once.
    pub async fn get(&self, name: &RealmName) -> Result<Option<Arc<RealmContext>>, Arc<KeyError>> {
        Ok(self.opened(name).await?.map(|opened| opened.context))
    }

    /// What the realm of this name publishes of itself.
    pub async fn published(&self, name: &RealmName) -> Result<Option<Arc<Published>>, Arc<KeyError>> {
        Ok(self.opened(name).await?.map(|opened| opened.published))
    }

    /// Whether scripts of `origin` may call the realm's endpoints for clients.
    pub async fn allow_origin(&self, name: &RealmName, origin: &str) -> Result<bool, StoreError> {
        match self.opened(name).await.map_err(StoreError::unavailable)? {
            Some(opened) => opened.origins.allow(origin).await,
            None => Ok(false),
        }
    }

    /// Follows changes, whoever made them.
    pub fn apply(&self, changes: &[Change]) {
        self.changes.fetch_add(changes.len() as u64, Ordering::SeqCst);
        for change in changes {
            match &change.changed {
                // A new realm may be known as absent here.
                Changed::Realm => self.opened.invalidate_all(),
                Changed::Keys => self.forget(change.realm),
                Changed::Client(id) => self.each(change.realm, |opened| {
                    opened.clients.invalidate(id);
                    opened.origins.invalidate();
                }),
                Changed::Api(audience) => {
                    self.each(change.realm, |opened| opened.apis.invalidate(audience));
                }
                Changed::Revoked(what) => self.each(change.realm, |opened| {
                    opened.context.revocations.add(what.clone())
                }),
            }
        }
    }

    /// Forgets revocations that no longer matter.
    pub fn sweep(&self, now: domain::clock::Timestamp) {
        for (_, opened) in self.opened.iter() {
            if let Some(opened) = opened {
                opened.context.revocations.sweep(now);
            }
        }
    }

    async fn opened(&self, name: &RealmName) -> Result<Option<Opened>, Arc<KeyError>> {
        if let Some(known) = self.opened.get(name).await {
            return Ok(known);
        }
        let before = self.changes.load(Ordering::SeqCst);
        let opened = self.opened.try_get_with(name.clone(), self.open(name)).await?;
        // What was read before a change must not be kept after it.
        if self.changes.load(Ordering::SeqCst) != before {
            self.opened.invalidate(name).await;
        }
        Ok(opened)
    }

    async fn open(&self, name: &RealmName) -> Result<Option<Opened>, KeyError> {
        let Some(mut context) = self.service.open(name).await? else {
            return Ok(None);
        };
        let origins = Arc::new(AllowedOrigins::new(context.stores.clients.clone()));
        let clients = Arc::new(CachedClients::new(context.stores.clients.clone()));
        context.stores.clients = clients.clone();
        let apis = Arc::new(CachedApis::new(context.stores.apis.clone()));
        context.stores.apis = apis.clone();
        Ok(Some(Opened {
            published: Arc::new(Published::of(&context)),
            context: Arc::new(context),
            clients,
            apis,
            origins,
        }))
    }

    fn each(&self, realm: RealmId, act: impl Fn(&Opened)) {
        for (_, opened) in self.opened.iter() {
            if let Some(opened) = opened.filter(|opened| opened.context.realm.id == realm) {
                act(&opened);
            }
        }
    }

    fn forget(&self, realm: RealmId) {
        let of_realm = |opened: &Option<Opened>| {
            opened
                .as_ref()
                .is_some_and(|opened| opened.context.realm.id == realm)
        };
        let names: Vec<RealmName> = self
            .opened
            .iter()
            .filter(|(_, opened)| of_realm(opened))
            .map(|(name, _)| name.as_ref().clone())
            .collect();
        let opened = self.opened.clone();
        // The cache drops entries from within a runtime only; forgetting is prompt, loading again is lazy.
        tokio::spawn(async move {
            for name in names {
                opened.invalidate(&name).await;
            }
        });
    }
}

#[cfg(test)]
mod tests;
