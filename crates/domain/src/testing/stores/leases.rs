//! Leases.

use super::MemoryStores;
use crate::{clock::Timestamp, id::NodeId, lease::Leases, stores::Stored};
use async_trait::async_trait;

#[async_trait]
impl Leases for MemoryStores {
    async fn take(&self, name: &str, node: NodeId, now: Timestamp, until: Timestamp) -> Stored<bool> {
        Ok(self.with(|state| {
            let held = state.leases.get(name);
            if held.is_some_and(|(holder, end)| *holder != node && *end > now) {
                return false;
            }
            state.leases.insert(name.to_owned(), (node, until));
            true
        }))
    }

    async fn release(&self, node: NodeId) -> Stored<()> {
        self.with(|state| state.leases.retain(|_, (holder, _)| *holder != node));
        Ok(())
    }
}
