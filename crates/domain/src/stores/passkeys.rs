//! The port that keeps passkeys.

use super::{Alongside, Stored};
use crate::{
    clock::Timestamp,
    federation::ProviderId,
    id::{PasskeyId, UserId},
    passkey::{CredentialId, OfferState, Passkey, PasskeyAndUser, PasskeyUse},
    person::DisplayName,
};
use async_trait::async_trait;

/// What became of a new passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyAdded {
    /// It was stored.
    Added,
    /// Its credential is known already, or its account or session has ended; nothing was written.
    Taken,
    /// The account has as many as it may have; nothing was written.
    TooMany,
}

/// What became of a passkey that was to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyRemoved {
    /// It is gone.
    Removed,
    /// The person has none of this id.
    Unknown,
    /// There is no other way in; nothing was written.
    LastWayIn,
}

/// Passkeys.
#[async_trait]
pub trait PasskeyStore: Send + Sync {
    /// Stores a new passkey, unless its credential is known or the account has
    /// [`MAX_PASSKEYS`](crate::passkey::MAX_PASSKEYS), or its sessions were ended after the one that `began` then.
    async fn add(&self, passkey: &Passkey, began: Timestamp, with: Alongside) -> Stored<PasskeyAdded>;
    /// The passkey of a credential, and whose it is.
    async fn find(&self, credential: &CredentialId) -> Stored<Option<PasskeyAndUser>>;
    /// The passkeys of an account, oldest first.
    async fn list(&self, user: UserId) -> Stored<Vec<Passkey>>;
    /// Notes a use. False, and nothing is written, if the passkey is gone or its count
    /// [may not follow](crate::passkey::count_may_follow).
    async fn used(&self, id: PasskeyId, told: &PasskeyUse, with: Alongside) -> Stored<bool>;
    /// Names one of the person's passkeys. False if there is none.
    async fn rename(
        &self,
        user: UserId,
        id: PasskeyId,
        name: Option<DisplayName>,
        with: Alongside,
    ) -> Stored<bool>;
    /// Deletes one of the person's passkeys, unless it is the last way in; of their identities those count whose
    /// providers are `open`.
    async fn remove(
        &self,
        user: UserId,
        id: PasskeyId,
        open: &[ProviderId],
        with: Alongside,
    ) -> Stored<PasskeyRemoved>;
    /// Whether a passkey is to be offered.
    async fn offer(&self, user: UserId) -> Stored<OfferState>;
    /// Offers no passkey before `until`.
    async fn decline(&self, user: UserId, until: Timestamp) -> Stored<()>;
}
