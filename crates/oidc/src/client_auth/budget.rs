//! How many wrong secrets and tokens are judged: failures are counted for a client and the network they come from, so
//! that whoever guesses locks nobody out elsewhere.
//!
//! Right secrets are not counted, not even while they are judged: a client asks often and at once. Nobody arrives at 256
//! bits by being judged twice in the same moment, and each failure is counted before it is told.

use super::{AuthenticatedClient, ClientAuthError};
use domain::{
    budget::Allowance,
    client::ClientId,
    door::{Door, Refusal},
    services::{
        Act,
        budgets::{BudgetError, Budgets, FailureLane},
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

/// What may be got wrong from one network.
pub(crate) struct Budget<'a> {
    budgets: Budgets,
    act: &'a Act,
    lane: FailureLane,
}

impl<'a> Budget<'a> {
    /// What is left for `client` from `peer`, whatever it authenticates with; refused when it is spent.
    pub(crate) async fn of_client(
        budgets: Budgets,
        act: &'a Act,
        door: Door,
        (client, peer): (&ClientId, Option<IpAddr>),
    ) -> Result<Self, BudgetError> {
        let key = format!("client-secret:{client}:{}", from(peer));
        Self::open(budgets, act, door, key).await
    }

    /// What is left for tokens that belong to no client yet; refused when it is spent.
    pub(crate) async fn of_tokens(
        budgets: Budgets,
        act: &'a Act,
        peer: Option<IpAddr>,
    ) -> Result<Self, BudgetError> {
        let key = format!("registration-token:{}", from(peer));
        Self::open(budgets, act, Door::RegistrationToken, key).await
    }

    async fn open(budgets: Budgets, act: &'a Act, door: Door, key: String) -> Result<Self, BudgetError> {
        let lane = FailureLane {
            door,
            key,
            allowance: ALLOWANCE,
        };
        budgets.is_open(act, &lane).await?;
        Ok(Self { budgets, act, lane })
    }

    /// Counts a failure; refused when others spent the budget meanwhile.
    pub(crate) async fn failed(&self, why: Refusal) -> Result<(), BudgetError> {
        self.budgets.failed(self.act, &self.lane, why).await
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
            ) => self.failed(Refusal::Wrong).await?,
        }
        judged
    }
}

fn from(peer: Option<IpAddr>) -> String {
    let network = peer.map(network);
    network.map_or_else(String::new, |network| network.to_string())
}

impl From<BudgetError> for ClientAuthError {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::Spent { retry_after } => Self::TooManyFailures { retry_after },
            BudgetError::Store(error) => Self::Store(error),
        }
    }
}
