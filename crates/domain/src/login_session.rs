//! A person signed in on one browser. A row: a restart signs nobody out.

use crate::{
    acr::{Acr, Method},
    clock::Timestamp,
    federation::{Provider, ProviderId, Upstreams},
    id::{LoginSessionId, UserId},
    realm::RealmName,
    services::budgets::KnownDevice,
    user::User,
};
use std::time::Duration;

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
    /// The provider that vouched for the person then, where one did.
    pub provider: Option<ProviderId>,
    /// When it was last used, to within five minutes.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
    /// Where it began.
    pub origin: RequestOrigin,
}

/// What keeps a session alive: how long it may lie unused, and through which providers people may come.
#[derive(Clone, Copy)]
pub struct SessionRules<'a> {
    idle: Duration,
    through: Option<(&'a Upstreams, &'a RealmName)>,
}

impl<'a> SessionRules<'a> {
    /// The rules of a realm.
    pub fn new(idle: Duration, upstreams: &'a Upstreams, realm: &'a RealmName) -> Self {
        let through = Some((upstreams, realm));
        Self { idle, through }
    }

    fn provider(&self, id: &ProviderId) -> Option<&'a Provider> {
        let (upstreams, realm) = self.through?;
        Some(upstreams.find(realm, id.as_str())?.provider())
    }
}

/// Those of a realm whose people come through no provider.
impl From<Duration> for SessionRules<'_> {
    fn from(idle: Duration) -> Self {
        Self { idle, through: None }
    }
}

/// A live session of an active account: can be made by [`LoginSession::signed_in`] only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedInUser {
    session: LoginSession,
    user: User,
    dated: bool,
}

/// How long ago a person may have proven who they are to change what guards their account.
pub const RECENT: Duration = Duration::from_secs(600);

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

    /// The witness that `user` is signed in, if the session is alive at `now` and the account may be used. What a
    /// provider vouched for is worth nothing once that provider may not be used any more.
    pub fn signed_in<'a>(
        self,
        user: User,
        now: Timestamp,
        rules: impl Into<SessionRules<'a>>,
    ) -> Option<SignedInUser> {
        let rules = rules.into();
        let (vouched_for, provider) = self.vouched_for(rules);
        let dated = self.is_dated(rules);
        let alive = self.user_id == user.id
            && self.ended_at.is_none()
            && now < self.expires_at
            && now < self.last_seen_at + rules.idle
            && self.created_at >= user.not_before
            && (!vouched_for || provider.is_some())
            && user.is_active();
        alive.then_some(SignedInUser {
            session: self,
            user,
            dated,
        })
    }

    /// Whether a provider vouched for the person, and which, if people may come through it.
    fn vouched_for<'a>(&self, rules: SessionRules<'a>) -> (bool, Option<&'a Provider>) {
        let provider = self.provider.as_ref().and_then(|id| rules.provider(id));
        (self.methods.iter().any(|method| method.is_federated()), provider)
    }

    /// Whether it is known when the person proved who they are: not by every provider, nor each time.
    fn is_dated(&self, rules: SessionRules<'_>) -> bool {
        let (vouched_for, provider) = self.vouched_for(rules);
        let told = !self.methods.contains(&Method::FederatedUndated);
        told && (!vouched_for || provider.is_some_and(|provider| provider.dates_sign_ins))
    }

    /// Whether the person proved within [`RECENT`] before `now` who they are, as far as whoever they proved it to can
    /// say.
    pub fn is_recently_proven(&self, now: Timestamp, rules: SessionRules<'_>) -> bool {
        self.is_dated(rules) && now.since(self.authenticated_at) <= RECENT
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
        self.proven_within(RECENT, now).then_some(RecentlyProven(self))
    }

    /// Whether the person proved who they are within `age` before `now`, as far as whoever they proved it to can say.
    pub fn proven_within(&self, age: Duration, now: Timestamp) -> bool {
        self.dated && now.since(self.session.authenticated_at) <= age
    }

    /// Whether it is known when they proved it: not by every provider.
    pub fn is_dated(&self) -> bool {
        self.dated
    }
}
