use crate::{
    clock::Timestamp,
    federation::{ByIdentity, LinkedIdentity, ProviderId, SeenIdentity},
    id::{LinkedIdentityId, LoginSessionId, UserId},
    stores::{
        Alongside, IdentityAdded, IdentityAndUser, IdentityStore, Moment, Provisioned, StoreError, Stored,
        Unlinked,
    },
    user::User,
};
use async_trait::async_trait;

/// Identities in a store that does not answer, or that says of one whose it is and has it no more when it is used.
#[derive(Default)]
pub(super) struct NoAnswer {
    pub gone: Option<IdentityAndUser>,
}

fn no_answer<T>() -> Stored<T> {
    Err(StoreError::unavailable("no answer"))
}

#[async_trait]
impl IdentityStore for NoAnswer {
    async fn find(&self, _: &str, _: &str) -> Stored<Option<IdentityAndUser>> {
        self.gone.clone().map_or_else(no_answer, |gone| Ok(Some(gone)))
    }

    async fn list(&self, _: UserId) -> Stored<Vec<LinkedIdentity>> {
        no_answer()
    }

    async fn link(&self, _: &LinkedIdentity, _: Timestamp, _: Alongside) -> Stored<IdentityAdded> {
        no_answer()
    }

    async fn provision(&self, _: &User, _: &LinkedIdentity, _: Alongside) -> Stored<Provisioned> {
        no_answer()
    }

    async fn used(&self, _: LinkedIdentityId, _: &SeenIdentity, _: Timestamp, _: Alongside) -> Stored<bool> {
        self.gone.as_ref().map_or_else(no_answer, |_| Ok(false))
    }

    async fn unlink(
        &self,
        _: UserId,
        _: LinkedIdentityId,
        _: &[ProviderId],
        _: Moment,
        _: Alongside,
    ) -> Stored<Unlinked> {
        no_answer()
    }

    async fn remember(&self, _: LoginSessionId, _: &ByIdentity) -> Stored<bool> {
        no_answer()
    }

    async fn of_session(&self, _: LoginSessionId) -> Stored<Option<LinkedIdentity>> {
        no_answer()
    }

    async fn strays(&self, _: &[ProviderId]) -> Stored<Vec<(UserId, LoginSessionId)>> {
        no_answer()
    }

    async fn sessions(
        &self,
        _: &str,
        _: Option<&str>,
        _: Option<&str>,
    ) -> Stored<Vec<(UserId, LoginSessionId)>> {
        no_answer()
    }
}
