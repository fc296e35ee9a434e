//! Signing keys, and events without an act of their own.

use super::{InRealm, state::Room};
use crate::{
    change::Changed,
    clock::Timestamp,
    event::Event,
    id::EventId,
    signing_key::{KeyState, SigningAlgorithm, StoredKey},
    stores::{Alongside, EventStore, KeyStore, StoreError, Stored},
};
use async_trait::async_trait;

#[async_trait]
impl KeyStore for InRealm {
    async fn list(&self) -> Stored<Vec<StoredKey>> {
        Ok(self.act(|room, _| room.keys.clone()))
    }

    async fn add_if_missing(&self, key: &StoredKey) -> Stored<bool> {
        self.act(|room, feed| {
            if find(room, key.alg, key.state).is_some() {
                return Ok(false);
            }
            room.keys.push(key.clone());
            feed.announce(self.realm, Changed::Keys);
            Ok(true)
        })
    }

    async fn rotate(
        &self,
        alg: SigningAlgorithm,
        retire_until: Timestamp,
        new_next: &StoredKey,
        with: Alongside,
    ) -> Stored<()> {
        self.act(|room, feed| {
            let fits = new_next.alg == alg && new_next.state == KeyState::Next;
            let both =
                find(room, alg, KeyState::Active).is_some() && find(room, alg, KeyState::Next).is_some();
            if !fits || !both {
                return Err(StoreError::Conflict);
            }
            if let Some(active) = find(room, alg, KeyState::Active) {
                active.state = KeyState::Retiring { until: retire_until };
            }
            if let Some(next) = find(room, alg, KeyState::Next) {
                next.state = KeyState::Active;
            }
            room.keys.push(new_next.clone());
            feed.announce(self.realm, Changed::Keys);
            room.store(with);
            Ok(())
        })
    }

    async fn withdraw(&self, kid: &str, new_next: &StoredKey, with: Alongside) -> Stored<bool> {
        self.act(|room, feed| {
            let Some(at) = room.keys.iter().position(|key| key.kid == kid) else {
                return Ok(false);
            };
            let alg = new_next.alg;
            let known = room.keys.iter().any(|key| key.kid == kid && key.alg == alg);
            if !known || new_next.state != KeyState::Next {
                return Err(StoreError::Conflict);
            }
            let gone = room.keys.remove(at);
            match gone.state {
                KeyState::Retiring { .. } => {}
                KeyState::Next => room.keys.push(new_next.clone()),
                KeyState::Active => {
                    let next = find(room, alg, KeyState::Next).ok_or(StoreError::Conflict)?;
                    next.state = KeyState::Active;
                    room.keys.push(new_next.clone());
                }
            }
            feed.announce(self.realm, Changed::Keys);
            room.store(with);
            Ok(true)
        })
    }

    async fn sweep(&self, now: Timestamp) -> Stored<u64> {
        self.act(|room, feed| {
            let before = room.keys.len();
            room.keys.retain(|key| match key.state {
                KeyState::Next | KeyState::Active => true,
                KeyState::Retiring { until } => until > now,
            });
            let swept = before - room.keys.len();
            if swept > 0 {
                feed.announce(self.realm, Changed::Keys);
            }
            Ok(swept as u64)
        })
    }
}

/// The key of `alg` in `state`; retiring keys are never the same.
fn find(room: &mut Room, alg: SigningAlgorithm, state: KeyState) -> Option<&mut StoredKey> {
    let alone = match state {
        KeyState::Next | KeyState::Active => true,
        KeyState::Retiring { .. } => false,
    };
    let mut keys = room.keys.iter_mut();
    keys.find(|key| alone && key.alg == alg && key.state == state)
}

#[async_trait]
impl EventStore for InRealm {
    async fn record(&self, with: Alongside) -> Stored<()> {
        self.act(|room, _| room.store(with));
        Ok(())
    }

    async fn from(&self, from: EventId, limit: u16) -> Stored<Vec<Event>> {
        Ok(self.act(|room, _| {
            let later = room.events.iter().map(|(_, event)| event);
            let mut later: Vec<Event> = later.filter(|event| event.id >= from).cloned().collect();
            later.sort_by_key(|event| event.id);
            later.truncate(usize::from(limit));
            later
        }))
    }

    async fn replace(&self, events: &[Event]) -> Stored<()> {
        self.act(|room, _| {
            for (_, kept) in &mut room.events {
                if let Some(new) = events.iter().find(|event| event.id == kept.id) {
                    *kept = new.clone();
                }
            }
        });
        Ok(())
    }
}
