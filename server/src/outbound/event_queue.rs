//! Events of issuance that writes no row, on their way to the log: queued in memory, stored in bulk within a second
//! and when the process ends. A crash loses what is queued; nothing that anybody was promised depends on it.

use domain::{
    event::Event,
    id::RealmId,
    outbound::EventQueue,
    stores::{StoreError, Stored},
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Events that may wait.
const BOUND: usize = 16_384;
/// Events that are stored at once.
const BATCH: usize = 512;

/// The queue of one process.
#[derive(Debug, Default)]
pub struct BatchedEvents {
    waiting: Mutex<VecDeque<Event>>,
}

impl BatchedEvents {
    /// Hands all that waits to `store`, batch by batch, each of one realm and in its order. While the store is
    /// unavailable events go on waiting; those it will never take, of a realm that is gone, are dropped and counted.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn flush<F>(&self, store: impl Fn(RealmId, Vec<Event>) -> F) -> Stored<()>
    where
        F: Future<Output = Stored<()>>,
    {
        loop {
            let batch = self.take();
            if batch.is_empty() {
                return Ok(());
            }
            let mut of_realm: HashMap<RealmId, Vec<Event>> = HashMap::new();
            for event in batch {
                of_realm.entry(event.realm).or_default().push(event);
            }
            let mut unavailable = None;
            for (realm, events) in of_realm {
                match store(realm, events.clone()).await {
                    Ok(()) => {}
                    Err(StoreError::Conflict) => dropped(events.len()),
                    Err(error) => {
                        self.put_back(events);
                        unavailable = Some(error);
                    }
                }
            }
            if let Some(error) = unavailable {
                return Err(error);
            }
        }
    }

    fn take(&self) -> Vec<Event> {
        let mut waiting = self.waiting();
        let count = waiting.len().min(BATCH);
        waiting.drain(..count).collect()
    }

    fn put_back(&self, events: Vec<Event>) {
        let mut waiting = self.waiting();
        for event in events.into_iter().rev() {
            waiting.push_front(event);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Event>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EventQueue for BatchedEvents {
    fn push(&self, event: Event) {
        let mut waiting = self.waiting();
        if waiting.len() >= BOUND {
            dropped(1);
        } else {
            waiting.push_back(event);
        }
    }
}

fn dropped(count: usize) {
    metrics::counter!("signet_events_dropped_total").increment(count as u64);
    tracing::warn!(count, "events of issuance were dropped");
}

#[cfg(test)]
mod tests;
