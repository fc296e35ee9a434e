//! Whom an event is about: what people find again among their own, and what must no longer name them once their account
//! is erased. The event itself stays.

use super::{Actor, Event, EventKind};
use crate::{client::ClientId, id::UserId, login_session::RequestOrigin};
use serde_json::Value;
use uuid::Uuid;

/// The fields that name a person, or something that is theirs alone.
const NAMING: [&str; 6] = [
    "user",
    "session",
    "authorization",
    "passkey",
    "identity",
    "device",
];

/// What an event of somebody's own account is about, for them to choose by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Signing in, and failing to.
    SignIn,
    /// Sessions that ended.
    Sessions,
    /// What guards the account.
    Security,
    /// The address.
    Address,
    /// Apps.
    Apps,
    /// The account as a whole.
    Account,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 6] = [
        Self::SignIn,
        Self::Sessions,
        Self::Security,
        Self::Address,
        Self::Apps,
        Self::Account,
    ];

    /// The name in rows and addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Sessions => "sessions",
            Self::Security => "security",
            Self::Address => "address",
            Self::Apps => "apps",
            Self::Account => "account",
        }
    }

    /// The topic named `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.as_str() == text)
    }
}

impl EventKind {
    /// Whose activity it is part of, and under which topic.
    pub fn activity(&self) -> Option<(UserId, Topic)> {
        match self {
            Self::UserSignedIn { user, .. } => Some((*user, Topic::SignIn)),
            Self::SignInFailed { user, .. } | Self::TooManyAttempts { user } => {
                user.map(|user| (user, Topic::SignIn))
            }
            Self::SessionEnded { user, .. }
            | Self::SessionReported { user, .. }
            | Self::SignedOutByProvider { user, .. } => Some((*user, Topic::Sessions)),
            Self::PasswordReset { user }
            | Self::PasswordChanged { user }
            | Self::PasswordRemoved { user }
            | Self::AuthenticatorAdded { user }
            | Self::AuthenticatorReplaced { user }
            | Self::AuthenticatorRemoved { user }
            | Self::RecoveryCodesMade { user }
            | Self::RecoveryCodeUsed { user }
            | Self::DeviceTrusted { user, .. }
            | Self::TrustedDevicesForgotten { user }
            | Self::IdentityLinked { user, .. }
            | Self::IdentityUnlinked { user, .. }
            | Self::IdentityMapped { user, .. }
            | Self::PasskeyAdded { user, .. }
            | Self::PasskeyRenamed { user, .. }
            | Self::PasskeyRemoved { user, .. }
            | Self::PasskeyCountWentBack { user, .. } => Some((*user, Topic::Security)),
            Self::EmailVerified { user } | Self::EmailChanged { user } | Self::EmailRestored { user } => {
                Some((*user, Topic::Address))
            }
            Self::ConsentGranted { user, .. }
            | Self::ConsentDenied { user, .. }
            | Self::ConsentNarrowed { user, .. }
            | Self::ConsentRevoked { user, .. }
            | Self::UpstreamTokenReleased { user, .. }
            | Self::AuthorizationIssued { user, .. } => Some((*user, Topic::Apps)),
            Self::UserRegistered { user }
            | Self::UserUpdated { user }
            | Self::UserDisabled { user }
            | Self::UserEnabled { user }
            | Self::UserDeletionAsked { user }
            | Self::UserRestored { user }
            | Self::UserExported { user }
            | Self::TermsAccepted { user, .. } => Some((*user, Topic::Account)),
            // What the machine does by itself, or what the sign-in beside it says already.
            Self::PasswordRehashed { .. }
            | Self::PasskeyUsed { .. }
            | Self::IdentityUsed { .. }
            | Self::UserDeleted { .. } => None,
            Self::RealmCreated
            | Self::RealmUpdated
            | Self::RealmDeleted
            | Self::ClientCreated { .. }
            | Self::ClientUpdated { .. }
            | Self::ClientDisabled { .. }
            | Self::ClientEnabled { .. }
            | Self::ClientSecretRotated { .. }
            | Self::ClientDeleted { .. }
            | Self::ApiCreated { .. }
            | Self::ApiDeleted { .. }
            | Self::RegistrationTokenCreated { .. }
            | Self::RegistrationTokenRevoked { .. }
            | Self::AuthorizationRevoked { .. }
            | Self::TokenIssued { .. }
            | Self::TokenRevoked { .. }
            | Self::ReplayDetected { .. }
            | Self::KeysRotated
            | Self::KeyRevoked { .. }
            | Self::DatabaseRestored
            | Self::BackchannelLogoutSent { .. }
            | Self::BackchannelLogoutGivenUp { .. }
            | Self::MailSent
            | Self::MailGivenUp => None,
        }
    }

    /// The app that an event of somebody's activity names.
    pub fn app(&self) -> Option<&ClientId> {
        let (Self::ConsentGranted { client, .. }
        | Self::ConsentDenied { client, .. }
        | Self::ConsentNarrowed { client, .. }
        | Self::ConsentRevoked { client, .. }
        | Self::AuthorizationIssued { client, .. }
        | Self::UpstreamTokenReleased { client, .. }) = self
        else {
            return None;
        };
        Some(client)
    }
}

impl Event {
    /// The ids in it that name a person or something that is a person's own; that of the actor last.
    pub fn naming(&self) -> Vec<Uuid> {
        self.of_kind().into_iter().chain(self.by()).collect()
    }

