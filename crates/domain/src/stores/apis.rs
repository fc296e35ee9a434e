//! Registered APIs.

use crate::{
    api::{Api, ApiAudience, ScopeWords},
    stores::{Alongside, Page, PageRequest, Stored},
};
use async_trait::async_trait;
use std::sync::Arc;

/// Registered APIs.
#[async_trait]
pub trait ApiStore: Send + Sync {
    /// Stores a new API; `Conflict` if the audience is taken.
    async fn create(&self, api: &Api, with: Alongside) -> Stored<()>;
    /// The API that tokens name so.
    async fn find(&self, audience: &ApiAudience) -> Stored<Option<Api>>;
    /// APIs in order of audience.
    async fn list(&self, page: &PageRequest) -> Stored<Page<Api>>;
    /// What the first 200 say of their scopes.
    async fn words(&self) -> Stored<Arc<ScopeWords>> {
        let first = self.list(&PageRequest::new(None, 200)).await?;
        Ok(Arc::new(ScopeWords::of(&first.items)))
    }
    /// Deletes the API. False if there is none.
    async fn delete(&self, audience: &ApiAudience, with: Alongside) -> Stored<bool>;
}
