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

/// Identities in a store that does not answer.
pub(super) struct NoAnswer;

fn no_answer<T>() -> Stored<T> {
    Err(StoreError::unavailable("no answer"))
}

#[async_trait]
impl IdentityStore for NoAnswer {
    async fn find(&self, _: &str, _: &str) -> Stored<Option<IdentityAndUser>> {
        no_answer()
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
        no_answer()
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
