//! Token revocation (RFC 7009). Either kind of token ends everything that descends from the same approval.

use crate::{
    Protocol,
    client_auth::AuthenticatedClient,
    error::ErrorCode,
    issue::access_token::AccessTokenClaims,
    jose::{TokenType, verify},
    parameters::{Parameters, Repeated},
    token::revoke_authorization,
};
use domain::{
    authorization::Authorization,
    event::Actor,
    opaque::{OpaqueKind, OpaqueToken},
    services::Act,
    stores::StoreError,
};

/// Why nothing is revoked.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum RevocationError {
    #[error("a parameter is repeated")]
    Repeated,
    #[error("token is missing")]
    Missing,
    #[error("the token was issued to another client")]
    ClientMismatch,
    #[error("the store could not answer")]
    Store(#[from] StoreError),
}

impl RevocationError {
    /// The code on the wire (RFC 7009 §2.2.1).
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Repeated | Self::Missing => ErrorCode::InvalidRequest,
            Self::ClientMismatch => ErrorCode::InvalidGrant,
            Self::Store(_) => ErrorCode::ServerError,
        }
    }
}

impl From<Repeated> for RevocationError {
    fn from(_: Repeated) -> Self {
        Self::Repeated
    }
}

/// Revokes `token`. Unknown and expired tokens are not an error (RFC 7009 §2.2); the hint is not needed.
pub async fn respond(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    parameters: &Parameters,
) -> Result<(), RevocationError> {
    let token = parameters.one("token")?.ok_or(RevocationError::Missing)?;
    parameters.one("token_type_hint")?;
    let Some(authorization) = find(act, token).await? else {
        return Ok(());
    };
    if authorization.client_id != *client.id() {
        return Err(RevocationError::ClientMismatch);
    }
    if authorization.revoked_at.is_some() {
        return Ok(());
    }
    let act = Act {
        actor: Actor::Client(client.id().clone()),
        ..act.clone()
    };
    Ok(revoke_authorization(protocol, &act, &authorization, None).await?)
}

async fn find(act: &Act, token: &str) -> Result<Option<Authorization>, StoreError> {
    let realm = &act.realm;
    if let Some(token) = OpaqueToken::parse(OpaqueKind::RefreshToken, token) {
        let family = realm
            .stores
            .authorizations
            .find_refresh_token(&token.digest())
            .await?;
        return Ok(family.map(|family| family.authorization));
    }
    match verify::<AccessTokenClaims>(&realm.keys, &realm.issuer, TokenType::AccessToken, token) {
        Ok(AccessTokenClaims { aid: Some(id), .. }) => realm.stores.authorizations.find(id).await,
        Ok(_) | Err(_) => Ok(None),
    }
}
