//! Passwords somebody chooses: judged by the realm's policy, looked up among leaked ones where the operator wants it,
//! and hashed. Whatever sets a password comes through here.

mod own;
mod strength;

pub use own::{OwnPassword, PasswordError, PasswordService};
pub use strength::{Strength, WhoTypes};

use super::{
    Act, Ports,
    addresses::UndoError,
    recovery::ResetError,
    registration::{ConfirmError, SignUpError},
    users::CreateUserError,
};
use crate::{
    id::UserId,
    outbound::{FetchRequest, HashError, Verdict},
    person::{NewPassword, PasswordHash, PasswordRefused, Personal},
    stores::StoreError,
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

    /// The hash of a password that was judged, unless it is known to have leaked.
    pub(super) async fn hash_password(
        &self,
        act: &Act,
        password: &NewPassword,
    ) -> Result<PasswordHash, NotHashed> {
        if self.has_leaked(act, password).await {
            return Err(NotHashed::Refused(PasswordRefused::Common));
        }
        Ok(self.hasher.hash(password).await?)
    }

    /// The hash of a password in place of the ones the account has and had; the present one is remembered if the
    /// policy looks back.
    pub(super) async fn hash_next_password(
        &self,
        act: &Act,
        user: UserId,
        password: &NewPassword,
    ) -> Result<PasswordHash, NotHashed> {
        let history = act.realm.settings.password.history;
        if history > 0 {
            let users = &act.realm.stores.users;
            let past = users.past_passwords(user).await.map_err(NotHashed::Store)?;
            for earlier in past.iter().take(history) {
                match self.hasher.verify(password.as_typed(), Some(earlier)).await {
                    Ok(Verdict::Wrong) => {}
                    Ok(Verdict::Right | Verdict::RightButOutdated) => {
                        return Err(NotHashed::Refused(PasswordRefused::UsedBefore));
                    }
                    Err(error) => return Err(error.into()),
                }
            }
        }
        let hash = self.hash_password(act, password).await?;
        if history > 0 {
            let users = &act.realm.stores.users;
            let remembered = users.remember_password(user, self.clock.now(), history - 1);
            remembered.await.map_err(NotHashed::Store)?;
        }
        Ok(hash)
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
