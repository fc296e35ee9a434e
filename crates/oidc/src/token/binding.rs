//! Which keys a token request must prove, and what its tokens are bound to (RFC 9449 §5, §5.2, §10).

use super::TokenError;
use crate::{client_auth::AuthenticatedClient, dpop::SenderConstraint};
use domain::{authorization::Authorization, client::ClientType, services::Act, thumbprint::Thumbprint};

/// A client that is registered for bound tokens gets no others (RFC 9449 §5.2).
pub(super) fn check_client(
    client: &AuthenticatedClient,
    constraint: &SenderConstraint,
) -> Result<(), TokenError> {
    let required = client.client().oidc().metadata.dpop_bound_access_tokens;
    if required && constraint.key().is_none() {
        Err(TokenError::ProofMissing)
    } else {
        Ok(())
    }
}

/// Whoever uses a code or a refresh token must hold the key it is `bound` to.
pub(super) fn check(constraint: &SenderConstraint, bound: Option<&Thumbprint>) -> Result<(), TokenError> {
    if constraint.meets(bound) {
        Ok(())
    } else {
        Err(TokenError::OtherKey)
    }
}

/// Binds refresh tokens to the key that a public client proved; others prove who they are at every use. It is
/// written once for an authorization, which every refresh reads anyway.
pub(super) async fn bind(
    act: &Act,
    client: &AuthenticatedClient,
    authorization: &Authorization,
    constraint: &SenderConstraint,
) -> Result<(), TokenError> {
    let key = match client.client().oidc().client_type {
        ClientType::Public => constraint.key(),
        ClientType::Confidential { .. } => None,
    };
    let Some(key) = key else {
        return Ok(());
    };
    // What was bound before was checked before.
    let bound = authorization.terms.refresh_jkt.is_some()
        || act
            .realm
            .stores
            .authorizations
            .bind(authorization.id, key)
            .await?;
    if bound { Ok(()) } else { Err(TokenError::OtherKey) }
}
