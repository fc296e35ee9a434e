//! The userinfo endpoint (OpenID Connect Core §5.3) and what makes an access token of ours acceptable there.

pub use crate::issue::claims::{EmailClaims, ProfileClaims, UserClaims};

use crate::{
    Protocol,
    error::ErrorCode,
    issue::{
        access_token::AccessTokenClaims,
        claims::{StandardScope, user_claims},
    },
    jose::{TokenType, verify},
};
use domain::{
    clock::Timestamp, realm_context::TokenOrigin, scope::ScopeSet, services::Act, stores::StoreError,
};

/// Why nothing is told.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum UserinfoError {
    #[error("it is not an access token of this issuer")]
    NotOurs,
    #[error("the access token has expired")]
    Expired,
    #[error("the access token is revoked")]
    Revoked,
    #[error("the account is gone, disabled, or its tokens were withdrawn")]
    UserRefused,
    #[error("the access token lacks the scope openid")]
    InsufficientScope,
    #[error("the store could not answer")]
    Store(#[from] StoreError),
}

impl UserinfoError {
    /// The code on the wire (RFC 6750 §3.1).
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NotOurs | Self::Expired | Self::Revoked | Self::UserRefused => ErrorCode::InvalidToken,
            Self::InsufficientScope => ErrorCode::InsufficientScope,
            Self::Store(_) => ErrorCode::ServerError,
        }
    }
}

/// The claims that the bearer of `token` may know.
pub async fn respond(protocol: &Protocol, act: &Act, token: &str) -> Result<UserClaims, UserinfoError> {
    let (claims, origin) = accept(protocol, act, token).await?;
    let scopes: ScopeSet = claims.scope.parse().map_err(|_| UserinfoError::NotOurs)?;
    if !StandardScope::Openid.is_in(&scopes) {
        return Err(UserinfoError::InsufficientScope);
    }
    let sub = claims.subject().ok_or(UserinfoError::NotOurs)?;
    let id = origin.user.ok_or(UserinfoError::NotOurs)?;
    let user = act.realm.stores.users.find(id).await?;
    let user = user.ok_or(UserinfoError::UserRefused)?;
    // A token's time is in whole seconds: it is old only if its whole second lies before.
    if !user.is_active() || claims.iat < user.not_before.seconds() {
        return Err(UserinfoError::UserRefused);
    }
    // The client knows the person by what its token says (§5.3.2).
    Ok(user_claims(sub, &user, &scopes))
}

async fn accept(
    protocol: &Protocol,
    act: &Act,
    token: &str,
) -> Result<(AccessTokenClaims, TokenOrigin), UserinfoError> {
    let realm = &act.realm;
    let claims: AccessTokenClaims = verify(&realm.keys, &realm.issuer, TokenType::AccessToken, token)
        .map_err(|_| UserinfoError::NotOurs)?;
    if !claims.aud.contains(realm.issuer.as_str()) {
        return Err(UserinfoError::NotOurs);
    }
    if protocol.ports.clock.now() >= Timestamp::from_seconds(claims.exp) {
        return Err(UserinfoError::Expired);
    }
    let origin = claims.origin(realm).await?.ok_or(UserinfoError::NotOurs)?;
    if realm.revocations.revokes(&origin) {
        Err(UserinfoError::Revoked)
    } else {
        Ok((claims, origin))
    }
}
