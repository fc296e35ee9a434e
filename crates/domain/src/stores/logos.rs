//! The port that keeps pictures of realms and apps.

use super::Stored;
use crate::secret::Digest;
use async_trait::async_trait;

/// Pictures that stand for the realm or its apps, named by the digest of what they are.
#[async_trait]
pub trait LogoStore: Send + Sync {
    /// Keeps a picture; one that is there already stays.
    async fn keep(&self, name: &Digest, png: &[u8]) -> Stored<()>;
    /// The picture of this name.
    async fn find(&self, name: &Digest) -> Stored<Option<Vec<u8>>>;
}
