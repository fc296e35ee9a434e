//! The ephemeral stores: six byte operations that a backend has, and the typed stores written once on top.
//!
//! Keys lead with the realm and the kind of value. Every value carries its own end, which the clock judges;
//! a backend's time to live only collects garbage.

mod backend;
mod codes;
mod interactions;
mod limits;
mod memory;
mod value;

use async_trait::async_trait;
use backend::Backend;
use domain::{
    clock::Clock,
    ephemeral::{Ephemeral, RealmEphemeral},
    id::RealmId,
    stores::Stored,
};
use memory::{Bounds, Memory};
use std::sync::Arc;

/// Why ephemeral stores could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenEphemeralError {
    /// The address names a backend that is not part of this build.
    #[error("this build keeps short-lived values in memory only; use memory:")]
    NotBuiltIn,
}

/// Opens the ephemeral stores at `url`.
pub fn open(url: &str, clock: Arc<dyn Clock>) -> Result<Arc<dyn Ephemeral>, OpenEphemeralError> {
    match url {
        "memory:" | "memory" => Ok(Arc::new(Opened::in_memory(clock))),
        _ => Err(OpenEphemeralError::NotBuiltIn),
    }
}

/// Open ephemeral stores. Each kind has its backend, so that a flood of one cannot push out another.
struct Opened {
    codes: Arc<dyn Backend>,
    interactions: Arc<dyn Backend>,
    limits: Arc<dyn Backend>,
    clock: Arc<dyn Clock>,
}

impl Opened {
    fn in_memory(clock: Arc<dyn Clock>) -> Self {
        let memory = || -> Arc<dyn Backend> { Arc::new(Memory::new(Bounds::default(), clock.clone())) };
        Self {
            codes: memory(),
            interactions: memory(),
            limits: memory(),
            clock: clock.clone(),
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
                format!("{realm}/limit/"),
            )),
        }
    }

    async fn ping(&self) -> Stored<()> {
        self.codes.get("ping").await.map(drop)
    }
}
