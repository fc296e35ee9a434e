//! What a page knows of the request it answers: who, in which realm, and the services it may call.

use crate::{
    components::{App, work::Work},
    error::{self, UiError, UiErrorKind},
    pages::message::{Message, MessageKind},
    routes::Next,
    waits::Waits,
    words::Words,
};
use domain::{
    acr::Method,
    federation::ProviderId,
    id::{InteractionId, LoginSessionId, UserId},
    interaction::Interaction,
    language::Language,
    login_session::{RecentlyProven, SignedInUser},
    opaque::OpaqueToken,
    place::{Place, Places},
    secret::Digest,
    services::{Act, Services, budgets::AskError, interactions::InteractionError},
    stores::StoreError,
    work::WorkForm,
};
use std::{
    fmt::Display,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// What an act did to the sessions of this browser; the session layer writes it into the cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionChange {
    /// Somebody signed in: the session is added and becomes the active one.
    SignedIn(LoginSessionId),
    /// These sessions ended.
    SignedOut(Vec<LoginSessionId>),
    /// One of the sessions of this browser becomes the active one.
    Activate(LoginSessionId),
    /// The browser is trusted by this token, besides those it has.
    Trust(OpaqueToken),
    /// Somebody came through this provider.
    Through(ProviderId),
    /// The browser no longer remembers that this account was signed in on it.
    Forget(UserId),
    /// The person chose a language for everything on this browser.
    Speak(Language),
    /// The app that sent the browser here asked for a language, or for none that there is.
    AskedToSpeak(Option<Language>),
}

/// What a browser remembers of those who signed in on it. Kept under its cookie, so that no other is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Remembered {
    /// Whose accounts, the one used last first.
    pub accounts: Vec<UserId>,
    /// How somebody last proved who they are.
    pub last_method: Option<Method>,
    /// Through which provider somebody last came.
    #[serde(default)]
    pub last_provider: Option<ProviderId>,
}

/// Where acts leave what they did to the sessions; clones share it.
#[derive(Clone, Debug, Default)]
pub struct SessionChanges(Arc<Mutex<Vec<SessionChange>>>);

impl SessionChanges {
    /// Leaves a change.
    pub fn leave(&self, change: SessionChange) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(change);
    }

    /// Takes out what was left, in order.
    pub fn take(&self) -> Vec<SessionChange> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What a page knows of the request it answers.
#[derive(Clone)]
pub struct RequestContext {
    /// In which realm, by whom, from where.
    pub act: Act,
    /// What it may call.
    pub services: Arc<Services>,
    /// The people signed in on this browser, the active one first.
    pub sessions: Vec<SignedInUser>,
    /// Who was signed in on it before.
    pub remembered: Remembered,
    /// Digest of the cookie that binds interactions to this browser.
    pub browser: Digest,
    /// Digests of the tokens by which the browser is trusted.
    pub devices: Vec<Digest>,
    /// Whether the browser's device makes passkeys by itself, as far as script told.
    pub makes_passkeys: bool,
    /// Where acts leave what they did to the sessions.
    pub changes: SessionChanges,
    /// The words of the person's language.
    pub words: Words,
    /// Until when what the page is about waits.
    pub waits: Waits,
    /// Where addresses are, if there is a file that says so.
    pub places: Option<Arc<dyn Places>>,
}

impl RequestContext {
    /// `path` as browsers see it in this realm.
    pub fn path(&self, path: impl Display) -> String {
        self.act.realm.path(&path.to_string())
    }

    /// Where an address is thought to be, in the person's language.
    pub(crate) fn place(&self, address: Option<IpAddr>) -> Option<String> {
        let found = self.places.as_ref()?.find(address?, self.words.language())?;
        match found {
            Place {
                city: Some(city),
                country: Some(country),
            } => {
                let values = [("city", city.into()), ("country", country.into())];
                Some(self.words.with("place", &values))
            }
            Place { city, country } => city.or(country),
        }
    }

    /// On to `path` of this realm.
    pub(crate) fn next(&self, path: impl Display) -> Next {
        Next { to: self.path(path) }
    }

    /// Who is signed in.
    pub(crate) fn person(&self) -> Result<&SignedInUser, UiError> {
        self.sessions
            .first()
            .ok_or_else(|| self.error(UiErrorKind::SignedOut, "error-signed-out"))
    }

