//! Who must do what next: pure rules over the request, the browser's sessions and how far the person got
//! (OpenID Connect Core §3.1.2.1, §3.1.2.3, §3.1.2.4).
//!
//! The person is chosen first, then asked for permission, because what was allowed before depends on who it is.

use crate::{claims_request::AcrRequest, error::ErrorCode};
use domain::{
    acr::Acr,
    client::Party,
    clock::Timestamp,
    consent::{Consent, Validity},
    id::{LoginSessionId, UserId},
    interaction::InteractionState,
    login_session::SignedInUser,
    scope::ScopeSet,
};
use std::{collections::BTreeSet, time::Duration};

/// A value of `prompt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// Show nothing.
    None,
    /// Sign in again.
    Login,
    /// Ask again.
    Consent,
    /// Choose an account.
    SelectAccount,
    /// Make an account (Initiating User Registration via OpenID Connect §4.1).
    Create,
}

impl Prompt {
    /// Every value.
    pub const ALL: [Self; 5] = [
        Self::None,
        Self::Login,
        Self::Consent,
        Self::SelectAccount,
        Self::Create,
    ];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
            Self::Create => "create",
        }
    }

    /// The set written as space-delimited text. `none` stands alone, and who makes an account has none to sign in
    /// with or to choose.
    pub(super) fn parse_set(text: &str) -> Option<BTreeSet<Self>> {
        let named = |name: &str| Self::ALL.into_iter().find(|prompt| prompt.as_str() == name);
        let set: BTreeSet<Self> = text
            .split(' ')
            .filter(|s| !s.is_empty())
            .map(named)
            .collect::<Option<_>>()?;
        let contradicts = (set.contains(&Self::None) && set.len() > 1)
            || (set.contains(&Self::Create)
                && (set.contains(&Self::Login) || set.contains(&Self::SelectAccount)));
        (!contradicts).then_some(set)
    }
}

/// What the request says about the person.
#[derive(Clone, Debug, Default)]
pub(super) struct Ask<'a> {
    pub prompt: BTreeSet<Prompt>,
    pub max_age: Option<Duration>,
    /// Whom `id_token_hint` names.
    pub subject: Option<Hinted>,
    pub login_hint: Option<&'a str>,
    pub acr: Option<&'a AcrRequest>,
    /// Whether any program on the person's device could send it: what was allowed before may have been allowed to
    /// another (RFC 8252 §8.6).
    pub from_anybody: bool,
}

/// A person named by a subject identifier that was issued before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hinted {
    /// Somebody signed in on this browser.
    Account(UserId),
    /// Nobody who is signed in here, or nobody whom this client knows by that name.
    Stranger,
}

impl Hinted {
    fn is(self, person: &SignedInUser) -> bool {
        self == Self::Account(person.user().id)
    }
}

impl Ask<'_> {
    /// Whether nobody may be asked.
    pub fn is_silent(&self) -> bool {
        self.prompt.contains(&Prompt::None)
    }

    /// Whether the person must prove who they are within this interaction.
    pub fn wants_fresh_sign_in(&self) -> bool {
        self.prompt.contains(&Prompt::Login) || self.max_age == Some(Duration::ZERO)
    }

    /// Whether it asks for what no sign-in here can be.
    fn is_out_of_reach(&self) -> bool {
        self.acr
            .is_some_and(|acr| acr.essential && acr.classes.is_empty())
    }

    /// Whether it must be as strong as it asks for, and not only if possible.
    pub fn insists(&self) -> bool {
        self.acr.is_some_and(|acr| acr.essential)
    }

    /// Whether what the person proved is of a class asked for, as far as any of those can be reached.
    fn is_strong_enough(&self, person: &SignedInUser) -> bool {
        let weakest = self.acr.and_then(AcrRequest::weakest);
        let reached = Acr::of(&person.session().methods);
        weakest.is_none() || reached >= weakest
    }

    /// `auth_time` counts, not the beginning of the session.
    fn is_recent(&self, person: &SignedInUser, now: Timestamp) -> bool {
        self.max_age.is_none_or(|max| person.proven_within(max, now))
    }
}

/// Which person the request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Who<'a> {
    /// Somebody must sign in.
    SignIn,
    /// Somebody must make an account.
    SignUp,
    /// An account must be chosen.
    SelectAccount,
    /// This one.
    Person(&'a SignedInUser),
    /// This one, if they can prove more than they did.
    Stronger(&'a SignedInUser),
    /// The request cannot be granted.
    Fail(ErrorCode),
}

/// Finds the person.
pub(super) fn who<'a>(
    ask: &Ask<'_>,
    sessions: &'a [SignedInUser],
    state: &InteractionState,
    now: Timestamp,
) -> Who<'a> {
    if ask.is_out_of_reach() {
        return Who::Fail(ErrorCode::UnmetAuthenticationRequirements);
    }
    if ask.is_silent() {
        return silently(ask, sessions, now);
    }
    let (chosen, fresh) = match state {
        InteractionState::Denied => return Who::Fail(ErrorCode::AccessDenied),
        InteractionState::AwaitingSignIn { .. } | InteractionState::AwaitingSecondFactor(_) => (None, false),
        InteractionState::SignedIn { session, fresh } | InteractionState::Approved { session, fresh, .. } => {
            (find(sessions, *session), *fresh)
        }
    };
    match chosen {
        Some(person) => judge(ask, person, fresh, now),
        None => pick(ask, sessions, now),
    }
}

