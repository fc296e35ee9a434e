//! Stores that let something happen while a request is being answered.

use async_trait::async_trait;
use domain::{
    authorization::{Authorization, Begun, ConsentRule, RefreshToken, RefreshTokenFamily, Rotation},
    client::ClientId,
    clock::Timestamp,
    consent::Consent,
    id::{AuthorizationId, UserId},
    scope::ScopeSet,
    secret::Digest,
    stores::{
        Alongside, AuthorizationStore, Concerning, ConsentStore, Moment, Page, PageRequest, Recorded, Stored,
    },
    thumbprint::Thumbprint,
};
use futures::future::BoxFuture;
use std::sync::{Arc, Mutex};

pub type Happens = Arc<Mutex<Option<BoxFuture<'static, ()>>>>;

/// Authorizations that let something happen just before one is stored.
pub struct Meanwhile {
    pub inner: Arc<dyn AuthorizationStore>,
    pub happens: Happens,
}

#[async_trait]
impl AuthorizationStore for Meanwhile {
    async fn begin(
        &self,
        authorization: &Authorization,
        consent: ConsentRule,
        with: Alongside,
    ) -> Stored<Begun> {
        let happens = self.happens.lock().unwrap().take();
        if let Some(happens) = happens {
            happens.await;
        }
        self.inner.begin(authorization, consent, with).await
    }

    async fn find(&self, id: AuthorizationId) -> Stored<Option<Authorization>> {
        self.inner.find(id).await
    }

    async fn record(&self, token: &RefreshToken, with: Alongside) -> Stored<Recorded> {
        self.inner.record(token, with).await
    }

    async fn bind(&self, id: AuthorizationId, jkt: &Thumbprint) -> Stored<bool> {
        self.inner.bind(id, jkt).await
    }

    async fn find_refresh_token(&self, digest: &Digest) -> Stored<Option<RefreshTokenFamily>> {
        self.inner.find_refresh_token(digest).await
    }

    async fn rotate(
        &self,
        old: &Digest,
        new: &RefreshToken,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<Rotation> {
        self.inner.rotate(old, new, at, with).await
    }

    async fn revoke(&self, id: AuthorizationId, moment: Moment, with: Alongside) -> Stored<bool> {
        self.inner.revoke(id, moment, with).await
    }
}

/// Consents that let something happen just after one is read.
pub struct AfterReading {
    pub inner: Arc<dyn ConsentStore>,
    pub happens: Happens,
}

#[async_trait]
impl ConsentStore for AfterReading {
    async fn find(&self, user: UserId, client: &ClientId) -> Stored<Option<Consent>> {
        let found = self.inner.find(user, client).await;
        let happens = self.happens.lock().unwrap().take();
        if let Some(happens) = happens {
            happens.await;
        }
        found
    }

    async fn allow(&self, consent: &Consent, with: Alongside) -> Stored<()> {
        self.inner.allow(consent, with).await
    }

    async fn list(&self, user: UserId) -> Stored<Vec<Consent>> {
        self.inner.list(user).await
    }

    async fn narrow(
        &self,
        user: UserId,
        client: &ClientId,
        scopes: &ScopeSet,
        moment: Moment,
        with: Alongside,
    ) -> Stored<bool> {
        self.inner.narrow(user, client, scopes, moment, with).await
    }

    async fn page(&self, which: &Concerning, page: &PageRequest) -> Stored<Page<Consent>> {
        self.inner.page(which, page).await
    }

    async fn revoke(&self, user: UserId, client: &ClientId, moment: Moment, with: Alongside) -> Stored<bool> {
        self.inner.revoke(user, client, moment, with).await
    }
}
