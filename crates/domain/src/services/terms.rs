//! Agreeing to the terms of use: who still has to, and that somebody did. Whoever has not agreed to the version that
//! is in force signs in, but gets no further than the page that asks.

use super::{Act, Ports};
use crate::{
    clock::Timestamp,
    event::{Actor, EventKind},
    id::UserId,
    login_session::SignedInUser,
    stores::{StoreError, Stored},
    terms_of_use::{AcceptedTerms, TermsOfUse},
};

/// Why nobody agreed to anything.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    /// What was shown is no longer, or never was, what people must agree to.
    #[error("another version of the terms is in force")]
    NotInForce,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Agreeing to the terms of use.
#[derive(Clone)]
pub struct TermsService {
    ports: Ports,
}

impl TermsService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// What `user` must still agree to, if anything.
    pub async fn owed<'a>(&self, act: &'a Act, user: UserId) -> Stored<Option<&'a TermsOfUse>> {
        let Some(terms) = &act.realm.settings.terms_of_use else {
            return Ok(None);
        };
        let accepted = act.realm.stores.terms.accepted(user, &terms.version).await?;
        Ok(accepted.is_none().then_some(terms))
    }

    /// Somebody agrees to the version that they were shown.
    pub async fn accept(&self, act: &Act, person: &SignedInUser, shown: &str) -> Result<(), TermsError> {
        let (user, now) = (person.user().id, self.ports.clock.now());
        let accepted = in_force(act, shown, now).ok_or(TermsError::NotInForce)?;
        let act = &Act {
            actor: Actor::Person(user),
            ..act.clone()
        };
        let terms = accepted.version.clone();
        let with = self
            .ports
            .alongside(act, EventKind::TermsAccepted { user, terms });
        // Whoever agreed in another tab has agreed.
        act.realm.stores.terms.accept(user, &accepted, with).await?;
        Ok(())
    }
}

/// That somebody agrees at `at` to the version they were shown, if it is the one in force.
pub(super) fn in_force(act: &Act, shown: &str, at: Timestamp) -> Option<AcceptedTerms> {
    let terms = act.realm.settings.terms_of_use.as_ref()?;
    let version = Some(&terms.version)
        .filter(|version| version.as_str() == shown)?
        .clone();
    Some(AcceptedTerms { version, at })
}

#[cfg(test)]
mod tests;
