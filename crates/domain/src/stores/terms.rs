//! The port that keeps who agreed to which terms.

use super::{Alongside, Stored};
use crate::{
    clock::Timestamp,
    id::UserId,
    terms_of_use::{AcceptedTerms, TermsVersion},
};
use async_trait::async_trait;

/// Who agreed to which version of the terms, and when.
#[async_trait]
pub trait TermsStore: Send + Sync {
    /// When the account agreed to that version, if it did.
    async fn accepted(&self, user: UserId, version: &TermsVersion) -> Stored<Option<Timestamp>>;
    /// Stores that the account agreed. Of one version the first time stays, and is all that is recorded; false then,
    /// and where there is no such account.
    async fn accept(&self, user: UserId, accepted: &AcceptedTerms, with: Alongside) -> Stored<bool>;
}