    /// Who is signed in, if they proved not long ago who they are.
    pub(crate) fn recently_proven(&self) -> Result<Option<RecentlyProven<'_>>, UiError> {
        Ok(self.person()?.recently_proven(self.services.ports.clock.now()))
    }

    /// Who is signed in, if they proved not long ago all the factors that their account has.
    pub async fn fully_proven(&self) -> Result<Option<RecentlyProven<'_>>, UiError> {
        let Some(recent) = self.recently_proven()? else {
            return Ok(None);
        };
        let all = self.services.second_factors.all_proven(&self.act, &recent).await;
        let all = all.map_err(|error| self.unavailable(&error))?;
        Ok(all.then_some(recent))
    }

    /// An error in the person's language.
    pub(crate) fn error(&self, kind: UiErrorKind, key: &str) -> UiError {
        UiError::new(kind, self.words.get(key))
    }

    /// A field that cannot be taken.
    pub(crate) fn invalid(&self, field: &str, key: &str) -> UiError {
        self.error(UiErrorKind::InvalidInput, key).at(field)
    }

    /// Too many attempts, for `wait`.
    pub(crate) fn too_many(&self, wait: std::time::Duration) -> UiError {
        self.waiting(wait, ("error-too-many", "error-too-many-minutes"))
    }

    /// Too many attempts, where a passkey may be used instead.
    pub(crate) fn too_many_passwords(&self, wait: std::time::Duration) -> UiError {
        if self.makes_passkeys && self.services.passkeys.relying_party().is_some() {
            self.waiting(wait, ("error-too-many-passkey", "error-too-many-minutes-passkey"))
        } else {
            self.too_many(wait)
        }
    }

    fn waiting(&self, wait: std::time::Duration, (in_seconds, in_minutes): (&str, &str)) -> UiError {
        let seconds = error::seconds(wait);
        let text = if seconds < 120 {
            self.words.with(in_seconds, &[("seconds", seconds.into())])
        } else {
            let minutes = seconds.div_ceil(60);
            self.words.with(in_minutes, &[("minutes", minutes.into())])
        };
        UiError::new(UiErrorKind::Busy { retry_after: seconds }, text)
    }

    /// The machine must work before somebody is mailed, or the person wait.
    pub(crate) fn asked_too_often(&self, error: AskError) -> UiError {
        match error {
            AskError::Work(demand) => {
                let seconds = error::seconds(demand.or_wait);
                let text = self.words.with("error-work", &[("seconds", seconds.into())]);
                let kind = UiErrorKind::Busy { retry_after: seconds };
                UiError {
                    work: Some(demand.ticket),
                    ..UiError::new(kind, text)
                }
            }
            AskError::Store(error) => self.unavailable(&error),
        }
    }

    /// What a form that mails somebody carries: the ticket that `error` names, or a new one.
    pub(crate) async fn work(&self, form: WorkForm, error: Option<&UiError>) -> Result<Work, UiError> {
        if let Some(ticket) = error.and_then(|error| error.work.clone()) {
            return Ok(Work {
                ticket,
                at_once: true,
            });
        }
        let made = self.services.budgets.ticket(&self.act, form).await;
        let (ticket, at_once) = made.map_err(|error| self.unavailable(&error))?;
        Ok(Work { ticket, at_once })
    }

    /// Too much work at once.
    pub(crate) fn busy(&self) -> UiError {
        self.error(UiErrorKind::TryAgain, "error-busy")
    }

    /// A store did not answer.
    pub fn unavailable(&self, error: &StoreError) -> UiError {
        error::log(error);
        self.error(UiErrorKind::TryAgain, "error-unavailable")
    }

    /// An interaction cannot go on.
    pub(crate) fn stuck(&self, error: InteractionError) -> UiError {
        match error {
            InteractionError::Unknown => self.error(UiErrorKind::Expired, "error-expired"),
            InteractionError::Store(error) => self.unavailable(&error),
        }
    }

    /// The interaction named `id`, if this browser started it.
    pub(crate) async fn interaction(&self, id: Option<InteractionId>) -> Result<Interaction, UiError> {
        let id = id.ok_or_else(|| self.stuck(InteractionError::Unknown))?;
        let interactions = &self.services.interactions;
        let found = interactions.load(&self.act, id, self.browser).await;
        let found = found.map_err(|error| self.stuck(error))?;
        if let Some(end) = found.waits_until() {
            self.waits.until(end);
        }
        Ok(found)
    }

    /// The interaction named `id` where a page does without one that is gone.
    pub(crate) async fn interaction_if_any(
        &self,
        id: Option<InteractionId>,
    ) -> Result<Option<Interaction>, UiError> {
        match self.interaction(id).await {
            Ok(interaction) => Ok(Some(interaction)),
            Err(error) if error.kind == UiErrorKind::Expired => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The app that waits for the person.
    pub(crate) async fn app(&self, interaction: Option<&Interaction>) -> Result<Option<App>, UiError> {
        let Some(request) = interaction.and_then(|interaction| interaction.consent.as_ref()) else {
            return Ok(None);
        };
        let found = self.act.realm.stores.clients.find(&request.client_id).await;
        Ok(found
            .map_err(|error| self.unavailable(&error))?
            .map(|client| App::from(&client)))
    }

    /// The page that says what `error` says, where there is no form to show it at.
    pub fn message(&self, error: &UiError) -> Message {
        let kind = match error.kind {
            UiErrorKind::InvalidInput => MessageKind::BadRequest,
            UiErrorKind::SignedOut => MessageKind::SignedOut,
            UiErrorKind::Expired => MessageKind::Expired,
            UiErrorKind::NotFound => MessageKind::NotFound,
            UiErrorKind::Rejected => MessageKind::LinkRefused,
            UiErrorKind::Busy { retry_after } => MessageKind::TooMany { retry_after },
            UiErrorKind::TryAgain => MessageKind::Unavailable,
        };
        Message { kind }
    }
}
