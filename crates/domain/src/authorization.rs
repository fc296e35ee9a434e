//! The stored root that tokens descend from, and the refresh tokens below it.

use crate::{
    acr::Method,
    client::ClientId,
    clock::Timestamp,
    id::{AuthorizationId, LoginSessionId, RefreshTokenId, UserId},
    login_session::LoginSession,
    scope::ScopeSet,
    secret::Digest,
    thumbprint::Thumbprint,
    user::User,
};
use std::{collections::BTreeSet, time::Duration};

/// One approval of one client by one person. Exists from the moment the code is issued, so that revoking it
/// reaches whatever is still in flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// Its id; every access token carries it.
    pub id: AuthorizationId,
    /// Who approved.
    pub user_id: UserId,
    /// Whom.
    pub client_id: ClientId,
    /// The session it was approved in.
    pub login_session_id: LoginSessionId,
    /// What.
    pub scopes: ScopeSet,
    /// When the person proved who they are.
    pub authenticated_at: Timestamp,
    /// By which methods.
    pub methods: Vec<Method>,
    /// The request's `nonce`.
    pub nonce: Option<String>,
    /// What else was asked for and granted.
    pub terms: Terms,
    /// When the request was looked at, before anything that decides about it was read: whatever is withdrawn
    /// later reaches it.
    pub created_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When the consent that it rests on ends.
    pub expires_at: Option<Timestamp>,
}

/// What a request asked for beside scopes, kept for every token that descends from it. `domain` does not interpret
/// it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Terms {
    /// The resources that tokens may be for (RFC 8707 §2); the issuer itself if none.
    pub resources: BTreeSet<String>,
    /// The `claims` parameter (OpenID Connect Core §5.5).
    pub claims: Option<serde_json::Value>,
    /// The key that refresh tokens are bound to (RFC 9449 §5).
    pub refresh_jkt: Option<Thumbprint>,
}

impl Authorization {
    /// Whether it counts at `now`: it was not revoked, and the consent that it rests on has not ended.
    pub fn stands(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// How much of `lifetime` what is issued below it at `now` may have.
    pub fn within(&self, lifetime: Duration, now: Timestamp) -> Duration {
        self.expires_at
            .map_or(lifetime, |end| lifetime.min(end.since(now)))
    }

    /// Whether it outlives the session it was approved in (OpenID Connect Core §11).
    pub fn is_offline(&self) -> bool {
        self.scopes.contains("offline_access")
    }
}

/// Whether an authorization needs consent that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentRule {
    /// The operator's own clients ask nobody.
    NotNeeded,
    /// What the person allowed the client must cover its scopes.
    MustCover,
}

/// What became of an attempt to begin an authorization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Written.
    Stored,
    /// The session ended, or no longer signs the account in; nothing was written.
    SignedOut,
    /// The client is disabled, or was after the request was looked at; nothing was written.
    ClientWithdrawn,
    /// The consent it needs was withdrawn; nothing was written.
    ConsentWithdrawn,
}

/// The life of a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshTokenState {
    /// May be used.
    Active,
    /// Was used; `successor` took its place.
    Rotated {
        /// When.
        at: Timestamp,
        /// Digest of the token that took its place.
        successor: Digest,
    },
}

/// What is stored of a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// Its row.
    pub id: RefreshTokenId,
    /// Digest of the token.
    pub digest: Digest,
    /// What it descends from.
    pub authorization_id: AuthorizationId,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it stops working unless used.
    pub expires_at: Timestamp,
    /// Where it is in its life.
    pub state: RefreshTokenState,
}

/// A refresh token with everything that decides whether it may be used, read in one statement.
#[derive(Clone, Debug)]
pub struct RefreshTokenFamily {
    /// The token that was presented.
    pub token: RefreshToken,
    /// What it descends from.
    pub authorization: Authorization,
    /// Whose it is.
    pub user: User,
    /// The session it was approved in; `None` once its row has been swept away.
    pub login_session: Option<LoginSession>,
}

/// What became of an attempt to rotate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// This call rotated the token.
    Rotated,
    /// Another call did before; its state now.
    AlreadyRotated {
        /// When.
        at: Timestamp,
        /// Digest of the token that took its place.
        successor: Digest,
        /// Whether that one is still unused.
        successor_unused: bool,
    },
    /// The authorization was revoked meanwhile.
    Revoked,
}
