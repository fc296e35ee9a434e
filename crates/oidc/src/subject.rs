//! What a client knows a person by: `sub` (OpenID Connect Core §8).
//!
//! A public one is the account's id. A pairwise one is a keyed digest of realm, sector and account, so that clients of
//! different sectors cannot compare theirs, and nobody reads the account's id in it. It changes with the master key.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    client::{Client, SubjectType},
    id::UserId,
    realm::Realm,
    secret::Digest,
    services::Ports,
};
use std::str::FromStr;

/// A Subject Identifier; one of either kind never equals one of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum SubjectIdentifier {
    /// The same for every client: the account's id.
    Public(UserId),
    /// The sector's own.
    Pairwise(Digest),
}

/// The text is not a Subject Identifier of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a subject identifier")]
pub struct InvalidSubject;

impl SubjectIdentifier {
    /// What `client` knows the person of this account by.
    pub(crate) fn of(ports: &Ports, realm: &Realm, client: &Client, user: UserId) -> Self {
        match &client.oidc().metadata.subject_type {
            SubjectType::Public => Self::Public(user),
            SubjectType::Pairwise { sector } => {
                // Both ids have 16 bytes, so no two triples give the same message.
                let (realm, user) = (realm.id.as_uuid(), user.as_uuid());
                let message = [realm.as_bytes(), user.as_bytes(), sector.as_bytes()].concat();
                Self::Pairwise(ports.sealer.mac("pairwise-subject", &message))
            }
        }
    }
}

impl std::fmt::Display for SubjectIdentifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Public(user) => user.fmt(f),
            Self::Pairwise(digest) => f.write_str(&digest.to_base64url()),
        }
    }
}

impl FromStr for SubjectIdentifier {
    type Err = InvalidSubject;
    fn from_str(text: &str) -> Result<Self, InvalidSubject> {
        if let Ok(user) = text.parse() {
            return Ok(Self::Public(user));
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidSubject)?;
        let bytes = bytes.try_into().map_err(|_| InvalidSubject)?;
        Ok(Self::Pairwise(Digest::from_bytes(bytes)))
    }
}

impl TryFrom<String> for SubjectIdentifier {
    type Error = InvalidSubject;
    fn try_from(text: String) -> Result<Self, InvalidSubject> {
        text.parse()
    }
}

impl From<SubjectIdentifier> for String {
    fn from(subject: SubjectIdentifier) -> String {
        subject.to_string()
    }
}
