//! Typed values over a backend's bytes. Each carries its own end, judged by the clock when it is read.

use super::backend::Backend;
use domain::{
    clock::{Clock, Timestamp},
    stores::{StoreError, Stored},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{sync::Arc, time::Duration};

/// Values are collected a little after their end, so that the clock alone decides.
const SLACK: Duration = Duration::from_secs(60);

/// Values of one kind in one realm.
pub struct Values {
    backend: Arc<dyn Backend>,
    clock: Arc<dyn Clock>,
    prefix: String,
}

#[derive(Serialize)]
struct Outgoing<'a, T> {
    expires_at: Timestamp,
    value: &'a T,
}

#[derive(Deserialize)]
struct Incoming<T> {
    expires_at: Timestamp,
    value: T,
}

impl Values {
    /// Values whose keys start with `prefix`.
    pub fn new(backend: Arc<dyn Backend>, clock: Arc<dyn Clock>, prefix: String) -> Self {
        Self {
            backend,
            clock,
            prefix,
        }
    }

    /// Stores or replaces.
    pub async fn put<T: Serialize + Sync>(&self, key: &str, value: &T, expires_at: Timestamp) -> Stored<()> {
        let bytes = encode(value, expires_at)?;
        self.backend
            .put(&self.key(key), bytes, self.ttl(expires_at))
            .await
    }

    /// Reads what has not expired.
    pub async fn get<T: DeserializeOwned>(&self, key: &str) -> Stored<Option<T>> {
        self.decode(self.backend.get(&self.key(key)).await?)
    }

    /// Reads and forgets what has not expired.
    pub async fn take<T: DeserializeOwned>(&self, key: &str) -> Stored<Option<T>> {
        self.decode(self.backend.take(&self.key(key)).await?)
    }

    /// Stores if there is nothing; whether it did.
    pub async fn put_if_absent<T: Serialize + Sync>(
        &self,
        key: &str,
        value: &T,
        expires_at: Timestamp,
    ) -> Stored<bool> {
        let bytes = encode(value, expires_at)?;
        self.backend
            .put_if_absent(&self.key(key), bytes, self.ttl(expires_at))
            .await
    }

    /// Replaces `old` by `new` if it is what is stored; whether it did. Each comes with its end.
    pub async fn replace<T: Serialize + Sync>(
        &self,
        key: &str,
        old: (&T, Timestamp),
        new: (&T, Timestamp),
    ) -> Stored<bool> {
        let (expected, bytes) = (encode(old.0, old.1)?, encode(new.0, new.1)?);
        self.backend
            .compare_and_put(&self.key(key), &expected, bytes, self.ttl(new.1))
            .await
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    fn ttl(&self, expires_at: Timestamp) -> Duration {
        expires_at.since(self.clock.now()) + SLACK
    }

    fn decode<T: DeserializeOwned>(&self, bytes: Option<Vec<u8>>) -> Stored<Option<T>> {
        let Some(bytes) = bytes else {
            return Ok(None);
        };
        let incoming: Incoming<T> = serde_json::from_slice(&bytes).map_err(StoreError::unavailable)?;
        Ok((incoming.expires_at > self.clock.now()).then_some(incoming.value))
    }
}

fn encode<T: Serialize>(value: &T, expires_at: Timestamp) -> Stored<Vec<u8>> {
    serde_json::to_vec(&Outgoing { expires_at, value }).map_err(StoreError::unavailable)
}