    /// The ids in it that name `person` or something of theirs; nothing of somebody else whose account they look after.
    pub fn naming_theirs(&self, person: UserId) -> Vec<Uuid> {
        let person = person.as_uuid();
        let named = self.of_kind();
        let whose = self.whose().or(self.by());
        match (whose == Some(person), self.by() == Some(person)) {
            (true, _) => named.into_iter().chain([person]).collect(),
            (false, true) => vec![person],
            (false, false) => Vec::new(),
        }
    }

    /// The same event with other ids in the place of those in [`Event::naming`], and without the place it came from,
    /// unless somebody else did it. `None` if it cannot be read again.
    pub fn pseudonymised(&self, instead: impl Fn(Uuid) -> Uuid) -> Option<Self> {
        let mut kind = serde_json::to_value(&self.kind).ok()?;
        for field in NAMING {
            let Some(Value::String(id)) = kind.get_mut(field) else {
                continue;
            };
            *id = instead(id.parse().ok()?).to_string();
        }
        let (actor, origin) = match &self.actor {
            Actor::Person(user) if instead(user.as_uuid()) == user.as_uuid() => {
                (self.actor.clone(), self.origin.clone())
            }
            Actor::Person(user) => {
                let other = UserId::from_uuid(instead(user.as_uuid()));
                (Actor::Person(other), RequestOrigin::default())
            }
            actor @ (Actor::Anonymous | Actor::Client(_) | Actor::System | Actor::CommandLine) => {
                (actor.clone(), RequestOrigin::default())
            }
        };
        Some(Self {
            actor,
            origin,
            kind: serde_json::from_value(kind).ok()?,
            ..self.clone()
        })
    }

    fn of_kind(&self) -> Vec<Uuid> {
        let kind = serde_json::to_value(&self.kind).unwrap_or_default();
        let named = NAMING
            .iter()
            .filter_map(|field| kind.get(field)?.as_str()?.parse().ok());
        named.collect()
    }

    /// Whose account it is about, where it says so.
    fn whose(&self) -> Option<Uuid> {
        let kind = serde_json::to_value(&self.kind).ok()?;
        kind.get("user")?.as_str()?.parse().ok()
    }

    fn by(&self) -> Option<Uuid> {
        match &self.actor {
            Actor::Person(user) => Some(user.as_uuid()),
            Actor::Anonymous | Actor::Client(_) | Actor::System | Actor::CommandLine => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Timestamp,
        event::SignInFailure,
        id::{AuthorizationId, EventId, LoginSessionId, RealmId},
        testing::SeededRandom,
    };

    fn event(kind: EventKind, actor: Actor) -> Event {
        let random = SeededRandom::new(7);
        Event {
            id: EventId::generate(Timestamp::default(), &random),
            version: Event::VERSION,
            at: Timestamp::default(),
            realm: RealmId::generate(Timestamp::default(), &random),
            actor,
            origin: RequestOrigin {
                address: "192.0.2.7".parse().ok(),
                user_agent: Some("Firefox".to_owned()),
                request_id: Some("r".to_owned()),
                device: None,
            },
            kind,
        }
    }

    #[test]
    fn nothing_of_a_pseudonymised_event_names_anybody() {
        let random = SeededRandom::new(1);
        let user = UserId::generate(Timestamp::default(), &random);
        let session = LoginSessionId::generate(Timestamp::default(), &random);
        let authorization = AuthorizationId::generate(Timestamp::default(), &random);
        let client = "client".parse().unwrap();
        let kinds = [
            EventKind::UserSignedIn { user, session },
            EventKind::SignInFailed {
                user: Some(user),
                reason: SignInFailure::WrongPassword,
            },
            EventKind::AuthorizationIssued {
                user,
                client,
                authorization,
            },
        ];
        for kind in kinds {
            let before = event(kind, Actor::Person(user));
            assert_eq!(before.naming().first(), Some(&user.as_uuid()));
            let other = Uuid::from_u128(9);
            let after = before.pseudonymised(|_| other).unwrap();
            let text = serde_json::to_string(&after).unwrap();
            for id in before.naming() {
                assert!(!text.contains(&id.to_string()), "{text}");
            }
            assert_eq!(after.origin, RequestOrigin::default());
            assert_eq!(after.naming().first(), Some(&other));
            assert_eq!((after.id, after.at), (before.id, before.at));
        }
        let (other, by) = (UserId::from_uuid(Uuid::from_u128(5)), Actor::Person(user));
        let of_other = event(EventKind::UserDisabled { user: other }, by);
        assert_eq!(of_other.naming_theirs(user), [user.as_uuid()]);
        assert_eq!(of_other.naming_theirs(other), [other.as_uuid(), other.as_uuid()]);
        let forgotten = |id: Uuid| {
            if id == other.as_uuid() {
                Uuid::from_u128(9)
            } else {
                id
            }
        };
        let kept = of_other.pseudonymised(forgotten).unwrap();
        assert_eq!((&kept.actor, &kept.origin), (&of_other.actor, &of_other.origin));
        let nobody = event(
            EventKind::SignInFailed {
                user: None,
                reason: SignInFailure::UnknownIdentifier,
            },
            Actor::Anonymous,
        );
        assert_eq!(nobody.naming(), Vec::<Uuid>::new());
    }

    #[test]
    fn topics_are_found_by_their_names() {
        for topic in Topic::ALL {
            assert_eq!(Topic::parse(topic.as_str()), Some(topic));
        }
    }
}
