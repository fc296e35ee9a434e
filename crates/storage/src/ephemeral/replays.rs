//! Marks of what may be used once.

use super::value::Values;
use async_trait::async_trait;
use domain::{clock::Timestamp, ephemeral::ReplayGuard, secret::Digest, stores::Stored};

/// The marks of one realm.
pub struct Replays(Values);

impl Replays {
    /// Over values of their own kind.
    pub fn new(values: Values) -> Self {
        Self(values)
    }
}

#[async_trait]
impl ReplayGuard for Replays {
    async fn first_use(&self, mark: &Digest, until: Timestamp) -> Stored<bool> {
        self.0.put_if_absent(&mark.to_base64url(), &(), until).await
    }

    async fn forget(&self, mark: &Digest) -> Stored<()> {
        self.0.take::<()>(&mark.to_base64url()).await?;
        Ok(())
    }
}
