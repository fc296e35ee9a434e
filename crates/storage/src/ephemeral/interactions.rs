//! Requests that wait for a person.

use super::value::Values;
use async_trait::async_trait;
use domain::{ephemeral::Interactions, id::InteractionId, interaction::Interaction, stores::Stored};

/// Interactions of one realm.
pub struct StoredInteractions(Values);

impl StoredInteractions {
    /// Over values of their own kind.
    pub fn new(values: Values) -> Self {
        Self(values)
    }
}

#[async_trait]
impl Interactions for StoredInteractions {
    async fn put(&self, interaction: &Interaction) -> Stored<()> {
        let key = interaction.id.to_string();
        self.0.put(&key, interaction, interaction.expires_at).await
    }

    async fn find(&self, id: InteractionId) -> Stored<Option<Interaction>> {
        self.0.get(&id.to_string()).await
    }

    async fn replace(&self, old: &Interaction, new: &Interaction) -> Stored<bool> {
        if old.id != new.id {
            return Ok(false);
        }
        let (old, new) = ((old, old.expires_at), (new, new.expires_at));
        self.0.replace(&old.0.id.to_string(), old, new).await
    }

    async fn take(&self, id: InteractionId) -> Stored<Option<Interaction>> {
        self.0.take(&id.to_string()).await
    }
}
