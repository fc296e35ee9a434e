//! Browsers that are trusted without a second factor. Whoever is signed in may end trust at any time.

use super::SecondFactorService;
use crate::{
    event::EventKind, id::TrustedDeviceId, login_session::SignedInUser, second_factor::TrustedDevice,
    services::Act, stores::Stored,
};

impl SecondFactorService {
    /// The browsers that are trusted with the account, newest first.
    pub async fn trusted_devices(&self, act: &Act, person: &SignedInUser) -> Stored<Vec<TrustedDevice>> {
        let (user, now) = (person.user(), self.ports.clock.now());
        let mut devices = act.realm.stores.second_factors.trusted(user.id, now).await?;
        devices.retain(|device| device.is_trusted(user, now));
        Ok(devices)
    }

    /// Forgets one of the person's browsers, or all. False if there is none.
    pub async fn forget_trusted(
        &self,
        act: &Act,
        person: &SignedInUser,
        which: Option<TrustedDeviceId>,
    ) -> Stored<bool> {
        let user = person.user().id;
        let with = self
            .ports
            .alongside(act, EventKind::TrustedDevicesForgotten { user });
        let store = &act.realm.stores.second_factors;
        Ok(store.forget_trusted(user, which, with).await? > 0)
    }
}
