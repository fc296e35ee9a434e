//! APIs kept in memory, unknown audiences included, as clients are, and what they say of their scopes.

use async_trait::async_trait;
use domain::{
    api::{Api, ApiAudience, ScopeWords},
    stores::{Alongside, ApiStore, Page, PageRequest, StoreError, Stored},
};
use moka::future::Cache;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// Audiences kept of one realm; made-up ones push out one another, no more.
const KEPT: u64 = 2_000;

/// A realm's APIs, read once and kept until they change.
pub struct CachedApis {
    store: Arc<dyn ApiStore>,
    kept: Cache<ApiAudience, Option<Arc<Api>>>,
    words: Cache<(), Arc<ScopeWords>>,
    invalidations: AtomicU64,
}

impl CachedApis {
    /// An empty cache before `store`.
    pub fn new(store: Arc<dyn ApiStore>) -> Self {
        Self {
            store,
            kept: Cache::new(KEPT),
            words: Cache::new(1),
            invalidations: AtomicU64::new(0),
        }
    }

    /// Forgets what is known of an API. Listeners to changes are not asynchronous; the entry is gone at once, only
    /// bookkeeping may take a moment.
    pub fn invalidate(&self, audience: &ApiAudience) {
        futures::executor::block_on(self.forget(audience));
    }

    async fn forget(&self, audience: &ApiAudience) {
        self.invalidations.fetch_add(1, Ordering::SeqCst);
        self.kept.invalidate(audience).await;
        self.words.invalidate(&()).await;
    }
}

#[async_trait]
impl ApiStore for CachedApis {
    async fn create(&self, api: &Api, with: Alongside) -> Stored<()> {
        let done = self.store.create(api, with).await;
        self.forget(&api.audience).await;
        done
    }

    async fn find(&self, audience: &ApiAudience) -> Stored<Option<Api>> {
        if let Some(known) = self.kept.get(audience).await {
            return Ok(known.as_deref().cloned());
        }
        let before = self.invalidations.load(Ordering::SeqCst);
        let load = async { Ok(self.store.find(audience).await?.map(Arc::new)) };
        let loaded = self.kept.try_get_with_by_ref(audience, load).await;
        // What was read before a change must not be kept after it.
        if self.invalidations.load(Ordering::SeqCst) != before {
            self.kept.invalidate(audience).await;
        }
        let loaded = loaded.map_err(|error: Arc<StoreError>| StoreError::unavailable(error))?;
        Ok(loaded.as_deref().cloned())
    }

    async fn list(&self, page: &PageRequest) -> Stored<Page<Api>> {
        self.store.list(page).await
    }

    async fn words(&self) -> Stored<Arc<ScopeWords>> {
        if let Some(known) = self.words.get(&()).await {
            return Ok(known);
        }
        let before = self.invalidations.load(Ordering::SeqCst);
        let loaded = self.words.try_get_with((), self.store.words()).await;
        // As above.
        if self.invalidations.load(Ordering::SeqCst) != before {
            self.words.invalidate(&()).await;
        }
        loaded.map_err(|error: Arc<StoreError>| StoreError::unavailable(error))
    }

    async fn delete(&self, audience: &ApiAudience, with: Alongside) -> Stored<bool> {
        let done = self.store.delete(audience, with).await;
        self.forget(audience).await;
        done
    }
}
