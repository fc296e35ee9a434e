//! The authorization endpoint (RFC 6749 §4.1, OpenID Connect Core §3.1.2, RFC 7636, RFC 9207).
//!
//! A request is answered at once or waits in an [`Interaction`] until a person has done what [`Step`] says; then
//! [`resume`] looks at everything again. Pages are drawn elsewhere.

mod checks;
mod decide;
mod error;
mod hold;
mod issue_code;
mod kept;
mod prompt;
mod request;
mod request_object;
mod respond;
mod source;
mod start_over;
mod step_up;

pub use error::{AuthorizeError, PageError};
pub use hold::Held;
pub use prompt::Prompt;
pub use request::{DISPLAYS, PARAMETERS, ResponseMode};
pub use request_object::RequestObjectError;
pub(crate) use request_object::expand;
pub use respond::{AuthorizationResponse, Delivery, ReturnAddress};
pub(crate) use source::{PUSHED_LIFETIME, REQUEST_URI_PREFIX};

use crate::{Protocol, parameters::Parameters, resource};
use checks::Addressed;
use decide::{Decision, Pending};
use domain::{
    clock::Timestamp,
    interaction::{Interaction, InteractionState, SecondFactorOwed},
    login_session::SignedInUser,
    secret::Digest,
    services::Act,
};
use hold::Manner;
use request::AuthorizationRequest;
use source::Source;

/// What becomes of an authorization request.
#[derive(Debug)]
pub enum Outcome {
    /// It ends on a page of ours, with status 400 or 500; it is never redirected.
    Page(PageError),
    /// It is answered.
    Respond(AuthorizationResponse),
    /// It is answered with an error, if a person goes on to where that leads.
    Hold(Box<Held>),
    /// It waits; the interaction is stored, and the person goes on at this step.
    Interact(Box<Interaction>, Step),
}

/// What a person must do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Sign in, also when somebody is signed in already.
    SignIn,
    /// Make an account, or sign in after all.
    SignUp,
    /// Prove the second factor. The interaction says whose.
    SecondFactor,
    /// Add a second factor, use a passkey, or go without. The interaction names the session of the one who is asked.
    Enrol,
    /// Choose one of the accounts signed in on this browser, or another.
    SelectAccount,
    /// Agree to the terms of use. The interaction names the session of the one who is asked.
    Terms,
    /// Allow or deny. The interaction names the session of the one who is asked.
    Consent,
}

/// Who sends a new request, and when.
struct Arrival<'a> {
    at: Timestamp,
    sessions: &'a [SignedInUser],
    browser: Digest,
}

/// Answers a new request. `sessions` are those alive in the browser whose cookie has the digest `browser`.
pub async fn start(
    protocol: &Protocol,
    act: &Act,
    parameters: &Parameters,
    sessions: &[SignedInUser],
    browser: Digest,
) -> Outcome {
    let arrival = Arrival {
        at: protocol.ports.clock.now(),
        sessions,
        browser,
    };
    let mut source = match source::resolve(&act.realm, parameters).await {
        Ok(source) => source,
        Err(error) => return Outcome::Page(error),
    };
    // What was pushed had its request object read then.
    if source.pushed.is_none() {
        source.parameters = match request_object::resolve(protocol, act, parameters).await {
            Ok(parameters) => parameters,
            Err(outcome) => return outcome,
        };
    }
    let addressed = match checks::address(&act.realm, &source.parameters).await {
        Ok(addressed) => addressed,
        Err(error) => return Outcome::Page(error),
    };
    let address = addressed.address.clone();
    let manner = Manner::of(&addressed.client, &source.parameters);
    match begin(protocol, act, source, addressed, arrival).await {
        Ok(outcome) => outcome,
        Err(error) => manner.refuse(&address, error),
    }
}

/// Why a request would not be accepted.
pub(crate) enum Unacceptable {
    /// It could be answered nowhere.
    Page(PageError),
    /// It would be answered with an error.
    Request(AuthorizeError),
}

/// Looks at a request before a browser is sent with it: everything that does not depend on a person.
pub(crate) async fn examine(act: &Act, parameters: &Parameters) -> Result<(), Unacceptable> {
    let addressed = checks::address(&act.realm, parameters)
        .await
        .map_err(Unacceptable::Page)?;
    if let Some(fault) = addressed.fault {
        return Err(Unacceptable::Request(fault));
    }
    let request = AuthorizationRequest::parse(&act.realm, parameters)
        .and_then(|request| checks::check(&addressed.client, request))
        .map_err(Unacceptable::Request)?;
    resource::check(act, &addressed.client, &request.resources)
        .await
        .map_err(|error| Unacceptable::Request(error.into()))
}

