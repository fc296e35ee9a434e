//! Signing in: a credential is judged ([`SignIn::password`]), which makes a [`Proven`]; [`SignIn::complete`] alone turns
//! that into a session, or asks for the second factor first.
//!
//! Existing, unknown, disabled and password-less accounts cost the same: one count, one read, one hash, one write.

mod complete;
mod enrolment;
mod mailed_code;
mod passkey;
mod proven;
mod second_factor;

pub use super::budgets::{Decision, SignInContext, decide};
pub use complete::{Arrival, Completed};
pub use mailed_code::{CodeWanted, LinkOffer};
pub use proven::Proven;
pub(in crate::services) use second_factor::judge_totp;
pub use second_factor::{FactorContext, Passed, SecondFactorError, SecondStep, decide_second_step};

use super::{
    Act, Ports,
    budgets::{BudgetError, Budgets, Reserved, Whom},
    passwords::hash_for,
};
use crate::{
    acr::Method,
    clock::Timestamp,
    door::Door,
    event::{EventKind, SignInFailure},
    id::UserId,
    opaque::OpaqueToken,
    outbound::{HashError, HashFor, Verdict},
    person::{Email, PasswordHash, TypedPassword},
    stores::{Alongside, StoreError, Stored},
    user::{User, UserWithPassword},
};
use std::time::Duration;

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
    /// It is the password, but it is older than the realm's policy allows.
    #[error("the password is too old")]
    PasswordExpired,
    /// It is right, and the account is to be erased: the token restores it until then.
    #[error("the account is to be erased")]
    Leaving(OpaqueToken),
    /// Too many passwords are being judged.
    #[error("busy")]
    Busy,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<BudgetError> for SignInError {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::Spent { retry_after } => Self::TooManyAttempts { retry_after },
            BudgetError::Store(error) => Self::Store(error),
        }
    }
}

/// Signing in.
#[derive(Clone)]
pub struct SignIn {
    ports: Ports,
    budgets: Budgets,
}

