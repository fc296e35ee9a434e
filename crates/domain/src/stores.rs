//! The storage ports. They are acts, not tables: what must be atomic is one method, and no transaction crosses
//! a port. A store is opened for a realm, so a lookup without one cannot be written.

mod access_tokens;
mod apis;
mod approvals;
mod deployment;
mod device;
mod identities;
mod leaving;
mod listing;
mod logos;
mod logouts;
mod own;
mod passkeys;
mod passwords;
mod pictures;
mod registration_tokens;
mod second_factors;
mod sessions;
mod terms;
mod upstream_tokens;

pub use access_tokens::AccessTokenStore;
pub use apis::ApiStore;
pub use approvals::{AuthorizationStore, ConsentStore, MailedCodeStore, MailedOutcome, Recorded};
pub use deployment::AllRealms;
pub use device::{Decided, DeviceApproval, DeviceStore, Polled};
pub use identities::{IdentityAdded, IdentityAndUser, IdentityStore, Provisioned, Unlinked};
pub use leaving::{LeavingStore, Left};
pub use listing::{Part, PartRequest, Position};
pub use logos::LogoStore;
pub use logouts::{LogoutJobs, Participation};
pub use own::{ActivityWanted, Alive, Guards, OwnStore, SeenApp, SeenCredentials, SeenEvent, SeenSession};
pub use passkeys::{PasskeyAdded, PasskeyRemoved, PasskeyStore};
pub use passwords::{
    ChosenPassword, EarlierPasswords, NextPassword, PasswordFacts, PasswordRemoved, PasswordSet,
    PasswordStore, PastPasswords,
};
pub use pictures::{Picture, PictureChange, PictureStore};
pub use registration_tokens::RegistrationTokenStore;
pub use second_factors::{FactorRemoved, SecondFactorStore};
pub use sessions::{BrowserStore, Concerning, EndSessions, LoginSessionStore, SessionAndUser};
pub use terms::TermsStore;
pub use upstream_tokens::UpstreamTokenStore;

use crate::{
    access_token::AccessToken,
    client::{Client, ClientId, ClientSecret, Status},
    clock::Timestamp,
    event::Event,
    id::{EventId, RealmId, UserId},
    job::NewJob,
    lease::Leases,
    mail::MailedCode,
    person::PasswordHash,
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
    /// Tells the clients that took part in the sessions that end by the act.
    pub logouts: Option<LogoutJobs>,
    /// Opaque access tokens issued with it.
    pub access_tokens: Vec<AccessToken>,
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
    pub apis: Arc<dyn ApiStore>,
    pub sessions: Arc<dyn LoginSessionStore>,
    pub browsers: Arc<dyn BrowserStore>,
    pub consents: Arc<dyn ConsentStore>,
    pub authorizations: Arc<dyn AuthorizationStore>,
    pub devices: Arc<dyn DeviceStore>,
    pub access_tokens: Arc<dyn AccessTokenStore>,
    pub identities: Arc<dyn IdentityStore>,
    pub mailed_codes: Arc<dyn MailedCodeStore>,
    pub passkeys: Arc<dyn PasskeyStore>,
    pub passwords: Arc<dyn PasswordStore>,
    pub pictures: Arc<dyn PictureStore>,
    pub registration_tokens: Arc<dyn RegistrationTokenStore>,
    pub second_factors: Arc<dyn SecondFactorStore>,
    pub logos: Arc<dyn LogoStore>,
    pub terms: Arc<dyn TermsStore>,
    pub leaving: Arc<dyn LeavingStore>,
    pub own: Arc<dyn OwnStore>,
    pub keys: Arc<dyn KeyStore>,
    pub events: Arc<dyn EventStore>,
    pub upstream_tokens: Arc<dyn UpstreamTokenStore>,
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
    /// The passwords the account has and had, as far as they were remembered.
    async fn past_passwords(&self, id: UserId) -> Stored<PastPasswords>;
    /// Replaces a hash by one of the same password under newer parameters, if it is still `old`.
    async fn rehash(&self, id: UserId, old: &PasswordHash, new: &PasswordHash, with: Alongside)
    -> Stored<()>;
    /// Sets the status; disabling ends sessions and authorizations, which clients are told, and is a
    /// revocation until `tokens_until`.
    async fn set_status(&self, id: UserId, status: Status, moment: Moment, with: Alongside) -> Stored<bool>;
    /// Deletes the account and everything that is its own; clients are told of the end of its sessions. False if
    /// there is none.
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
    /// The client, for whom what `find` knows proves wrong at `now`: where that may be behind what another process
    /// changed, it is read again, once a second at most.
    async fn find_anew(&self, id: &ClientId, now: Timestamp) -> Stored<Option<Client>> {
        let _ = now;
        self.find(id).await
    }
    /// Replaces what is registered of a client, apart from its status and times. Secrets it keeps using stay as they
    /// are stored; otherwise those of `client` take their place. False if there is none.
    async fn update(&self, client: &Client, with: Alongside) -> Stored<bool>;
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
    /// In one step: the key `kid` is gone, whatever its state, and the keys of its algorithm are complete again: the
    /// next one takes the place of an active one, `new_next` that of a next one. False if there is no such key.
    async fn withdraw(&self, kid: &str, new_next: &StoredKey, with: Alongside) -> Stored<bool>;
    /// Deletes retired keys whose time has passed.
    async fn sweep(&self, now: Timestamp) -> Stored<u64>;
}

/// Events and jobs without a change of their own.
#[async_trait]
pub trait EventStore: Send + Sync {
    /// Stores events and jobs.
    async fn record(&self, with: Alongside) -> Stored<()>;
    /// The events from the id `from` on, in the order of their ids.
    async fn from(&self, from: EventId, limit: u16) -> Stored<Vec<Event>>;
    /// Puts these events in the place of those with their ids, where there are such.
    async fn replace(&self, events: &[Event]) -> Stored<()>;
}
