//! What concerns every realm: realms themselves, sweeps, jobs, the feed and the log.

use crate::{
    change::{Change, Changed, Revocation},
    clock::Timestamp,
    event::Event,
    id::{JobId, LinkedIdentityId, RealmId},
    job::{ClaimedJob, JobKind},
    realm::{Realm, RealmName},
    stores::{Alongside, Page, PageRequest, Stored},
};
use async_trait::async_trait;

/// What concerns every realm: realms themselves, sweeps, jobs, the feed and the log.
#[async_trait]
pub trait AllRealms: Send + Sync {
    /// Makes a realm; `Conflict` if the name is taken.
    async fn create(&self, realm: &Realm, with: Alongside) -> Stored<()>;
    /// The realm named so.
    async fn find(&self, name: &RealmName) -> Stored<Option<Realm>>;
    /// Realms in order of name.
    async fn list(&self, page: &PageRequest) -> Stored<Page<Realm>>;
    /// Changes what was decided for a realm; its name stays. False if there is none.
    async fn update(&self, realm: &Realm, with: Alongside) -> Stored<bool>;
    /// Deletes a realm and everything in it. False if there is none.
    async fn delete(&self, id: RealmId, at: Timestamp) -> Stored<bool>;
    /// The newest change's place; 0 when there is none.
    async fn last_change(&self) -> Stored<i64>;
    /// Changes after `sequence`, oldest first, at most `limit`.
    async fn changes_after(&self, sequence: i64, limit: u16) -> Stored<Vec<Change>>;
    /// Announces a change that no act announces.
    async fn announce(&self, realm: RealmId, changed: Changed) -> Stored<()>;
    /// Revocations of a realm that still matter at `now`.
    async fn revocations(&self, realm: RealmId, now: Timestamp) -> Stored<Vec<Revocation>>;
    /// Leases due work of these kinds to the caller until `lease_until`.
    async fn claim_jobs(
        &self,
        kinds: &[JobKind],
        now: Timestamp,
        lease_until: Timestamp,
        limit: u16,
    ) -> Stored<Vec<ClaimedJob>>;
    /// The work is done. False if the lease was lost.
    async fn complete_job(&self, job: &ClaimedJob, with: Vec<Event>) -> Stored<bool>;
    /// The work is to be tried again at `at`.
    async fn retry_job(&self, job: &ClaimedJob, at: Timestamp) -> Stored<bool>;
    /// Jobs waiting or running.
    async fn has_job(&self, id: JobId) -> Stored<bool>;
    /// Identities whose tokens of other providers are to be looked at, those that wait longest first.
    async fn upstream_tokens_due(
        &self,
        now: Timestamp,
        limit: u16,
    ) -> Stored<Vec<(RealmName, LinkedIdentityId)>>;
    /// Gives stored events their place in the log, oldest first; how many there were.
    async fn sequence_events(&self, limit: u16) -> Stored<u64>;
    /// Events after the place `sink` has reached, with their places, at most `limit`.
    async fn events_for(&self, sink: &str, limit: u16) -> Stored<Vec<(i64, Event)>>;
    /// `sink` has dealt with everything up to `sequence`.
    async fn advance_sink(&self, sink: &str, sequence: i64) -> Stored<()>;
    /// `sink` wants none of the events that have their place by now.
    async fn pass_events(&self, sink: &str) -> Stored<()>;
    /// Deletes at most `limit` rows of each kind that expired before `now`; how many.
    async fn sweep(&self, now: Timestamp, limit: u16) -> Stored<u64>;
    /// Whether the store answers.
    async fn ping(&self) -> Stored<()>;
}
