//! The port that keeps initial access tokens.

use super::{Alongside, Page, PageRequest, Stored};
use crate::{
    client_registration::RegistrationToken, clock::Timestamp, id::RegistrationTokenId, secret::Digest,
};
use async_trait::async_trait;

/// Initial access tokens (RFC 7591 §3).
#[async_trait]
pub trait RegistrationTokenStore: Send + Sync {
    /// Stores a new token.
    async fn create(&self, token: &RegistrationToken, with: Alongside) -> Stored<()>;
    /// The token.
    async fn find(&self, token: &Digest) -> Stored<Option<RegistrationToken>>;
    /// Tokens in order of creation.
    async fn list(&self, page: &PageRequest) -> Stored<Page<RegistrationToken>>;
    /// Takes one of the uses that are left; false if the token is gone, has expired or has none.
    async fn spend(&self, token: &Digest, now: Timestamp) -> Stored<bool>;
    /// Deletes a token. False if there is none.
    async fn revoke(&self, id: RegistrationTokenId, with: Alongside) -> Stored<bool>;
}
