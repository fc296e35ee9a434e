//! Attempts to sign in at other providers.

use super::value::Values;
use async_trait::async_trait;
use domain::{ephemeral::Attempts, federation::OpenAttempt, secret::Digest, stores::Stored};

/// Attempts of one realm.
pub struct StoredAttempts(Values);

impl StoredAttempts {
    /// Over values of their own kind.
    pub fn new(values: Values) -> Self {
        Self(values)
    }
}

#[async_trait]
impl Attempts for StoredAttempts {
    async fn put(&self, state: &Digest, attempt: &OpenAttempt) -> Stored<()> {
        self.0
            .put(&state.to_base64url(), attempt, attempt.expires_at)
            .await
    }

    async fn take(&self, state: &Digest) -> Stored<Option<OpenAttempt>> {
        self.0.take(&state.to_base64url()).await
    }
}
