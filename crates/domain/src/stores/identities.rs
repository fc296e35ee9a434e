//! The port that keeps identities at other providers and whose they are.

use super::{Alongside, Moment, Stored};
use crate::{
    clock::Timestamp,
    federation::{ByIdentity, LinkedIdentity, ProviderId, SeenIdentity},
    id::{LinkedIdentityId, LoginSessionId, UserId},
    user::User,
};
use async_trait::async_trait;

/// An identity and the account it signs in.
#[derive(Clone, Debug)]
pub struct IdentityAndUser {
    /// The identity.
    pub identity: LinkedIdentity,
    /// The account.
    pub user: User,
}

/// What became of an identity that was to be linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityAdded {
    /// It is linked.
    Linked,
    /// It is linked already, to this account or another; nothing was written.
    Taken,
    /// The account has as many as it may have; nothing was written.
    TooMany,
    /// The account is gone, or what was to be linked began before its sessions were ended; nothing was written.
    Over,
}

/// What became of an account that was to be made for an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provisioned {
    /// Both were written.
    Provisioned,
    /// The identity is somebody's meanwhile; nothing was written.
    IdentityTaken,
    /// The address is somebody's meanwhile; nothing was written.
    AddressTaken,
}

/// What became of an identity that was to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlinked {
    /// It is gone.
    Unlinked,
    /// The person has none of this id.
    Unknown,
    /// There is no other way in; nothing was written.
    LastWayIn,
}

/// Identities at other providers.
#[async_trait]
pub trait IdentityStore: Send + Sync {
    /// The identity, and whose it is.
    async fn find(&self, issuer: &str, subject: &str) -> Stored<Option<IdentityAndUser>>;
    /// The identities of an account, oldest first.
    async fn list(&self, user: UserId) -> Stored<Vec<LinkedIdentity>>;
    /// Links an identity, unless it is linked or the account has [`MAX_IDENTITIES`](crate::federation::MAX_IDENTITIES),
    /// or its sessions were ended after what `began` then. Of any number of callers one links it.
    async fn link(
        &self,
        identity: &LinkedIdentity,
        began: Timestamp,
        with: Alongside,
    ) -> Stored<IdentityAdded>;
    /// Stores a new account with its proven address and the identity that it comes of. A sign-up with the address that
    /// was never confirmed gives way.
    async fn provision(&self, user: &User, identity: &LinkedIdentity, with: Alongside)
    -> Stored<Provisioned>;
    /// Notes that the identity signed its account in, by which provider it was vouched for, how it is recognised now and
    /// what else is said: that takes the place of all that was said before.
    /// False, and nothing is written, if it is no longer linked.
    async fn used(
        &self,
        id: LinkedIdentityId,
        seen: &SeenIdentity,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<bool>;
    /// Removes one of the person's identities, unless it is the last way in; of the others those count whose providers
    /// are `open`. Ends the sessions that rest on it, and what hangs on them.
    async fn unlink(
        &self,
        user: UserId,
        id: LinkedIdentityId,
        open: &[ProviderId],
        moment: Moment,
        with: Alongside,
    ) -> Stored<Unlinked>;
    /// Remembers by which identity a session began, while both are there; whether they are.
    async fn remember(&self, session: LoginSessionId, by: &ByIdentity) -> Stored<bool>;
    /// The identity that a session began by, while it is linked.
    async fn of_session(&self, session: LoginSessionId) -> Stored<Option<LinkedIdentity>>;
    /// Sessions that have not ended and rest on a provider that is not among those that are `open`; at most 200.
    async fn strays(&self, open: &[ProviderId]) -> Stored<Vec<(UserId, LoginSessionId)>>;
    /// The sessions that have not ended and were begun by identities of `issuer`, of this subject and session there
    /// where these are named; at most 200.
    async fn sessions(
        &self,
        issuer: &str,
        subject: Option<&str>,
        session: Option<&str>,
    ) -> Stored<Vec<(UserId, LoginSessionId)>>;
}
