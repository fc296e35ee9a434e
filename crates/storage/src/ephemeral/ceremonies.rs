//! Ceremonies of passkeys under way.

use super::value::Values;
use async_trait::async_trait;
use domain::{ephemeral::Ceremonies, id::CeremonyId, passkey::Ceremony, stores::Stored};

/// Ceremonies of one realm.
pub struct StoredCeremonies(Values);

impl StoredCeremonies {
    /// Over values of their own kind.
    pub fn new(values: Values) -> Self {
        Self(values)
    }
}

#[async_trait]
impl Ceremonies for StoredCeremonies {
    async fn put(&self, id: CeremonyId, ceremony: &Ceremony) -> Stored<()> {
        self.0.put(&id.to_string(), ceremony, ceremony.expires_at).await
    }

    async fn take(&self, id: CeremonyId) -> Stored<Option<Ceremony>> {
        self.0.take(&id.to_string()).await
    }
}
