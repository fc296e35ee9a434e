//! Tokens of a provider that are kept for apps, sealed, and the name by which apps ask for them: the scope that a person
//! allows, and the audience of a token exchange (RFC 8693 §2.1).
//!
//! Who keeps, refreshes and gives them is `services::federated`.

use super::{identity::LinkedIdentity, provider::ProviderId, upstream::UpstreamTokens};
use crate::{clock::Timestamp, outbound::Sealed};
use std::{fmt, time::Duration};

/// What a name of a provider's tokens begins with.
const PREFIX: &str = "provider:";
/// How long before its end an access token is refreshed, at most.
const EARLY: Duration = Duration::from_secs(300);
/// No access token is refreshed sooner after it was issued.
const SOONEST: Duration = Duration::from_secs(30);
/// When tokens are looked at again at the latest.
pub const LOOK_AGAIN: Duration = Duration::from_secs(86_400);

impl ProviderId {
    /// What apps call the tokens of this provider, as a scope and as an audience.
    pub fn tokens_name(&self) -> String {
        format!("{PREFIX}{self}")
    }

    /// The provider whose tokens `name` is the name of.
    pub fn of_tokens(name: &str) -> Option<Self> {
        name.strip_prefix(PREFIX)?.parse().ok()
    }

    /// Whether `name` can be nothing but the name of some provider's tokens.
    pub fn is_of_tokens(name: &str) -> bool {
        name.starts_with(PREFIX)
    }
}

/// Tokens as they are kept.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct KeptTokens {
    /// Who issued them.
    pub provider: ProviderId,
    /// The tokens, sealed for their realm, provider and identity.
    pub sealed: Sealed,
    /// When they came by a sign-in.
    pub kept_at: Timestamp,
    /// When they are to be looked at.
    pub due_at: Timestamp,
}

impl fmt::Debug for KeptTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptTokens")
            .field("provider", &self.provider)
            .field("due_at", &self.due_at)
            .finish_non_exhaustive()
    }
}

/// What a store holds for an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldTokens {
    /// Whose they are.
    pub identity: LinkedIdentity,
    /// The tokens.
    pub tokens: KeptTokens,
    /// How often in a row they were to be refreshed in vain.
    pub attempt: u32,
    /// Counts what was done to them: an act on tokens that changed meanwhile does not take place.
    pub version: i64,
}

impl UpstreamTokens {
    /// When they are to be looked at: before the access token expires if there is a way to get another.
    pub fn due_at(&self, now: Timestamp) -> Timestamp {
        let (Some(expires_at), Some(_)) = (self.expires_at, &self.refresh_token) else {
            return now + LOOK_AGAIN;
        };
        let early = EARLY.min(expires_at.since(now) / 2);
        (expires_at - early).clamp(now + SOONEST, now + LOOK_AGAIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        federation::SeenIdentity,
        id::{LinkedIdentityId, UserId},
        secret::Secret,
        testing::{SeededRandom, vouched},
    };

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    fn tokens(lifetime: Option<u64>, refresh_token: bool) -> UpstreamTokens {
        UpstreamTokens {
            access_token: Secret::new("access".to_owned()),
            refresh_token: refresh_token.then(|| Secret::new("refresh".to_owned())),
            expires_at: lifetime.map(|seconds| NOW + Duration::from_secs(seconds)),
            scope: None,
        }
    }

    #[test]
    fn tokens_are_named_by_their_provider() {
        let github: ProviderId = "github".parse().unwrap();
        assert_eq!(github.tokens_name(), "provider:github");
        assert_eq!(ProviderId::of_tokens("provider:github"), Some(github));
        for other in [
            "github",
            "provider:",
            "provider:Git Hub",
            "Provider:github",
            "orders:read",
        ] {
            assert_eq!(ProviderId::of_tokens(other), None, "{other}");
        }
        let longest: ProviderId = "a".repeat(63).parse().unwrap();
        assert!(longest.tokens_name().parse::<crate::scope::Scope>().is_ok());
    }

    #[test]
    fn tokens_are_due_before_they_expire_and_neither_at_once_nor_never() {
        let due = |lifetime, refresh_token| tokens(lifetime, refresh_token).due_at(NOW).since(NOW).as_secs();
        assert_eq!(due(Some(3_600), true), 3_300);
        assert_eq!(due(Some(300), true), 150);
        assert_eq!(due(Some(0), true), 30);
        assert_eq!(due(Some(30 * 86_400), true), 86_400);
        for nothing_to_do in [due(Some(3_600), false), due(None, true), due(None, false)] {
            assert_eq!(nothing_to_do, 86_400);
        }
    }

    #[test]
    fn what_is_kept_is_in_no_log() {
        let kept = KeptTokens {
            provider: "acme".parse().unwrap(),
            sealed: Sealed {
                key_id: "the-key".to_owned(),
                bytes: b"sealed-bytes".to_vec(),
            },
            kept_at: NOW,
            due_at: NOW,
        };
        let random = SeededRandom::new(1);
        let seen = SeenIdentity::of(&vouched("acme", "subject-1")).unwrap();
        let user = UserId::generate(NOW, &random);
        let held = HeldTokens {
            identity: seen.linked(LinkedIdentityId::generate(NOW, &random), user, NOW),
            tokens: kept,
            attempt: 0,
            version: 1,
        };
        let shown = format!("{held:?} {:?}", tokens(None, true));
        for secret in ["the-key", "115", "subject-1", "\"access\"", "\"refresh\""] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
