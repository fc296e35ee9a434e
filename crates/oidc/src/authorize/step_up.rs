//! How somebody who is signed in can reach a stronger class (RFC 9470 §5): by the second factor alone while the first
//! was proven not long ago, by both otherwise. Whoever has none may add one on the way, or go without: then the request
//! gets what there is, or fails if it insists.

use super::{AuthorizeError, Decision, Step};
use crate::{Protocol, error::ErrorCode};
use domain::{id::LoginSessionId, login_session::SignedInUser, services::Act, stores::Stored};

/// What a person can do to reach the class of two factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WayUp {
    /// Prove the second factor.
    SecondFactor,
    /// Sign in again, by both.
    SignIn,
    /// Add a second factor, or use a passkey: the account has no authenticator.
    Enrol,
}

/// What `person` does next; nothing where they go on as they are.
pub(super) async fn next<'a>(
    protocol: &Protocol,
    act: &Act,
    person: &'a SignedInUser,
    (insists, declined): (bool, Option<LoginSessionId>),
) -> Result<Option<Decision<'a>>, AuthorizeError> {
    match way_up(protocol, act, person).await? {
        WayUp::SecondFactor => Ok(Some(Decision::Wait(Step::SecondFactor, Some(person)))),
        WayUp::SignIn => Ok(Some(Decision::Wait(Step::SignIn, None))),
        WayUp::Enrol if declined != Some(person.session().id) => {
            Ok(Some(Decision::Wait(Step::Enrol, Some(person))))
        }
        WayUp::Enrol if insists => Err(AuthorizeError::Unmet(ErrorCode::UnmetAuthenticationRequirements)),
        WayUp::Enrol => Ok(None),
    }
}

async fn way_up(protocol: &Protocol, act: &Act, person: &SignedInUser) -> Stored<WayUp> {
    // Whoever proved nothing that counts starts at the beginning.
    if person.session().methods.is_empty() {
        return Ok(WayUp::SignIn);
    }
    let factors = act.realm.stores.second_factors.find(person.user().id).await?;
    let recent = person.recently_proven(protocol.ports.clock.now());
    Ok(match (factors.authenticator, recent) {
        (None, _) => WayUp::Enrol,
        (Some(_), Some(_)) => WayUp::SecondFactor,
        (Some(_), None) => WayUp::SignIn,
    })
}
