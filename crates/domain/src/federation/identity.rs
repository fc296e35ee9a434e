//! Identities at other providers and the accounts they are linked to, and attempts under way to prove one.
//!
//! An identity is an issuer and a subject (OpenID Connect Core §2); an address is only how people recognise it.

use super::{kept::KeptTokens, provider::ProviderId, said::Said, upstream::Vouched};
use crate::{
    clock::Timestamp,
    id::{InteractionId, LinkedIdentityId, LoginSessionId, UserId},
    outbound::Sealed,
    person::{DisplayName, Email},
    secret::Digest,
};
use std::fmt;

/// Identities that one account may have.
pub const MAX_IDENTITIES: u64 = 20;
/// The longest subject (OpenID Connect Core §2).
const MAX_SUBJECT: usize = 255;
/// The longest issuer and `sid` that are kept.
const MAX_TEXT: usize = 512;

/// The text cannot be an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an identity is a subject of 1 to 255 bytes at an issuer, without control characters")]
pub struct InvalidIdentity;

/// An identity as its provider vouched for it just now.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SeenIdentity {
    /// By whom.
    pub provider: ProviderId,
    /// The issuer.
    pub issuer: String,
    /// The subject.
    pub subject: String,
    /// How its owner recognises it: the address there, or else the name.
    pub label: Option<String>,
    /// The session there (`sid`).
    pub session: Option<String>,
    /// What else its provider says.
    #[serde(default)]
    pub said: Said,
    /// Tokens of the provider, where they are kept.
    #[serde(default)]
    pub tokens: Option<KeptTokens>,
}

impl SeenIdentity {
    /// The identity of somebody a provider vouched for.
    pub fn of(vouched: &Vouched) -> Result<Self, InvalidIdentity> {
        let fits = |text: &str, most: usize| {
            !text.is_empty() && text.len() <= most && !text.contains(char::is_control)
        };
        if !fits(&vouched.subject, MAX_SUBJECT) || !fits(&vouched.issuer, MAX_TEXT) {
            return Err(InvalidIdentity);
        }
        let address = vouched.email.as_ref();
        let address = address.and_then(|email| Email::parse(&email.address).ok());
        let name = vouched
            .name
            .as_ref()
            .and_then(|name| DisplayName::parse(name).ok());
        let session = vouched.session.as_ref();
        Ok(Self {
            provider: vouched.provider.clone(),
            issuer: vouched.issuer.clone(),
            subject: vouched.subject.clone(),
            label: address.map(String::from).or(name.map(String::from)),
            session: session.filter(|session| fits(session, MAX_TEXT)).cloned(),
            said: Said::of(vouched),
            tokens: None,
        })
    }

    /// The same, linked to an account.
    pub fn linked(self, id: LinkedIdentityId, user: UserId, now: Timestamp) -> LinkedIdentity {
        LinkedIdentity {
            id,
            user_id: user,
            provider: self.provider,
            issuer: self.issuer,
            subject: self.subject,
            label: self.label,
            said: self.said,
            linked_at: now,
            last_used_at: None,
        }
    }
}

impl fmt::Debug for SeenIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeenIdentity")
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

/// An identity that signs an account in.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// Its id here.
    pub id: LinkedIdentityId,
    /// Whose.
    pub user_id: UserId,
    /// The provider that vouched for it last.
    pub provider: ProviderId,
    /// The issuer.
    pub issuer: String,
    /// The subject.
    pub subject: String,
    /// How its owner recognises it, as it was last seen.
    pub label: Option<String>,
    /// What else its provider said then.
    pub said: Said,
    /// Since when.
    pub linked_at: Timestamp,
    /// When it last signed somebody in.
    pub last_used_at: Option<Timestamp>,
}

impl fmt::Debug for LinkedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkedIdentity")
            .field("id", &self.id)
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

/// The identity that began a sign-in, and the session at its provider, which may end there.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ByIdentity {
    /// The identity.
    pub identity: LinkedIdentityId,
    /// The provider that vouched for it.
    pub provider: ProviderId,
    /// The provider's `sid`.
    pub session: Option<String>,
}

/// An identity that is to be linked to an account, once its owner proves that within the same request.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OfferedIdentity {
    /// The identity.
    pub identity: SeenIdentity,
    /// The account: no other is linked, whoever signs in.
    pub user: UserId,
}

/// What somebody is sent to a provider for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum AttemptPurpose {
    /// Somebody signs in for this request.
    SignIn(InteractionId),
    /// A person who is signed in links an identity.
    Link(UserId, LoginSessionId),
}

/// An attempt under way: what is remembered of it under the digest of its `state`, once.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OpenAttempt {
    /// Digest of the cookie of the browser that began it.
    pub browser: Digest,
    /// At whom.
    pub provider: ProviderId,
    /// What for.
    pub purpose: AttemptPurpose,
    /// What the answer must match.
    pub sealed: Sealed,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{federation::VouchedEmail, testing::vouched};

    #[test]
    fn core_s2_a_subject_is_one_to_255_bytes_and_nothing_that_databases_cut_off() {
        let seen = |subject: &str| {
            SeenIdentity::of(&Vouched {
                subject: subject.to_owned(),
                ..vouched("acme", "1")
            })
        };
        assert_eq!(seen("248289761001").unwrap().subject, "248289761001");
        assert!(seen(&"a".repeat(255)).is_ok());
        for bad in ["", "a\0b", "a\n", &"a".repeat(256)] {
            assert_eq!(seen(bad), Err(InvalidIdentity), "{bad:?}");
        }
    }

    #[test]
    fn what_somebody_is_recognised_by_can_be_shown() {
        let label = |address: Option<&str>, name: &str| {
            let email = address.map(|address| VouchedEmail {
                address: address.to_owned(),
                verified: false,
            });
            let vouched = Vouched {
                email,
                name: Some(name.to_owned()),
                ..vouched("acme", "1")
            };
            SeenIdentity::of(&vouched).unwrap().label
        };
        assert_eq!(
            label(Some("ada@example.com"), "Ada").as_deref(),
            Some("ada@example.com")
        );
        assert_eq!(label(Some("no address"), "Ада").as_deref(), Some("Ада"));
        assert_eq!(label(None, "Ada \u{202e}ecalevoL"), None);
    }

    #[test]
    fn what_is_known_of_somebody_is_in_no_log() {
        let seen = SeenIdentity::of(&vouched("acme", "subject-1")).unwrap();
        let shown = format!("{seen:?}");
        assert!(!shown.contains("subject-1") && !shown.contains("@"), "{shown}");
    }
}
