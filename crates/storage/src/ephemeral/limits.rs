//! Counters and lanes for limits. Keys may hold addresses and are stored as digests, which also bounds their length.

use super::backend::Backend;
use async_trait::async_trait;
use domain::{
    budget::Lane,
    clock::{Clock, Timestamp},
    ephemeral::{Counted, RateLimits},
    secret::Digest,
    stores::{StoreError, Stored},
};
use std::{sync::Arc, time::Duration};

/// Counters and lanes of one realm.
pub struct Limits {
    backend: Arc<dyn Backend>,
    clock: Arc<dyn Clock>,
    prefix: String,
}

impl Limits {
    /// Those whose keys start with `prefix`.
    pub fn new(backend: Arc<dyn Backend>, clock: Arc<dyn Clock>, prefix: String) -> Self {
        Self {
            backend,
            clock,
            prefix,
        }
    }

    fn key(&self, kind: &str, key: &str) -> String {
        format!("{}{kind}{}", self.prefix, Digest::of(key).to_base64url())
    }
}

#[async_trait]
impl RateLimits for Limits {
    async fn counted(&self, key: &str, window: Duration) -> Stored<Counted> {
        self.backend.increment(&self.key("", key), window).await
    }

    async fn give_back(&self, key: &str, until: Timestamp) -> Stored<()> {
        self.backend.decrement(&self.key("", key), until).await
    }

    async fn lane(&self, key: &str) -> Stored<Option<Lane>> {
        let found = self.backend.get(&self.key("lane/", key)).await?;
        found
            .map(|bytes| serde_json::from_slice(&bytes).map_err(StoreError::unavailable))
            .transpose()
    }

    async fn replace_lane(
        &self,
        key: &str,
        old: Option<&Lane>,
        new: &Lane,
        until: Timestamp,
    ) -> Stored<bool> {
        let (key, bytes) = (self.key("lane/", key), encode(new)?);
        let ttl = until.since(self.clock.now());
        match old {
            Some(old) => {
                let expected = encode(old)?;
                self.backend.compare_and_put(&key, &expected, bytes, ttl).await
            }
            None => self.backend.put_if_absent(&key, bytes, ttl).await,
        }
    }
}

fn encode(lane: &Lane) -> Stored<Vec<u8>> {
    serde_json::to_vec(lane).map_err(StoreError::unavailable)
}
