//! A realm at work: its issuer, settings, keys and stores, shared by every request to it.

use crate::{
    change::{Revocation, Revoked},
    client::ClientId,
    client_registration::RegistrationPolicy,
    clock::Timestamp,
    ephemeral::RealmEphemeral,
    id::{AuthorizationId, LoginSessionId, UserId},
    issuer::{Issuer, Origin},
    person::PasswordPolicy,
    realm::Realm,
    signing_key::{KeyRing, SigningAlgorithm},
    stores::{Moment, RealmStores},
    terms_of_use::TermsOfUse,
    theme::Theme,
    web_uri::WebUri,
};
use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
    time::Duration,
};
use url::Url;

/// How long things live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// Authorization codes (RFC 6749 §4.1.2 recommends 10 minutes at most).
    pub code: Duration,
    /// Access tokens.
    pub access_token: Duration,
    /// ID tokens.
    pub id_token: Duration,
    /// Refresh tokens that are not used.
    pub refresh_idle: Duration,
    /// Refresh tokens, from the approval on, however often they are used.
    pub refresh_absolute: Duration,
    /// How long a rotated refresh token gets its unused successor again.
    pub refresh_grace: Duration,
    /// Sign-in sessions that are not used.
    pub session_idle: Duration,
    /// Sign-in sessions from their beginning.
    pub session_absolute: Duration,
    /// Requests that wait for a person.
    pub interaction: Duration,
    /// Mailed codes and links.
    pub mailed_code: Duration,
    /// Device codes and user codes (RFC 8628 §3.2).
    pub device_code: Duration,
    /// What lies between two polls of a device at least (RFC 8628 §3.2 defaults to 5 seconds).
    pub device_interval: Duration,
}

impl Lifetimes {
    /// How long any signed token lives at most, those for APIs with a lifetime of their own included: as long are
    /// revocations remembered and retired keys published.
    pub fn longest_token(&self) -> Duration {
        const FOR_APIS: Duration = Duration::from_secs(3_600);
        self.access_token.max(self.id_token).max(FOR_APIS)
    }
}

impl Default for Lifetimes {
    fn default() -> Self {
        const DAY: u64 = 86_400;
        Self {
            code: Duration::from_secs(60),
            access_token: Duration::from_secs(600),
            id_token: Duration::from_secs(600),
            refresh_idle: Duration::from_secs(45 * DAY),
            refresh_absolute: Duration::from_secs(180 * DAY),
            refresh_grace: Duration::from_secs(10),
            session_idle: Duration::from_secs(28_800),
            session_absolute: Duration::from_secs(30 * DAY),
            interaction: Duration::from_secs(3_600),
            // Who reads or types slowly has the time that WCAG 2.2 §2.2.1 asks for.
            mailed_code: Duration::from_secs(1_200),
            device_code: Duration::from_secs(600),
            device_interval: Duration::from_secs(5),
        }
    }
}

/// What an operator decided for a realm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RealmSettings {
    /// How long things live.
    pub lifetimes: Lifetimes,
    /// What access tokens are signed with.
    pub access_token_alg: SigningAlgorithm,
    /// What a password must be.
    pub password: PasswordPolicy,
    /// Where to ask whether a password was in a leak: the part of the address before five letters of its hash.
    pub leaked_passwords: Option<Url>,
    /// What clients may register for themselves.
    pub registration: RegistrationPolicy,
    /// Whether every DPoP proof must carry a nonce of this server (RFC 9449 §8).
    pub require_dpop_nonce: bool,
    /// Whether every client must push its authorization requests (RFC 9126 §5).
    pub require_pushed_authorization_requests: bool,
    /// Whether five wrong attempts close an account to everybody for half an hour, its owner's devices too.
    pub hard_lockout: bool,
    /// Mails of one kind that one network may ask for in an hour before its machines must work for it; `None`: any.
    pub work_after: Option<u64>,
    /// What people must agree to.
    pub terms_of_use: Option<TermsOfUse>,
    /// Where people read what happens to what they tell.
    pub privacy_uri: Option<WebUri>,
    /// How pages look.
    pub theme: Theme,
}

impl Default for RealmSettings {
    fn default() -> Self {
        Self {
            lifetimes: Lifetimes::default(),
            access_token_alg: SigningAlgorithm::Es256,
            password: PasswordPolicy::default(),
            leaked_passwords: None,
            registration: RegistrationPolicy::default(),
            require_dpop_nonce: false,
            require_pushed_authorization_requests: false,
            hard_lockout: false,
            work_after: Some(3),
            terms_of_use: None,
            privacy_uri: None,
            theme: Theme::default(),
        }
    }
}

