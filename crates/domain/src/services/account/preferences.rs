//! How a person is spoken to: in which language, and at what time of which zone. Both are told to apps with `profile`
//! (OpenID Connect Core §5.1). Which zones there are is for whoever reads what was typed to know.

use super::{AccountService, ProfileError};
use crate::{
    language::Language,
    login_session::SignedInUser,
    services::Act,
    user::{Profile, TimeZone, User},
};

/// A language and a time zone; what is not set is not told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// The language of pages and mails.
    pub language: Option<Language>,
    /// The time zone in which times of day are told.
    pub zone: Option<TimeZone>,
}

impl Preferences {
    /// What an account has.
    pub fn of(user: &User) -> Self {
        Self {
            language: user.locale.as_deref().and_then(Language::of_tag),
            zone: user
                .zoneinfo
                .clone()
                .and_then(|name| TimeZone::try_from(name).ok()),
        }
    }
}

impl AccountService {
    /// Changes language and time zone. A tag such as `de-AT` stays where the language is the one it had.
    pub async fn update_preferences(
        &self,
        act: &Act,
        person: &SignedInUser,
        preferences: Preferences,
        version: i64,
    ) -> Result<(), ProfileError> {
        let user = person.user();
        let locale = if preferences.language == Preferences::of(user).language {
            user.locale.clone()
        } else {
            preferences.language.map(|language| language.as_str().to_owned())
        };
        let profile = Profile {
            locale,
            zoneinfo: preferences.zone.map(String::from),
            ..Profile::of(user)
        };
        self.update(act, person, &profile, version).await
    }
}
