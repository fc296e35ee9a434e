//! The durable stores over sea-orm, for SQLite and PostgreSQL.
//!
//! A port's method is an act: one transaction, the events and jobs that belong to it, and the changes it
//! announces. Single use is decided by conditional updates, whose count of rows says who was first.

mod access_tokens;
mod act;
mod apis;
mod authorizations;
mod backup;
mod browsers;
mod catalogue;
mod clients;
mod connect;
mod consents;
mod copy;
mod devices;
mod dialect;
mod endings;
mod entity;
mod ephemeral;
mod error;
mod events;
mod feed;
mod gather;
mod identities;
mod in_use;
mod jobs;
mod keys;
mod leases;
mod leaving;
mod logos;
mod look_ups;
mod mailed_codes;
mod migrate;
mod own;
mod participations;
mod passkeys;
mod passwords;
mod pictures;
mod realms;
mod registration_tokens;
mod row;
mod second_factors;
mod sessions;
mod statements;
mod sweep;
mod terms;
mod upstream_tokens;
mod users;
mod versions;
mod writer;

pub use backup::{
    Backup, BackupError, BackupRequest, Stamp, back_up,
    restore::{Draft, Ended, RestoreError, Restored},
};
pub use connect::{AddressError, POSTGRES_CONNECTIONS, check_address, sqlite_path};
pub use copy::{Copied, CopiedTable, CopyError, CopyProgress, CopyRequest, Watch, copy};
pub use in_use::InUse;
pub use migrate::{migrate, pending_migrations};
pub use writer::Listener;

use crate::ephemeral::Backend;
use act::Act;
use async_trait::async_trait;
use domain::clock::{Clock, Timestamp};
use domain::{
    change::{Change, Changed, Revocation},
    event::Event,
    id::{JobId, LinkedIdentityId, RealmId},
    job::{ClaimedJob, JobKind},
    lease::Leases,
    realm::{Realm, RealmName},
    stores::{AllRealms, Alongside, Page, PageRequest, RealmStores, StoreError, Stored, Stores},
};
use error::Sql;
use futures::future::BoxFuture;
use sea_orm::DatabaseConnection;
use std::sync::Arc;
use tokio::sync::Notify;
use uuid::Uuid;
use writer::{Listeners, Writer};

/// An open database.
struct Db {
    reading: DatabaseConnection,
    /// What the writer works on; on PostgreSQL the same as what reads.
    writing: DatabaseConnection,
    writer: Writer,
    families: authorizations::Families,
    accounts: users::Accounts,
    _hold: in_use::Hold,
}

impl Db {
    async fn act<T, F>(&self, work: F) -> Stored<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Act) -> BoxFuture<'a, Sql<T>> + Clone + Send + Sync + 'static,
    {
        self.writer.act(work).await
    }
}

/// The stores of one realm.
#[derive(Clone)]
struct InRealm {
    db: Arc<Db>,
    realm: RealmId,
}

impl InRealm {
    /// The realm's id as columns hold it.
    fn key(&self) -> Uuid {
        self.realm.as_uuid()
    }
}

/// The durable stores of a deployment.
pub struct SqlStores {
    db: Arc<Db>,
    listeners: Arc<Listeners>,
}

impl SqlStores {
    /// Opens the database at `url`; its schema is brought up to date by [`migrate`].
    pub async fn open(url: &str) -> Stored<Arc<Self>> {
        let hold = in_use::share(url).map_err(StoreError::unavailable)?;
        let listeners = Arc::new(Listeners::default());
        let (reading, writing, writer) = connect::open(url, listeners.clone()).await?;
        let db = Arc::new(Db {
            families: authorizations::families(&reading),
            accounts: users::accounts(&reading),
            reading,
            writing,
            writer,
            _hold: hold,
        });
        Ok(Arc::new(Self { db, listeners }))
    }

    /// Waits for the acts handed in, then closes the database for everybody who shares these stores. SQLite takes its
    /// log into the file.
    pub async fn close(&self) -> Stored<()> {
        // Acts of SQLite are committed in their order; PostgreSQL's pool waits for those under way.
        let acts = self.db.act(|_| Box::pin(async { Ok(()) })).await;
        // SQLite's last connection takes the log into the file: that is for the one that may write.
        let reading = self.db.reading.close_by_ref().await;
        let writing = self.db.writing.close_by_ref().await;
        acts.and(reading.and(writing).map_err(error::failed))
    }

