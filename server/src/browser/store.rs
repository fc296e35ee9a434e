//! Where tower-sessions keeps its records: in the realm's database, under the digest of the cookie.

use crate::wiring::Runtime;
use async_trait::async_trait;
use domain::{clock::Timestamp, realm_context::RealmContext, secret::Digest};
use std::sync::Arc;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store,
};

/// tower-sessions' records in the realm's database, under the digest of the cookie.
#[derive(Clone)]
pub(super) struct RealmSessions {
    pub(super) realm: Arc<RealmContext>,
    pub(super) runtime: Arc<Runtime>,
}

impl std::fmt::Debug for RealmSessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RealmSessions")
    }
}

impl RealmSessions {
    /// Rows expire by the product's clock, not by the cookie library's.
    fn expiry(&self) -> Timestamp {
        self.runtime.services.ports.clock.now() + self.realm.settings.lifetimes.session_absolute
    }
}

fn digest(id: &Id) -> Digest {
    Digest::of(id.0.to_be_bytes())
}

#[async_trait]
impl SessionStore for RealmSessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        // 128 random bits do not meet another session's by chance.
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let data = serde_json::to_vec(&record.data)
            .map_err(|error| session_store::Error::Encode(error.to_string()))?;
        let saved = self
            .realm
            .stores
            .browsers
            .save(&digest(&record.id), &data, self.expiry())
            .await;
        saved.map_err(|error| session_store::Error::Backend(error.to_string()))
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let now = self.runtime.services.ports.clock.now();
        let loaded = self.realm.stores.browsers.load(&digest(id), now).await;
        let Some((data, _)) = loaded.map_err(|error| session_store::Error::Backend(error.to_string()))?
        else {
            return Ok(None);
        };
        let data =
            serde_json::from_slice(&data).map_err(|error| session_store::Error::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date: time::OffsetDateTime::from_unix_timestamp(253_402_300_799)
                .unwrap_or(time::OffsetDateTime::UNIX_EPOCH),
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let deleted = self.realm.stores.browsers.delete(&digest(id)).await;
        deleted.map_err(|error| session_store::Error::Backend(error.to_string()))
    }
}
