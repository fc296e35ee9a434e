//! Pictures of realms and apps.

use super::InRealm;
use crate::{
    secret::Digest,
    stores::{LogoStore, Stored},
};
use async_trait::async_trait;

#[async_trait]
impl LogoStore for InRealm {
    async fn keep(&self, name: &Digest, png: &[u8]) -> Stored<()> {
        self.act(|room, _| room.logos.insert(*name.as_bytes(), png.to_vec()));
        Ok(())
    }

    async fn find(&self, name: &Digest) -> Stored<Option<Vec<u8>>> {
        Ok(self.act(|room, _| room.logos.get(name.as_bytes()).cloned()))
    }
}
