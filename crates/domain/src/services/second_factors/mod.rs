//! What people do with the second factor of their account. Whatever changes it takes the witness of a recent proof,
//! which must have been by two factors where there are two.

mod devices;

use super::{
    Act, Ports, addressee,
    budgets::{Budgets, Whom},
    sign_in::{SecondFactorError, judge_totp},
};
use crate::{
    door::Door,
    event::EventKind,
    id::{AuthenticatorId, UserId},
    login_session::{RecentlyProven, SignedInUser},
    outbound::SecondFactorNotice,
    recovery_code::{RECOVERY_CODES, RecoveryCode},
    second_factor::{Authenticator, RecoverySheet, SecondFactors},
    stores::{Alongside, FactorRemoved, StoreError, Stored},
    totp::{TotpCode, TotpSeed},
};
use std::time::Duration;

/// How long new recovery codes wait to be shown.
const SHEET_FOR: Duration = Duration::from_secs(600);

/// Why a second factor was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The person must prove again who they are, by both factors.
    #[error("both factors must be proven")]
    BothFactorsNeeded,
    /// There is no authenticator, or none that waits for a code.
    #[error("there is no such authenticator")]
    Missing,
    /// The code was not taken.
    #[error(transparent)]
    Code(SecondFactorError),
    /// The password is too short to be the only factor.
    #[error("the password needs the second factor")]
    PasswordTooShort,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Second factors.
#[derive(Clone)]
pub struct SecondFactorService {
    ports: Ports,
}

