//! Leases: work that one node at a time does for all of them, like giving events their order.
//!
//! A lease only saves work. What must happen once is decided by the write itself, because a holder that was held
//! up may go on for a moment after its lease has run out.

use crate::{clock::Timestamp, id::NodeId, stores::Stored};
use async_trait::async_trait;

/// The leases of a deployment.
#[async_trait]
pub trait Leases: Send + Sync {
    /// Takes the lease named `name` until `until`, or prolongs it. False while another node holds it.
    async fn take(&self, name: &str, node: NodeId, now: Timestamp, until: Timestamp) -> Stored<bool>;
    /// Gives back every lease that `node` holds, so that no other has to wait for its end.
    async fn release(&self, node: NodeId) -> Stored<()>;
}
