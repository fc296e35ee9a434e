//! The authorization endpoint (RFC 6749 §4.1, OpenID Connect Core §3.1.2, RFC 7636, RFC 9207).
//!
//! A request is answered at once or waits in an [`Interaction`] until a person has done what [`Step`] says; then
//! [`resume`] looks at everything again. Pages are drawn elsewhere.

mod checks;
mod error;
mod issue_code;
mod prompt;
mod request;
mod respond;

pub use error::{AuthorizeError, PageError};
pub use prompt::Prompt;
pub use request::ResponseMode;
pub use respond::{AuthorizationResponse, Delivery, ReturnAddress};

use crate::{Protocol, parameters::Parameters};
use checks::Addressed;
use domain::{
    client::Client,
    id::InteractionId,
    interaction::{ConsentRequest, Continuation, Interaction, InteractionState, Requirement},
    login_session::SignedInUser,
    secret::Digest,
    services::Act,
};
use prompt::{Ask, Permission, Question, Who};
use request::{AuthorizationRequest, ReplyTo};

/// What becomes of an authorization request.
#[derive(Debug)]
pub enum Outcome {
    /// It ends on a page of ours, with status 400 or 500; it is never redirected.
    Page(PageError),
    /// It is answered.
    Respond(AuthorizationResponse),
    /// It waits; the interaction is stored, and the person goes on at this step.
    Interact(Box<Interaction>, Step),
}

/// What a person must do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Sign in, also when somebody is signed in already.
    SignIn,
    /// Choose one of the accounts signed in on this browser, or another.
    SelectAccount,
    /// Allow or deny. The interaction names the session of the one who is asked.
    Consent,
}

/// The request as it is kept while a person is busy.
#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    reply: ReplyTo,
    request: AuthorizationRequest,
}

/// A request past both stages of checks.
struct Pending {
    client: Client,
    address: ReturnAddress,
    request: AuthorizationRequest,
}

