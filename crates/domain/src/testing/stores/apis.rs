//! Registered APIs.

use super::{InRealm, state::page};
use crate::{
    api::{Api, ApiAudience},
    change::Changed,
    stores::{Alongside, ApiStore, Page, PageRequest, StoreError, Stored},
};
use async_trait::async_trait;

#[async_trait]
impl ApiStore for InRealm {
    async fn create(&self, api: &Api, with: Alongside) -> Stored<()> {
        self.act(|room, feed| {
            if room.apis.contains_key(&api.audience) || room.apis.values().any(|other| other.id == api.id) {
                return Err(StoreError::Conflict);
            }
            room.apis.insert(api.audience.clone(), api.clone());
            feed.announce(self.realm, Changed::Api(api.audience.clone()));
            room.store(with);
            Ok(())
        })
    }

    async fn find(&self, audience: &ApiAudience) -> Stored<Option<Api>> {
        Ok(self.act(|room, _| room.apis.get(audience).cloned()))
    }

    async fn list(&self, request: &PageRequest) -> Stored<Page<Api>> {
        Ok(self.act(|room, _| {
            let after = request.after.as_deref();
            let later = |api: &&Api| after.is_none_or(|after| api.audience.as_str() > after);
            let apis = room.apis.values().filter(later);
            page(apis.cloned(), request, |api| api.audience.to_string())
        }))
    }

    async fn delete(&self, audience: &ApiAudience, with: Alongside) -> Stored<bool> {
        self.act(|room, feed| {
            if room.apis.remove(audience).is_none() {
                return Ok(false);
            }
            feed.announce(self.realm, Changed::Api(audience.clone()));
            room.store(with);
            Ok(true)
        })
    }
}
