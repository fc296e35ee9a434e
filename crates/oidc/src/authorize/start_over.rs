//! Answering a request that was decided, and asking again when what it rests on was withdrawn meanwhile.
//!
//! The store says so in the transaction that would have written the authorization. Asking again needs a person, so
//! two nodes that disagree about the time cannot send a browser round in circles.

use super::{AuthorizeError, Outcome, Pending, Step, issue_code};
use crate::{Protocol, error::ErrorCode};
use domain::{
    id::LoginSessionId,
    interaction::{Interaction, InteractionState},
    services::Act,
};

/// What was withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overtaken {
    /// The session, or the account behind it.
    SignedOut,
    /// The consent.
    ConsentWithdrawn,
}

impl Overtaken {
    /// What a request that may ask nobody is answered with (OpenID Connect Core §3.1.2.6).
    fn code(self) -> ErrorCode {
        match self {
            Self::SignedOut => ErrorCode::LoginRequired,
            Self::ConsentWithdrawn => ErrorCode::ConsentRequired,
        }
    }

    fn step(self) -> Step {
        match self {
            Self::SignedOut => Step::SignIn,
            Self::ConsentWithdrawn => Step::Consent,
        }
    }

    /// How far the person of `session` still got.
    fn state(self, before: &InteractionState, session: LoginSessionId) -> InteractionState {
        match self {
            Self::SignedOut => InteractionState::AwaitingSignIn { identifier: None },
            Self::ConsentWithdrawn => InteractionState::SignedIn {
                session,
                fresh: is_fresh(before, session),
            },
        }
    }
}

impl Pending {
    /// Issues the code, or leaves the request to the person again, in the interaction that `waiting` makes.
    pub(super) async fn answer(
        &self,
        protocol: &Protocol,
        act: &Act,
        grant: issue_code::Grant<'_>,
        waiting: impl FnOnce() -> Interaction,
    ) -> Result<Outcome, AuthorizeError> {
        let session = grant.person.session().id;
        let overtaken = match issue_code::issue(protocol, act, self, grant).await? {
            issue_code::Issued::Code(response) => return Ok(Outcome::Respond(response)),
            issue_code::Issued::Overtaken(overtaken) => overtaken,
        };
        if self.ask().is_silent() {
            return Err(AuthorizeError::Unmet(overtaken.code()));
        }
        let mut interaction = waiting();
        interaction.state = overtaken.state(&interaction.state, session);
        act.realm.ephemeral.interactions.put(&interaction).await?;
        Ok(Outcome::Interact(Box::new(interaction), overtaken.step()))
    }
}

fn is_fresh(state: &InteractionState, of: LoginSessionId) -> bool {
    match state {
        InteractionState::SignedIn { session, fresh } | InteractionState::Approved { session, fresh, .. } => {
            *session == of && *fresh
        }
        InteractionState::AwaitingSignIn { .. }
        | InteractionState::AwaitingSecondFactor(_)
        | InteractionState::Denied => false,
    }
}
