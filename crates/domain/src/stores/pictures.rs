//! The port that keeps pictures of people.

use super::{Alongside, Stored};
use crate::{clock::Timestamp, id::UserId, secret::Digest, user::Described};
use async_trait::async_trait;

/// A picture of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What it is found by, chosen at random.
    pub name: Digest,
    /// What it is.
    pub png: Vec<u8>,
}

/// A picture and what apps are told, which change together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureChange {
    /// What the account says of its owner from then on.
    pub described: Described,
    /// Its picture from then on.
    pub picture: Option<Picture>,
}

/// Pictures of people: one an account at most, which goes with it.
#[async_trait]
pub trait PictureStore: Send + Sync {
    /// Puts a picture in the place of the one there was, or takes that away. A conflict, and nothing is written, if the
    /// account is no longer at `version`.
    async fn change(
        &self,
        user: UserId,
        version: i64,
        change: &PictureChange,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<()>;
    /// The picture of this name.
    async fn find(&self, name: &Digest) -> Stored<Option<Vec<u8>>>;
    /// The picture of an account.
    async fn of(&self, user: UserId) -> Stored<Option<Picture>>;
}
