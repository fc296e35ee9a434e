//! What a backend of ephemeral values can do: seven operations on bytes, each atomic.

use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    ephemeral::Counted,
    stores::{StoreError, Stored},
};
use std::time::Duration;

/// A store of bytes that forgets. What has outlived its time to live, by the clock, counts as not there.
#[async_trait]
pub trait Backend: Send + Sync {
    /// Stores or replaces.
    async fn put(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Stored<()>;
    /// Reads.
    async fn get(&self, key: &str) -> Stored<Option<Vec<u8>>>;
    /// Reads and forgets: of any number of callers, one gets the value.
    async fn take(&self, key: &str) -> Stored<Option<Vec<u8>>>;
    /// Stores if there is nothing; whether it did.
    async fn put_if_absent(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Stored<bool>;
    /// Replaces `expected` by `new` if that is what is stored; whether it did.
    async fn compare_and_put(&self, key: &str, expected: &[u8], new: Vec<u8>, ttl: Duration) -> Stored<bool>;
    /// Adds one to a counter and gives the sum; only the call that creates the counter sets its time to live.
    async fn increment(&self, key: &str, ttl: Duration) -> Stored<Counted>;
    /// Takes one from a counter that is not zero, if it is still the one that ends at `until`.
    async fn decrement(&self, key: &str, until: Timestamp) -> Stored<()>;
}

/// What a counter has come to, from its eight little-endian bytes.
pub fn counted(value: &[u8]) -> Stored<u64> {
    let bytes = value
        .try_into()
        .map_err(|_| StoreError::unavailable("a counter cannot be read"))?;
    Ok(u64::from_le_bytes(bytes))
}
