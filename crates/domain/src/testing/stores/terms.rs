//! Who agreed to which terms.

use super::InRealm;
use crate::{
    clock::Timestamp,
    id::UserId,
    stores::{Alongside, Stored, TermsStore},
    terms_of_use::{AcceptedTerms, TermsVersion},
};
use async_trait::async_trait;

#[async_trait]
impl TermsStore for InRealm {
    async fn accepted(&self, user: UserId, version: &TermsVersion) -> Stored<Option<Timestamp>> {
        Ok(self.act(|room, _| room.terms.get(&(user, version.clone())).copied()))
    }

    async fn accept(&self, user: UserId, accepted: &AcceptedTerms, with: Alongside) -> Stored<bool> {
        Ok(self.act(|room, _| {
            let key = (user, accepted.version.clone());
            if !room.users.contains_key(&user) || room.terms.contains_key(&key) {
                return false;
            }
            room.terms.insert(key, accepted.at);
            room.store(with);
            true
        }))
    }
}
