//! What a request that passed the checks has come to: the one place where it is decided whether a person must do
//! something first, and what, or a code may be issued.

use super::{
    AuthorizeError, Step, issue_code,
    prompt::{self, Ask, Hinted, Permission, Question, Who},
    request::AuthorizationRequest,
    respond::ReturnAddress,
    step_up,
};
use crate::{Protocol, error::ErrorCode, resource, subject::SubjectIdentifier};
use domain::{
    authorization::ConsentRule,
    client::{Client, Party},
    clock::Timestamp,
    id::LoginSessionId,
    interaction::InteractionState,
    login_session::SignedInUser,
    realm_context::RealmContext,
    secret::Digest,
    services::{Act, terms::TermsService},
};

/// A request past both stages of checks.
pub(super) struct Pending {
    pub(super) client: Client,
    pub(super) address: ReturnAddress,
    pub(super) request: AuthorizationRequest,
    /// The pushed request it was.
    pub(super) pushed: Option<Digest>,
    /// From when on whatever is withdrawn overtakes the answer.
    pub(super) looked_at: Timestamp,
}

/// What a request has come to.
pub(super) enum Decision<'a> {
    /// A person must do something first.
    Wait(Step, Option<&'a SignedInUser>),
    /// Nothing is in the way of a code.
    Issue(issue_code::Grant<'a>),
}

impl Pending {
    /// Decides what comes next: for `state`, how far a person got, and the session that declined to add a factor.
    pub(super) async fn decide<'a>(
        &self,
        protocol: &Protocol,
        act: &Act,
        sessions: &'a [SignedInUser],
        (state, declined): (&InteractionState, Option<LoginSessionId>),
    ) -> Result<Decision<'a>, AuthorizeError> {
        resource::check(act, &self.client, &self.request.resources).await?;
        let ask = Ask {
            subject: self.hinted(protocol, act, sessions),
            from_anybody: self.is_from_anybody(&act.realm),
            ..self.ask()
        };
        let person = match prompt::who(&ask, sessions, state, protocol.ports.clock.now()) {
            Who::SignIn => return Ok(Decision::Wait(Step::SignIn, None)),
            Who::SignUp => return Ok(Decision::Wait(Step::SignUp, None)),
            Who::SelectAccount => return Ok(Decision::Wait(Step::SelectAccount, None)),
            Who::Fail(code) => return Err(AuthorizeError::Unmet(code)),
            Who::Person(person) => person,
            Who::Stronger(person) => {
                let enrolment = (ask.insists(), declined);
                match step_up::next(protocol, act, person, enrolment).await? {
                    Some(step) => return Ok(step),
                    None => person,
                }
            }
        };
        let terms = TermsService::new(protocol.ports.clone());
        if terms.owed(act, person.user().id).await?.is_some() {
            return match ask.is_silent() {
                true => Err(AuthorizeError::Unmet(ErrorCode::InteractionRequired)),
                false => Ok(Decision::Wait(Step::Terms, Some(person))),
            };
        }
        let before = act
            .realm
            .stores
            .consents
            .find(person.user().id, &self.client.id)
            .await?;
        // Where nobody may be asked, what was allowed to a client that proves who it is counts even so.
        let counts = !self.asks_every_time() || ask.is_silent() && self.client.is_confidential();
        let remembered = before.filter(|consent| consent.stands(self.looked_at) && counts);
        let to_be_allowed = self.request.to_be_allowed();
        let question = Question {
            person,
            party: self.client.application.party,
            requested: &to_be_allowed,
            decided_before: remembered.as_ref(),
        };
        match prompt::permission(&ask, &question, state) {
            Permission::Ask => Ok(Decision::Wait(Step::Consent, Some(person))),
            Permission::Granted { scopes, just_now } => Ok(Decision::Issue(issue_code::Grant {
                person,
                scopes,
                just_now,
                consent: self.consent_rule(just_now.is_some()),
            })),
            Permission::Fail(code) => Err(AuthorizeError::Unmet(code)),
        }
    }

    /// Whether people are asked although they allowed the same before (RFC 9700 §4.11, RFC 8252 §8.6): anybody may
    /// register under a name that people trust, and what they allowed once another may send.
    pub(super) fn asks_every_time(&self) -> bool {
        match self.client.application.party {
            Party::First => false,
            Party::Third => self.client.oidc().metadata.registered.is_itself(),
        }
    }

    /// What was just allowed is remembered first, so it must still be there as well.
    fn consent_rule(&self, just_now: bool) -> ConsentRule {
        match self.client.application.party {
            Party::First if !just_now => ConsentRule::NotNeeded,
            Party::First | Party::Third => ConsentRule::MustCover,
        }
    }

    /// Whom `id_token_hint` names, as this client knows people: what another client's sector calls somebody means
    /// nobody here.
    fn hinted(&self, protocol: &Protocol, act: &Act, sessions: &[SignedInUser]) -> Option<Hinted> {
        let subject = self.request.subject?;
        let known_as = |user| SubjectIdentifier::of(&protocol.ports, &act.realm.realm, &self.client, user);
        let mut users = sessions.iter().map(|person| person.user().id);
        let named = users.find(|user| known_as(*user) == subject);
        Some(named.map_or(Hinted::Stranger, Hinted::Account))
    }

    /// What the request asks of people, apart from whom its hint names.
    pub(super) fn ask(&self) -> Ask<'_> {
        Ask {
            prompt: self.request.prompt.clone(),
            max_age: self.request.max_age,
            subject: None,
            login_hint: self.request.login_hint.as_deref(),
            acr: self.request.acr.as_ref(),
            from_anybody: false,
        }
    }

    /// Whether any program of the person's device could be the one that asks. An issuer that is on this machine itself
    /// is somebody's who develops, and so are the apps at its loopback addresses.
    fn is_from_anybody(&self, realm: &RealmContext) -> bool {
        let uri = &self.address.reply().redirect_uri;
        let developed = realm.origin.is_loopback() && uri.origin().is_some();
        !self.client.is_confidential() && uri.is_anybodys() && !developed
    }
}