/// Goes on with a request once the person did something. The caller made sure that this browser started it.
pub async fn resume(
    protocol: &Protocol,
    act: &Act,
    interaction: Interaction,
    sessions: &[SignedInUser],
) -> Outcome {
    let looked_at = protocol.ports.clock.now();
    let Some(kept) = kept::read(&interaction) else {
        return Outcome::Page(PageError::InteractionOver);
    };
    let addressed = match checks::readdress(&act.realm, kept.reply).await {
        Ok(addressed) => addressed,
        Err(error) => return Outcome::Page(error),
    };
    let (Addressed { client, address, .. }, pushed) = (addressed, kept.pushed);
    let decided = match checks::check(&client, kept.request) {
        Ok(request) => {
            let pending = Pending {
                client,
                address: address.clone(),
                request,
                pushed,
                looked_at,
            };
            let standing = (&interaction.state, interaction.enrolment_declined);
            match pending.decide(protocol, act, sessions, standing).await {
                Ok(Decision::Wait(step, person)) => {
                    return wait_on(act, interaction, (step, looked_at), person).await;
                }
                Ok(Decision::Issue(grant)) => Ok((pending, grant)),
                Err(error) => Err(error),
            }
        }
        Err(error) => Err(error),
    };
    // Whatever the answer is, it is given once: of two tabs that resume, one gets it.
    match act.realm.ephemeral.interactions.take(interaction.id).await {
        Ok(Some(taken)) if taken == interaction => {}
        Ok(_) => return Outcome::Page(PageError::InteractionOver),
        Err(error) => return Outcome::Page(error.into()),
    }
    let answer = match decided {
        Ok((pending, grant)) => pending.answer(protocol, act, grant, || interaction).await,
        Err(error) => source::consume(protocol, act, pushed.as_ref())
            .await
            .and(Err(error)),
    };
    answer.unwrap_or_else(|error| Outcome::Respond(address.error(error)))
}

async fn begin(
    protocol: &Protocol,
    act: &Act,
    source: Source<'_>,
    addressed: Addressed,
    arrival: Arrival<'_>,
) -> Result<Outcome, AuthorizeError> {
    let Addressed {
        client,
        address,
        fault,
    } = addressed;
    if let Some(fault) = fault {
        return Err(fault);
    }
    source.check(&act.realm, &client)?;
    let parsed = AuthorizationRequest::parse(&act.realm, &source.parameters)?;
    let request = checks::check(&client, parsed)?;
    let pending = Pending {
        client,
        address,
        request,
        pushed: source.pushed,
        looked_at: arrival.at,
    };
    let nobody = InteractionState::AwaitingSignIn { identifier: None };
    let waiting = |state| pending.interaction(protocol, act, arrival.browser, state);
    match pending
        .decide(protocol, act, arrival.sessions, (&nobody, None))
        .await?
    {
        Decision::Issue(grant) => pending.answer(protocol, act, grant, || waiting(nobody)).await,
        Decision::Wait(step, person) => {
            let state = match person {
                Some(person) => step.state(person, arrival.at),
                None => nobody,
            };
            let interaction = waiting(state);
            act.realm.ephemeral.interactions.put(&interaction).await?;
            Ok(Outcome::Interact(Box::new(interaction), step))
        }
    }
}

/// Leaves the interaction to the person, naming the session of the one who is asked.
async fn wait_on(
    act: &Act,
    interaction: Interaction,
    (step, now): (Step, Timestamp),
    person: Option<&SignedInUser>,
) -> Outcome {
    let named = person.is_none_or(|person| interaction.session() == Some(person.session().id));
    if named && step != Step::SecondFactor {
        return Outcome::Interact(Box::new(interaction), step);
    }
    let next = match person {
        Some(person) => Interaction {
            state: step.state(person, now),
            ..interaction.clone()
        },
        None => interaction.clone(),
    };
    match act
        .realm
        .ephemeral
        .interactions
        .replace(&interaction, &next)
        .await
    {
        Ok(true) => Outcome::Interact(Box::new(next), step),
        Ok(false) => Outcome::Page(PageError::InteractionOver),
        Err(error) => Outcome::Page(error.into()),
    }
}

impl Step {
    /// How far a person got who is to take this step.
    fn state(self, person: &SignedInUser, now: Timestamp) -> InteractionState {
        match self {
            Self::SecondFactor => {
                InteractionState::AwaitingSecondFactor(SecondFactorOwed::by_session(person, now))
            }
            Self::SignIn | Self::SignUp | Self::Enrol | Self::SelectAccount | Self::Terms | Self::Consent => {
                InteractionState::SignedIn {
                    session: person.session().id,
                    fresh: false,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
