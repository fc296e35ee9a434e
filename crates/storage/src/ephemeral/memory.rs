//! Ephemeral values in this process, bounded in number and bytes.
//!
//! When there is no room, what has expired goes first, then what expires soonest. A code was stored before
//! the mark of its redemption and expires no later, so the mark never goes before the code.

use super::backend::{Backend, counted};
use async_trait::async_trait;
use domain::{
    clock::{Clock, Timestamp},
    ephemeral::Counted,
    stores::{StoreError, Stored},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// What every entry costs besides its key and value.
const OVERHEAD: usize = 128;

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Most entries.
    pub entries: usize,
    /// Most bytes.
    pub bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            entries: 500_000,
            bytes: 256 * 1024 * 1024,
        }
    }
}

/// Values in memory.
pub struct Memory {
    bounds: Bounds,
    clock: Arc<dyn Clock>,
    entries: Mutex<Entries>,
}

/// When an entry expires, and which came first.
type Place = (Timestamp, u64);

#[derive(Default)]
struct Entries {
    by_key: HashMap<String, (Place, Vec<u8>)>,
    by_end: BTreeMap<Place, String>,
    bytes: usize,
    stored: u64,
}

impl Memory {
    /// An empty store.
    pub fn new(bounds: Bounds, clock: Arc<dyn Clock>) -> Self {
        Self {
            bounds,
            clock,
            entries: Mutex::default(),
        }
    }

    /// The entries without those that have expired.
    fn living(&self) -> (MutexGuard<'_, Entries>, Timestamp) {
        let now = self.clock.now();
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        while entries.soonest().is_some_and(|end| end <= now) {
            entries.evict();
        }
        (entries, now)
    }
}

impl Entries {
    fn soonest(&self) -> Option<Timestamp> {
        self.by_end.first_key_value().map(|((end, _), _)| *end)
    }

    fn evict(&mut self) {
        if let Some((_, key)) = self.by_end.pop_first()
            && let Some((_, value)) = self.by_key.remove(&key)
        {
            self.bytes -= cost(&key, &value);
        }
    }

    fn remove(&mut self, key: &str) -> Option<Vec<u8>> {
        let (place, value) = self.by_key.remove(key)?;
        self.by_end.remove(&place);
        self.bytes -= cost(key, &value);
        Some(value)
    }

    /// When a counter ends, and what it has come to.
    fn counter(&self, key: &str) -> Stored<Option<(Timestamp, u64)>> {
        let held = self.by_key.get(key);
        held.map(|(place, value)| Ok((place.0, counted(value)?)))
            .transpose()
    }

    fn insert(&mut self, bounds: Bounds, key: &str, value: Vec<u8>, end: Timestamp) -> Stored<()> {
        let bytes = cost(key, &value);
        if bytes > bounds.bytes {
            return Err(StoreError::unavailable(
                "the value is larger than the whole store",
            ));
        }
        self.remove(key);
        while self.by_key.len() >= bounds.entries || self.bytes + bytes > bounds.bytes {
            self.evict();
        }
        self.stored += 1;
        let place = (end, self.stored);
        self.by_end.insert(place, key.to_owned());
        self.by_key.insert(key.to_owned(), (place, value));
        self.bytes += bytes;
        Ok(())
    }
}

fn cost(key: &str, value: &[u8]) -> usize {
    2 * key.len() + value.len() + OVERHEAD
}

#[async_trait]
impl Backend for Memory {
    async fn put(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Stored<()> {
        let (mut entries, now) = self.living();
        entries.insert(self.bounds, key, value, now + ttl)
    }

    async fn get(&self, key: &str) -> Stored<Option<Vec<u8>>> {
        let (entries, _) = self.living();
        Ok(entries.by_key.get(key).map(|(_, value)| value.clone()))
    }

    async fn take(&self, key: &str) -> Stored<Option<Vec<u8>>> {
        let (mut entries, _) = self.living();
        Ok(entries.remove(key))
    }

    async fn put_if_absent(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Stored<bool> {
        let (mut entries, now) = self.living();
        if entries.by_key.contains_key(key) {
            return Ok(false);
        }
        entries.insert(self.bounds, key, value, now + ttl)?;
        Ok(true)
    }

    async fn compare_and_put(&self, key: &str, expected: &[u8], new: Vec<u8>, ttl: Duration) -> Stored<bool> {
        let (mut entries, now) = self.living();
        let as_expected = entries
            .by_key
            .get(key)
            .is_some_and(|(_, value)| value == expected);
        if as_expected {
            entries.insert(self.bounds, key, new, now + ttl)?;
        }
        Ok(as_expected)
    }

    async fn increment(&self, key: &str, ttl: Duration) -> Stored<Counted> {
        let (mut entries, now) = self.living();
        let (until, sum) = match entries.counter(key)? {
            Some((end, before)) => (end, before.saturating_add(1)),
            None => (now + ttl, 1),
        };
        entries.insert(self.bounds, key, sum.to_le_bytes().to_vec(), until)?;
        Ok(Counted { sum, until })
    }

    async fn decrement(&self, key: &str, until: Timestamp) -> Stored<()> {
        let (mut entries, _) = self.living();
        match entries.counter(key)? {
            Some((end, before)) if end == until => {
                let sum = before.saturating_sub(1);
                entries.insert(self.bounds, key, sum.to_le_bytes().to_vec(), end)
            }
            Some(_) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
