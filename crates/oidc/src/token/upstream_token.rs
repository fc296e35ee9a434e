//! Token exchange for a token of another provider (RFC 8693): a client shows an access token that its own person approved
//! with the scope `provider:{id}`, and names the same as `audience`; it gets the access token that the provider issued.
//!
//! Nothing is minted. The refresh token stays here, and what the provider allows is not narrowed.

use super::{TokenError, TokenResponse, request::UpstreamTokenRequest, token_exchange::Exchange};
use crate::{Protocol, client_auth::AuthenticatedClient, dpop::SenderConstraint, presented::PresentedToken};
use domain::{
    authorization::Authorization,
    services::{
        Act,
        federated::{FederatedService, ForWhom, ReleaseError},
    },
};

/// Why a client gets no token of a provider (RFC 8693 §2.2.2).
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum UpstreamTokenError {
    #[error("it comes alone: without resource, another audience, scope or actor, and as an access token")]
    Combined,
    #[error("the person did not allow this client tokens of the provider")]
    NotAllowed,
    #[error("no tokens of such a provider are kept")]
    Off,
    #[error("no token of the provider is kept for this person")]
    NothingKept,
    #[error("the provider gives no new token at the moment")]
    Unavailable,
}

/// Gives the client the person's token.
pub(super) async fn release(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    request: UpstreamTokenRequest,
    constraint: &SenderConstraint,
) -> Result<TokenResponse, TokenError> {
    if !client.client().is_confidential() {
        return Err(TokenError::GrantNotRegistered);
    }
    let exchange = Exchange::new(protocol, act, client, constraint);
    let subject = exchange.accept(&request.subject_token, TokenError::SubjectToken);
    let subject = subject.await?;
    let (authorization, user) = exchange.approved(&subject).await?;
    if !is_allowed(
        act,
        client,
        (&subject, &authorization),
        &request.provider.tokens_name(),
    ) {
        return Err(UpstreamTokenError::NotAllowed.into());
    }
    let whom = ForWhom {
        client: client.id(),
        user: user.id,
        authorization: authorization.id,
    };
    let federated = FederatedService::new(protocol.ports.clone());
    let released = federated.release(act, whom, &request.provider).await?;
    Ok(TokenResponse::of_provider(&released))
}

/// Whether the person allowed this very client the scope. A token for an API, or one that was passed on, fetches no
/// others.
fn is_allowed(
    act: &Act,
    client: &AuthenticatedClient,
    (subject, authorization): (&PresentedToken, &Authorization),
    scope: &str,
) -> bool {
    authorization.client_id == *client.id()
        && subject.act.is_none()
        && subject.audience.contains(act.realm.issuer.as_str())
        && subject.scopes.contains(scope)
        && client.client().oidc().scopes.contains(scope)
}

impl From<ReleaseError> for TokenError {
    fn from(error: ReleaseError) -> Self {
        match error {
            ReleaseError::Off => UpstreamTokenError::Off.into(),
            ReleaseError::NothingKept => UpstreamTokenError::NothingKept.into(),
            ReleaseError::Unavailable => UpstreamTokenError::Unavailable.into(),
            ReleaseError::Store(error) => Self::Store(error),
        }
    }
}
