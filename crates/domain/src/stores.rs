//! The storage ports. They are acts, not tables: what must be atomic is one method, and no transaction crosses
//! a port. A store is opened for a realm, so a lookup without one cannot be written.

use crate::{
    acr::Amr,
    authorization::{Authorization, Begun, ConsentRule, RefreshToken, RefreshTokenFamily, Rotation},
    change::{Change, Changed, Revocation},
    client::{Client, ClientId, ClientSecret, Status},
    clock::Timestamp,
    consent::Consent,
    event::Event,
    id::{AuthorizationId, JobId, LoginSessionId, MailedCodeId, RealmId, UserId},
    job::{ClaimedJob, NewJob},
    lease::Leases,
    login_session::LoginSession,
    mail::{Chosen, MailedCode, MailedCodePurpose, MailedProof},
    person::PasswordHash,
    realm::{Realm, RealmName},
    secret::Digest,
    signing_key::{SigningAlgorithm, StoredKey},
    user::{Profile, User, UserWithPassword},
};
use async_trait::async_trait;
use std::sync::Arc;

/// Why a store could not answer. Absence is an `Option`, not an error.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The write met a row that must not be there.
    #[error("the row exists already or changed meanwhile")]
    Conflict,
    /// The store is out of reach, full, or holds something that cannot be read.
    #[error("the store could not answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// Wraps a cause.
    pub fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(cause.into())
    }
}

/// Result of a store.
pub type Stored<T> = Result<T, StoreError>;

/// What is stored in the same transaction as an act, if the act takes place.
#[derive(Clone, Debug, Default)]
pub struct Alongside {
    /// What happened.
    pub events: Vec<Event>,
    /// Work to be done because of it.
    pub jobs: Vec<NewJob>,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, at most as many as were asked for.
    pub items: Vec<T>,
    /// Where the next page starts, if there is one.
    pub next: Option<String>,
}

/// Which page of a list.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// `next` of the page before.
    pub after: Option<String>,
    limit: u16,
}

impl PageRequest {
    /// A page of `limit` items, brought into 1..=200.
    pub fn new(after: Option<String>, limit: u16) -> Self {
        Self {
            after,
            limit: limit.clamp(1, 200),
        }
    }

    /// How many items, 1..=200.
    pub fn limit(&self) -> u16 {
        self.limit
    }
}

/// The stores of one realm.
#[derive(Clone)]
#[allow(missing_docs, reason = "the port's documentation says it")]
pub struct RealmStores {
    pub users: Arc<dyn UserStore>,
    pub clients: Arc<dyn ClientStore>,
    pub sessions: Arc<dyn LoginSessionStore>,
    pub browsers: Arc<dyn BrowserStore>,
    pub consents: Arc<dyn ConsentStore>,
    pub authorizations: Arc<dyn AuthorizationStore>,
    pub mailed_codes: Arc<dyn MailedCodeStore>,
    pub keys: Arc<dyn KeyStore>,
    pub events: Arc<dyn EventStore>,
}

/// Opens stores.
pub trait Stores: Send + Sync {
    /// The stores of `realm`.
    fn in_realm(&self, realm: RealmId) -> RealmStores;
    /// What concerns every realm.
    fn all_realms(&self) -> Arc<dyn AllRealms>;
    /// What one node at a time does.
    fn leases(&self) -> Arc<dyn Leases>;
}

/// What became of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// The row was written.
    Registered,
    /// Its identifier belongs to somebody else; nothing was written.
    IdentifierTaken,
}

/// An account to be stored.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The account.
    pub user: User,
    /// Its password.
    pub password: Option<PasswordHash>,
    /// A code mailed to prove the address.
    pub mailed_code: Option<MailedCode>,
}

/// Accounts and their passwords.
#[async_trait]
pub trait UserStore: Send + Sync {
    /// Stores a new account, its identifier, password and mailed code.
    async fn register(&self, new: NewUser, with: Alongside) -> Stored<Registration>;
    /// Like [`UserStore::register`] for the first administrator: refused with `Conflict` once one exists.
    async fn register_first_administrator(&self, new: NewUser, with: Alongside) -> Stored<Registration>;
    /// Whether an active account has the role of administrator.
    async fn administrator_exists(&self) -> Stored<bool>;
    /// The account.
    async fn find(&self, id: UserId) -> Stored<Option<User>>;
    /// The account that the normalised address identifies, and its password.
    async fn find_by_email(&self, normalised: &str) -> Stored<Option<UserWithPassword>>;
    /// Accounts in order of creation.
    async fn list(&self, page: &PageRequest) -> Stored<Page<User>>;
    /// Changes the profile if the account still has `version`; `Conflict` otherwise.
    async fn update_profile(
        &self,
        id: UserId,
        version: i64,
        profile: &Profile,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<()>;
    /// Replaces a hash by one of the same password under newer parameters, if it is still `old`.
    async fn rehash(&self, id: UserId, old: &PasswordHash, new: &PasswordHash, with: Alongside)
    -> Stored<()>;
    /// Sets the status; disabling ends sessions and authorizations and is a revocation until `tokens_until`.
    async fn set_status(&self, id: UserId, status: Status, moment: Moment, with: Alongside) -> Stored<bool>;
    /// Deletes the account and everything that is its own. False if there is none.
    async fn delete(&self, id: UserId, moment: Moment, with: Alongside) -> Stored<bool>;
}

/// When something ends, and until when tokens issued before can still be around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Now.
    pub at: Timestamp,
    /// When the last access token issued until now has expired.
    pub tokens_until: Timestamp,
}

