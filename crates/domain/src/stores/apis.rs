//! Registered APIs.

use crate::{
    api::{Api, ApiAudience},
    stores::{Alongside, Page, PageRequest, Stored},
};
use async_trait::async_trait;

/// Registered APIs.
#[async_trait]
pub trait ApiStore: Send + Sync {
    /// Stores a new API; `Conflict` if the audience is taken.
    async fn create(&self, api: &Api, with: Alongside) -> Stored<()>;
    /// The API that tokens name so.
    async fn find(&self, audience: &ApiAudience) -> Stored<Option<Api>>;
    /// APIs in order of audience.
    async fn list(&self, page: &PageRequest) -> Stored<Page<Api>>;
    /// Deletes the API. False if there is none.
    async fn delete(&self, audience: &ApiAudience, with: Alongside) -> Stored<bool>;
}
