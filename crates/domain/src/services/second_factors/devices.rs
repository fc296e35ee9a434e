//! Browsers that are trusted without a second factor. Whoever is signed in may end trust at any time.

use super::SecondFactorService;
use crate::{
    event::EventKind, id::TrustedDeviceId, login_session::SignedInUser, services::Act, stores::Stored,
};

impl SecondFactorService {
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