/// Registered clients.
#[async_trait]
pub trait ClientStore: Send + Sync {
    /// Stores a new client; `Conflict` if the id is taken.
    async fn create(&self, client: &Client, with: Alongside) -> Stored<()>;
    /// The client.
    async fn find(&self, id: &ClientId) -> Stored<Option<Client>>;
    /// Clients in order of id.
    async fn list(&self, page: &PageRequest) -> Stored<Page<Client>>;
    /// Sets the status; disabling revokes what the client holds. False if there is none.
    async fn set_status(
        &self,
        id: &ClientId,
        status: Status,
        moment: Moment,
        with: Alongside,
    ) -> Stored<bool>;
    /// Adds a secret, keeps the newest of the others until `others_until` and drops the rest.
    async fn rotate_secret(
        &self,
        id: &ClientId,
        new: &ClientSecret,
        others_until: Timestamp,
        with: Alongside,
    ) -> Stored<bool>;
    /// Deletes the client and everything that depends on it. False if there is none.
    async fn delete(&self, id: &ClientId, moment: Moment, with: Alongside) -> Stored<bool>;
}

/// A session with the account it belongs to.
pub type SessionAndUser = (LoginSession, User);

/// Sessions of people.
#[async_trait]
pub trait LoginSessionStore: Send + Sync {
    /// Stores a new session.
    async fn begin(&self, session: &LoginSession, with: Alongside) -> Stored<()>;
    /// The sessions among `ids` that exist, with their accounts, in one statement.
    async fn find_many(&self, ids: &[LoginSessionId]) -> Stored<Vec<SessionAndUser>>;
    /// The person proved again who they are.
    async fn reauthenticate(
        &self,
        id: LoginSessionId,
        at: Timestamp,
        methods: &[Amr],
        with: Alongside,
    ) -> Stored<()>;
    /// The session was used.
    async fn touch(&self, id: LoginSessionId, at: Timestamp) -> Stored<()>;
    /// Ends sessions of one person that have not ended, and what was approved in them without
    /// `offline_access`. Gives those that were ended.
    async fn end(
        &self,
        user: UserId,
        which: EndSessions,
        moment: Moment,
        with: Alongside,
    ) -> Stored<Vec<LoginSessionId>>;
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

/// What people allowed clients.
#[async_trait]
pub trait ConsentStore: Send + Sync {
    /// What the person allowed the client.
    async fn find(&self, user: UserId, client: &ClientId) -> Stored<Option<Consent>>;
    /// Stores consent; scopes are added to those allowed before.
    async fn allow(&self, consent: &Consent, with: Alongside) -> Stored<()>;
    /// What the person allowed, newest first, at most 200.
    async fn list(&self, user: UserId) -> Stored<Vec<Consent>>;
    /// What anybody allowed, in order of person and client.
    async fn page(&self, which: &Concerning, page: &PageRequest) -> Stored<Page<Consent>>;
    /// Forgets consent and revokes every authorization of the pair. False if there was neither.
    async fn revoke(&self, user: UserId, client: &ClientId, moment: Moment, with: Alongside) -> Stored<bool>;
}

/// What became of recording tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// Written.
    Saved,
    /// The authorization was revoked meanwhile; nothing was written.
    Revoked,
}

/// Authorizations and the refresh tokens below them.
#[async_trait]
pub trait AuthorizationStore: Send + Sync {
    /// Stores a new authorization if what it rests on still stands in the same transaction: the session has not
    /// ended and signs its active account in, the client is active and was not disabled since `created_at`, and
    /// consent covers the scopes where it must.
    async fn begin(
        &self,
        authorization: &Authorization,
        consent: ConsentRule,
        with: Alongside,
    ) -> Stored<Begun>;
    /// The authorization.
    async fn find(&self, id: AuthorizationId) -> Stored<Option<Authorization>>;
    /// Stores the first refresh token of an authorization, unless that was revoked.
    async fn record(&self, token: &RefreshToken, with: Alongside) -> Stored<Recorded>;
    /// The refresh token with everything that decides about it.
    async fn find_refresh_token(&self, digest: &Digest) -> Stored<Option<RefreshTokenFamily>>;
    /// Marks `old` rotated and stores `new`, if `old` is active and the authorization not revoked.
    async fn rotate(
        &self,
        old: &Digest,
        new: &RefreshToken,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<Rotation>;
    /// Revokes the authorization. False if it was already, or there is none.
    async fn revoke(&self, id: AuthorizationId, moment: Moment, with: Alongside) -> Stored<bool>;
}

/// What became of a mailed proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailedOutcome {
    /// It was right and is used up now.
    Redeemed(MailedCode),
    /// Wrong, used, expired, unknown or tried too often: which, nobody is told.
    Refused,
}

