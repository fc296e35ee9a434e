//! The one place where attempts to prove who one is are counted: before the credential is looked at, in the same
//! lanes at every page, alias and endpoint. A right credential gives its attempt back, to its lanes and to where it
//! came from.
//!
//! An account has a lane for everybody and one for each address; so nobody far away is kept out by what somebody
//! tries at one address. Where an account signed in before, its browser has a lane of its own, which strangers cannot
//! use up; it has another one for what nobody guesses, such as passkeys and mailed links. Who asks for an account that does
//! not exist meets the same lanes. What waits a machine has to make before
//! it is heard at all (`SIGNET_REQUEST_LIMIT`) is not known here.

mod arrive;
mod asked;
mod decide;
mod failures;
mod known_device;
mod lanes;
mod origin;

pub use asked::{AskContext, AskError, Demand, Effort, decide_asked};
pub use decide::{
    BEYOND_GUESSING, Decision, EVERYWHERE, FROM_ADDRESS, FROM_NETWORK, HARD, NEARBY, SignInContext, WINDOW,
    decide,
};
pub use failures::FailureLane;
pub use known_device::{KEPT, KnownDevice};

use super::{Act, Ports};
use crate::{
    budget::{Allowance, Lane},
    door::{Door, Refusal},
    event::EventKind,
    id::UserId,
    stores::{StoreError, Stored},
};
use lanes::Lanes;
use origin::Origin;
use std::time::Duration;

/// How often an attempt looks again when others changed a lane in between. More than that many are let through at no
/// moment, so whoever is still not through would not be.
const PATIENCE: usize = 64;

/// Whose credential is tried.
#[derive(Clone, Copy, Debug)]
pub enum Whom<'a> {
    /// An account's, whatever was typed to name it.
    Account(UserId),
    /// That of nobody who is known: what was typed instead.
    Nobody(&'a str),
    /// Something that somebody who is signed in types to get at what may be another's.
    By {
        /// Who types it. They have one lane: signing in on a further device gives them no further tries.
        user: UserId,
        /// The address that it is about, which has a lane too, for however many people try.
        address: Option<&'a str>,
    },
}

/// Why a credential is not looked at.
#[derive(Debug, thiserror::Error)]
pub enum BudgetError {
    /// Too many attempts.
    #[error("too many attempts")]
    Spent {
        /// When to try again.
        retry_after: Duration,
    },
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One attempt, counted. Only [`Budgets::reserve`] and [`Budgets::arrive`] make one; what judges a credential asks for
/// it. It is given back once at most, for that takes it away.
#[must_use]
#[derive(Debug)]
pub struct Reserved {
    door: Door,
    lanes: Vec<Taken>,
    origin: Origin,
    user: Option<UserId>,
}

/// A lane as an attempt left it.
#[derive(Debug)]
struct Taken {
    key: String,
    allowance: Allowance,
    lane: Lane,
    closes: bool,
}

/// Counting attempts.
#[derive(Clone)]
pub struct Budgets {
    ports: Ports,
}

impl Budgets {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Counts an attempt at `door` to prove to be `whom`; refused before the credential is looked at when there were
    /// too many.
    pub async fn reserve(&self, act: &Act, door: Door, whom: Whom<'_>) -> Result<Reserved, BudgetError> {
        let lanes = self.lanes(act, whom);
        let reserved = self.attempt(act, door, lanes).await;
        self.tell(door, reserved)
    }

    /// Counts an attempt at `door` to prove to be whoever has this normalised address, or would have it.
    pub(super) async fn reserve_for(
        &self,
        act: &Act,
        door: Door,
        address: &str,
    ) -> Result<Reserved, BudgetError> {
        let found = act.realm.stores.users.find_by_email(address).await?;
        let whom = match &found {
            Some(found) => Whom::Account(found.user.id),
            None => Whom::Nobody(address),
        };
        self.reserve(act, door, whom).await
    }

    async fn attempt(&self, act: &Act, door: Door, lanes: Lanes) -> Result<Reserved, BudgetError> {
        let limits = &act.realm.ephemeral.limits;
        let mut origin = lanes.known.then(Origin::default);
        for _ in 0..PATIENCE {
            let mut seen = Vec::with_capacity(lanes.all.len());
            for (key, allowance) in &lanes.all {
                seen.push((*allowance, limits.lane(key).await?));
            }
            let mut context = SignInContext {
                now: self.ports.clock.now(),
                from_address: 0,
                from_network: 0,
                lanes: seen,
            };
            judge(&context)?;
            // What finds its lanes closed is not counted: a flood of it writes nothing.
            let counted = match origin.take() {
                Some(counted) => counted,
                None => Origin::count(act).await?,
            };
            (context.from_address, context.from_network) = counted.sums();
            judge(&context)?;
            if let Some(taken) = self.take(act, &lanes.all, &context).await? {
                return Ok(Reserved {
                    door,
                    lanes: taken,
                    origin: counted,
                    user: lanes.user,
                });
            }
            origin = Some(counted);
        }
        Err(BudgetError::Spent {
            retry_after: Duration::from_secs(1),
        })
    }

