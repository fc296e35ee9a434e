//! The port by which people see what there is of their own account. What a page shows is read with one statement.

use super::{Page, PageRequest, PasswordFacts, Stored};
use crate::{
    authorization::Authorization,
    client::{Client, ClientId},
    clock::Timestamp,
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
use std::collections::{BTreeMap, BTreeSet};

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
    /// The sessions that have not ended, expire after `now` and were used after `used_since`, newest use first, at most
    /// 200.
    async fn live_sessions(
        &self,
        user: UserId,
        now: Timestamp,
        used_since: Timestamp,
    ) -> Stored<Vec<SeenSession>>;
    /// The apps that were allowed something or hold something, last used first, at most 200.
    async fn apps(&self, user: UserId, now: Timestamp) -> Stored<Vec<SeenApp>>;
    /// What the apps among `clients` that are there are called.
    async fn app_names(&self, clients: &BTreeSet<ClientId>) -> Stored<BTreeMap<ClientId, String>>;
    /// What guards the account, in numbers.
    async fn guards(&self, user: UserId) -> Stored<Guards>;
    /// What guards the account, one by one, without what has expired at `now`.
    async fn credentials(&self, user: UserId, now: Timestamp) -> Stored<SeenCredentials>;
    /// What happened to the account, newest first.
    async fn activity(&self, user: UserId, which: &ActivityWanted, page: &PageRequest)
    -> Stored<Page<Event>>;
    /// Every session that is kept, ended ones too, oldest first.
    async fn sessions(&self, user: UserId, page: &PageRequest) -> Stored<Page<LoginSession>>;
    /// Every authorization that is kept, revoked ones too, oldest first.
    async fn authorizations(&self, user: UserId, page: &PageRequest) -> Stored<Page<Authorization>>;
    /// The versions of the terms that were agreed to, oldest first, at most 200.
    async fn accepted_terms(&self, user: UserId) -> Stored<Vec<AcceptedTerms>>;
    /// The codes that were mailed and are kept, whatever became of them, newest first, at most 200.
    async fn mailed_codes(&self, user: UserId) -> Stored<Vec<MailedCode>>;
}
