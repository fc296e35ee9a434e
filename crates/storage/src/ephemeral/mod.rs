//! The ephemeral stores: six byte operations that a backend has, and the typed stores written once on top.
//!
//! Keys lead with the realm and the kind of value. Every value carries its own end, which the clock judges;
//! a backend's time to live only collects garbage.

mod attempts;
mod backend;
mod ceremonies;
mod codes;
mod interactions;
mod limits;
mod memory;
mod pushed;
mod redis;
mod replays;
mod value;

pub(crate) use backend::{Backend, counted};

use crate::sql::SqlStores;
use async_trait::async_trait;
use domain::{
    clock::Clock,
    ephemeral::{Ephemeral, RealmEphemeral},
    id::RealmId,
    stores::Stored,
};
use memory::{Bounds, Memory};
use std::sync::Arc;

/// Why an address of ephemeral stores is refused. It may hold a password and is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenEphemeralError {
    /// The address names a backend that is not part of this build.
    #[error("use memory:, sql: or redis://…")]
    UnknownBackend,
    /// The address of a Redis server cannot be read.
    #[error("write redis://[[USER]:PASSWORD@]HOST[:PORT][/NUMBER], or rediss:// for TLS")]
    NotAnAddress,
    /// The address asks not to check the server's certificate.
    #[error("the certificate of a Redis server is always checked; leave out what follows #")]
    Unchecked,
}

/// A backend and where it is.
enum Address {
    Memory,
    Sql,
    Redis(Box<::redis::ConnectionInfo>),
}

fn address(url: &str) -> Result<Address, OpenEphemeralError> {
    match url {
        "memory:" => Ok(Address::Memory),
        "sql:" => Ok(Address::Sql),
        _ if url.starts_with("redis://") || url.starts_with("rediss://") => {
            Ok(Address::Redis(Box::new(redis::address(url)?)))
        }
        _ => Err(OpenEphemeralError::UnknownBackend),
    }
}

/// Whether ephemeral stores could be opened at `url`, as far as the address alone tells.
pub fn check(url: &str) -> Result<(), OpenEphemeralError> {
    address(url).map(drop)
}

/// Opens the ephemeral stores at `url`; `sql:` are those of `database`.
pub async fn open(
    url: &str,
    database: &SqlStores,
    clock: Arc<dyn Clock>,
) -> Result<Arc<dyn Ephemeral>, OpenEphemeralError> {
    let opened = match address(url)? {
        Address::Memory => Opened::in_memory(clock),
        Address::Sql => Opened::shared(database.ephemeral(clock.clone()), clock),
        Address::Redis(info) => {
            let redis = redis::Redis::open(*info, clock.clone()).await?;
            Opened::shared(Arc::new(redis), clock)
        }
    };
    Ok(Arc::new(opened))
}

/// Open ephemeral stores. A backend that pushes out what is old when it is full has one kind of values only, so
/// that a flood of one cannot push out another.
struct Opened {
    codes: Arc<dyn Backend>,
    interactions: Arc<dyn Backend>,
    limits: Arc<dyn Backend>,
    replays: Arc<dyn Backend>,
    proofs: Arc<dyn Backend>,
    pushed: Arc<dyn Backend>,
    ceremonies: Arc<dyn Backend>,
    attempts: Arc<dyn Backend>,
    clock: Arc<dyn Clock>,
}

impl Opened {
    fn in_memory(clock: Arc<dyn Clock>) -> Self {
        let memory = || -> Arc<dyn Backend> { Arc::new(Memory::new(Bounds::default(), clock.clone())) };
        Self {
            codes: memory(),
            interactions: memory(),
            limits: memory(),
            replays: memory(),
            proofs: memory(),
            pushed: memory(),
            ceremonies: memory(),
            attempts: memory(),
            clock: clock.clone(),
        }
    }

    fn shared(backend: Arc<dyn Backend>, clock: Arc<dyn Clock>) -> Self {
        Self {
            codes: backend.clone(),
            interactions: backend.clone(),
            limits: backend.clone(),
            replays: backend.clone(),
            proofs: backend.clone(),
            pushed: backend.clone(),
            ceremonies: backend.clone(),
            attempts: backend,
            clock,
        }
    }
}

#[async_trait]
impl Ephemeral for Opened {
    fn in_realm(&self, realm: RealmId) -> RealmEphemeral {
        let values = |backend: &Arc<dyn Backend>, kind| {
            value::Values::new(backend.clone(), self.clock.clone(), format!("{realm}/{kind}/"))
        };
        RealmEphemeral {
            codes: Arc::new(codes::Codes::new(
                values(&self.codes, "code"),
                values(&self.codes, "redeemed"),
            )),
            interactions: Arc::new(interactions::StoredInteractions::new(values(
                &self.interactions,
                "interaction",
            ))),
            limits: Arc::new(limits::Limits::new(
                self.limits.clone(),
                self.clock.clone(),
                format!("{realm}/limit/"),
            )),
            replays: Arc::new(replays::Replays::new(values(&self.replays, "replay"))),
            pushed: Arc::new(pushed::Pushed::new(
                values(&self.pushed, "pushed"),
                values(&self.pushed, "consumed"),
            )),
            proofs: Arc::new(replays::Replays::new(values(&self.proofs, "proof"))),
            ceremonies: Arc::new(ceremonies::StoredCeremonies::new(values(
                &self.ceremonies,
                "ceremony",
            ))),
            attempts: Arc::new(attempts::StoredAttempts::new(values(&self.attempts, "attempt"))),
        }
    }

    async fn ping(&self) -> Stored<()> {
        self.codes.get("ping").await.map(drop)
    }
}

#[cfg(test)]
mod tests;
