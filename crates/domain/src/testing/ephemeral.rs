//! The ephemeral stores as plain collections behind one lock.

use crate::{
    budget::Lane,
    clock::{Clock, Timestamp},
    ephemeral::{
        Attempts, AuthorizationCodes, Ceremonies, CodeGrant, Counted, Ephemeral, Interactions, PushedRequest,
        PushedRequests, RateLimits, RealmEphemeral, Redemption, ReplayGuard, Settled,
    },
    federation::OpenAttempt,
    id::{CeremonyId, InteractionId, RealmId},
    interaction::Interaction,
    passkey::Ceremony,
    secret::Digest,
    stores::Stored,
};
use async_trait::async_trait;
use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Ephemeral stores in memory, judged by a clock.
#[derive(Clone)]
pub struct MemoryEphemeral {
    clock: Arc<dyn Clock>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    codes: HashMap<(RealmId, [u8; 32]), CodeGrant>,
    redeemed: HashMap<(RealmId, [u8; 32]), Redemption>,
    interactions: HashMap<(RealmId, InteractionId), Interaction>,
    ceremonies: HashMap<(RealmId, CeremonyId), Ceremony>,
    attempts: HashMap<(RealmId, [u8; 32]), OpenAttempt>,
    pushed: HashMap<(RealmId, [u8; 32]), PushedRequest>,
    consumed: HashMap<(RealmId, [u8; 32]), Timestamp>,
    counters: HashMap<(RealmId, String), (u64, Timestamp)>,
    lanes: HashMap<(RealmId, String), (Lane, Timestamp)>,
    used: HashMap<(RealmId, &'static str, [u8; 32]), Timestamp>,
}

/// Marks of one kind.
struct Marks {
    all: MemoryEphemeral,
    realm: RealmId,
    kind: &'static str,
}

struct InRealm {
    all: MemoryEphemeral,
    realm: RealmId,
}

impl MemoryEphemeral {
    /// Empty stores that tell time by `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            state: Arc::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Ephemeral for MemoryEphemeral {
    fn in_realm(&self, realm: RealmId) -> RealmEphemeral {
        let marks = |kind| -> Arc<dyn ReplayGuard> {
            Arc::new(Marks {
                all: self.clone(),
                realm,
                kind,
            })
        };
        let stores = Arc::new(InRealm {
            all: self.clone(),
            realm,
        });
        RealmEphemeral {
            codes: stores.clone(),
            interactions: stores.clone(),
            limits: stores.clone(),
            pushed: stores.clone(),
            attempts: stores.clone(),
            ceremonies: stores,
            replays: marks("replay"),
            proofs: marks("proof"),
        }
    }

    async fn ping(&self) -> Stored<()> {
        Ok(())
    }
}

#[async_trait]
impl AuthorizationCodes for InRealm {
    async fn put(&self, code: &Digest, grant: &CodeGrant) -> Stored<()> {
        self.all
            .state()
            .codes
            .insert((self.realm, *code.as_bytes()), grant.clone());
        Ok(())
    }

    async fn find(&self, code: &Digest) -> Stored<Option<CodeGrant>> {
        let now = self.all.clock.now();
        let state = self.all.state();
        let found = state.codes.get(&(self.realm, *code.as_bytes()));
        Ok(found.filter(|grant| grant.expires_at > now).cloned())
    }

    async fn redeem(&self, code: &Digest, _expires_at: Timestamp) -> Stored<Redemption> {
        let mut state = self.all.state();
        let seen = state.redeemed.entry((self.realm, *code.as_bytes()));
        let mark = match seen {
            Entry::Vacant(free) => *free.insert(Redemption::First),
            Entry::Occupied(mut taken) if *taken.get() == Redemption::First => {
                taken.insert(Redemption::Meanwhile);
                Redemption::Meanwhile
            }
            Entry::Occupied(taken) => *taken.get(),
        };
        Ok(mark)
    }

    async fn settle(&self, code: &Digest, _expires_at: Timestamp) -> Stored<Settled> {
        let mut state = self.all.state();
        let before = state
            .redeemed
            .insert((self.realm, *code.as_bytes()), Redemption::Replay);
        Ok(match before {
            Some(Redemption::Meanwhile) => Settled::Replayed,
            Some(Redemption::First | Redemption::Replay) | None => Settled::Alone,
        })
    }
}

#[async_trait]
impl Ceremonies for InRealm {
    async fn put(&self, id: CeremonyId, ceremony: &Ceremony) -> Stored<()> {
        let key = (self.realm, id);
        self.all.state().ceremonies.insert(key, ceremony.clone());
        Ok(())
    }

    async fn take(&self, id: CeremonyId) -> Stored<Option<Ceremony>> {
        let now = self.all.clock.now();
        let taken = self.all.state().ceremonies.remove(&(self.realm, id));
        Ok(taken.filter(|ceremony| ceremony.expires_at > now))
    }
}

#[async_trait]
impl Attempts for InRealm {
    async fn put(&self, state: &Digest, attempt: &OpenAttempt) -> Stored<()> {
        let key = (self.realm, *state.as_bytes());
        self.all.state().attempts.insert(key, attempt.clone());
        Ok(())
    }