/// What a request has come to.
enum Decision<'a> {
    Wait(Step, Option<&'a SignedInUser>),
    Issue(issue_code::Grant<'a>),
}

/// Answers a new request. `sessions` are those alive in the browser whose cookie has the digest `browser`.
pub async fn start(
    protocol: &Protocol,
    act: &Act,
    parameters: &Parameters,
    sessions: &[SignedInUser],
    browser: Digest,
) -> Outcome {
    let addressed = match checks::address(&act.realm, parameters).await {
        Ok(addressed) => addressed,
        Err(error) => return Outcome::Page(error),
    };
    let address = addressed.address.clone();
    match begin(protocol, act, parameters, addressed, (sessions, browser)).await {
        Ok(outcome) => outcome,
        Err(error) => Outcome::Respond(address.error(error)),
    }
}

/// Goes on with a request once the person did something. The caller made sure that this browser started it.
pub async fn resume(
    protocol: &Protocol,
    act: &Act,
    interaction: Interaction,
    sessions: &[SignedInUser],
) -> Outcome {
    let Some(kept) = read(&interaction) else {
        return Outcome::Page(PageError::InteractionOver);
    };
    let addressed = match checks::readdress(&act.realm, kept.reply).await {
        Ok(addressed) => addressed,
        Err(error) => return Outcome::Page(error),
    };
    let Addressed { client, address, .. } = addressed;
    let decided = match checks::check(&client, kept.request) {
        Ok(request) => {
            let pending = Pending {
                client,
                address: address.clone(),
                request,
            };
            match pending.decide(protocol, act, sessions, &interaction.state).await {
                Ok(Decision::Wait(step, person)) => return wait_on(act, interaction, step, person).await,
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
        Ok((pending, grant)) => issue_code::issue(protocol, act, &pending, grant).await,
        Err(error) => Err(error),
    };
    Outcome::Respond(answer.unwrap_or_else(|error| address.error(error)))
}

async fn begin(
    protocol: &Protocol,
    act: &Act,
    parameters: &Parameters,
    addressed: Addressed,
    (sessions, browser): (&[SignedInUser], Digest),
) -> Result<Outcome, AuthorizeError> {
    let Addressed {
        client,
        address,
        fault,
    } = addressed;
    if let Some(fault) = fault {
        return Err(fault);
    }
    let request = checks::check(&client, AuthorizationRequest::parse(&act.realm, parameters)?)?;
    let pending = Pending {
        client,
        address,
        request,
    };
    let nobody = InteractionState::AwaitingSignIn { identifier: None };
    match pending.decide(protocol, act, sessions, &nobody).await? {
        Decision::Issue(grant) => Ok(Outcome::Respond(
            issue_code::issue(protocol, act, &pending, grant).await?,
        )),
        Decision::Wait(step, person) => {
            let state = person.map_or(nobody, |person| chosen(person, false));
            let interaction = pending.interaction(protocol, act, browser, state);
            act.realm.ephemeral.interactions.put(&interaction).await?;
            Ok(Outcome::Interact(Box::new(interaction), step))
        }
    }
}

/// Leaves the interaction to the person, naming the session of the one who is asked.
async fn wait_on(act: &Act, interaction: Interaction, step: Step, person: Option<&SignedInUser>) -> Outcome {
    let named = person.is_none_or(|person| interaction.session() == Some(person.session().id));
    if named {
        return Outcome::Interact(Box::new(interaction), step);
    }
    let next = match person {
        Some(person) => interaction.clone().signed_in(person.session().id, false),
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

fn chosen(person: &SignedInUser, fresh: bool) -> InteractionState {
    InteractionState::SignedIn {
        session: person.session().id,
        fresh,
    }
}

fn read(interaction: &Interaction) -> Option<Kept> {
    match &interaction.continuation {
        Continuation::Authorization(text) => serde_json::from_str(text).ok(),
        Continuation::Account(_) => None,
    }
}

impl Pending {
    async fn decide<'a>(
        &self,
        protocol: &Protocol,
        act: &Act,
        sessions: &'a [SignedInUser],
        state: &InteractionState,
    ) -> Result<Decision<'a>, AuthorizeError> {
        let ask = self.ask();
        let person = match prompt::who(&ask, sessions, state, protocol.ports.clock.now()) {
            Who::SignIn => return Ok(Decision::Wait(Step::SignIn, None)),
            Who::SelectAccount => return Ok(Decision::Wait(Step::SelectAccount, None)),
            Who::Fail(code) => return Err(AuthorizeError::Unmet(code)),
            Who::Person(person) => person,
        };
        let before = act
            .realm
            .stores
            .consents
            .find(person.user().id, &self.client.id)
            .await?;
        let question = Question {
            person,
            party: self.client.application.party,
            requested: &self.request.scopes,
            allowed_before: before.as_ref().map(|consent| &consent.scopes),
        };
        match prompt::permission(&ask, &question, state) {
            Permission::Ask => Ok(Decision::Wait(Step::Consent, Some(person))),
            Permission::Granted { scopes, just_now } => Ok(Decision::Issue(issue_code::Grant {
                person,
                scopes,
                just_now,
            })),
            Permission::Fail(code) => Err(AuthorizeError::Unmet(code)),
        }
    }

    fn ask(&self) -> Ask<'_> {
        Ask {
            prompt: self.request.prompt.clone(),
            max_age: self.request.max_age,
            subject: self.request.subject,
            login_hint: self.request.login_hint.as_deref(),
        }
    }

    fn interaction(
        &self,
        protocol: &Protocol,
        act: &Act,
        browser: Digest,
        state: InteractionState,
    ) -> Interaction {
        let now = protocol.ports.clock.now();
        let kept = Kept {
            reply: self.address.reply().clone(),
            request: self.request.clone(),
        };
        Interaction {
            id: InteractionId::generate(now, &*protocol.ports.random),
            browser,
            requirement: Requirement {
                max_age: self.request.max_age,
                fresh_sign_in: self.ask().wants_fresh_sign_in(),
                choose_account: self.request.prompt.contains(&Prompt::SelectAccount),
                login_hint: self.request.login_hint.clone(),
            },
            consent: Some(ConsentRequest {
                client_id: self.client.id.clone(),
                scopes: self.request.scopes.clone(),
                always: self.request.prompt.contains(&Prompt::Consent),
            }),
            // Strings, numbers and sets of them: writing them as JSON has no way to fail.
            continuation: Continuation::Authorization(serde_json::to_string(&kept).unwrap_or_default()),
            state,
            created_at: now,
            expires_at: now + act.realm.settings.lifetimes.interaction,
        }
    }
}
