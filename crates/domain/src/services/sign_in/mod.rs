//! Signing in: a credential is judged ([`SignIn::password`]), which makes a [`Proven`], which begins a session.
//!
//! Existing, unknown, disabled and password-less accounts cost the same: one count, one read, one hash, one write.

mod proven;

pub use proven::Proven;

use super::{Act, Ports};
use crate::{
    acr::Method,
    event::{Actor, EventKind, SignInFailure},
    id::LoginSessionId,
    login_session::{LoginSession, SignedInUser},
    outbound::{HashError, Verdict},
    person::{Email, PasswordHash, TypedPassword},
    secret::Digest,
    stores::{Alongside, StoreError},
    user::{User, UserWithPassword},
};
use std::time::Duration;

/// How far back attempts count.
const WINDOW: Duration = Duration::from_secs(900);
/// Attempts for one identifier within [`WINDOW`], right ones included.
const ATTEMPTS_PER_IDENTIFIER: u64 = 30;
/// Attempts from one address within [`WINDOW`].
const ATTEMPTS_PER_ADDRESS: u64 = 300;

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Identifier or password is not right; which, nobody is told.
    #[error("wrong credentials")]
    WrongCredentials,
    /// Too many attempts.
    #[error("too many attempts")]
    TooManyAttempts {
        /// When to try again.
        retry_after: Duration,
    },
    /// Too many passwords are being judged.
    #[error("busy")]
    Busy,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is known when somebody tries to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInContext {
    /// Attempts for this identifier in the window, this one included.
    pub attempts_for_identifier: u64,
    /// Attempts from this address in the window, this one included.
    pub attempts_from_address: u64,
}

/// What follows from a [`SignInContext`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Judge the credentials.
    Allow,
    /// Do not even look at them.
    Deny,
}

/// Decides whether credentials may be judged.
pub fn decide(context: SignInContext) -> Decision {
    let within = context.attempts_for_identifier <= ATTEMPTS_PER_IDENTIFIER
        && context.attempts_from_address <= ATTEMPTS_PER_ADDRESS;
    if within { Decision::Allow } else { Decision::Deny }
}

/// Signing in.
#[derive(Clone)]
pub struct SignIn {
    ports: Ports,
}

impl SignIn {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Signs a person in, or lets one who is signed in on this browser (`present`) prove it again, in which
    /// case the session stays the same and its authentication time is renewed.
    pub async fn password(
        &self,
        act: &Act,
        identifier: &str,
        password: String,
        present: &[SignedInUser],
    ) -> Result<LoginSession, SignInError> {
        let normalised = Email::parse(identifier)
            .map(|email| email.normalised())
            .unwrap_or_default();
        self.count(act, &normalised).await?;
        // A session begins when its credentials were read: what ends them while they are judged ends it too.
        let begun = self.ports.clock.now();
        let found = act.realm.stores.users.find_by_email(&normalised).await?;
        let (user, hash) = match found {
            Some(UserWithPassword { user, password }) => (Some(user), password),
            None => (None, None),
        };
        let typed = TypedPassword::new(password);
        let verdict = match &typed {
            Some(typed) => self.verify(typed, hash.as_ref()).await?,
            None => Verdict::Wrong,
        };
        match (user, typed, hash, verdict) {
            (Some(user), Some(typed), Some(hash), Verdict::Right | Verdict::RightButOutdated)
                if user.may_sign_in() =>
            {
                if verdict == Verdict::RightButOutdated {
                    self.rehash(act, &user, &typed, &hash).await?;
                }
                let proven = Proven::new(user, Method::Password, begun);
                let proven = proven.ok_or(SignInError::WrongCredentials)?;
                self.begin(act, proven, present).await
            }
            (user, _, hash, verdict) => {
                self.record_failure(act, user, hash.is_some(), verdict).await?;
                Err(SignInError::WrongCredentials)
            }
        }
    }

