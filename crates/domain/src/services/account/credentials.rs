//! What guards an account, as its owner sees it. All of it is read with one statement, and whatever follows from it is
//! judged by that alone.

use super::AccountService;
use crate::{
    login_session::SignedInUser,
    passkey::Passkey,
    second_factor::{SecondFactors, TrustedDevice},
    services::{Act, passwords::OwnPassword},
    stores::Stored,
};

/// What guards a person's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnCredentials {
    /// Passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
    /// The password, and what the next one must be.
    pub password: OwnPassword,
    /// The authenticator app, and how many recovery codes are left.
    pub factors: SecondFactors,
    /// Whether new recovery codes wait to be shown in this session.
    pub new_recovery_codes: bool,
    /// The browsers that are trusted, newest first.
    pub trusted_devices: Vec<TrustedDevice>,
    /// Whether the person proved not long ago all the factors that there are.
    pub fully_proven: bool,
}

impl AccountService {
    /// What guards the account, one by one.
    pub async fn credentials(&self, act: &Act, person: &SignedInUser) -> Stored<OwnCredentials> {
        let (user, now) = (person.user(), self.ports.clock.now());
        let mut seen = act.realm.stores.own.credentials(user.id, now).await?;
        let open = self.ports.open_providers(&act.realm);
        let password = OwnPassword::beside(&seen, person, &open, act.realm.settings.password);
        seen.trusted_devices.retain(|device| device.is_trusted(user, now));
        let recent = person.recently_proven(now);
        Ok(OwnCredentials {
            password,
            fully_proven: recent.is_some_and(|recent| seen.factors.are_proven_by(&recent)),
            new_recovery_codes: seen.sheet_of == Some(person.session().id),
            passkeys: seen.passkeys,
            factors: seen.factors,
            trusted_devices: seen.trusted_devices,
        })
    }
}

#[cfg(test)]
mod tests;