impl SecondFactorService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// What the account has.
    pub async fn of(&self, act: &Act, user: UserId) -> Stored<SecondFactors> {
        act.realm.stores.second_factors.find(user).await
    }

    /// Whether the person proved all the factors that the account has.
    pub async fn all_proven(&self, act: &Act, person: &RecentlyProven<'_>) -> Stored<bool> {
        let factors = self.of(act, person.user().id).await?;
        Ok(factors.are_proven_by(person))
    }

    /// Makes a seed, which waits for its first code. An authenticator that is there stays until then.
    pub async fn propose(&self, act: &Act, person: &RecentlyProven<'_>) -> Result<(), ChangeError> {
        let user = person.user().id;
        self.must_be_proven(act, person).await?;
        let now = self.ports.clock.now();
        let id = AuthenticatorId::generate(now, &*self.ports.random);
        let seed = TotpSeed::generate(&*self.ports.random);
        let pending = Authenticator {
            id,
            seed: self.ports.sealer.seal(&Authenticator::context(id), seed.expose()),
            created_at: now,
            last_step: 0,
            last_used_at: None,
        };
        Ok(act.realm.stores.second_factors.propose(user, &pending).await?)
    }

    /// The seed that waits for its first code, for the person to take into their app.
    pub async fn proposed(&self, act: &Act, person: &RecentlyProven<'_>) -> Stored<Option<TotpSeed>> {
        let factors = self.of(act, person.user().id).await?;
        self.proposed_among(&factors, person)
    }

    /// The same, of an account that has these `factors`.
    pub fn proposed_among(
        &self,
        factors: &SecondFactors,
        person: &RecentlyProven<'_>,
    ) -> Stored<Option<TotpSeed>> {
        let pending = factors.pending_at(self.ports.clock.now());
        let Some(pending) = pending.filter(|_| factors.are_proven_by(person)) else {
            return Ok(None);
        };
        let opened = self
            .ports
            .sealer
            .open(&Authenticator::context(pending.id), &pending.seed);
        let opened = opened.map_err(StoreError::unavailable)?;
        Ok(TotpSeed::from_bytes(opened.expose()))
    }

    /// Takes the seed that waits into use, by a code of it. Somebody who has no recovery codes gets some.
    pub async fn confirm(
        &self,
        act: &Act,
        person: &RecentlyProven<'_>,
        typed: &str,
    ) -> Result<(), ChangeError> {
        let factors = self.must_be_proven(act, person).await?;
        let (user, now) = (person.user().id, self.ports.clock.now());
        let pending = factors.pending_at(now).ok_or(ChangeError::Missing)?;
        let step = self.judge_first_code(act, (user, pending), typed).await?;
        let (kind, notice) = match factors.authenticator {
            Some(_) => (
                EventKind::AuthenticatorReplaced { user },
                SecondFactorNotice::AuthenticatorReplaced,
            ),
            None => (
                EventKind::AuthenticatorAdded { user },
                SecondFactorNotice::AuthenticatorAdded,
            ),
        };
        let with = self.told(act, person, kind, notice);
        let store = &act.realm.stores.second_factors;
        if !store.confirm(user, pending.id, step, now, with).await? {
            return Err(ChangeError::Missing);
        }
        if factors.recovery_codes == 0 {
            self.make_recovery_codes(act, person).await?;
        }
        Ok(())
    }

    /// The step of a first code, judged within the budget of the account.
    async fn judge_first_code(
        &self,
        act: &Act,
        (user, pending): (UserId, &Authenticator),
        typed: &str,
    ) -> Result<i64, ChangeError> {
        let budgets = Budgets::new(self.ports.clone());
        let reserved = budgets
            .reserve(act, Door::SecondFactor, Whom::Account(user))
            .await;
        let reserved = reserved.map_err(|error| ChangeError::Code(error.into()))?;
        let step = match TotpCode::parse(typed) {
            Some(code) => judge_totp(&self.ports, pending, &code, self.ports.clock.now())?,
            None => None,
        };
        if let Some(step) = step {
            budgets.give_back(act, reserved).await?;
            Ok(step)
        } else {
            budgets.keep(act, reserved).await?;
            Err(ChangeError::Code(SecondFactorError::WrongCode))
        }
    }

    /// Removes the authenticator, the recovery codes and every trusted browser, unless the password is too short without.
    pub async fn remove(&self, act: &Act, person: &RecentlyProven<'_>) -> Result<(), ChangeError> {
        self.must_be_proven(act, person).await?;
        let user = person.user().id;
        let kind = EventKind::AuthenticatorRemoved { user };
        let with = self.told(act, person, kind, SecondFactorNotice::AuthenticatorRemoved);
        match act.realm.stores.second_factors.remove(user, with).await? {
            FactorRemoved::Removed => Ok(()),
            FactorRemoved::Missing => Err(ChangeError::Missing),
            FactorRemoved::PasswordTooShort => Err(ChangeError::PasswordTooShort),
        }
    }

    /// Makes new recovery codes; all others stop working.
    pub async fn new_recovery_codes(
        &self,
        act: &Act,
        person: &RecentlyProven<'_>,
    ) -> Result<(), ChangeError> {
        let factors = self.must_be_proven(act, person).await?;
        factors.authenticator.ok_or(ChangeError::Missing)?;
        Ok(self.make_recovery_codes(act, person).await?)
    }

    /// New recovery codes that were not shown yet; they never are again.
    pub async fn take_recovery_codes(&self, act: &Act, person: &SignedInUser) -> Stored<Option<Vec<String>>> {
        let (user, session) = (person.user().id, person.session().id);
        let store = &act.realm.stores.second_factors;
        let Some(sheet) = store.take_sheet(user, session, self.ports.clock.now()).await? else {
            return Ok(None);
        };
        let opened = self.ports.sealer.open(&sheet_context(user), &sheet.codes);
        let opened = opened.map_err(StoreError::unavailable)?;
        let codes = serde_json::from_slice(opened.expose()).map_err(StoreError::unavailable)?;
        Ok(Some(codes))
    }

    async fn make_recovery_codes(&self, act: &Act, person: &RecentlyProven<'_>) -> Stored<()> {
        let user = person.user().id;
        let (random, sealer) = (&*self.ports.random, &*self.ports.sealer);
        let codes: Vec<RecoveryCode> = (0..RECOVERY_CODES)
            .map(|_| RecoveryCode::generate(random))
            .collect();
        let digests: Vec<_> = codes.iter().map(|code| code.digest(sealer, user)).collect();
        let shown: Vec<String> = codes.iter().map(RecoveryCode::shown).collect();
        // Writing strings as JSON has no way to fail.
        let plain = crate::secret::Secret::new(serde_json::to_vec(&shown).unwrap_or_default());
        let sheet = RecoverySheet {
            session: person.session().id,
            codes: sealer.seal(&sheet_context(user), plain.expose()),
            expires_at: self.ports.clock.now() + SHEET_FOR,
        };
        let kind = EventKind::RecoveryCodesMade { user };
        let with = self.told(act, person, kind, SecondFactorNotice::RecoveryCodesMade);
        let store = &act.realm.stores.second_factors;
        store.replace_recovery_codes(user, &digests, &sheet, with).await
    }

    async fn must_be_proven(
        &self,
        act: &Act,
        person: &RecentlyProven<'_>,
    ) -> Result<SecondFactors, ChangeError> {
        let factors = self.of(act, person.user().id).await?;
        if factors.are_proven_by(person) {
            Ok(factors)
        } else {
            Err(ChangeError::BothFactorsNeeded)
        }
    }

    /// The event, and the mail that says the same.
    fn told(
        &self,
        act: &Act,
        person: &RecentlyProven<'_>,
        kind: EventKind,
        notice: SecondFactorNotice<'_>,
    ) -> Alongside {
        let mail = self
            .ports
            .mail_writer
            .second_factor(&addressee(act, person.user()), notice);
        let mut with = self.ports.alongside(act, kind);
        with.jobs.push(self.ports.mail_job(&mail));
        with
    }
}

fn sheet_context(user: UserId) -> String {
    format!("recovery-codes:{user}")
}

#[cfg(test)]
mod tests;
