//! The port that keeps tokens of other providers, one set for each linked identity; they go with it.

use super::Stored;
use crate::{
    clock::Timestamp,
    federation::{HeldTokens, KeptTokens, ProviderId},
    id::{LinkedIdentityId, UserId},
};
use async_trait::async_trait;

/// Tokens of other providers. Whoever acts on what was read acts on that version of it, or not at all.
#[async_trait]
pub trait UpstreamTokenStore: Send + Sync {
    /// What is kept for an identity.
    async fn find(&self, identity: LinkedIdentityId) -> Stored<Option<HeldTokens>>;
    /// What is kept for the person's identity at a provider; of several, for the one that signed in last.
    async fn of(&self, user: UserId, provider: &ProviderId) -> Stored<Option<HeldTokens>>;
    /// Keeps tokens in the place of those of the version `over`, or where there are none. False, and nothing is written,
    /// if that is not what is there, or the identity is not linked.
    async fn keep(&self, identity: LinkedIdentityId, tokens: &KeptTokens, over: Option<i64>) -> Stored<bool>;
    /// Takes tokens that are due for refreshing them until `until`. Of any number of callers one gets them.
    async fn claim(&self, held: &HeldTokens, now: Timestamp, until: Timestamp) -> Stored<Option<HeldTokens>>;
    /// They are to be looked at again at `at`. False if they changed meanwhile.
    async fn postpone(&self, held: &HeldTokens, at: Timestamp) -> Stored<bool>;
    /// Deletes them. False if they changed meanwhile.
    async fn forget(&self, held: &HeldTokens) -> Stored<bool>;
}
