//! A person signed in on one browser. A row: a restart signs nobody out.

use crate::{
    acr::{Acr, Method},
    clock::Timestamp,
    id::{LoginSessionId, UserId},
    services::budgets::KnownDevice,
    user::User,
};

/// Where a request came from, cut to fixed lengths.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RequestOrigin {
    /// The peer's address, or the one a trusted proxy names.
    pub address: Option<std::net::IpAddr>,
    /// The `User-Agent`, at most 256 bytes.
    pub user_agent: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
    /// What the browser shows of the accounts that signed in on it; never stored.
    #[serde(skip)]
    pub device: Option<KnownDevice>,
}

/// A person signed in on one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginSession {
    /// Its id, published as `sid`.
    pub id: LoginSessionId,
    /// Who.
    pub user_id: UserId,
    /// When the session began.
    pub created_at: Timestamp,
    /// When the person last proved who they are: `auth_time`.
    pub authenticated_at: Timestamp,
    /// By which methods.
    pub methods: Vec<Method>,
    /// When it was last used, to within five minutes.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
    /// Where it began.
    pub origin: RequestOrigin,
}

/// A live session of an active account: can be made by [`LoginSession::signed_in`] only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedInUser {
    session: LoginSession,
    user: User,
}

/// How long ago a person may have proven who they are to change what guards their account.
pub const RECENT: std::time::Duration = std::time::Duration::from_secs(600);

/// A signed-in person who proved who they are within [`RECENT`]; what changes what guards an account takes it.
#[derive(Clone, Copy, Debug)]
pub struct RecentlyProven<'a>(&'a SignedInUser);

impl<'a> RecentlyProven<'a> {
    /// The person.
    pub fn signed_in(&self) -> &'a SignedInUser {
        self.0
    }

    /// The session.
    pub fn session(&self) -> &'a LoginSession {
        self.0.session()
    }

    /// The account.
    pub fn user(&self) -> &'a User {
        self.0.user()
    }
}

impl LoginSession {
    /// Whether to go on with what `methods` prove would ask less of the person than when they last proved who they
    /// are: what only two factors may do must not be had by one.
    pub fn is_stronger_than(&self, methods: &[Method]) -> bool {
        Acr::of(&self.methods) > Acr::of(methods)
    }

    /// The witness that `user` is signed in, if the session is alive at `now` and the account may be used.
    pub fn signed_in(self, user: User, now: Timestamp, idle: std::time::Duration) -> Option<SignedInUser> {
        let alive = self.user_id == user.id
            && self.ended_at.is_none()
            && now < self.expires_at
            && now < self.last_seen_at + idle
            && self.created_at >= user.not_before
            && user.is_active();
        alive.then_some(SignedInUser { session: self, user })
    }
}

impl SignedInUser {
    /// The session.
    pub fn session(&self) -> &LoginSession {
        &self.session
    }

    /// The account.
    pub fn user(&self) -> &User {
        &self.user
    }

    /// The witness that the person proved who they are within [`RECENT`] before `now`.
    pub fn recently_proven(&self, now: Timestamp) -> Option<RecentlyProven<'_>> {
        (now.since(self.session.authenticated_at) <= RECENT).then_some(RecentlyProven(self))
    }
}
