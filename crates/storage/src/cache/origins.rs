//! The origins of a realm's clients, gathered once and kept until a client changes, so that whoever sends made-up
//! origins costs no look at the database.

use domain::stores::{ClientStore, PageRequest, StoreError, Stored};
use moka::future::Cache;
use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Clients looked at, in pages of 200.
const MAX_PAGES: usize = 50;
/// Origins kept of one realm.
const MAX_ORIGINS: usize = 20_000;

/// A realm's origins, read once and kept until a client changes.
pub struct AllowedOrigins {
    store: Arc<dyn ClientStore>,
    kept: Cache<(), Arc<HashSet<String>>>,
    invalidations: AtomicU64,
}

impl AllowedOrigins {
    /// Nothing gathered yet of the clients in `store`.
    pub fn new(store: Arc<dyn ClientStore>) -> Self {
        Self {
            store,
            kept: Cache::new(1),
            invalidations: AtomicU64::new(0),
        }
    }

    /// Whether scripts of `origin` may call for one of the clients; however many ask at once, it is gathered once.
    pub async fn allow(&self, origin: &str) -> Stored<bool> {
        if let Some(known) = self.kept.get(&()).await {
            return Ok(known.contains(origin));
        }
        let before = self.invalidations.load(Ordering::SeqCst);
        let gathered = self.kept.try_get_with((), self.gather()).await;
        // What was read before a change must not be kept after it.
        if self.invalidations.load(Ordering::SeqCst) != before {
            self.kept.invalidate(&()).await;
        }
        let gathered = gathered.map_err(|error: Arc<StoreError>| StoreError::unavailable(error))?;
        Ok(gathered.contains(origin))
    }

    /// Forgets what was gathered, because a client changed. Listeners to changes are not asynchronous; it is gone
    /// at once, only bookkeeping may take a moment.
    pub fn invalidate(&self) {
        self.invalidations.fetch_add(1, Ordering::SeqCst);
        futures::executor::block_on(self.kept.invalidate(&()));
    }

    async fn gather(&self) -> Stored<Arc<HashSet<String>>> {
        let mut origins = HashSet::new();
        let mut after = None;
        for _ in 0..MAX_PAGES {
            let page = self.store.list(&PageRequest::new(after, 200)).await?;
            origins.extend(page.items.iter().flat_map(|client| client.origins()));
            match page.next {
                Some(next) if origins.len() < MAX_ORIGINS => after = Some(next),
                Some(_) => break,
                None => return Ok(Arc::new(origins)),
            }
        }
        tracing::warn!("a realm has more clients' origins than are kept; scripts of the rest are refused");
        Ok(Arc::new(origins))
    }
}
