//! The port by which people see what there is of their own account. What a page shows is read with one statement.

use super::{Page, PageRequest, Part, PartRequest, PasswordFacts, Position, Stored};
use crate::{
    authorization::Authorization,
    client::{Client, ClientId},
    clock::Timestamp,
    device::DeviceAuthorization,
    event::{Event, Topic},
    federation::ProviderId,
    id::{LoginSessionId, UserId},
    login_session::LoginSession,
    mail::MailedCode,
    passkey::Passkey,
    scope::ScopeSet,
    second_factor::{SecondFactors, TrustedDevice},
    terms_of_use::AcceptedTerms,
};
use async_trait::async_trait;

/// Which of somebody's sessions are alive, and which of those is in use where they are listed.
#[derive(Clone, Copy, Debug)]
pub struct Alive {
    /// They expire after then,
    pub now: Timestamp,
    /// were used after then,
    pub used_since: Timestamp,
    /// and began then or later.
    pub begun_since: Timestamp,
    /// The one in use.
    pub here: LoginSessionId,
}

impl Alive {
    /// Where a session stands that was used last at `used`: the one in use comes before all others.
    pub fn position(&self, id: LoginSessionId, used: Timestamp) -> Position<LoginSessionId> {
        let used = if id == self.here { Self::HERE } else { used };
        Position { used, id }
    }

    /// When the session in use counts as used, to come before all others.
    pub const HERE: Timestamp = Timestamp::from_micros(i64::MAX - 1);
}

/// A session and the apps that were signed in to in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenSession {
    /// The session.
    pub session: LoginSession,
    /// The names of the apps, each once, at most ten.
    pub apps: Vec<String>,
}

/// An app that has something to do with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenApp {
    /// The app, without its secrets.
    pub client: Client,
    /// What it was allowed, where that was asked for.
    pub allowed: Option<ScopeSet>,
    /// What its authorizations that stand hold.
    pub held: ScopeSet,
    /// When it was first approved, of what still stands.
    pub first: Timestamp,
    /// When it was last used.
    pub last: Timestamp,
    /// Whether it goes on while the person is away.
    pub keeps_access: bool,
}

/// Something that happened to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenEvent {
    /// What happened.
    pub event: Event,
    /// What the app is called that it names, if that is still there.
    pub app: Option<String>,
}

/// What guards an account, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guards {
    /// Passkeys.
    pub passkeys: u32,
    /// Whether there is an authenticator app.
    pub authenticator: bool,
    /// Recovery codes that are left.
    pub recovery_codes: u32,
    /// When the password was set, if there is one.
    pub password_set_at: Option<Timestamp>,
}

/// What guards an account, one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenCredentials {
    /// Passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
    /// What is known of the password, if there is one.
    pub password: Option<PasswordFacts>,
    /// The authenticator app, and how many recovery codes are left.
    pub factors: SecondFactors,
    /// The session in which new recovery codes can still be shown.
    pub sheet_of: Option<LoginSessionId>,
    /// Trusted browsers, newest first, at most 200.
    pub trusted_devices: Vec<TrustedDevice>,
    /// The provider of each linked identity, oldest first.
    pub identities: Vec<ProviderId>,
}

/// Which events of one's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityWanted {
    /// Only of this topic.
    pub topic: Option<Topic>,
    /// Only from then on.
    pub since: Option<Timestamp>,
    /// Only before then.
    pub before: Option<Timestamp>,
}

/// What people see of their own account.
#[async_trait]
pub trait OwnStore: Send + Sync {
    /// The sessions that are alive: the one in use first, then newest use first.
    async fn live_sessions(
        &self,
        user: UserId,
        alive: &Alive,
        wanted: &PartRequest<LoginSessionId>,
    ) -> Stored<Part<SeenSession, Position<LoginSessionId>>>;
    /// The apps that were allowed something or hold something, last used first.
    async fn apps(
        &self,
        user: UserId,
        now: Timestamp,
        wanted: &PartRequest<ClientId>,
    ) -> Stored<Part<SeenApp, Position<ClientId>>>;
    /// What guards the account, in numbers.
    async fn guards(&self, user: UserId) -> Stored<Guards>;
    /// What guards the account, one by one, without what has expired at `now`.
    async fn credentials(&self, user: UserId, now: Timestamp) -> Stored<SeenCredentials>;
    /// What happened to the account, newest first.
    async fn activity(
        &self,
        user: UserId,
        which: &ActivityWanted,
        page: &PageRequest,
    ) -> Stored<Page<SeenEvent>>;
    /// Every session that is kept, ended ones too, oldest first.
    async fn sessions(&self, user: UserId, page: &PageRequest) -> Stored<Page<LoginSession>>;
    /// Every authorization that is kept, revoked ones too, oldest first.
    async fn authorizations(&self, user: UserId, page: &PageRequest) -> Stored<Page<Authorization>>;
    /// The devices that were allowed something and whose request is kept, newest first, at most 200.
    async fn devices(&self, user: UserId) -> Stored<Vec<DeviceAuthorization>>;
    /// The versions of the terms that were agreed to, oldest first, at most 200.
    async fn accepted_terms(&self, user: UserId) -> Stored<Vec<AcceptedTerms>>;
    /// The codes that were mailed and are kept, whatever became of them, newest first, at most 200.
    async fn mailed_codes(&self, user: UserId) -> Stored<Vec<MailedCode>>;
}
