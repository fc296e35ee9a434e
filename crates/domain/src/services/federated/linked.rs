//! The identity at an account that is there: used once more, or linked at once. Either proves who signs in.

use super::{FederatedService, Setback, arrived::Arrived, found::Found};
use crate::{
    event::{EventKind, SignInFailure},
    federation::{ByIdentity, LinkedIdentity},
    services::{Act, sign_in::Proven},
    stores::{IdentityAdded, Stored},
    user::User,
};

impl FederatedService {
    /// Notes the use. The write decides: an identity that was unlinked meanwhile signs nobody in.
    pub(super) async fn used(
        &self,
        act: &Act,
        arrived: &Arrived,
        identity: LinkedIdentity,
        user: User,
    ) -> Stored<Result<Found, Setback>> {
        let kind = EventKind::IdentityUsed {
            user: user.id,
            identity: identity.id,
        };
        let (now, mut with) = (self.ports.clock.now(), self.ports.alongside(act, kind));
        let (identities, seen) = (&act.realm.stores.identities, &arrived.seen);
        if identity.said != seen.said {
            let (user, identity) = (user.id, identity.id);
            let mapped = EventKind::IdentityMapped { user, identity };
            with.events.push(self.ports.event(act, mapped));
        }
        if !identities.used(identity.id, seen, now, with).await? {
            self.record(act, Some(user.id), SignInFailure::Unlinked).await?;
            return Ok(Err(Setback::Unlinked));
        }
        self.keep(act, identity.id, seen).await?;
        Ok(arrived.proves(user, &identity))
    }

    pub(super) async fn link_at_once(
        &self,
        act: &Act,
        arrived: &Arrived,
        user: User,
    ) -> Stored<Option<Result<Found, Setback>>> {
        let (identity, with) = self.link_of(act, &user, &arrived.seen);
        let identities = &act.realm.stores.identities;
        match identities.link(&identity, arrived.begun, with).await? {
            IdentityAdded::Linked => {
                self.keep(act, identity.id, &arrived.seen).await?;
                Ok(Some(arrived.proves(user, &identity)))
            }
            IdentityAdded::Taken | IdentityAdded::Over => Ok(None),
            IdentityAdded::TooMany => Ok(Some(Err(Setback::TooMany))),
        }
    }
}

impl Arrived {
    pub(super) fn proves(&self, user: User, identity: &LinkedIdentity) -> Result<Found, Setback> {
        let by = ByIdentity {
            identity: identity.id,
            provider: self.seen.provider.clone(),
            session: self.seen.session.clone(),
        };
        let proven = Proven::by_identity(user, by, (self.begun, self.authenticated_at));
        proven
            .map(|proven| Found::Proven(Box::new(proven)))
            .ok_or(Setback::Disabled)
    }
}
