//! Lanes in which failures alone count: for secrets that are too long to be guessed, and asked for often and at once.

use super::{BudgetError, Budgets, PATIENCE, SignInContext, judge};
use crate::{
    budget::{Allowance, Lane},
    clock::Timestamp,
    door::{Door, Refusal},
    services::Act,
};
use std::time::Duration;

/// A lane of failures.
#[derive(Clone, Debug)]
pub struct FailureLane {
    /// Where the credentials are judged.
    pub door: Door,
    /// Whose failures these are.
    pub key: String,
    /// How many there may be.
    pub allowance: Allowance,
}

impl FailureLane {
    /// What the decision is made from. Where the attempt comes from is part of the key, and counted in no other way.
    fn context(&self, now: Timestamp, found: Option<Lane>) -> SignInContext {
        SignInContext {
            now,
            from_address: 0,
            from_network: 0,
            lanes: vec![(self.allowance, found)],
        }
    }
}

impl Budgets {
    /// Whether the lane lets an attempt through; counts nothing.
    pub async fn is_open(&self, act: &Act, lane: &FailureLane) -> Result<(), BudgetError> {
        let found = act.realm.ephemeral.limits.lane(&lane.key).await?;
        let open = judge(&lane.context(self.ports.clock.now(), found));
        self.tell(lane.door, open)
    }

    /// Counts a failure. Of any number at once, as many as the allowance has are let through; the others are answered
    /// as if they had not been judged.
    pub async fn failed(&self, act: &Act, lane: &FailureLane, why: Refusal) -> Result<(), BudgetError> {
        let counted = self.count_failure(act, lane).await;
        if counted.is_ok() {
            self.ports.refusals.refused(lane.door, why);
        }
        self.tell(lane.door, counted)
    }

    async fn count_failure(&self, act: &Act, lane: &FailureLane) -> Result<(), BudgetError> {
        let (limits, allowance) = (&act.realm.ephemeral.limits, lane.allowance);
        for _ in 0..PATIENCE {
            let now = self.ports.clock.now();
            let found = limits.lane(&lane.key).await?;
            judge(&lane.context(now, found))?;
            let taken = allowance.taken(found.as_ref(), now);
            let until = allowance.forgotten_at(&taken, now);
            let key = &lane.key;
            if limits.replace_lane(key, found.as_ref(), &taken, until).await? {
                return Ok(());
            }
        }
        Err(BudgetError::Spent {
            retry_after: Duration::from_secs(1),
        })
    }
}
