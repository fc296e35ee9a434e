//! The second step of a sign-in: whether it is needed, and judging the code.

use super::{
    Proven, SignIn,
    complete::{Arrival, Completed, Settled},
};
use crate::{
    acr::{Acr, Method},
    clock::Timestamp,
    door::Door,
    event::{Actor, EventKind, SignInFailure},
    id::TrustedDeviceId,
    interaction::SecondFactorOwed,
    opaque::{OpaqueKind, OpaqueToken},
    outbound::SecondFactorNotice,
    recovery_code::RecoveryCode,
    second_factor::{Authenticator, SecondFactors, TRUSTED_FOR, TrustedDevice},
    services::{
        Act, Ports, addressee,
        budgets::{BudgetError, Whom},
        interactions::InteractionError,
    },
    stores::{StoreError, Stored},
    totp::{TotpCode, TotpSeed},
    user::User,
};
use std::time::Duration;

/// What decides whether somebody who proved one factor must prove a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactorContext {
    /// The class reached so far.
    pub reached: Option<Acr>,
    /// Whether the account has a second factor.
    pub has_second_factor: bool,
    /// The class that the request asks for.
    pub wanted: Option<Acr>,
    /// Whether the browser is trusted with this account.
    pub trusted_device: bool,
    /// Whether the session on the browser was begun by more than was proven now.
    pub renews_a_stronger: bool,
}

/// What follows from a [`FactorContext`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondStep {
    /// The session may begin.
    NotNeeded,
    /// The second factor comes first.
    Needed,
}

/// Decides whether the second factor comes first. A trusted browser spares the second factor, but never lends its
/// strength: what asks for two factors gets two, and a session that two began is not renewed by one.
pub fn decide_second_step(context: FactorContext) -> SecondStep {
    let strong = context.reached == Some(Acr::TwoFactors);
    let one_will_do = context.wanted != Some(Acr::TwoFactors) && !context.renews_a_stronger;
    let spared = context.trusted_device && one_will_do;
    if strong || !context.has_second_factor || spared {
        SecondStep::NotNeeded
    } else {
        SecondStep::Needed
    }
}

/// Why a code was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    /// Not the code, or one that was used.
    #[error("wrong code")]
    WrongCode,
    /// Too many codes were tried.
    #[error("too many attempts")]
    TooManyAttempts {
        /// When to try again.
        retry_after: Duration,
    },
    /// Nothing waits for a code here, or no longer.
    #[error("no second factor is owed")]
    Over,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<BudgetError> for SecondFactorError {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::Spent { retry_after } => Self::TooManyAttempts { retry_after },
            BudgetError::Store(error) => Self::Store(error),
        }
    }
}

impl From<InteractionError> for SecondFactorError {
    fn from(error: InteractionError) -> Self {
        match error {
            InteractionError::Unknown => Self::Over,
            InteractionError::Store(error) => Self::Store(error),
        }
    }
}

/// Somebody who proved the second factor too.
#[derive(Clone, Debug)]
pub struct Passed {
    /// What became of the sign-in.
    pub completed: Completed,
    /// The token that lets this browser be trusted, if that was asked for.
    pub trusted: Option<OpaqueToken>,
}

/// The step whose code was typed, if it is one of this authenticator and not used.
pub(in crate::services) fn judge_totp(
    ports: &Ports,
    authenticator: &Authenticator,
    code: &TotpCode,
    now: Timestamp,
) -> Stored<Option<i64>> {
    let context = Authenticator::context(authenticator.id);
    let opened = ports.sealer.open(&context, &authenticator.seed);
    let opened = opened.map_err(StoreError::unavailable)?;
    let seed = TotpSeed::from_bytes(opened.expose());
    Ok(seed.and_then(|seed| seed.step_of(code, now, authenticator.last_step)))
}

impl SignIn {
    /// Judges the code that the request waits for, which begins the session or makes the present one stronger.
    pub async fn second_factor(
        &self,
        act: &Act,
        arrival: Arrival<'_>,
        typed: &str,
        remember: bool,
    ) -> Result<Passed, SecondFactorError> {
        let now = self.ports.clock.now();
        let owed = arrival.interaction.second_factor_owed(now).cloned();
        let owed = owed.ok_or(SecondFactorError::Over)?;
        let user = self.who_owes(act, &owed, &arrival).await?;
        let user = user.ok_or(SecondFactorError::Over)?;
        let method = self.judge_code(act, &user, typed).await?;
        let begun = owed.begun;
        let settled = Proven::resumed(user.clone(), owed, method).and_then(Settled::by_two_factors);
        let settled = settled.ok_or(SecondFactorError::Over)?;
        let completed = self.settle(act, arrival, settled).await?;
        let trusted = match remember {
            true => Some(self.trust(act, &user, begun).await?),
            false => None,
        };
        Ok(Passed { completed, trusted })
    }

