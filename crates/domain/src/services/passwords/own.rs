//! What people do with the password of their own account. Both acts take the witness of a recent proof, which must
//! have been by two factors where there are two.

use super::NotHashed;
use crate::{
    door::Door,
    event::EventKind,
    federation::ProviderId,
    login_session::{RecentlyProven, SignedInUser},
    passkey::{WaysIn, ways_in},
    person::{PasswordPolicy, PasswordRefused, Personal},
    second_factor::SecondFactors,
    services::{
        Act, Ports, addressee,
        budgets::{BudgetError, Budgets},
    },
    stores::{
        ChosenPassword, PasswordFacts, PasswordRemoved, PasswordSet, SeenCredentials, StoreError, Stored,
    },
};
use std::time::Duration;

/// Why a password stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The person must prove again who they are, by every factor they have.
    #[error("every factor must be proven")]
    NotProven,
    /// The password does not meet the policy.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// There is no password.
    #[error("there is no password")]
    Missing,
    /// There is no other way in.
    #[error("the last way in")]
    LastWayIn,
    /// Too many attempts.
    #[error("too many attempts")]
    TooManyAttempts {
        /// When to try again.
        retry_after: Duration,
    },
    /// Too many passwords are being hashed.
    #[error("busy")]
    Busy,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<BudgetError> for PasswordError {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::Spent { retry_after } => Self::TooManyAttempts { retry_after },
            BudgetError::Store(error) => Self::Store(error),
        }
    }
}

/// A person's password, and what the next one must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnPassword {
    /// What is known of it, if there is one.
    pub present: Option<PasswordFacts>,
    /// Whether something else signs the person in.
    pub can_be_removed: bool,
    /// What the next one must be.
    pub policy: PasswordPolicy,
}

impl OwnPassword {
    /// The person's password beside whatever else was `seen` to guard their account, in a realm of this `policy` whose
    /// people may come through the providers that are `open`.
    pub(in crate::services) fn beside(
        seen: &SeenCredentials,
        person: &SignedInUser,
        open: &[ProviderId],
        policy: PasswordPolicy,
    ) -> Self {
        let usable = seen.identities.iter().filter(|provider| open.contains(provider));
        let left = WaysIn {
            password: false,
            passkeys: seen.passkeys.len() as u64,
            identities: usable.count() as u64,
            mailed_code: person.user().email_verified(),
        };
        Self {
            present: seen.password,
            can_be_removed: seen.password.is_some() && ways_in(left) > 0,
            policy: next_policy(policy, &seen.factors),
        }
    }
}

/// Passwords of people's own accounts.
#[derive(Clone)]
pub struct PasswordService {
    pub(super) ports: Ports,
}

impl PasswordService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Sets or replaces the person's password; ends their other sessions and everything that was allowed, and tells
    /// them by mail. This session goes on.
    pub async fn set(
        &self,
        act: &Act,
        person: &RecentlyProven<'_>,
        text: String,
    ) -> Result<(), PasswordError> {
        // Nothing is guessed here: what is bounded is how much is hashed and mailed, so no attempt is given back.
        let budgets = Budgets::new(self.ports.clone());
        let _counted = budgets
            .arrive(act, Door::Password, Some(person.user().id))
            .await?;
        let policy = self.proven_policy(act, person).await?;
        let user = person.user();
        let password = policy.check(text, &*self.ports.password_judge, Personal::of(user))?;
        let next = self.ports.hash_next_password(act, user, &password).await?;
        let new = ChosenPassword {
            next,
            needs_second_factor: act.realm.settings.password.needs_second_factor(&password),
        };
        let mail = self.ports.mail_writer.password_changed(&addressee(act, user));
        let mut with = self
            .ports
            .ending(act, EventKind::PasswordChanged { user: user.id });
        with.jobs.push(self.ports.mail_job(&mail));
        let (by, moment) = (person.session().id, act.realm.moment(self.ports.clock.now()));
        let passwords = &act.realm.stores.passwords;
        let set = passwords.set(user.id, &new, by, moment, with).await;
        match set.map_err(NotHashed::not_set)? {
            PasswordSet::Set => Ok(()),
            // What it rested on ended meanwhile.
            PasswordSet::SignedOut | PasswordSet::SecondFactorMissing => Err(PasswordError::NotProven),
        }
    }

    /// Removes the person's password, never the last way in; ends what [`set`](Self::set) ends, and tells them by mail.
    pub async fn remove(&self, act: &Act, person: &RecentlyProven<'_>) -> Result<(), PasswordError> {
        self.proven_policy(act, person).await?;
        let user = person.user();
        let mail = self.ports.mail_writer.password_removed(&addressee(act, user));
        let mut with = self
            .ports
            .ending(act, EventKind::PasswordRemoved { user: user.id });
        with.jobs.push(self.ports.mail_job(&mail));
        let (by, moment) = (person.session().id, act.realm.moment(self.ports.clock.now()));
        let passwords = &act.realm.stores.passwords;
        let open = self.ports.open_providers(&act.realm);
        let left = (open.as_slice(), act.realm.settings.password.history);
        match passwords.remove(user.id, by, left, moment, with).await? {
            PasswordRemoved::Removed => Ok(()),
            PasswordRemoved::Missing => Err(PasswordError::Missing),
            PasswordRemoved::LastWayIn => Err(PasswordError::LastWayIn),
        }
    }

    /// What the next password of somebody must be who proved every factor they have.
    async fn proven_policy(
        &self,
        act: &Act,
        person: &RecentlyProven<'_>,
    ) -> Result<PasswordPolicy, PasswordError> {
        let factors = act.realm.stores.second_factors.find(person.user().id).await?;
        if factors.are_proven_by(person) {
            Ok(next_policy(act.realm.settings.password, &factors))
        } else {
            Err(PasswordError::NotProven)
        }
    }

    pub(super) async fn policy(&self, act: &Act, person: &SignedInUser) -> Stored<PasswordPolicy> {
        let factors = act.realm.stores.second_factors.find(person.user().id).await?;
        Ok(next_policy(act.realm.settings.password, &factors))
    }
}

/// What the next password must be of an account that has these `factors`.
fn next_policy(policy: PasswordPolicy, factors: &SecondFactors) -> PasswordPolicy {
    match factors.authenticator {
        Some(_) => policy.beside_second_factor(),
        None => policy,
    }
}

#[cfg(test)]
mod tests;
