//! Client authentication (RFC 6749 §2.3, OpenID Connect Core §9).
//!
//! An unknown client, a disabled one and a wrong secret are told apart in the log only.

mod budget;
mod credentials;
mod secret;

pub use credentials::Credentials;

use crate::{error::ErrorCode, parameters::Parameters};
use domain::{
    client::{Client, ClientId, ClientType, Status},
    clock::Timestamp,
    services::Act,
    stores::StoreError,
};
use std::time::Duration;

/// What the connection says about its peer.
#[derive(Clone, Debug, Default)]
pub struct TransportFacts {
    /// The peer's address, or the one a trusted proxy names.
    pub peer: Option<std::net::IpAddr>,
    /// The certificate the peer proved to hold, as DER.
    pub client_certificate: Option<Vec<u8>>,
}

/// Why a client is not who it says.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum ClientAuthError {
    #[error("the request carries no client authentication")]
    Missing,
    #[error("the request authenticates the client in more than one way")]
    SeveralMethods,
    #[error("the credentials are malformed")]
    Malformed,
    #[error("a parameter is repeated")]
    Repeated,
    #[error("there is no such client")]
    UnknownClient,
    #[error("the client is disabled")]
    Disabled,
    #[error("the client is registered for another method")]
    WrongMethod,
    #[error("the secret is wrong or has expired")]
    WrongSecret,
    #[error("too many wrong secrets came from this network")]
    TooManyFailures {
        /// When to try again.
        retry_after: Duration,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ClientAuthError {
    /// The code on the wire.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::SeveralMethods | Self::Repeated => ErrorCode::InvalidRequest,
            Self::Missing
            | Self::Malformed
            | Self::UnknownClient
            | Self::Disabled
            | Self::WrongMethod
            | Self::WrongSecret
            | Self::TooManyFailures { .. } => ErrorCode::InvalidClient,
            Self::Store(_) => ErrorCode::ServerError,
        }
    }
}

/// A client that proved who it is or, when it is public, named itself. Only [`authenticate`] makes one.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient {
    client: Client,
}

impl AuthenticatedClient {
    /// The client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Its id.
    pub fn id(&self) -> &ClientId {
        &self.client.id
    }
}

/// Finds out which client asks. `authorization` is the header's value. Wrong secrets are counted by where they
/// come from.
pub async fn authenticate(
    protocol: &crate::Protocol,
    act: &Act,
    authorization: Option<&str>,
    parameters: &Parameters,
    transport: &TransportFacts,
) -> Result<AuthenticatedClient, ClientAuthError> {
    let credentials = Credentials::read(authorization, parameters)?;
    let judged = judge(act, &credentials, protocol.ports.clock.now()).await;
    match &credentials {
        Credentials::None { .. } => judged,
        Credentials::Secret { client_id, .. } => budget::spend(act, client_id, transport.peer, judged).await,
    }
}

async fn judge(
    act: &Act,
    credentials: &Credentials,
    now: Timestamp,
) -> Result<AuthenticatedClient, ClientAuthError> {
    let found = act.realm.stores.clients.find(credentials.client_id()).await?;
    let client = found.ok_or(ClientAuthError::UnknownClient)?;
    check_method(&client, credentials, now)?;
    match client.status {
        Status::Active => Ok(AuthenticatedClient { client }),
        Status::Disabled => Err(ClientAuthError::Disabled),
    }
}

fn check_method(client: &Client, credentials: &Credentials, now: Timestamp) -> Result<(), ClientAuthError> {
    match (&client.oidc().client_type, credentials) {
        (ClientType::Public, Credentials::None { .. }) => Ok(()),
        (
            ClientType::Confidential { method, secrets },
            Credentials::Secret {
                method: used, secret, ..
            },
        ) if method == used => {
            if secret::is_accepted(secrets, secret, now) {
                Ok(())
            } else {
                Err(ClientAuthError::WrongSecret)
            }
        }
        (ClientType::Public, Credentials::Secret { .. }) | (ClientType::Confidential { .. }, _) => {
            Err(ClientAuthError::WrongMethod)
        }
    }
}

#[cfg(test)]
mod tests;
