//! Taking what names an erased account out of what is kept.
//!
//! An id is replaced by one that is drawn from a seed, which goes with the job: nobody can tell afterwards whose it was.
//! Whatever is done twice comes out the same, so the job may be interrupted anywhere.

use super::LeavingService;
use crate::{
    clock::Timestamp,
    event::Event,
    id::{EventId, UserId},
    job::{ClaimedJob, JobKind, NewJob},
    realm::RealmName,
    realm_context::RealmContext,
    secret::Digest,
    services::{Act, Ports},
    stores::{EventStore, StoreError},
    user::User,
};
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};
use uuid::Uuid;

/// Events in hand at once.
const BATCH: u16 = 500;
/// How far clocks of nodes may be apart, and how long events of issuance may wait for their place.
const SLACK: Duration = Duration::from_secs(300);

/// An erased account that is to be forgotten, as it waits in its job.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct Forgetting {
    realm: String,
    user: UserId,
    since: Timestamp,
    seed: [u8; 32],
}

impl Forgetting {
    /// In which realm.
    pub fn realm(&self) -> Option<RealmName> {
        self.realm.parse().ok()
    }

    /// What stands in the place of an id from now on.
    fn pseudonym(&self, id: Uuid) -> Uuid {
        let digest = Digest::of([self.seed.as_slice(), id.as_bytes()].concat());
        let mut bytes = [0; 16];
        for (byte, drawn) in bytes.iter_mut().zip(digest.as_bytes()) {
            *byte = *drawn;
        }
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

impl Ports {
    /// The job that forgets `user` once tokens issued until now are gone.
    pub(in crate::services) fn forgetting(&self, act: &Act, user: &User) -> NewJob {
        let forgetting = Forgetting {
            realm: act.realm.realm.name.as_str().to_owned(),
            user: user.id,
            since: user.created_at - SLACK,
            seed: self.random.bytes32(),
        };
        let run_at = act.realm.moment(self.clock.now()).tokens_until + SLACK;
        self.job_at(JobKind::ForgetPerson, &forgetting, run_at)
    }
}

impl LeavingService {
    /// What a job of kind [`JobKind::ForgetPerson`] is about.
    pub fn open_forgetting(&self, job: &ClaimedJob) -> Option<Forgetting> {
        self.ports.open_job(JobKind::ForgetPerson, job)
    }

    /// Forgets an erased account: events stay, as those of somebody who cannot be told.
    pub async fn forget(&self, realm: &RealmContext, wanted: &Forgetting) -> Result<(), StoreError> {
        let events = &*realm.stores.events;
        let ids = named_with(events, wanted).await?;
        let pseudonyms: HashMap<Uuid, Uuid> = ids.iter().map(|id| (*id, wanted.pseudonym(*id))).collect();
        realm.stores.leaving.forget(wanted.user, &pseudonyms).await?;
        // Those that name the person come last: they tell which ids the others are to be found by.
        for names_the_person in [false, true] {
            replace(events, wanted, &pseudonyms, names_the_person).await?;
        }
        Ok(())
    }
}

/// The person's id, and every id that an event names together with it.
async fn named_with(events: &dyn EventStore, wanted: &Forgetting) -> Result<BTreeSet<Uuid>, StoreError> {
    let mut ids = BTreeSet::from([wanted.user.as_uuid()]);
    let mut reader = Reader::new(wanted);
    while let Some(batch) = reader.next(events).await? {
        ids.extend(batch.iter().flat_map(|event| event.naming_theirs(wanted.user)));
    }
    Ok(ids)
}

async fn replace(
    events: &dyn EventStore,
    wanted: &Forgetting,
    pseudonyms: &HashMap<Uuid, Uuid>,
    names_the_person: bool,
) -> Result<(), StoreError> {
    let person = wanted.user.as_uuid();
    let mut reader = Reader::new(wanted);
    while let Some(batch) = reader.next(events).await? {
        let theirs = batch.into_iter().filter(|event| {
            let named = event.naming();
            named.iter().any(|id| pseudonyms.contains_key(id)) && named.contains(&person) == names_the_person
        });
        let instead = |id: Uuid| pseudonyms.get(&id).copied().unwrap_or(id);
        let replaced: Option<Vec<Event>> = theirs.map(|event| event.pseudonymised(instead)).collect();
        let unreadable = || StoreError::unavailable("an event cannot be read again");
        let replaced = replaced.ok_or_else(unreadable)?;
        if !replaced.is_empty() {
            events.replace(&replaced).await?;
        }
    }
    Ok(())
}

/// Reads the events since the account was made.
struct Reader {
    from: EventId,
    last: Option<EventId>,
}

impl Reader {
    fn new(wanted: &Forgetting) -> Self {
        Self {
            from: EventId::least(wanted.since),
            last: None,
        }
    }

    async fn next(&mut self, events: &dyn EventStore) -> Result<Option<Vec<Event>>, StoreError> {
        let from = self.last.unwrap_or(self.from);
        let mut batch = events.from(from, BATCH).await?;
        // What is read from an id on begins with that id.
        batch.retain(|event| Some(event.id) != self.last);
        let Some(last) = batch.last() else {
            return Ok(None);
        };
        self.last = Some(last.id);
        Ok(Some(batch))
    }
}
