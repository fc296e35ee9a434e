//! Passwords somebody chooses: judged by the realm's policy, looked up among leaked ones where the operator wants it,
//! and hashed. Whatever sets a password comes through here.

mod own;
mod strength;

pub use own::{OwnPassword, PasswordError, PasswordService};
pub use strength::{Strength, WhoTypes};

use super::{
    Act, Ports,
    addresses::UndoError,
    network,
    recovery::ResetError,
    registration::{ConfirmError, SignUpError},
    users::CreateUserError,
};
use crate::{
    outbound::{FetchRequest, HashError, HashFor, Verdict},
    person::{Email, NewPassword, PasswordHash, PasswordRefused, Personal},
    secret::Digest,
    stores::{EarlierPasswords, NextPassword, StoreError},
    user::User,
};
use sha1::{Digest as _, Sha1};
use std::{fmt::Write as _, time::Duration};

/// How many letters of a password's SHA-1 are told to the service that knows leaked ones: a few hundred passwords
/// share them.
const PREFIX: usize = 5;
/// The longest answer of that service.
const MAX_RANGE: usize = 256 * 1_024;
/// How long it may take; a person waits.
const RANGE_TIMEOUT: Duration = Duration::from_secs(2);

/// Why a password has no hash.
#[derive(Debug)]
pub(super) enum NotHashed {
    /// It was refused.
    Refused(PasswordRefused),
    /// Too many are being hashed.
    Busy,
    /// The pool does not work.
    Store(StoreError),
}

impl NotHashed {
    /// Why a store set none. What another took the place of meanwhile can be chosen again at once.
    pub(super) fn not_set(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Busy,
            error @ StoreError::Unavailable(_) => Self::Store(error),
        }
    }
}

impl From<HashError> for NotHashed {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Unreadable => Self::Store(StoreError::unavailable(error)),
        }
    }
}

macro_rules! told_as {
    ($($error:ident),*) => {$(
        impl From<NotHashed> for $error {
            fn from(error: NotHashed) -> Self {
                match error {
                    NotHashed::Refused(refused) => Self::Password(refused),
                    NotHashed::Busy => Self::Busy,
                    NotHashed::Store(error) => Self::Store(error),
                }
            }
        }
    )*};
}

told_as!(
    ConfirmError,
    CreateUserError,
    PasswordError,
    ResetError,
    SignUpError,
    UndoError
);

/// For whom a password is hashed that `act` brought for whoever has the `normalised` name, if anybody has it.
pub(super) fn hash_for(act: &Act, normalised: &str) -> HashFor {
    HashFor {
        whose: Some(Digest::of(normalised)),
        network: act.origin.address.map(network),
    }
}

impl Ports {
    /// Judges a password by the realm's policy; costs no time to speak of.
    pub(super) fn check_password(
        &self,
        act: &Act,
        text: String,
        personal: Personal<'_>,
    ) -> Result<NewPassword, PasswordRefused> {
        let policy = &act.realm.settings.password;
        policy.check(text, &*self.password_judge, personal)
    }

    /// The hash of a password that was judged, for whoever has this address, unless it is known to have leaked.
    pub(super) async fn hash_password(
        &self,
        act: &Act,
        whose: &Email,
        password: &NewPassword,
    ) -> Result<PasswordHash, NotHashed> {
        if self.has_leaked(act, password).await {
            return Err(NotHashed::Refused(PasswordRefused::Common));
        }
        Ok(self
            .hasher
            .hash(&hash_for(act, &whose.normalised()), password)
            .await?)
    }

    /// The hash of a password in place of the ones the account has and had, from which it is told apart if the policy
    /// looks back.
    pub(super) async fn hash_next_password(
        &self,
        act: &Act,
        user: &User,
        password: &NewPassword,
    ) -> Result<NextPassword, NotHashed> {
        let history = act.realm.settings.password.history;
        let Some(keep) = history.checked_sub(1) else {
            return Ok(self.hash_password(act, &user.email, password).await?.into());
        };
        let users = &act.realm.stores.users;
        let earlier = users.past_passwords(user.id).await.map_err(NotHashed::Store)?;
        let who = hash_for(act, &user.email.normalised());
        for hash in earlier.all().take(history) {
            match self.hasher.verify(&who, password.as_typed(), Some(hash)).await {
                Ok(Verdict::Wrong) => {}
                Ok(Verdict::Right | Verdict::RightButOutdated) => {
                    return Err(NotHashed::Refused(PasswordRefused::UsedBefore));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(NextPassword {
            hash: self.hash_password(act, &user.email, password).await?,
            earlier: Some(EarlierPasswords {
                present: earlier.present,
                keep,
            }),
        })
    }

    /// Asks the service the operator named, by the first letters of the password's SHA-1 only. A service that does not
    /// answer keeps nobody from choosing a password.
    async fn has_leaked(&self, act: &Act, password: &NewPassword) -> bool {
        let Some(service) = &act.realm.settings.leaked_passwords else {
            return false;
        };
        let digest = upper_hex(&Sha1::digest(password.expose()));
        let (prefix, rest) = digest.split_at(PREFIX);
        let Ok(url) = service.join(prefix) else {
            return false;
        };
        let request = FetchRequest::get(url, "text/plain")
            .with_header("add-padding", crate::secret::Secret::new("true".to_owned()))
            .with_max_bytes(MAX_RANGE)
            .with_timeout(RANGE_TIMEOUT);
        let Ok(answer) = self.http.fetch(&request).await else {
            return false;
        };
        answer.status == 200 && names(&String::from_utf8_lossy(&answer.body), rest)
    }
}

/// Whether a line `REST:COUNT` of a range names this rest with a count that is not padding.
fn names(range: &str, rest: &str) -> bool {
    range.lines().any(|line| {
        line.split_once(':')
            .is_some_and(|(name, count)| name.eq_ignore_ascii_case(rest) && count.trim() != "0")
    })
}

fn upper_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string has no way to fail.
        let _ = write!(text, "{byte:02X}");
        text
    })
}

#[cfg(test)]
mod tests;
