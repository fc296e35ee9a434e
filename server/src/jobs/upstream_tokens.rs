//! Refreshing tokens of providers before they expire, and forgetting those that are of no more use. Whoever claims tokens
//! refreshes them; one that does not succeed holds up no other.

use crate::wiring::Runtime;
use domain::{
    id::LinkedIdentityId,
    realm::RealmName,
    stores::{StoreError, Stores as _},
};
use futures::{StreamExt as _, stream};
use std::sync::Arc;

/// Identities that are looked at in one turn.
const BATCH: u16 = 200;
/// Providers that are asked at the same time.
const AT_ONCE: usize = 8;

/// Does what is due, a batch a turn.
pub(super) async fn run(runtime: Arc<Runtime>) -> Result<(), StoreError> {
    let now = runtime.services.ports.clock.now();
    let due = runtime
        .stores
        .all_realms()
        .upstream_tokens_due(now, BATCH)
        .await?;
    let tended = stream::iter(due).map(|(realm, identity)| tend(&runtime, realm, identity));
    let tended: Vec<_> = tended.buffer_unordered(AT_ONCE).collect().await;
    tended.into_iter().collect()
}

async fn tend(runtime: &Runtime, realm: RealmName, identity: LinkedIdentityId) -> Result<(), StoreError> {
    let realm = runtime.realms.get(&realm).await;
    match realm.map_err(StoreError::unavailable)? {
        Some(realm) => runtime.services.federated.tend(&realm, identity).await,
        None => Ok(()),
    }
}