fn silently<'a>(ask: &Ask<'_>, sessions: &'a [SignedInUser], now: Timestamp) -> Who<'a> {
    match candidates(ask, sessions).as_slice() {
        [] => Who::Fail(ErrorCode::LoginRequired),
        [person] if ask.wants_fresh_sign_in() || !ask.is_recent(person, now) => {
            Who::Fail(ErrorCode::LoginRequired)
        }
        [person] if ask.insists() && !ask.is_strong_enough(person) => Who::Fail(ErrorCode::LoginRequired),
        [person] => Who::Person(person),
        [_, _, ..] => Who::Fail(ErrorCode::AccountSelectionRequired),
    }
}

/// Whether the one who was chosen or signed in will do.
fn judge<'a>(ask: &Ask<'_>, person: &'a SignedInUser, fresh: bool, now: Timestamp) -> Who<'a> {
    if ask.subject.is_some_and(|subject| !subject.is(person)) {
        return Who::Fail(ErrorCode::LoginRequired);
    }
    // A sign-in made for this request is recent enough, however long the consent page stayed open.
    let recent = fresh || (!ask.wants_fresh_sign_in() && ask.is_recent(person, now));
    match (recent, ask.is_strong_enough(person)) {
        (true, true) => Who::Person(person),
        (true, false) => Who::Stronger(person),
        (false, _) => Who::SignIn,
    }
}

fn pick<'a>(ask: &Ask<'_>, sessions: &'a [SignedInUser], now: Timestamp) -> Who<'a> {
    if ask.prompt.contains(&Prompt::Create) {
        return Who::SignUp;
    }
    let candidates = candidates(ask, sessions);
    if ask.prompt.contains(&Prompt::SelectAccount) && !candidates.is_empty() {
        return Who::SelectAccount;
    }
    if ask.wants_fresh_sign_in() {
        return Who::SignIn;
    }
    match candidates.as_slice() {
        [] => Who::SignIn,
        [person] => judge(ask, person, false, now),
        [_, _, ..] => Who::SelectAccount,
    }
}

/// The sessions the hints leave. `id_token_hint` binds; `login_hint` only narrows, when it fits one of them.
fn candidates<'a>(ask: &Ask<'_>, sessions: &'a [SignedInUser]) -> Vec<&'a SignedInUser> {
    let named = |person: &&SignedInUser| ask.subject.is_none_or(|subject| subject.is(person));
    let named: Vec<_> = sessions.iter().filter(named).collect();
    let hint = ask.login_hint.map(|hint| hint.trim().to_lowercase());
    let hinted: Vec<_> = named
        .iter()
        .copied()
        .filter(|person| hint.as_deref() == Some(&person.user().email.normalised()))
        .collect();
    if hinted.is_empty() { named } else { hinted }
}

fn find(sessions: &[SignedInUser], id: LoginSessionId) -> Option<&SignedInUser> {
    sessions.iter().find(|person| person.session().id == id)
}

/// Whether the person allowed what is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Permission {
    /// The person must be asked.
    Ask,
    /// These scopes may be granted.
    Granted {
        /// What.
        scopes: ScopeSet,
        /// For how long the person said so just now, which is to be remembered.
        just_now: Option<Validity>,
    },
    /// The request cannot be granted.
    Fail(ErrorCode),
}

/// What is asked of the person, and what is known about it.
pub(super) struct Question<'a> {
    pub person: &'a SignedInUser,
    pub party: Party,
    pub requested: &'a ScopeSet,
    pub decided_before: Option<&'a Consent>,
}

/// Finds out whether the person allowed it.
pub(super) fn permission(ask: &Ask<'_>, question: &Question<'_>, state: &InteractionState) -> Permission {
    let granted = |scopes| Permission::Granted {
        scopes,
        just_now: None,
    };
    if let Some((scopes, validity)) = approved_by(question, state) {
        return if scopes.is_empty() {
            Permission::Fail(ErrorCode::AccessDenied)
        } else {
            Permission::Granted {
                scopes,
                just_now: Some(validity),
            }
        };
    }
    if ask.prompt.contains(&Prompt::Consent) {
        return Permission::Ask;
    }
    match question.party {
        Party::First => return granted(question.requested.clone()),
        Party::Third => {}
    }
    let decided_before = question.decided_before.filter(|_| !ask.from_anybody);
    if let Some(scopes) = decided_before.and_then(|before| before.answer(question.requested)) {
        return granted(scopes);
    }
    if ask.is_silent() {
        Permission::Fail(ErrorCode::ConsentRequired)
    } else {
        Permission::Ask
    }
}

/// What this very person ticked; `openid` cannot be unticked, for without it the request means something else.
fn approved_by(question: &Question<'_>, state: &InteractionState) -> Option<(ScopeSet, Validity)> {
    match state {
        InteractionState::Approved {
            session,
            scopes,
            validity,
            ..
        } if *session == question.person.session().id => {
            let ticked = scopes.intersection(question.requested);
            let openid = question
                .requested
                .iter()
                .filter(|scope| scope.as_str() == "openid")
                .cloned()
                .collect();
            Some((ticked.union(&openid), *validity))
        }
        InteractionState::Approved { .. }
        | InteractionState::AwaitingSignIn { .. }
        | InteractionState::AwaitingSecondFactor(_)
        | InteractionState::SignedIn { .. }
        | InteractionState::Denied => None,
    }
}

#[cfg(test)]
mod tests;
