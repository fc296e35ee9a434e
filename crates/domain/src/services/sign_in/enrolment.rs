//! Adding a second factor because a request asks for one: the code that takes it into use is proof of it, so that the
//! session is as strong as the request wants.

use super::{
    Proven, SecondFactorError, SignIn,
    complete::{Arrival, Completed, Settled},
};
use crate::{
    acr::Method,
    interaction::SecondFactorOwed,
    login_session::RecentlyProven,
    services::{
        Act,
        second_factors::{ChangeError, SecondFactorService},
    },
};

impl SignIn {
    /// Takes the authenticator that waits into use, by a code of it, and makes the person's session stronger by that.
    pub async fn enrol(
        &self,
        act: &Act,
        arrival: Arrival<'_>,
        person: &RecentlyProven<'_>,
        typed: &str,
    ) -> Result<Completed, ChangeError> {
        let over = || ChangeError::Code(SecondFactorError::Over);
        let owed = SecondFactorOwed::by_session(person.signed_in(), self.ports.clock.now());
        let user = self.who_owes(act, &owed, &arrival).await?.ok_or_else(over)?;
        let factors = SecondFactorService::new(self.ports.clone());
        factors.confirm(act, person, typed).await?;
        let proven = Proven::resumed(user, owed, Method::Totp);
        let settled = proven.and_then(Settled::by_two_factors).ok_or_else(over)?;
        let completed = self.settle(act, arrival, settled).await;
        completed.map_err(|error| ChangeError::Code(error.into()))
    }
}

#[cfg(test)]
mod tests;