    async fn count(&self, act: &Act, normalised: &str) -> Result<(), SignInError> {
        let limits = &act.realm.ephemeral.limits;
        let by_identifier = format!("sign-in:id:{}", Digest::of(normalised).to_base64url());
        let by_address = match act.origin.address {
            Some(address) => {
                limits
                    .count(&format!("sign-in:ip:{}", super::network(address)), WINDOW)
                    .await?
            }
            None => 0,
        };
        let context = SignInContext {
            attempts_for_identifier: limits.count(&by_identifier, WINDOW).await?,
            attempts_from_address: by_address,
        };
        match decide(context) {
            Decision::Allow => Ok(()),
            Decision::Deny => Err(SignInError::TooManyAttempts { retry_after: WINDOW }),
        }
    }

    async fn verify(
        &self,
        typed: &TypedPassword,
        hash: Option<&PasswordHash>,
    ) -> Result<Verdict, SignInError> {
        match self.ports.hasher.verify(typed, hash).await {
            Ok(verdict) => Ok(verdict),
            Err(HashError::Busy) => Err(SignInError::Busy),
            Err(error @ HashError::Unreadable) => Err(StoreError::unavailable(error).into()),
        }
    }

    async fn rehash(
        &self,
        act: &Act,
        user: &User,
        typed: &TypedPassword,
        old: &PasswordHash,
    ) -> Result<(), SignInError> {
        // A busy pool only postpones the new hash to the next sign-in.
        if let Ok(new) = self.ports.hasher.rehash(typed).await {
            let with = self
                .ports
                .alongside(act, EventKind::PasswordRehashed { user: user.id });
            act.realm.stores.users.rehash(user.id, old, &new, with).await?;
        }
        Ok(())
    }

    /// Begins the session of a person who proved enough, or renews theirs on this browser.
    async fn begin(
        &self,
        act: &Act,
        proven: Proven,
        present: &[SignedInUser],
    ) -> Result<LoginSession, SignInError> {
        let now = self.ports.clock.now();
        let user = proven.user().id;
        let act = Act {
            actor: Actor::Person(user),
            ..act.clone()
        };
        let signed_in = |session| {
            let kind = EventKind::UserSignedIn { user, session };
            self.ports.alongside(&act, kind)
        };
        let methods = proven.methods().to_vec();
        let sessions = &act.realm.stores.sessions;
        if let Some(same) = present.iter().find(|signed_in| signed_in.user().id == user) {
            let session = same.session().clone();
            let with = signed_in(session.id);
            sessions.reauthenticate(session.id, now, &methods, with).await?;
            return Ok(LoginSession {
                authenticated_at: now,
                last_seen_at: now,
                methods,
                ..session
            });
        }
        let session = LoginSession {
            id: LoginSessionId::generate(now, &*self.ports.random),
            user_id: user,
            created_at: proven.begun(),
            authenticated_at: now,
            methods,
            last_seen_at: now,
            expires_at: now + act.realm.settings.lifetimes.session_absolute,
            ended_at: None,
            origin: act.origin.clone(),
        };
        sessions.begin(&session, signed_in(session.id)).await?;
        Ok(session)
    }

    async fn record_failure(
        &self,
        act: &Act,
        user: Option<User>,
        has_password: bool,
        verdict: Verdict,
    ) -> Result<(), SignInError> {
        let reason = match (&user, has_password, verdict) {
            (None, _, _) => SignInFailure::UnknownIdentifier,
            (Some(_), false, _) => SignInFailure::NoPassword,
            (Some(_), true, Verdict::Wrong) => SignInFailure::WrongPassword,
            (Some(user), true, Verdict::Right | Verdict::RightButOutdated) if user.is_active() => {
                SignInFailure::Unconfirmed
            }
            (Some(_), true, Verdict::Right | Verdict::RightButOutdated) => SignInFailure::Disabled,
        };
        let kind = EventKind::SignInFailed {
            user: user.map(|user| user.id),
            reason,
        };
        let with = Alongside {
            events: vec![self.ports.event(act, kind)],
            ..Alongside::default()
        };
        Ok(act.realm.stores.events.record(with).await?)
    }
}

#[cfg(test)]
mod tests;
