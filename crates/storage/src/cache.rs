//! Clients and APIs kept in memory, unknown ones included, in caches of bounded size that follow the change feed.

mod apis;
mod origins;

pub use apis::CachedApis;
pub use origins::AllowedOrigins;

use async_trait::async_trait;
use domain::{
    client::{Client, ClientId, ClientSecret, Status},
    clock::Timestamp,
    stores::{Alongside, ClientStore, Moment, Page, PageRequest, StoreError, Stored},
};
use moka::{
    Entry,
    future::Cache,
    ops::compute::{CompResult, Op},
};
use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Clients kept of one realm; made-up ids push out one another, no more.
const KEPT: u64 = 10_000;
/// The pause between two readings of a client by those for whom what is kept proved wrong: guesses at its secret
/// become no load on the database.
const PAUSE: Duration = Duration::from_secs(1);

/// A realm's clients, read once and kept until they change.
pub struct CachedClients {
    store: Arc<dyn ClientStore>,
    kept: Cache<ClientId, Option<Arc<Client>>>,
    /// When a client was last read anew.
    read_anew: Cache<ClientId, Timestamp>,
    invalidations: AtomicU64,
}

impl CachedClients {
    /// An empty cache before `store`.
    pub fn new(store: Arc<dyn ClientStore>) -> Self {
        Self {
            store,
            kept: Cache::new(KEPT),
            read_anew: Cache::new(KEPT),
            invalidations: AtomicU64::new(0),
        }
    }

    /// Forgets what is known of a client. Listeners to changes are not asynchronous; the entry is gone at
    /// once, only bookkeeping may take a moment.
    pub fn invalidate(&self, id: &ClientId) {
        futures::executor::block_on(self.forget(id));
    }

    async fn forget(&self, id: &ClientId) {
        self.invalidations.fetch_add(1, Ordering::SeqCst);
        self.kept.invalidate(id).await;
    }

    /// Whether the client may be read anew at `now`; if so, not again before the pause is over.
    async fn may_read_anew(&self, id: &ClientId, now: Timestamp) -> bool {
        let decide = |last: Option<Entry<ClientId, Timestamp>>| {
            if last.is_some_and(|last| now < last.into_value() + PAUSE) {
                Op::Nop
            } else {
                Op::Put(now)
            }
        };
        let last = self.read_anew.entry_by_ref(id);
        let decided = last.and_compute_with(|last| ready(decide(last))).await;
        matches!(decided, CompResult::Inserted(_) | CompResult::ReplacedWith(_))
    }
}

#[async_trait]
impl ClientStore for CachedClients {
    async fn create(&self, client: &Client, with: Alongside) -> Stored<()> {
        let done = self.store.create(client, with).await;
        self.forget(&client.id).await;
        done
    }

    async fn find(&self, id: &ClientId) -> Stored<Option<Client>> {
        if let Some(known) = self.kept.get(id).await {
            return Ok(known.as_deref().cloned());
        }
        let before = self.invalidations.load(Ordering::SeqCst);
        let load = async { Ok(self.store.find(id).await?.map(Arc::new)) };
        let loaded = self.kept.try_get_with_by_ref(id, load).await;
        // What was read before a change must not be kept after it.
        if self.invalidations.load(Ordering::SeqCst) != before {
            self.kept.invalidate(id).await;
        }
        let loaded = loaded.map_err(|error: Arc<StoreError>| StoreError::unavailable(error))?;
        Ok(loaded.as_deref().cloned())
    }

    async fn find_anew(&self, id: &ClientId, now: Timestamp) -> Stored<Option<Client>> {
        if self.may_read_anew(id, now).await {
            self.forget(id).await;
        }
        self.find(id).await
    }

    async fn update(&self, client: &Client, with: Alongside) -> Stored<bool> {
        let done = self.store.update(client, with).await;
        self.forget(&client.id).await;
        done
    }

    async fn list(&self, page: &PageRequest) -> Stored<Page<Client>> {
        self.store.list(page).await
    }

    async fn set_status(
        &self,
        id: &ClientId,
        status: Status,
        moment: Moment,
        with: Alongside,
    ) -> Stored<bool> {
        let done = self.store.set_status(id, status, moment, with).await;
        self.forget(id).await;
        done
    }

    async fn rotate_secret(
        &self,
        id: &ClientId,
        new: &ClientSecret,
        others_until: Timestamp,
        with: Alongside,
    ) -> Stored<bool> {
        let done = self.store.rotate_secret(id, new, others_until, with).await;
        self.forget(id).await;
        done
    }

    async fn delete(&self, id: &ClientId, moment: Moment, with: Alongside) -> Stored<bool> {
        let done = self.store.delete(id, moment, with).await;
        self.forget(id).await;
        done
    }
}
