//! Sessions of people, and the cookies of their browsers.

use crate::{
    acr::Method,
    client::ClientId,
    clock::Timestamp,
    federation::ProviderId,
    id::{LoginSessionId, UserId},
    login_session::LoginSession,
    secret::Digest,
    stores::{Alongside, Moment, Page, PageRequest, Participation, Stored},
    user::User,
};
use async_trait::async_trait;

/// A session with the account it belongs to.
pub type SessionAndUser = (LoginSession, User);

/// Sessions of people.
#[async_trait]
pub trait LoginSessionStore: Send + Sync {
    /// Stores a new session.
    async fn begin(&self, session: &LoginSession, with: Alongside) -> Stored<()>;
    /// The sessions among `ids` that exist, with their accounts, in one statement.
    async fn find_many(&self, ids: &[LoginSessionId]) -> Stored<Vec<SessionAndUser>>;
    /// The person proved again who they are: by which methods, and vouched for by which provider.
    async fn reauthenticate(
        &self,
        id: LoginSessionId,
        at: Timestamp,
        proof: (&[Method], Option<&ProviderId>),
        with: Alongside,
    ) -> Stored<()>;
    /// The session was used.
    async fn touch(&self, id: LoginSessionId, at: Timestamp) -> Stored<()>;
    /// Ends sessions of one person that have not ended, and what was approved in them without
    /// `offline_access`, and tells the clients that took part. Gives those that were ended.
    async fn end(
        &self,
        user: UserId,
        which: EndSessions,
        moment: Moment,
        with: Alongside,
    ) -> Stored<Vec<LoginSessionId>>;
    /// The clients for which something was approved in these sessions, at most 200, each once a session.
    async fn participations(&self, ids: &[LoginSessionId]) -> Stored<Vec<Participation>>;
    /// The person's sessions that have not ended, newest use first, at most 200.
    async fn list(&self, user: UserId) -> Stored<Vec<LoginSession>>;
    /// Sessions in order of creation that have not ended, expire after `now` and were used after `used_since`.
    async fn page(
        &self,
        which: &Concerning,
        now: Timestamp,
        used_since: Timestamp,
        page: &PageRequest,
    ) -> Stored<Page<LoginSession>>;
}

/// What lists for operators are about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concerning {
    /// Only what is this person's.
    pub user: Option<UserId>,
    /// Only what has to do with this client: for a session, that something was approved for it in it.
    pub client: Option<ClientId>,
}

/// Which sessions to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndSessions {
    /// This one.
    One(LoginSessionId),
    /// All but this one.
    AllBut(LoginSessionId),
    /// All.
    All,
}

/// Browsers' cookies: opaque data under the digest of a cookie.
#[async_trait]
pub trait BrowserStore: Send + Sync {
    /// Stores or replaces.
    async fn save(&self, cookie: &Digest, data: &[u8], expires_at: Timestamp) -> Stored<()>;
    /// Reads what has not expired at `now`.
    async fn load(&self, cookie: &Digest, now: Timestamp) -> Stored<Option<(Vec<u8>, Timestamp)>>;
    /// Forgets.
    async fn delete(&self, cookie: &Digest) -> Stored<()>;
}
