//! The port that keeps second factors and trusted browsers.

use super::{Alongside, Stored};
use crate::{
    clock::Timestamp,
    id::{AuthenticatorId, LoginSessionId, TrustedDeviceId, UserId},
    second_factor::{Authenticator, RecoverySheet, SecondFactors, TrustedDevice},
    secret::Digest,
};
use async_trait::async_trait;

/// What became of a second factor that was to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorRemoved {
    /// It is gone.
    Removed,
    /// There is none.
    Missing,
    /// The password is too short to be the only factor; nothing was written.
    PasswordTooShort,
}

/// Second factors and trusted browsers.
#[async_trait]
pub trait SecondFactorStore: Send + Sync {
    /// What the account has.
    async fn find(&self, user: UserId) -> Stored<SecondFactors>;
    /// Stores a seed that waits for its first code; one that waited before is dropped.
    async fn propose(&self, user: UserId, pending: &Authenticator) -> Stored<()>;
    /// The seed `id` that waits becomes the account's, with the step of its first code; the one before is dropped,
    /// and no browser is trusted any more. False, and nothing is written, if it does not wait.
    async fn confirm(
        &self,
        user: UserId,
        id: AuthenticatorId,
        step: i64,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<bool>;
    /// Drops the account's authenticators, recovery codes and trusted browsers, unless its password
    /// [needs them](super::PasswordFacts::needs_second_factor).
    async fn remove(&self, user: UserId, with: Alongside) -> Stored<FactorRemoved>;
    /// Uses a step up: of any number of callers the first alone gets true, and none for an earlier step.
    async fn spend_step(&self, user: UserId, id: AuthenticatorId, step: i64, at: Timestamp) -> Stored<bool>;
    /// New recovery codes take the place of all others.
    async fn replace_recovery_codes(
        &self,
        user: UserId,
        codes: &[Digest],
        sheet: &RecoverySheet,
        with: Alongside,
    ) -> Stored<()>;
    /// Takes out what is to be shown once in `session`, if that is still to come at `now`.
    async fn take_sheet(
        &self,
        user: UserId,
        session: LoginSessionId,
        now: Timestamp,
    ) -> Stored<Option<RecoverySheet>>;
    /// Uses a recovery code up: of any number of callers the first alone gets true.
    async fn spend_recovery_code(
        &self,
        user: UserId,
        code: &Digest,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<bool>;
    /// Stores a trusted browser.
    async fn trust(&self, device: &TrustedDevice, with: Alongside) -> Stored<()>;
    /// The account's browsers that have not expired at `now`, newest first, at most 200.
    async fn trusted(&self, user: UserId, now: Timestamp) -> Stored<Vec<TrustedDevice>>;
    /// A trusted browser spared somebody the second factor.
    async fn touch_trusted(&self, user: UserId, id: TrustedDeviceId, at: Timestamp) -> Stored<()>;
    /// Forgets one of the account's browsers, or all; how many there were.
    async fn forget_trusted(
        &self,
        user: UserId,
        which: Option<TrustedDeviceId>,
        with: Alongside,
    ) -> Stored<u64>;
}
