//! How many wrong secrets are judged: failures are counted for a client and the network they come from, so that
//! whoever guesses locks nobody out elsewhere.
//!
//! Right secrets are not counted, not even while they are judged: a client asks often and at once. Nobody arrives at 256
//! bits by being judged twice in the same moment, and each failure is counted before it is told.

use super::{AuthenticatedClient, ClientAuthError};
use domain::{
    budget::Allowance,
    client::ClientId,
    services::{
        Act,
        budgets::{BudgetError, Budgets},
        network,
    },
};
use std::{net::IpAddr, time::Duration};

/// Five failures within a quarter of an hour; then nothing from there is judged for an hour.
const ALLOWANCE: Allowance = Allowance::Strict {
    attempts: 5,
    within: Duration::from_secs(900),
    closed: Duration::from_secs(3_600),
};

/// What one client may get wrong from one network.
pub(super) struct Budget<'a> {
    budgets: &'a Budgets,
    act: &'a Act,
    lane: String,
}

impl<'a> Budget<'a> {
    /// What is left for `client` from `peer`; refused when it is spent.
    pub(super) async fn open(
        budgets: &'a Budgets,
        act: &'a Act,
        client: &ClientId,
        peer: Option<IpAddr>,
    ) -> Result<Self, ClientAuthError> {
        let from = peer
            .map(network)
            .map_or_else(String::new, |network| network.to_string());
        let lane = format!("client-secret:{client}:{from}");
        budgets.is_open(act, &lane, ALLOWANCE).await?;
        Ok(Self { budgets, act, lane })
    }

    /// What is answered to an attempt with a secret that was `judged`.
    pub(super) async fn spend(
        self,
        judged: Result<AuthenticatedClient, ClientAuthError>,
    ) -> Result<AuthenticatedClient, ClientAuthError> {
        match &judged {
            Ok(_) | Err(ClientAuthError::Disabled | ClientAuthError::Store(_)) => {}
            // A client that does not exist is counted like one that does, or the budget would tell them apart.
            Err(
                ClientAuthError::UnknownClient
                | ClientAuthError::WrongMethod
                | ClientAuthError::WrongSecret
                | ClientAuthError::WrongAssertion(_)
                | ClientAuthError::Missing
                | ClientAuthError::SeveralMethods
                | ClientAuthError::Malformed
                | ClientAuthError::Repeated
                | ClientAuthError::TooManyFailures { .. },
            ) => self.budgets.failed(self.act, &self.lane, ALLOWANCE).await?,
        }
        judged
    }
}

impl From<BudgetError> for ClientAuthError {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::Spent { retry_after } => Self::TooManyFailures { retry_after },
            BudgetError::Store(error) => Self::Store(error),
        }
    }
}
