//! The port by which somebody who is signed in sets and removes a password.

use super::{Alongside, Moment, Stored};
use crate::{
    clock::Timestamp,
    federation::ProviderId,
    id::{LoginSessionId, UserId},
    person::PasswordHash,
};
use async_trait::async_trait;

/// A password's hash that takes the place of the one an account has, where there is one.
#[derive(Clone, Debug)]
pub struct NextPassword {
    /// The hash.
    pub hash: PasswordHash,
    /// What it was told apart from; `None` where the policy looks back at nothing.
    pub earlier: Option<EarlierPasswords>,
}

impl From<PasswordHash> for NextPassword {
    /// One that was told apart from no other.
    fn from(hash: PasswordHash) -> Self {
        Self { hash, earlier: None }
    }
}

/// What a new password was told apart from. Whatever sets it remembers the present one in the same act, and answers
/// `Conflict`, with nothing written, where another took its place meanwhile: nobody told the new one apart from that.
#[derive(Clone, Debug)]
pub struct EarlierPasswords {
    /// The present one as it was read.
    pub present: Option<PasswordHash>,
    /// How many are remembered beside the new one, the newest.
    pub keep: usize,
}

/// The passwords that an account has and had.
#[derive(Clone, Debug, Default)]
pub struct PastPasswords {
    /// The one it has.
    pub present: Option<PasswordHash>,
    /// Those it had, as far as they were remembered, newest first.
    pub past: Vec<PasswordHash>,
}

impl PastPasswords {
    /// Each of them, newest first.
    pub fn all(&self) -> impl Iterator<Item = &PasswordHash> {
        self.present.iter().chain(&self.past)
    }
}

/// A password that somebody who is signed in puts in the place of another.
#[derive(Clone, Debug)]
pub struct ChosenPassword {
    /// Its hash.
    pub next: NextPassword,
    /// Whether it is too short to be the only factor.
    pub needs_second_factor: bool,
}

/// What is known of an account's password without judging one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordFacts {
    /// When it was set.
    pub set_at: Timestamp,
    /// Whether it is too short to be the only factor.
    pub needs_second_factor: bool,
}

/// What became of a password that was to be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordSet {
    /// It is the account's now.
    Set,
    /// The session or the account is gone; nothing was written.
    SignedOut,
    /// It is too short for an account without a second factor; nothing was written.
    SecondFactorMissing,
}

/// What became of a password that was to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordRemoved {
    /// It is gone.
    Removed,
    /// The session is gone, or there is no password; nothing was written.
    Missing,
    /// There is no other way in; nothing was written.
    LastWayIn,
}

/// Passwords in the hands of whom they belong to. Both acts end every authorization, every mailed code but links that
/// bring an address back, and every session but the one they are done in, which counts from then on.
#[async_trait]
pub trait PasswordStore: Send + Sync {
    /// Sets or replaces the password; one that needs a second factor only while there is an authenticator.
    async fn set(
        &self,
        user: UserId,
        new: &ChosenPassword,
        by: LoginSessionId,
        moment: Moment,
        with: Alongside,
    ) -> Stored<PasswordSet>;
    /// Removes the password, unless it is the last way in. It and those before it stay remembered, `keep` of them, so that
    /// removing one is no way to have it again.
    async fn remove(
        &self,
        user: UserId,
        by: LoginSessionId,
        (open, keep): (&[ProviderId], usize),
        moment: Moment,
        with: Alongside,
    ) -> Stored<PasswordRemoved>;
}
