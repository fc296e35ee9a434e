//! Sessions that rest on providers people may not come through any more, in every realm. They are good for nothing
//! already; here they end, and apps are told.

use crate::wiring::Runtime;
use domain::{
    event::Actor,
    stores::{PageRequest, StoreError},
};
use std::sync::Arc;

/// Realms in hand at once.
const BATCH: u16 = 200;

/// Ends them.
pub(super) async fn end(runtime: &Arc<Runtime>) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let realms = &runtime.realm_service;
        let page = realms.list(&PageRequest::new(after, BATCH)).await?;
        for realm in &page.items {
            let found = runtime.realms.get(&realm.name).await;
            let Some(realm) = found.map_err(StoreError::unavailable)? else {
                continue;
            };
            let act = Runtime::act(realm, Actor::System);
            let ended = runtime.services.federated.end_strays(&act).await?;
            if ended > 0 {
                tracing::info!(ended, "sessions ended whose providers are gone");
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}