/// Mailed codes and links.
#[async_trait]
pub trait MailedCodeStore: Send + Sync {
    /// Stores a new code; earlier ones of the same person and purpose stop working.
    async fn send(&self, code: &MailedCode, with: Alongside) -> Stored<()>;
    /// The code of flow `id` that is not used and not expired at `now`.
    async fn find(&self, id: MailedCodeId, now: Timestamp) -> Stored<Option<MailedCode>>;
    /// The code whose link is `link` and that is not used and not expired at `now`.
    async fn find_by_link(&self, link: &Digest, now: Timestamp) -> Stored<Option<MailedCode>>;
    /// Uses up a code that confirms an address. If the address is still the account's and was not proven before,
    /// it is marked verified, and password and name become what was `chosen`: nothing typed earlier stays.
    async fn confirm_email(
        &self,
        proof: MailedProof,
        chosen: Option<Chosen>,
        now: Timestamp,
        with: Alongside,
    ) -> Stored<MailedOutcome>;
    /// Uses up a code that resets a password, sets it, marks the address verified, and ends every session and
    /// authorization, and every other mailed code of the account.
    async fn reset_password(
        &self,
        proof: MailedProof,
        new: &PasswordHash,
        moment: Moment,
        with: Alongside,
    ) -> Stored<MailedOutcome>;
    /// When the latest code for this person and purpose was sent.
    async fn last_sent(&self, user: UserId, purpose: MailedCodePurpose) -> Stored<Option<Timestamp>>;
}

/// Signing keys.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Every key that is published.
    async fn list(&self) -> Stored<Vec<StoredKey>>;
    /// Stores a first key; false, and nothing is written, if the algorithm has one in the same state.
    async fn add_if_missing(&self, key: &StoredKey) -> Stored<bool>;
    /// In one step: the active key of `alg` retires, the next one becomes active, `new_next` is published.
    async fn rotate(
        &self,
        alg: SigningAlgorithm,
        retire_until: Timestamp,
        new_next: &StoredKey,
        with: Alongside,
    ) -> Stored<()>;
    /// Deletes retired keys whose time has passed.
    async fn sweep(&self, now: Timestamp) -> Stored<u64>;
}

/// Events and jobs without a change of their own.
#[async_trait]
pub trait EventStore: Send + Sync {
    /// Stores events and jobs.
    async fn record(&self, with: Alongside) -> Stored<()>;
}

/// What concerns every realm: realms themselves, sweeps, jobs, the feed and the log.
#[async_trait]
pub trait AllRealms: Send + Sync {
    /// Makes a realm; `Conflict` if the name is taken.
    async fn create(&self, realm: &Realm, with: Alongside) -> Stored<()>;
    /// The realm named so.
    async fn find(&self, name: &RealmName) -> Stored<Option<Realm>>;
    /// Realms in order of name.
    async fn list(&self, page: &PageRequest) -> Stored<Page<Realm>>;
    /// Deletes a realm and everything in it. False if there is none.
    async fn delete(&self, id: RealmId, at: Timestamp) -> Stored<bool>;
    /// The newest change's place; 0 when there is none.
    async fn last_change(&self) -> Stored<i64>;
    /// Changes after `sequence`, oldest first, at most `limit`.
    async fn changes_after(&self, sequence: i64, limit: u16) -> Stored<Vec<Change>>;
    /// Announces a change that no act announces.
    async fn announce(&self, realm: RealmId, changed: Changed) -> Stored<()>;
    /// Revocations of a realm that still matter at `now`.
    async fn revocations(&self, realm: RealmId, now: Timestamp) -> Stored<Vec<Revocation>>;
    /// Leases due work to the caller until `lease_until`.
    async fn claim_jobs(&self, now: Timestamp, lease_until: Timestamp, limit: u16)
    -> Stored<Vec<ClaimedJob>>;
    /// The work is done. False if the lease was lost.
    async fn complete_job(&self, job: &ClaimedJob, with: Vec<Event>) -> Stored<bool>;
    /// The work is to be tried again at `at`.
    async fn retry_job(&self, job: &ClaimedJob, at: Timestamp) -> Stored<bool>;
    /// Jobs waiting or running.
    async fn has_job(&self, id: JobId) -> Stored<bool>;
    /// Gives stored events their place in the log, oldest first; how many there were.
    async fn sequence_events(&self, limit: u16) -> Stored<u64>;
    /// Events after the place `sink` has reached, with their places, at most `limit`.
    async fn events_for(&self, sink: &str, limit: u16) -> Stored<Vec<(i64, Event)>>;
    /// `sink` has dealt with everything up to `sequence`.
    async fn advance_sink(&self, sink: &str, sequence: i64) -> Stored<()>;
    /// Deletes at most `limit` rows of each kind that expired before `now`; how many.
    async fn sweep(&self, now: Timestamp, limit: u16) -> Stored<u64>;
    /// Whether the store answers.
    async fn ping(&self) -> Stored<()>;
}