    /// Calls `listener` with the changes of every commit of this process, before its acts are acknowledged.
    pub fn on_commit(&self, listener: Listener) {
        self.listeners.add(listener);
    }

    /// Ephemeral values in a table of this database.
    pub(crate) fn ephemeral(&self, clock: Arc<dyn Clock>) -> Arc<dyn Backend> {
        Arc::new(ephemeral::Table::new(self.db.clone(), clock))
    }

    /// Notified when this process stored new work.
    pub fn job_signal(&self) -> Arc<Notify> {
        self.listeners.jobs.clone()
    }
}

impl Stores for SqlStores {
    fn in_realm(&self, realm: RealmId) -> RealmStores {
        let stores = Arc::new(InRealm {
            db: self.db.clone(),
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
        Arc::new(Everywhere(self.db.clone()))
    }

    fn leases(&self) -> Arc<dyn Leases> {
        Arc::new(Everywhere(self.db.clone()))
    }
}

/// What concerns every realm.
struct Everywhere(Arc<Db>);

#[async_trait]
impl AllRealms for Everywhere {
    async fn create(&self, realm: &Realm, with: Alongside) -> Stored<()> {
        realms::create(&self.0, realm.clone(), with).await
    }

    async fn find(&self, name: &RealmName) -> Stored<Option<Realm>> {
        realms::find(&self.0, name).await
    }

    async fn list(&self, page: &PageRequest) -> Stored<Page<Realm>> {
        realms::list(&self.0, page).await
    }

    async fn update(&self, realm: &Realm, with: Alongside) -> Stored<bool> {
        realms::update(&self.0, realm.clone(), with).await
    }

    async fn delete(&self, id: RealmId, _at: Timestamp) -> Stored<bool> {
        realms::delete(&self.0, id).await
    }

    async fn last_change(&self) -> Stored<i64> {
        feed::last_change(&self.0).await
    }

    async fn changes_after(&self, sequence: i64, limit: u16) -> Stored<Vec<Change>> {
        feed::changes_after(&self.0, sequence, limit).await
    }

    async fn announce(&self, realm: RealmId, changed: Changed) -> Stored<()> {
        self.0
            .act(move |act| {
                Box::pin(async move {
                    act.announce(realm, changed);
                    Ok(())
                })
            })
            .await
    }

    async fn revocations(&self, realm: RealmId, now: Timestamp) -> Stored<Vec<Revocation>> {
        feed::revocations(&self.0, realm, now).await
    }

    async fn claim_jobs(
        &self,
        kinds: &[JobKind],
        now: Timestamp,
        lease_until: Timestamp,
        limit: u16,
    ) -> Stored<Vec<ClaimedJob>> {
        jobs::claim(&self.0, kinds, now, lease_until, limit).await
    }

    async fn complete_job(&self, job: &ClaimedJob, with: Vec<Event>) -> Stored<bool> {
        jobs::complete(&self.0, job, with).await
    }

    async fn retry_job(&self, job: &ClaimedJob, at: Timestamp) -> Stored<bool> {
        jobs::retry(&self.0, job, at).await
    }

    async fn has_job(&self, id: JobId) -> Stored<bool> {
        jobs::has(&self.0, id).await
    }

    async fn upstream_tokens_due(
        &self,
        now: Timestamp,
        limit: u16,
    ) -> Stored<Vec<(RealmName, LinkedIdentityId)>> {
        upstream_tokens::due(&self.0, now, limit).await
    }

    async fn sequence_events(&self, limit: u16) -> Stored<u64> {
        events::sequence(&self.0, limit).await
    }

    async fn events_for(&self, sink: &str, limit: u16) -> Stored<Vec<(i64, Event)>> {
        events::for_sink(&self.0, sink, limit).await
    }

    async fn advance_sink(&self, sink: &str, sequence: i64) -> Stored<()> {
        events::advance(&self.0, sink.to_owned(), sequence).await
    }

    async fn pass_events(&self, sink: &str) -> Stored<()> {
        events::pass(&self.0, sink).await
    }

    async fn sweep(&self, now: Timestamp, limit: u16) -> Stored<u64> {
        sweep::sweep(&self.0, now, limit).await
    }

    async fn ping(&self) -> Stored<()> {
        self.0.reading.ping().await.map_err(error::failed)
    }
}
