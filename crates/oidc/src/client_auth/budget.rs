//! How many wrong secrets are judged: failures are counted for a client and the network they come from, so that
//! whoever guesses locks nobody out elsewhere.
//!
//! A right secret costs nothing and is always let in: it has 256 bits, so nobody arrives at it by guessing, and one
//! node that still holds an old secret must not lock out the others that share its address.

use super::{AuthenticatedClient, ClientAuthError};
use domain::{
    client::ClientId,
    services::{Act, network},
};
use std::{net::IpAddr, time::Duration};

/// How far back failures count.
const WINDOW: Duration = Duration::from_secs(300);
/// Failures for one client from one network within [`WINDOW`].
const FAILURES: u64 = 30;

/// What is answered to an attempt with a secret that was `judged`.
pub(super) async fn spend(
    act: &Act,
    client: &ClientId,
    peer: Option<IpAddr>,
    judged: Result<AuthenticatedClient, ClientAuthError>,
) -> Result<AuthenticatedClient, ClientAuthError> {
    let limits = &act.realm.ephemeral.limits;
    let from = peer
        .map(network)
        .map_or_else(String::new, |network| network.to_string());
    let key = format!("client-secret:{client}:{from}");
    let failures_before = match &judged {
        Ok(_) | Err(ClientAuthError::Disabled | ClientAuthError::Store(_)) => return judged,
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
        ) => limits.count(&key, WINDOW).await?.saturating_sub(1),
    };
    if failures_before < FAILURES {
        judged
    } else {
        Err(ClientAuthError::TooManyFailures { retry_after: WINDOW })
    }
}
