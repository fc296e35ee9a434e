//! Access tokens that something must be remembered of.

use crate::{
    access_token::{AccessToken, FoundAccessToken},
    secret::Digest,
    stores::{Alongside, Moment, Recorded, Stored},
};
use async_trait::async_trait;

/// Opaque access tokens, and signed ones that are revoked one by one. Whatever revokes an authorization, and whatever
/// deletes it or the client, reaches the tokens below.
#[async_trait]
pub trait AccessTokenStore: Send + Sync {
    /// Stores an opaque token that is issued by itself, unless the authorization it descends from was revoked. One that
    /// comes with a refresh token is stored with that, as [`Alongside`].
    async fn record(&self, token: &AccessToken, with: Alongside) -> Stored<Recorded>;
    /// The opaque token with what it descends from.
    async fn find(&self, digest: &Digest) -> Stored<Option<FoundAccessToken>>;
    /// Deletes an opaque token. False if there is none.
    async fn delete(&self, digest: &Digest, with: Alongside) -> Stored<bool>;
    /// Remembers that the signed token of this `jti` is revoked.
    async fn revoke(&self, jti: &str, moment: Moment, with: Alongside) -> Stored<()>;
}
