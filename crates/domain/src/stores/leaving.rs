//! The port by which accounts are left, restored and erased.

use super::{Alongside, MailedOutcome, Moment, Stored};
use crate::{
    clock::Timestamp,
    id::{LoginSessionId, UserId},
    mail::MailedCode,
    secret::Digest,
};
use async_trait::async_trait;
use std::collections::HashMap;
use uuid::Uuid;

/// What became of an account that somebody wants to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It is erased at the time that was named, unless it is restored.
    Left,
    /// The session or the account is gone; nothing was written.
    SignedOut,
    /// Nobody else runs the realm; nothing was written.
    LastAdministrator,
}

/// Accounts that people leave.
#[async_trait]
pub trait LeavingStore: Send + Sync {
    /// Ends whatever the account has, from the session `by` too, and lets it be erased at `erase_at` unless it is
    /// restored by the link of `code`. Of mailed codes only links that bring an address back go on working.
    async fn leave(
        &self,
        code: &MailedCode,
        by: LoginSessionId,
        erase_at: Timestamp,
        moment: Moment,
        with: Alongside,
    ) -> Stored<Left>;
    /// Stores one more way to restore an account that is to be erased. False, and nothing is written, if it is not.
    async fn offer(&self, code: &MailedCode) -> Stored<bool>;
    /// Restores the account by a link: of this and [`LeavingStore::erase`] one takes place.
    async fn restore(&self, link: Digest, at: Timestamp, with: Alongside) -> Stored<MailedOutcome>;
    /// Deletes the account and everything that is its own if its time has come. False if it has not, or was restored.
    async fn erase(&self, user: UserId, moment: Moment, with: Alongside) -> Stored<bool>;
    /// Puts `pseudonyms` in the place of what names an erased account outside its own rows and the events: what
    /// browsers remember, what the change feed and the list of revocations say, and what people find as their own
    /// activity.
    async fn forget(&self, user: UserId, pseudonyms: &HashMap<Uuid, Uuid>) -> Stored<()>;
}
