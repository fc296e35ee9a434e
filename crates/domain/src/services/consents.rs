//! What operators do with what people allowed clients.

use super::{Act, Ports};
use crate::{
    client::ClientId,
    consent::Consent,
    event::EventKind,
    id::UserId,
    stores::{Concerning, Page, PageRequest, StoreError},
};

/// Consents in hand at once.
const BATCH: u16 = 200;

/// Consents.
#[derive(Clone)]
pub struct ConsentService {
    ports: Ports,
}

impl ConsentService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// What was allowed, in order of person and client.
    pub async fn list(
        &self,
        act: &Act,
        which: &Concerning,
        page: &PageRequest,
    ) -> Result<Page<Consent>, StoreError> {
        act.realm.stores.consents.page(which, page).await
    }

    /// Takes back what was allowed; the tokens that came of it stop working. How many pairs of person and
    /// client had something.
    pub async fn revoke(&self, act: &Act, which: &Concerning) -> Result<u64, StoreError> {
        if let (Some(user), Some(client)) = (which.user, &which.client) {
            // A client that is not asked about may hold tokens without a consent.
            return Ok(u64::from(self.revoke_one(act, user, client).await?));
        }
        let (mut after, mut revoked) = (None, 0);
        loop {
            let page = self.list(act, which, &PageRequest::new(after, BATCH)).await?;
            for consent in &page.items {
                let gone = self.revoke_one(act, consent.user_id, &consent.client_id).await?;
                revoked += u64::from(gone);
            }
            after = page.next;
            if after.is_none() {
                return Ok(revoked);
            }
        }
    }

    async fn revoke_one(&self, act: &Act, user: UserId, client: &ClientId) -> Result<bool, StoreError> {
        let kind = EventKind::ConsentRevoked {
            user,
            client: client.clone(),
        };
        let moment = act.realm.moment(self.ports.clock.now());
        let with = self.ports.alongside(act, kind);
        act.realm.stores.consents.revoke(user, client, moment, with).await
    }
}
