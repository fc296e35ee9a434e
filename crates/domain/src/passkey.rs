//! Passkeys: discoverable credentials with user verification (WebAuthn Level 3, §4).
//!
//! What is kept of one and the rules that need no store. How a response is verified is behind
//! [`WebAuthn`](crate::outbound::WebAuthn); realms share a host, so a passkey belongs to a realm by its row alone.

mod providers;

pub use providers::Keeper;

use crate::{
    clock::Timestamp,
    id::{InteractionId, LoginSessionId, PasskeyId, RealmId, UserId},
    person::DisplayName,
    secret::Digest,
    user::User,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use std::fmt;

/// The longest credential id that is kept (WebAuthn §4, "Credential ID").
pub const MAX_CREDENTIAL_ID: usize = 1023;
/// The longest response of a browser that is looked at, in bytes.
pub const MAX_RESPONSE: usize = 16 * 1024;
/// Passkeys that one account may have.
pub const MAX_PASSKEYS: u64 = 50;

/// What an authenticator calls a credential.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CredentialId(Vec<u8>);

impl CredentialId {
    /// Takes an id; `None` when it is empty or too long.
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        (1..=MAX_CREDENTIAL_ID)
            .contains(&bytes.len())
            .then_some(Self(bytes))
    }

    /// The id as it is stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The id as scripts have it.
    pub fn to_base64url(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.0)
    }
}

impl fmt::Debug for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialId(…)")
    }
}

/// The model of an authenticator, as it says itself: nobody vouches for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aaguid(pub [u8; 16]);

impl Aaguid {
    /// The name that people know it by.
    pub fn provider(self) -> Option<&'static str> {
        providers::of(self.0).map(|(name, _)| name)
    }

    /// Who makes it.
    pub fn keeper(self) -> Option<Keeper> {
        providers::of(self.0)?.1
    }
}

/// What an authenticator calls an account. Other realms have the same host and other handles, so that none replaces
/// another's passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserHandle([u8; 16]);

impl UserHandle {
    /// The handle of `user` in `realm`: always the same, and nothing is learnt from it.
    pub fn of(realm: RealmId, user: UserId) -> Self {
        let (realm, user) = (realm.as_uuid(), user.as_uuid());
        let digest = Digest::of([b"passkey".as_slice(), realm.as_bytes(), user.as_bytes()].concat());
        let mut handle = [0; 16];
        handle
            .iter_mut()
            .zip(digest.as_bytes())
            .for_each(|(to, from)| *to = *from);
        Self(handle)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The handle as scripts have it.
    pub fn to_base64url(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// A passkey of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Its id with us.
    pub id: PasskeyId,
    /// Its id with the authenticator.
    pub credential_id: CredentialId,
    /// Whose it is.
    pub user_id: UserId,
    /// What the person calls it.
    pub name: Option<DisplayName>,
    /// The model of its authenticator.
    pub aaguid: Aaguid,
    /// Whether it is kept on more than one device.
    pub synced: bool,
    /// How often it was used, as the authenticator counts; zero when it does not.
    pub sign_count: u32,
    /// The public key and what else the adapter needs to verify with it, as it wrote it down.
    pub public: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

/// What a use of a passkey told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyUse {
    /// How often it was used, as the authenticator counts.
    pub sign_count: u32,
    /// Whether it is kept on more than one device.
    pub synced: bool,
    /// What replaces [`Passkey::public`].
    pub public: String,
    /// When.
    pub at: Timestamp,
}

/// Whether a count may follow another (WebAuthn §7.2 step 22): it goes up, or the authenticator does not count.
pub fn count_may_follow(stored: u32, told: u32) -> bool {
    told > stored || (stored == 0 && told == 0)
}

/// What an account can be signed in with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaysIn {
    /// It has a password.
    pub password: bool,
    /// How many passkeys it has.
    pub passkeys: u64,
    /// How many identities are linked to it at providers that people may come through.
    pub identities: u64,
    /// Its address is proven, so that a code mailed there signs in, whatever else there is.
    pub mailed_code: bool,
}

/// How many ways in there are; the last one is never taken away.
pub fn ways_in(has: WaysIn) -> u64 {
    u64::from(has.password) + has.passkeys + has.identities + u64::from(has.mailed_code)
}

/// What a ceremony is for, and who alone may finish it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum CeremonyPurpose {
    /// Somebody signs in for this request.
    SignIn(InteractionId),
    /// A person who is signed in adds a passkey.
    Add(UserId, LoginSessionId),
}

/// A ceremony under way: what the server remembers of it, once.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Ceremony {
    /// Digest of the cookie of the browser that started it.
    pub browser: Digest,
    /// What it is for.
    pub purpose: CeremonyPurpose,
    /// The challenge and what else the adapter remembers, as it wrote it down.
    pub state: String,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

impl fmt::Debug for Ceremony {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ceremony")
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

/// A passkey and whose it is, read together to sign in.
#[derive(Clone, Debug)]
pub struct PasskeyAndUser {
    /// The passkey.
    pub passkey: Passkey,
    /// The account.
    pub user: User,
}

/// What is known of whether a person wants a passkey.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OfferState {
    /// How many they have.
    pub passkeys: u64,
    /// Until when they do not want to be asked.
    pub not_before: Option<Timestamp>,
}

impl OfferState {
    /// Whether a passkey is offered at `now`.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.passkeys == 0 && self.not_before.is_none_or(|until| until <= now)
    }
}

#[cfg(test)]
mod tests;