    /// The account, unless what was proven of it has ended meanwhile.
    pub(super) async fn who_owes(
        &self,
        act: &Act,
        owed: &SecondFactorOwed,
        arrival: &Arrival<'_>,
    ) -> Stored<Option<User>> {
        let is_present = |id| {
            let mut present = arrival.present.iter();
            present.any(|present| present.session().id == id && present.user().id == owed.user)
        };
        if !owed.session.is_none_or(is_present) {
            return Ok(None);
        }
        let found = act.realm.stores.users.find(owed.user).await?;
        Ok(found.filter(|user| user.may_sign_in() && owed.begun >= user.not_before))
    }

    /// Judges a code within the budget of the account, which its password has too.
    async fn judge_code(&self, act: &Act, user: &User, typed: &str) -> Result<Method, SecondFactorError> {
        let whom = Whom::Account(user.id);
        let reserved = self.budgets.reserve(act, Door::SecondFactor, whom).await?;
        match self.judge(act, user, typed).await? {
            Some(method) => {
                self.budgets.give_back(act, reserved).await?;
                Ok(method)
            }
            None => {
                let (reason, user) = (SignInFailure::WrongSecondFactor, Some(user.id));
                self.record_failure(act, user, reason, &reserved).await?;
                Err(SecondFactorError::WrongCode)
            }
        }
    }

    async fn judge(&self, act: &Act, user: &User, typed: &str) -> Stored<Option<Method>> {
        let now = self.ports.clock.now();
        let store = &act.realm.stores.second_factors;
        let factors = store.find(user.id).await?;
        let Some(authenticator) = &factors.authenticator else {
            return Ok(None);
        };
        if let Some(code) = TotpCode::parse(typed) {
            let Some(step) = judge_totp(&self.ports, authenticator, &code, now)? else {
                return Ok(None);
            };
            let spent = store.spend_step(user.id, authenticator.id, step, now).await?;
            return Ok(spent.then_some(Method::Totp));
        }
        match RecoveryCode::parse(typed) {
            Some(code) => self.spend_recovery_code(act, user, &factors, &code).await,
            None => Ok(None),
        }
    }

    async fn spend_recovery_code(
        &self,
        act: &Act,
        user: &User,
        factors: &SecondFactors,
        code: &RecoveryCode,
    ) -> Stored<Option<Method>> {
        let left = factors.recovery_codes.saturating_sub(1);
        let notice = SecondFactorNotice::RecoveryCodeUsed { left };
        let mail = self
            .ports
            .mail_writer
            .second_factor(&addressee(act, user), notice);
        let mut with = self
            .ports
            .alongside(act, EventKind::RecoveryCodeUsed { user: user.id });
        with.jobs.push(self.ports.mail_job(&mail));
        let digest = code.digest(&*self.ports.sealer, user.id);
        let (store, now) = (&act.realm.stores.second_factors, self.ports.clock.now());
        let spent = store.spend_recovery_code(user.id, &digest, now, with).await?;
        Ok(spent.then_some(Method::RecoveryCode))
    }

    /// Trusts the browser, and tells the person by mail. It counts from when the first factor was proven, so that what
    /// ends that ends trust too.
    async fn trust(&self, act: &Act, user: &User, begun: Timestamp) -> Stored<OpaqueToken> {
        let now = self.ports.clock.now();
        let token = OpaqueToken::generate(OpaqueKind::TrustedDevice, &*self.ports.random);
        let device = TrustedDevice {
            id: TrustedDeviceId::generate(now, &*self.ports.random),
            user_id: user.id,
            digest: token.digest(),
            user_agent: act.origin.user_agent.clone(),
            created_at: begun,
            last_used_at: now,
            expires_at: now + TRUSTED_FOR,
        };
        let kind = EventKind::DeviceTrusted {
            user: user.id,
            device: device.id,
        };
        let act = Act {
            actor: Actor::Person(user.id),
            ..act.clone()
        };
        let notice = SecondFactorNotice::BrowserTrusted {
            user_agent: device.user_agent.as_deref(),
        };
        let mail = self
            .ports
            .mail_writer
            .second_factor(&addressee(&act, user), notice);
        let mut with = self.ports.alongside(&act, kind);
        with.jobs.push(self.ports.mail_job(&mail));
        act.realm.stores.second_factors.trust(&device, with).await?;
        Ok(token)
    }
}

#[cfg(test)]
mod tests;
