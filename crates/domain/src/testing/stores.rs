//! The durable stores as plain collections behind one lock: every method is one act by construction.

mod access_tokens;
mod all_realms;
mod apis;
mod authorizations;
mod clients;
mod devices;
mod identities;
mod keys;
mod leases;
mod leaving;
mod logos;
mod mailed_codes;
mod own;
mod passkeys;
mod passwords;
mod pictures;
mod registration_tokens;
mod second_factors;
mod sessions;
mod state;
mod terms;
mod upstream_tokens;
mod users;

use crate::{
    change::Change,
    event::{Event, EventKind},
    id::{RealmId, UserId},
    job::NewJob,
    lease::Leases,
    realm::Realm,
    stores::{AllRealms, RealmStores, Stores},
};
use state::{Feed, Room, State};
use std::sync::{Arc, Mutex, PoisonError};

/// Called with changes before the act that made them returns.
pub type Listener = Arc<dyn Fn(&[Change]) + Send + Sync>;

/// Stores in memory, with the same answers as the SQL ones.
#[derive(Clone, Default)]
pub struct MemoryStores(Arc<Mutex<State>>);

/// The stores of one realm.
struct InRealm {
    stores: MemoryStores,
    realm: RealmId,
}

impl MemoryStores {
    /// Calls `listener` with every change, before the act that made it returns. It must not call back.
    pub fn on_commit(&self, listener: Listener) {
        self.with(|state| state.feed.listeners.push(listener));
    }

    /// The events stored in a realm so far, oldest first.
    pub fn events(&self, realm: RealmId) -> Vec<Event> {
        self.with(|state| {
            state
                .room(realm)
                .0
                .events
                .iter()
                .map(|(_, event)| event.clone())
                .collect()
        })
    }

    /// What people had to be mailed about in the act that stored it, and were not.
    pub fn untold(&self, realm: RealmId) -> Vec<EventKind> {
        self.with(|state| state.room(realm).0.untold.clone())
    }

    /// Takes an account's password away.
    pub fn drop_password(&self, realm: RealmId, user: UserId) {
        self.with(|state| state.room(realm).0.passwords.remove(&user));
    }

    /// The jobs of a realm that wait.
    pub fn jobs(&self, realm: RealmId) -> Vec<NewJob> {
        self.with(|state| {
            state
                .room(realm)
                .0
                .jobs
                .iter()
                .map(|job| job.new.clone())
                .collect()
        })
    }

    /// How often a realm's stores were called so far.
    pub fn calls(&self, realm: RealmId) -> usize {
        self.with(|state| state.room(realm).0.calls)
    }

    /// How many rows a realm's acts have left so far: people, what they hold, work and events.
    pub fn rows(&self, realm: RealmId) -> usize {
        self.with(|state| {
            let room = state.room(realm).0;
            let held = [room.passwords.len(), room.codes.len(), room.sessions.len()];
            let told = [room.users.len(), room.jobs.len(), room.events.len()];
            held.iter().chain(&told).sum()
        })
    }

    /// Puts a realm there.
    pub fn add_realm(&self, realm: Realm) {
        self.with(|state| state.realms.push(realm));
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl InRealm {
    fn act<T>(&self, act: impl FnOnce(&mut Room, &mut Feed) -> T) -> T {
        self.stores.with(|state| {
            let (room, feed) = state.room(self.realm);
            room.calls += 1;
            act(room, feed)
        })
    }
}

impl Stores for MemoryStores {
    fn in_realm(&self, realm: RealmId) -> RealmStores {
        let stores = Arc::new(InRealm {
            stores: self.clone(),
            realm,
        });
        RealmStores {
            users: stores.clone(),
            clients: stores.clone(),
            apis: stores.clone(),
            sessions: stores.clone(),
            browsers: stores.clone(),
            consents: stores.clone(),
            authorizations: stores.clone(),
            devices: stores.clone(),
            access_tokens: stores.clone(),
            identities: stores.clone(),
            mailed_codes: stores.clone(),
            passkeys: stores.clone(),
            passwords: stores.clone(),
            pictures: stores.clone(),
            registration_tokens: stores.clone(),
            second_factors: stores.clone(),
            logos: stores.clone(),
            terms: stores.clone(),
            leaving: stores.clone(),
            own: stores.clone(),
            keys: stores.clone(),
            events: stores.clone(),
            upstream_tokens: stores,
        }
    }

    fn all_realms(&self) -> Arc<dyn AllRealms> {
        Arc::new(self.clone())
    }

    fn leases(&self) -> Arc<dyn Leases> {
        Arc::new(self.clone())
    }
}
