//! The cookies for languages: the one chosen on the browser, for a year, and the one that an app asked for, which goes
//! before it for as long as a sign-in takes. Choosing forgets what the app asked for, so that a choice always shows.

use super::{Kept as Name, cookie_name};
use app::SessionChange;
use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use domain::{language::Language, realm_context::RealmContext};

const CHOSEN_FOR: time::Duration = time::Duration::days(365);
const ASKED_FOR: time::Duration = time::Duration::HOUR;

/// The languages that the browser sent.
#[derive(Clone, Copy)]
pub(super) struct Kept {
    asked: Option<Language>,
    chosen: Option<Language>,
}

impl Kept {
    /// What came with the `headers` of a request.
    pub(super) fn of(realm: &RealmContext, headers: &HeaderMap) -> Self {
        let jar = CookieJar::from_headers(headers);
        let kept = |name| {
            let cookie = jar.get(&cookie_name(name, realm))?;
            Language::parse(cookie.value())
        };
        Self {
            asked: kept(Name::AskedLanguage),
            chosen: kept(Name::Language),
        }
    }

    /// The one to speak.
    pub(super) fn spoken(self) -> Option<Language> {
        self.asked.or(self.chosen)
    }

    /// The headers that keep what `changes` say.
    pub(super) fn headers(self, realm: &RealmContext, changes: &[SessionChange]) -> Vec<HeaderValue> {
        let mut after = self;
        for change in changes {
            match change {
                SessionChange::Speak(language) => {
                    after = Self {
                        asked: None,
                        chosen: Some(*language),
                    };
                }
                SessionChange::AskedToSpeak(language) => after.asked = *language,
                SessionChange::Activate(_)
                | SessionChange::Forget(_)
                | SessionChange::SignedIn(_)
                | SessionChange::SignedOut(_)
                | SessionChange::Through(_)
                | SessionChange::Trust(_) => {}
            }
        }
        let chosen = (after.chosen != self.chosen).then(|| header(realm, Name::Language, after.chosen));
        let asked = (after.asked != self.asked).then(|| header(realm, Name::AskedLanguage, after.asked));
        chosen.into_iter().chain(asked).flatten().collect()
    }
}

fn header(realm: &RealmContext, name: Name, language: Option<Language>) -> Option<HeaderValue> {
    let lifetime = match (name, language) {
        (_, None) => time::Duration::ZERO,
        (Name::AskedLanguage, Some(_)) => ASKED_FOR,
        (_, Some(_)) => CHOSEN_FOR,
    };
    let value = language.map(Language::as_str).unwrap_or_default();
    let cookie = Cookie::build((cookie_name(name, realm), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(realm.origin.is_https())
        .max_age(lifetime)
        .build();
    HeaderValue::try_from(cookie.to_string()).ok()
}
