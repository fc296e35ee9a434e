//! How many codes are looked at (RFC 8628 §5.1).
//!
//! Eight letters are few enough to be guessed by whoever may try long enough. Only who is signed in may try at all, and
//! their account has one budget, however many devices it is used on. A right code is not counted.

use super::{DeviceError, DeviceService, WaitingDevice};
use crate::{
    device::UserCode,
    door::Door,
    login_session::SignedInUser,
    services::{
        Act,
        budgets::{BudgetError, Budgets, Whom},
    },
};

impl From<BudgetError> for DeviceError {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::Spent { retry_after } => Self::TooManyAttempts { retry_after },
            BudgetError::Store(error) => Self::Store(error),
        }
    }
}

impl DeviceService {
    /// The device that waits under a code which `person` typed.
    pub(super) async fn guess(
        &self,
        act: &Act,
        code: &UserCode,
        person: &SignedInUser,
    ) -> Result<WaitingDevice, DeviceError> {
        let budgets = Budgets::new(self.ports.clone());
        let whom = Whom::By {
            user: person.user().id,
            address: None,
        };
        let reserved = budgets.reserve(act, Door::UserCode, whom).await?;
        let found = self.find(act, code).await;
        if let Err(DeviceError::Unknown) = &found {
            budgets.keep(act, reserved).await?;
        } else {
            budgets.give_back(act, reserved).await?;
        }
        found
    }
}
