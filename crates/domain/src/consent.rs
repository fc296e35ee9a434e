//! What a person allowed a client, and for how long.

use crate::{client::ClientId, clock::Timestamp, id::UserId, scope::ScopeSet};
use std::time::Duration;

/// What a person allowed a client; at most one for each pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Who allowed.
    pub user_id: UserId,
    /// Whom.
    pub client_id: ClientId,
    /// What.
    pub scopes: ScopeSet,
    /// What the client asked for and was not allowed, so that it need not ask again.
    pub declined: ScopeSet,
    /// When it was first allowed.
    pub granted_at: Timestamp,
    /// When it was last extended or used to issue a code.
    pub updated_at: Timestamp,
    /// When it ends, with everything that descends from it; until it is removed if never.
    pub expires_at: Option<Timestamp>,
}

impl Consent {
    /// Whether it counts at `now`.
    pub fn stands(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }

    /// What of `requested` may be granted without asking: nobody is asked when each of them was decided before, and some
    /// were allowed.
    pub fn answer(&self, requested: &ScopeSet) -> Option<ScopeSet> {
        let granted = requested.intersection(&self.scopes);
        let decided = requested.difference(&granted).is_subset(&self.declined);
        (decided && !granted.is_empty()).then_some(granted)
    }

    /// What is remembered where `before` was: scopes are added to those that still counted, what was declined stays
    /// declined unless it is allowed, and how long all of them are good was said last.
    pub fn following(self, before: &Consent) -> Consent {
        if !before.stands(self.updated_at) {
            return self;
        }
        let scopes = self.scopes.union(&before.scopes);
        Consent {
            declined: self.declined.union(&before.declined).difference(&scopes),
            scopes,
            granted_at: before.granted_at,
            ..self
        }
    }

    /// What is remembered when only those of its scopes stay that are among `kept`: the others are declined.
    pub fn narrowed(self, kept: &ScopeSet) -> Consent {
        let scopes = self.scopes.intersection(kept);
        Consent {
            declined: self.declined.union(&self.scopes.difference(&scopes)),
            scopes,
            ..self
        }
    }
}

/// How long a person allows something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// Until they take it back.
    #[default]
    UntilRemoved,
    /// For thirty days.
    Month,
    /// For a day.
    Day,
}

impl Validity {
    /// Every choice, the longest first.
    pub const ALL: [Self; 3] = [Self::UntilRemoved, Self::Month, Self::Day];

    /// The value on forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UntilRemoved => "until_removed",
            Self::Month => "30_days",
            Self::Day => "1_day",
        }
    }

    /// The choice that a form names so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == text)
    }

    /// When what is allowed at `now` ends.
    pub fn end(self, now: Timestamp) -> Option<Timestamp> {
        const DAY: Duration = Duration::from_secs(86_400);
        match self {
            Self::UntilRemoved => None,
            Self::Month => Some(now + DAY * 30),
            Self::Day => Some(now + DAY),
        }
    }

    /// What was chosen when `consent` was last given.
    pub fn of(consent: &Consent) -> Self {
        let chosen = |choice: &Self| choice.end(consent.updated_at) == consent.expires_at;
        Self::ALL.into_iter().find(chosen).unwrap_or(Self::Day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::UserId;

    fn consent(scopes: &str, given: i64, validity: Validity) -> Consent {
        let at = Timestamp::from_seconds(given);
        Consent {
            user_id: UserId::from_uuid(uuid::Uuid::nil()),
            client_id: "web".parse().unwrap(),
            scopes: scopes.parse().unwrap(),
            declined: ScopeSet::default(),
            granted_at: at,
            updated_at: at,
            expires_at: validity.end(at),
        }
    }

    #[test]
    fn it_counts_until_the_moment_it_ends() {
        let day = consent("email", 0, Validity::Day);
        assert!(day.stands(Timestamp::from_seconds(86_399)));
        assert!(!day.stands(Timestamp::from_seconds(86_400)));
        let forever = consent("email", 0, Validity::UntilRemoved);
        assert!(forever.stands(Timestamp::from_seconds(i64::MAX / 1_000_000)));
    }

    #[test]
    fn scopes_are_added_to_what_still_counts_and_the_last_word_says_how_long() {
        let before = consent("email", 0, Validity::Day);
        let joined = consent("profile", 60, Validity::Month).following(&before);
        assert_eq!(joined.scopes.to_string(), "email profile");
        assert_eq!(joined.granted_at, before.granted_at);
        assert_eq!(joined.expires_at, Some(Timestamp::from_seconds(60 + 30 * 86_400)));
        let later = consent("profile", 86_400, Validity::UntilRemoved);
        assert_eq!(later.clone().following(&before), later, "nothing comes back");
    }

    #[test]
    fn nobody_is_asked_about_what_was_declined_before_until_they_are_asked_for_more() {
        let set = |text: &str| text.parse::<ScopeSet>().unwrap();
        let decided = Consent {
            declined: set("phone profile"),
            ..consent("openid email", 0, Validity::UntilRemoved)
        };
        for (requested, answer) in [
            ("openid email profile", Some("email openid")),
            ("openid phone", Some("openid")),
            ("email", Some("email")),
            ("openid address", None),
            ("phone", None),
        ] {
            assert_eq!(decided.answer(&set(requested)), answer.map(set), "{requested}");
        }
    }

    #[test]
    fn what_was_declined_is_remembered_until_it_is_allowed() {
        let set = |text: &str| text.parse::<ScopeSet>().unwrap();
        let declining = |allowed, declined, at| Consent {
            declined: set(declined),
            ..consent(allowed, at, Validity::UntilRemoved)
        };
        let before = declining("openid", "email phone", 0);
        let after = declining("openid email", "profile", 60).following(&before);
        assert_eq!(after.scopes, set("openid email"));
        assert_eq!(after.declined, set("phone profile"));
        let kept = after.narrowed(&set("openid address"));
        assert_eq!(
            (kept.scopes, kept.declined),
            (set("openid"), set("email phone profile"))
        );
        let ended = Consent {
            expires_at: Some(Timestamp::from_seconds(30)),
            ..before
        };
        assert!(declining("openid", "", 60).following(&ended).declined.is_empty());
    }

    #[test]
    fn what_was_chosen_is_read_back() {
        for choice in Validity::ALL {
            assert_eq!(Validity::of(&consent("email", 7, choice)), choice);
            assert_eq!(Validity::parse(choice.as_str()), Some(choice));
        }
        assert_eq!(Validity::parse("forever"), None);
    }
}
