//! RP-Initiated Logout 1.0: which sessions end, whether the person is asked first, and where the browser goes.
//!
//! It decides only; sessions are ended by `domain`'s services.

use crate::{
    error::ErrorCode,
    issue::id_token::IdTokenClaims,
    jose::{TokenType, verify},
    parameters::{Parameters, Repeated},
    subject::SubjectIdentifier,
};
use domain::{
    client::{Client, ClientId, Status},
    client_registration::RegisteredBy,
    id::LoginSessionId,
    login_session::SignedInUser,
    person::Email,
    realm_context::RealmContext,
    services::Act,
    stores::StoreError,
};

const MAX_STATE_BYTES: usize = 4_096;
/// Parameters that say how to ask the person; only that each comes once is checked of them here.
const ABOUT_THE_PAGE: [&str; 1] = ["ui_locales"];

/// What a log-out request comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndSession {
    /// The sessions to end.
    pub sessions: Vec<LoginSessionId>,
    /// Whether the person must confirm: no hint names somebody signed in here.
    pub needs_confirmation: bool,
    /// The client that asks, if it is known.
    pub client_id: Option<ClientId>,
    /// Where the browser goes afterwards; a page of ours if nowhere.
    pub return_to: Option<String>,
}

/// Why a log-out request ends on a page of ours.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum EndSessionError {
    #[error("a parameter is repeated")]
    Repeated,
    #[error("state is too long")]
    StateTooLong,
    #[error("there is no such client, or id_token_hint was issued to another")]
    ClientMismatch,
    #[error("post_logout_redirect_uri is not registered for the client")]
    RedirectUriUnregistered,
    #[error("the store could not answer")]
    Store(#[from] StoreError),
}

impl EndSessionError {
    /// The code that belongs to it.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Repeated | Self::StateTooLong | Self::ClientMismatch | Self::RedirectUriUnregistered => {
                ErrorCode::InvalidRequest
            }
            Self::Store(_) => ErrorCode::ServerError,
        }
    }
}

impl From<Repeated> for EndSessionError {
    fn from(_: Repeated) -> Self {
        Self::Repeated
    }
}

/// Decides about a log-out request. `sessions` are those alive in this browser.
pub async fn decide(
    act: &Act,
    parameters: &Parameters,
    sessions: &[SignedInUser],
) -> Result<EndSession, EndSessionError> {
    let realm = &act.realm;
    let hint = read_hint(realm, parameters)?;
    let client = find_client(realm, parameters, hint.as_ref()).await?;
    let return_to = return_to(parameters, client.as_ref(), hint.is_some())?;
    // Without anybody to ask, this server would lead wherever a stranger registered (RFC 9700 §4.11.2); a hint is no
    // proof of more, for whoever registered can have one of their own.
    let unasked = sessions.is_empty();
    let return_to = return_to.filter(|_| !unasked || client.as_ref().is_some_and(is_vouched_for));
    let client_id = client.map(|client| client.id);
    for name in ABOUT_THE_PAGE {
        parameters.one(name)?;
    }
    let named: Vec<LoginSessionId> = match &hint {
        Some(hint) => ids(sessions.iter().filter(|person| is_meant(hint, person))),
        None => Vec::new(),
    };
    let hinted = parameters.one("logout_hint")?;
    // Anybody can send a browser here: unless a hint names somebody signed in on it, the person is asked (§2).
    let needs_confirmation = named.is_empty() && !sessions.is_empty();
    let meant = if needs_confirmation {
        to_ask_about(hinted, sessions)
    } else {
        named
    };
    Ok(EndSession {
        sessions: meant,
        needs_confirmation,
        client_id,
        return_to,
    })
}

fn is_vouched_for(client: &Client) -> bool {
    match client.oidc().metadata.registered {
        RegisteredBy::Operator => true,
        RegisteredBy::Itself(_) => false,
    }
}

/// Those of the sessions that `logout_hint` describes (§2), by session, account or address; all if it describes none.
fn to_ask_about(hint: Option<&str>, sessions: &[SignedInUser]) -> Vec<LoginSessionId> {
    let address = hint.and_then(|hint| Email::parse(hint).ok());
    let described = |person: &&SignedInUser| {
        let (session, user) = (person.session().id.to_string(), person.user().id.to_string());
        hint.is_some_and(|hint| hint == session || hint == user)
            || address
                .as_ref()
                .is_some_and(|address| address.normalised() == person.user().email.normalised())
    };
    match ids(sessions.iter().filter(described)) {
        none if none.is_empty() => ids(sessions.iter()),
        some => some,
    }
}

fn ids<'a>(people: impl Iterator<Item = &'a SignedInUser>) -> Vec<LoginSessionId> {
    people.map(|person| person.session().id).collect()
}

/// An ID token of ours, which may have expired. Any other text counts for nothing.
fn read_hint(
    realm: &RealmContext,
    parameters: &Parameters,
) -> Result<Option<IdTokenClaims>, EndSessionError> {
    let token = parameters.one("id_token_hint")?;
    Ok(token.and_then(|token| verify(&realm.keys, &realm.issuer, TokenType::IdToken, token).ok()))
}

fn is_meant(hint: &IdTokenClaims, person: &SignedInUser) -> bool {
    let session = Some(person.session().id);
    match hint.sub {
        SubjectIdentifier::Public(user) => {
            person.user().id == user && hint.sid.is_none_or(|sid| Some(sid) == session)
        }
        // It names no account, but the session it was issued in does.
        SubjectIdentifier::Pairwise(_) => hint.sid == session,
    }
}

async fn find_client(
    realm: &RealmContext,
    parameters: &Parameters,
    hint: Option<&IdTokenClaims>,
) -> Result<Option<Client>, EndSessionError> {
    let named: Option<ClientId> = parameters
        .one("client_id")?
        .map(str::parse)
        .transpose()
        .map_err(|_| EndSessionError::ClientMismatch)?;
    let id = match (named, hint) {
        (Some(named), Some(hint)) if named != hint.aud => return Err(EndSessionError::ClientMismatch),
        (Some(named), _) => named,
        (None, Some(hint)) => hint.aud.clone(),
        (None, None) => return Ok(None),
    };
    let found = realm.stores.clients.find(&id).await?;
    let active = found.filter(|client| match client.status {
        Status::Active => true,
        Status::Disabled => false,
    });
    active.map(Some).ok_or(EndSessionError::ClientMismatch)
}

/// Registered addresses only, compared exactly (RP-Initiated Logout §2, §3). A hint that proves nothing takes the
/// address with it.
fn return_to(
    parameters: &Parameters,
    client: Option<&Client>,
    hint_is_good: bool,
) -> Result<Option<String>, EndSessionError> {
    let state = parameters.one("state")?;
    if state.is_some_and(|state| state.len() > MAX_STATE_BYTES) {
        return Err(EndSessionError::StateTooLong);
    }
    let Some(requested) = parameters.one("post_logout_redirect_uri")? else {
        return Ok(None);
    };
    let hint_is_bad = parameters.one("id_token_hint")?.is_some() && !hint_is_good;
    let Some(client) = client else { return Ok(None) };
    let registered = client
        .oidc()
        .post_logout_redirect_uris
        .iter()
        .find(|uri| uri.as_str() == requested);
    let uri = registered.ok_or(EndSessionError::RedirectUriUnregistered)?;
    if hint_is_bad {
        return Ok(None);
    }
    Ok(Some(match state {
        Some(state) => uri
            .with_query(&[("state", state)])
            .trim_end_matches('#')
            .to_owned(),
        None => uri.as_str().to_owned(),
    }))
}
