//! The change feed: what every node must forget or learn within a second.

use crate::{
    api::ApiAudience,
    client::ClientId,
    clock::Timestamp,
    id::{AuthorizationId, LoginSessionId, RealmId, UserId},
};

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// A realm was made, changed or deleted.
    Realm,
    /// A realm's signing keys changed.
    Keys,
    /// A client changed.
    Client(ClientId),
    /// An API was made or deleted.
    Api(ApiAudience),
    /// Tokens are no longer accepted.
    Revoked(Revocation),
}

/// What is revoked. Access tokens name their authorization, user, client and session.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revoked {
    /// Everything that descends from one approval.
    Authorization(AuthorizationId),
    /// Everything approved in one session and bound to it.
    LoginSession(LoginSessionId),
    /// Everything of one person issued before the moment of revocation.
    User(UserId),
    /// Everything of one client issued before the moment of revocation.
    Client(ClientId),
    /// One signed access token, by its `jti`.
    Token(String),
}

/// A revocation and how long it must be remembered.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Revocation {
    /// What.
    pub what: Revoked,
    /// When.
    pub at: Timestamp,
    /// When every token it concerns has expired.
    pub until: Timestamp,
}

/// One entry of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its place: larger is later, gaps are possible.
    pub sequence: i64,
    /// Whose.
    pub realm: RealmId,
    /// What.
    pub changed: Changed,
}
