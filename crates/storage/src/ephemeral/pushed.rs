//! Pushed authorization requests, and beside them the marks of those that were consumed.

use super::value::Values;
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    ephemeral::{PushedRequest, PushedRequests},
    secret::Digest,
    stores::Stored,
};

/// The pushed requests of one realm.
pub struct Pushed {
    requests: Values,
    consumed: Values,
}

impl Pushed {
    /// Over two kinds of values.
    pub fn new(requests: Values, consumed: Values) -> Self {
        Self { requests, consumed }
    }
}

#[async_trait]
impl PushedRequests for Pushed {
    async fn put(&self, uri: &Digest, request: &PushedRequest) -> Stored<()> {
        self.requests
            .put(&uri.to_base64url(), request, request.expires_at)
            .await
    }

    async fn find(&self, uri: &Digest) -> Stored<Option<PushedRequest>> {
        let key = uri.to_base64url();
        match self.consumed.get::<()>(&key).await? {
            Some(()) => Ok(None),
            None => self.requests.get(&key).await,
        }
    }

    async fn consume(&self, uri: &Digest, until: Timestamp) -> Stored<bool> {
        self.consumed.put_if_absent(&uri.to_base64url(), &(), until).await
    }
}