    async fn take(&self, state: &Digest) -> Stored<Option<OpenAttempt>> {
        let now = self.all.clock.now();
        let taken = self.all.state().attempts.remove(&(self.realm, *state.as_bytes()));
        Ok(taken.filter(|attempt| attempt.expires_at > now))
    }
}

#[async_trait]
impl Interactions for InRealm {
    async fn put(&self, interaction: &Interaction) -> Stored<()> {
        let key = (self.realm, interaction.id);
        self.all.state().interactions.insert(key, interaction.clone());
        Ok(())
    }

    async fn find(&self, id: InteractionId) -> Stored<Option<Interaction>> {
        let now = self.all.clock.now();
        let state = self.all.state();
        let found = state.interactions.get(&(self.realm, id));
        Ok(found.filter(|interaction| interaction.expires_at > now).cloned())
    }

    async fn replace(&self, old: &Interaction, new: &Interaction) -> Stored<bool> {
        let mut state = self.all.state();
        let stored = state.interactions.get_mut(&(self.realm, old.id));
        match stored.filter(|stored| *stored == old && old.id == new.id) {
            Some(stored) => {
                *stored = new.clone();
                Ok(true)
            }
            None => Ok(false),
        }
    }

    async fn take(&self, id: InteractionId) -> Stored<Option<Interaction>> {
        let now = self.all.clock.now();
        let taken = self.all.state().interactions.remove(&(self.realm, id));
        Ok(taken.filter(|interaction| interaction.expires_at > now))
    }
}

#[async_trait]
impl PushedRequests for InRealm {
    async fn put(&self, uri: &Digest, request: &PushedRequest) -> Stored<()> {
        let key = (self.realm, *uri.as_bytes());
        self.all.state().pushed.insert(key, request.clone());
        Ok(())
    }

    async fn find(&self, uri: &Digest) -> Stored<Option<PushedRequest>> {
        let (now, key) = (self.all.clock.now(), (self.realm, *uri.as_bytes()));
        let state = self.all.state();
        if state.consumed.get(&key).is_some_and(|end| *end > now) {
            return Ok(None);
        }
        let found = state.pushed.get(&key);
        Ok(found.filter(|request| request.expires_at > now).cloned())
    }

    async fn consume(&self, uri: &Digest, until: Timestamp) -> Stored<bool> {
        let now = self.all.clock.now();
        let mut state = self.all.state();
        let end = state.consumed.entry((self.realm, *uri.as_bytes())).or_default();
        let first = *end <= now;
        if first {
            *end = until;
        }
        Ok(first)
    }
}

#[async_trait]
impl RateLimits for InRealm {
    async fn counted(&self, key: &str, window: Duration) -> Stored<Counted> {
        let now = self.all.clock.now();
        let mut state = self.all.state();
        let counter = state.counters.entry((self.realm, key.to_owned())).or_default();
        if counter.1 <= now {
            *counter = (0, now + window);
        }
        counter.0 += 1;
        Ok(Counted {
            sum: counter.0,
            until: counter.1,
        })
    }

    async fn give_back(&self, key: &str, until: Timestamp) -> Stored<()> {
        let now = self.all.clock.now();
        let mut state = self.all.state();
        let counter = state.counters.get_mut(&(self.realm, key.to_owned()));
        if let Some(counter) = counter.filter(|counter| counter.1 == until && until > now) {
            counter.0 = counter.0.saturating_sub(1);
        }
        Ok(())
    }

    async fn lane(&self, key: &str) -> Stored<Option<Lane>> {
        let now = self.all.clock.now();
        let state = self.all.state();
        let found = state.lanes.get(&(self.realm, key.to_owned()));
        Ok(found.filter(|(_, until)| *until > now).map(|(lane, _)| *lane))
    }

    async fn replace_lane(
        &self,
        key: &str,
        old: Option<&Lane>,
        new: &Lane,
        until: Timestamp,
    ) -> Stored<bool> {
        let now = self.all.clock.now();
        let mut state = self.all.state();
        let key = (self.realm, key.to_owned());
        let held = state.lanes.get(&key).filter(|(_, until)| *until > now);
        let unchanged = held.map(|(lane, _)| lane) == old;
        if unchanged {
            state.lanes.insert(key, (*new, until));
        }
        Ok(unchanged)
    }
}

#[async_trait]
impl ReplayGuard for Marks {
    async fn first_use(&self, mark: &Digest, until: Timestamp) -> Stored<bool> {
        let now = self.all.clock.now();
        let mut state = self.all.state();
        let end = state
            .used
            .entry((self.realm, self.kind, *mark.as_bytes()))
            .or_default();
        let first = *end <= now;
        if first {
            *end = until;
        }
        Ok(first)
    }

    async fn forget(&self, mark: &Digest) -> Stored<()> {
        let key = (self.realm, self.kind, *mark.as_bytes());
        self.all.state().used.remove(&key);
        Ok(())
    }
}
