//! Lanes in which failures alone count: for secrets that are too long to be guessed, and asked for often and at once.

use super::{BudgetError, Budgets, PATIENCE};
use crate::{budget::Allowance, services::Act};
use std::time::Duration;

impl Budgets {
    /// Whether the lane `key` lets an attempt through; counts nothing.
    pub async fn is_open(&self, act: &Act, key: &str, allowance: Allowance) -> Result<(), BudgetError> {
        let lane = act.realm.ephemeral.limits.lane(key).await?;
        let retry_after = allowance.wait(lane.as_ref(), self.ports.clock.now());
        if retry_after.is_zero() {
            Ok(())
        } else {
            Err(BudgetError::Spent { retry_after })
        }
    }

    /// Counts a failure in the lane `key`. Of any number at once, as many as the allowance has are let through; the
    /// others are answered as if they had not been judged.
    pub async fn failed(&self, act: &Act, key: &str, allowance: Allowance) -> Result<(), BudgetError> {
        let limits = &act.realm.ephemeral.limits;
        for _ in 0..PATIENCE {
            let now = self.ports.clock.now();
            let lane = limits.lane(key).await?;
            let retry_after = allowance.wait(lane.as_ref(), now);
            if !retry_after.is_zero() {
                return Err(BudgetError::Spent { retry_after });
            }
            let taken = allowance.taken(lane.as_ref(), now);
            let until = allowance.forgotten_at(&taken, now);
            if limits.replace_lane(key, lane.as_ref(), &taken, until).await? {
                return Ok(());
            }
        }
        Err(BudgetError::Spent {
            retry_after: Duration::from_secs(1),
        })
    }
}