/// A realm at work.
pub struct RealmContext {
    /// Its row.
    pub realm: Realm,
    /// The deployment's public origin.
    pub origin: Origin,
    /// Its issuer identifier.
    pub issuer: Issuer,
    /// What an operator decided.
    pub settings: RealmSettings,
    /// Its stores.
    pub stores: RealmStores,
    /// Its ephemeral stores.
    pub ephemeral: RealmEphemeral,
    /// Its signing keys.
    pub keys: KeyRing,
    /// What is revoked although it has not expired.
    pub revocations: RevocationList,
}

impl RealmContext {
    /// The moment of an ending at `now`: tokens issued until then live as long as the longest-lived kind.
    pub fn moment(&self, now: Timestamp) -> Moment {
        Moment {
            at: now,
            tokens_until: now + self.settings.lifetimes.longest_token(),
        }
    }

    /// The path `path` as browsers see it in this realm.
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.realm.name.path_prefix())
    }
}

/// What an access token says of where it comes from.
#[derive(Clone, Debug)]
pub struct TokenOrigin {
    /// What a signed token is told apart by.
    pub jti: Option<String>,
    /// The approval it descends from, when a person approved.
    pub authorization: Option<AuthorizationId>,
    /// The session, when the token is bound to one.
    pub session: Option<LoginSessionId>,
    /// Whose it is, when it is a person's.
    pub user: Option<UserId>,
    /// Who holds it.
    pub client: ClientId,
    /// The other clients it came by: the one that the person approved, and those that have acted for the person.
    pub came_by: Vec<ClientId>,
    /// When the person proved who they are, in whole seconds.
    pub authenticated_at: Option<Timestamp>,
    /// When it was issued, in whole seconds.
    pub issued_at: Timestamp,
}

impl TokenOrigin {
    /// Whether it was issued until the second `at`, or later for a sign-in of before: an end takes the sign-ins along,
    /// and whoever looked at the account just before may issue a token after.
    fn is_of_a_person_until(&self, at: i64) -> bool {
        let signed_in_before = self
            .authenticated_at
            .is_some_and(|signed_in| signed_in.seconds() < at);
        self.issued_at.seconds() <= at || signed_in_before
    }
}

/// Until how many seconds after a client was ended a node that had not heard of it may have issued tokens to it.
const FELT_WITHIN: i64 = 1;

/// The revocations that still matter, in memory.
#[derive(Default)]
pub struct RevocationList {
    entries: RwLock<HashMap<Revoked, (Timestamp, Timestamp)>>,
}

impl RevocationList {
    /// A list of `revocations`.
    pub fn new(revocations: impl IntoIterator<Item = Revocation>) -> Self {
        let list = Self::default();
        revocations
            .into_iter()
            .for_each(|revocation| list.add(revocation));
        list
    }

    /// Adds one; the later of two for the same thing counts.
    pub fn add(&self, revocation: Revocation) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        let entry = entries
            .entry(revocation.what)
            .or_insert((revocation.at, revocation.until));
        *entry = (entry.0.max(revocation.at), entry.1.max(revocation.until));
    }

    /// Whether a token of this origin is revoked.
    pub fn revokes(&self, token: &TokenOrigin) -> bool {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let named = |what: Revoked| entries.contains_key(&what);
        let revoked_at = |what: Revoked| entries.get(&what).map(|(at, _)| at.seconds());
        let client = |id: &ClientId| {
            let at = revoked_at(Revoked::Client(id.clone()));
            at.is_some_and(|at| token.issued_at.seconds() <= at + FELT_WITHIN)
        };
        token
            .authorization
            .is_some_and(|authorization| named(Revoked::Authorization(authorization)))
            || token
                .session
                .is_some_and(|session| named(Revoked::LoginSession(session)))
            || token
                .user
                .and_then(|user| revoked_at(Revoked::User(user)))
                .is_some_and(|at| token.is_of_a_person_until(at))
            || client(&token.client)
            || token.came_by.iter().any(client)
            || token.jti.clone().is_some_and(|jti| named(Revoked::Token(jti)))
    }

    /// Forgets what no longer matters at `now`.
    pub fn sweep(&self, now: Timestamp) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, (_, until)| *until > now);
    }
}

#[cfg(test)]
mod tests;
