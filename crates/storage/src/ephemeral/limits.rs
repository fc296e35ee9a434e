//! Counters for limits. Keys may hold addresses and are stored as digests, which also bounds their length.

use super::backend::Backend;
use async_trait::async_trait;
use domain::{ephemeral::RateLimits, secret::Digest, stores::Stored};
use std::{sync::Arc, time::Duration};

/// Counters of one realm.
pub struct Limits {
    backend: Arc<dyn Backend>,
    prefix: String,
}

impl Limits {
    /// Counters whose keys start with `prefix`.
    pub fn new(backend: Arc<dyn Backend>, prefix: String) -> Self {
        Self { backend, prefix }
    }
}

#[async_trait]
impl RateLimits for Limits {
    async fn count(&self, key: &str, window: Duration) -> Stored<u64> {
        let key = format!("{}{}", self.prefix, Digest::of(key).to_base64url());
        self.backend.increment(&key, window).await
    }
}