    /// Gives an attempt back: its credential was right.
    pub async fn give_back(&self, act: &Act, reserved: Reserved) -> Stored<()> {
        for taken in reserved.lanes {
            self.undo(act, &taken).await?;
        }
        reserved.origin.give_back(act).await
    }

    /// Says that the credential was refused for this reason. What is recorded of one after which the next attempt has
    /// to wait: there is one for each wait, however many attempts are refused meanwhile.
    pub fn refused(&self, reserved: &Reserved, why: Refusal) -> Option<EventKind> {
        self.ports.refusals.refused(reserved.door, why);
        let closes = reserved.lanes.iter().any(|taken| taken.closes);
        closes.then_some(EventKind::TooManyAttempts { user: reserved.user })
    }

    /// Records a wrong credential after which the next attempt has to wait. Who records the failure itself adds what
    /// [`Budgets::refused`] gives there instead.
    pub async fn keep(&self, act: &Act, reserved: Reserved) -> Stored<()> {
        match self.refused(&reserved, Refusal::Wrong) {
            Some(kind) => {
                let with = self.ports.alongside(act, kind);
                act.realm.stores.events.record(with).await
            }
            None => Ok(()),
        }
    }

    /// Forgets what `user`, who proved everything that was asked, got wrong before in the same place.
    pub async fn signed_in(&self, act: &Act, user: UserId) -> Stored<()> {
        let lanes = self.lanes(act, Whom::Account(user)).all;
        let limits = &act.realm.ephemeral.limits;
        let Some((key, allowance)) = lanes.first() else {
            return Ok(());
        };
        let Some(lane) = limits.lane(key).await?.filter(|lane| lane.attempts > 0) else {
            return Ok(());
        };
        let now = self.ports.clock.now();
        let clean = Lane {
            attempts: 0,
            begun: now,
            opens_at: now,
        };
        let until = allowance.forgotten_at(&clean, now);
        // Whoever changed it meanwhile made another attempt, which counts.
        limits.replace_lane(key, Some(&lane), &clean, until).await?;
        Ok(())
    }

    fn tell<T>(&self, door: Door, tried: Result<T, BudgetError>) -> Result<T, BudgetError> {
        if let Err(BudgetError::Spent { .. }) = &tried {
            self.ports.refusals.refused(door, Refusal::TooMany);
        }
        tried
    }

    /// Takes every lane as it was seen; `None`, with nothing taken, when another attempt was quicker.
    async fn take(
        &self,
        act: &Act,
        lanes: &[(String, Allowance)],
        context: &SignInContext,
    ) -> Stored<Option<Vec<Taken>>> {
        let limits = &act.realm.ephemeral.limits;
        let mut all = Vec::with_capacity(lanes.len());
        for ((key, allowance), (_, seen)) in lanes.iter().zip(&context.lanes) {
            let lane = allowance.taken(seen.as_ref(), context.now);
            let until = allowance.forgotten_at(&lane, context.now);
            if !limits.replace_lane(key, seen.as_ref(), &lane, until).await? {
                for taken in &all {
                    self.undo(act, taken).await?;
                }
                return Ok(None);
            }
            all.push(Taken {
                key: key.clone(),
                allowance: *allowance,
                lane,
                closes: !allowance.wait(Some(&lane), context.now).is_zero(),
            });
        }
        Ok(Some(all))
    }

    /// Gives one lane its attempt back, whatever others took of it meanwhile.
    async fn undo(&self, act: &Act, taken: &Taken) -> Stored<()> {
        let limits = &act.realm.ephemeral.limits;
        let mut held = taken.lane;
        for _ in 0..PATIENCE {
            let back = taken.allowance.given_back(&held, &taken.lane);
            let until = taken.allowance.forgotten_at(&back, self.ports.clock.now());
            if limits.replace_lane(&taken.key, Some(&held), &back, until).await? {
                return Ok(());
            }
            match limits.lane(&taken.key).await? {
                // One that began since holds nothing of this attempt.
                Some(lane) if lane.attempts > 0 && lane.begun == taken.lane.begun => held = lane,
                Some(_) | None => return Ok(()),
            }
        }
        Ok(())
    }
}

fn judge(context: &SignInContext) -> Result<(), BudgetError> {
    match decide(context) {
        Decision::Allow => Ok(()),
        Decision::Deny { retry_after }
        | Decision::Work {
            or_wait: retry_after, ..
        } => Err(BudgetError::Spent { retry_after }),
    }
}

#[cfg(test)]
mod tests;
