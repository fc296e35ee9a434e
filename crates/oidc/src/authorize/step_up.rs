//! How somebody who is signed in can reach a stronger class (RFC 9470 §5): by the second factor alone while the first
//! was proven not long ago, by both otherwise.

use crate::Protocol;
use domain::{login_session::SignedInUser, services::Act, stores::Stored};

/// What a person can do to reach the class of two factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WayUp {
    /// Prove the second factor.
    SecondFactor,
    /// Sign in again, by both.
    SignIn,
    /// Nothing: one factor is all the account has.
    None,
}

/// What `person` can do to reach the class of two factors.
pub(super) async fn way_up(protocol: &Protocol, act: &Act, person: &SignedInUser) -> Stored<WayUp> {
    // Whoever proved nothing that counts starts at the beginning.
    if person.session().methods.is_empty() {
        return Ok(WayUp::SignIn);
    }
    let user = person.user().id;
    let factors = act.realm.stores.second_factors.find(user).await?;
    if factors.authenticator.is_none() && !act.realm.stores.passkeys.list(user).await?.is_empty() {
        return Ok(WayUp::SignIn);
    }
    let recent = person.recently_proven(protocol.ports.clock.now());
    Ok(match (factors.authenticator, recent) {
        (None, _) => WayUp::None,
        (Some(_), Some(_)) => WayUp::SecondFactor,
        (Some(_), None) => WayUp::SignIn,
    })
}
