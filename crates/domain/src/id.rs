//! Typed identifiers. Each kind of row has its own type, so the id of one thing never passes for another's.
//!
//! Ids are UUID version 7 (RFC 9562 §5.7): ordered by creation, 74 random bits. They name things; knowing one
//! never proves anything.

use crate::{clock::Timestamp, random::Random};
use uuid::Uuid;

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, ordered by `now`.
            pub fn generate(now: Timestamp, random: &dyn Random) -> Self {
                let mut bytes = [0; 10];
                random.fill(&mut bytes);
                Self(uuid::Builder::from_unix_timestamp_millis(now.unix_millis(), &bytes).into_uuid())
            }

            /// The id stored as `uuid`.
            pub fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The id as it is stored.
            pub fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl $name {
            /// The least id that can be made at `at` or later.
            pub fn least(at: Timestamp) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(at.unix_millis(), &[0; 10]).into_uuid())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                if text.len() != 36 {
                    return Err(InvalidId);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }
    )+};
}

typed_id! {
    /// A realm: the tenant everything else belongs to.
    RealmId,
    /// A person's account.
    UserId,
    /// A person signed in on one browser; published as `sid`.
    LoginSessionId,
    /// What tokens descend from: one approval of one client by one person.
    AuthorizationId,
    /// A request that waits for a person.
    InteractionId,
    /// A registered API.
    ApiId,
    /// One refresh token's row.
    RefreshTokenId,
    /// One client secret's row.
    ClientSecretId,
    /// One initial access token's row.
    RegistrationTokenId,
    /// One passkey.
    PasskeyId,
    /// One ceremony of a passkey under way.
    CeremonyId,
    /// One mailed code and link.
    MailedCodeId,
    /// One authenticator app of an account.
    AuthenticatorId,
    /// One browser that is trusted to sign in with one factor.
    TrustedDeviceId,
    /// One identity at another provider that signs an account in.
    LinkedIdentityId,
    /// One event of the log.
    EventId,
    /// One piece of background work.
    JobId,
    /// One running process of the product.
    NodeId,
}

/// The text is not the hyphenated form of a UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct InvalidId;
