//! Opaque access tokens as they are stored. Signed ones are not: they say everything themselves (RFC 9068).

use crate::{
    authorization::Authorization, client::ClientId, clock::Timestamp, id::AuthorizationId, scope::ScopeSet,
    secret::Digest,
};

/// What is stored of an opaque access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// Digest of the token.
    pub digest: Digest,
    /// The approval it descends from, when a person approved.
    pub authorization_id: Option<AuthorizationId>,
    /// Who holds it.
    pub client_id: ClientId,
    /// What `sub` says to those who may know.
    pub subject: String,
    /// What it may do.
    pub scopes: ScopeSet,
    /// Whom it is for.
    pub audience: Vec<String>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// The thumbprint (RFC 7638) of the key it is bound to (RFC 9449 §6).
    pub jkt: Option<String>,
}

/// An opaque access token with the approval it descends from, read in one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundAccessToken {
    /// The token that was presented.
    pub token: AccessToken,
    /// What it descends from, when a person approved.
    pub authorization: Option<Authorization>,
}