impl SignIn {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        let budgets = Budgets::new(ports.clone());
        Self { ports, budgets }
    }

    /// Judges a password.
    pub async fn password(
        &self,
        act: &Act,
        identifier: &str,
        password: String,
    ) -> Result<Proven, SignInError> {
        let normalised = match Email::parse(identifier) {
            Ok(email) => email.normalised(),
            Err(_) => identifier.trim().to_lowercase(),
        };
        // A session begins when its credentials were read: what ends them while they are judged ends it too.
        let begun = self.ports.clock.now();
        let found = act.realm.stores.users.find_by_email(&normalised).await?;
        let (user, hash, set_at) = match found {
            Some(UserWithPassword {
                user,
                password,
                password_set_at,
            }) => (Some(user), password, password_set_at),
            None => (None, None, None),
        };
        let whom = match &user {
            Some(user) => Whom::Account(user.id),
            None => Whom::Nobody(&normalised),
        };
        let reserved = self.budgets.reserve(act, Door::Password, whom).await?;
        let typed = TypedPassword::new(password);
        let who = hash_for(act, &normalised);
        let verdict = match &typed {
            Some(typed) => self.verify(&who, typed, hash.as_ref()).await,
            None => Ok(Verdict::Wrong),
        };
        let verdict = match verdict {
            Ok(verdict) => verdict,
            Err(unjudged) => {
                self.budgets.give_back(act, reserved).await?;
                return Err(unjudged);
            }
        };
        match (user, typed, hash, verdict) {
            (Some(user), Some(typed), Some(hash), Verdict::Right | Verdict::RightButOutdated)
                if user.may_sign_in() =>
            {
                if verdict == Verdict::RightButOutdated {
                    self.rehash(act, &user, &typed, &hash).await?;
                }
                self.budgets.give_back(act, reserved).await?;
                if self.has_expired(act, set_at) {
                    return self.expired(act, user).await;
                }
                let proven = Proven::new(user, Method::Password, begun);
                proven.ok_or(SignInError::WrongCredentials)
            }
            (Some(user), Some(_), Some(_), Verdict::Right | Verdict::RightButOutdated)
                if user.is_leaving() =>
            {
                self.budgets.give_back(act, reserved).await?;
                self.leaving(act, &user, Method::Password).await
            }
            (user, _, hash, verdict) => {
                let reason = failure(user.as_ref(), hash.is_some(), verdict);
                let user = user.map(|user| user.id);
                self.record_failure(act, user, reason, &reserved).await?;
                Err(SignInError::WrongCredentials)
            }
        }
    }

    /// Whether a password that was set then is too old to sign in with.
    fn has_expired(&self, act: &Act, set_at: Option<Timestamp>) -> bool {
        let limit = act.realm.settings.password.max_age;
        limit.is_some_and(|limit| set_at.is_none_or(|set_at| self.ports.clock.now().since(set_at) > limit))
    }

    async fn expired<T>(&self, act: &Act, user: User) -> Result<T, SignInError> {
        let reason = SignInFailure::PasswordExpired;
        self.ports.refusals.refused(Door::Password, reason.refusal());
        let kind = EventKind::SignInFailed {
            user: Some(user.id),
            reason,
        };
        let with = self.ports.alongside(act, kind);
        act.realm.stores.events.record(with).await?;
        Err(SignInError::PasswordExpired)
    }

    /// Offers the account back to whoever proved that it was theirs. One factor will do: it signs nobody in.
    async fn leaving<T>(&self, act: &Act, user: &User, by: Method) -> Result<T, SignInError> {
        let door = match by {
            Method::Passkey => Door::Passkey,
            Method::Federated | Method::FederatedUndated => Door::Provider,
            Method::Password | Method::MailedCode | Method::Totp | Method::RecoveryCode => Door::Password,
        };
        let reason = SignInFailure::Leaving;
        self.ports.refusals.refused(door, reason.refusal());
        let kind = EventKind::SignInFailed {
            user: Some(user.id),
            reason,
        };
        let with = self.ports.alongside(act, kind);
        act.realm.stores.events.record(with).await?;
        match self.ports.offer_to_restore(act, user).await? {
            Some(token) => Err(SignInError::Leaving(token)),
            None => Err(SignInError::WrongCredentials),
        }
    }

    async fn verify(
        &self,
        who: &HashFor,
        typed: &TypedPassword,
        hash: Option<&PasswordHash>,
    ) -> Result<Verdict, SignInError> {
        match self.ports.hasher.verify(who, typed, hash).await {
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
        let who = hash_for(act, &user.email.normalised());
        // A busy pool only postpones the new hash to the next sign-in.
        if let Ok(new) = self.ports.hasher.rehash(&who, typed).await {
            let with = self
                .ports
                .alongside(act, EventKind::PasswordRehashed { user: user.id });
            act.realm.stores.users.rehash(user.id, old, &new, with).await?;
        }
        Ok(())
    }

    async fn record_failure(
        &self,
        act: &Act,
        user: Option<UserId>,
        reason: SignInFailure,
        reserved: &Reserved,
    ) -> Stored<()> {
        let kind = EventKind::SignInFailed { user, reason };
        let closing = self.budgets.refused(reserved, reason.refusal());
        let kinds = std::iter::once(kind).chain(closing);
        let with = Alongside {
            events: kinds.map(|kind| self.ports.event(act, kind)).collect(),
            ..Alongside::default()
        };
        act.realm.stores.events.record(with).await
    }
}

/// Why a password did not sign anybody in.
fn failure(user: Option<&User>, has_password: bool, verdict: Verdict) -> SignInFailure {
    match (user, has_password, verdict) {
        (None, _, _) => SignInFailure::UnknownIdentifier,
        (Some(_), false, _) => SignInFailure::NoPassword,
        (Some(_), true, Verdict::Wrong) => SignInFailure::WrongPassword,
        (Some(user), true, Verdict::Right | Verdict::RightButOutdated) if user.is_active() => {
            SignInFailure::Unconfirmed
        }
        (Some(_), true, Verdict::Right | Verdict::RightButOutdated) => SignInFailure::Disabled,
    }
}

#[cfg(test)]
mod tests;
