//! Client authentication (RFC 6749 §2.3, OpenID Connect Core §9).
//!
//! An unknown client, a disabled one and a wrong secret are told apart in the log only.

mod assertion;
mod budget;
mod credentials;
mod secret;

pub use assertion::AssertionError;
pub(crate) use budget::Budget;
pub use credentials::Credentials;
pub(crate) use secret::is_accepted as is_accepted_secret;

use crate::{Protocol, error::ErrorCode, parameters::Parameters};
use domain::{
    client::{Client, ClientAuthMethod, ClientId, ClientType, Status},
    clock::Timestamp,
    door::Door,
    secret::Secret,
    services::{Act, budgets::Budgets},
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
    #[error("the assertion is not accepted")]
    WrongAssertion(#[from] AssertionError),
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
            | Self::WrongAssertion(_)
            | Self::TooManyFailures { .. } => ErrorCode::InvalidClient,
            Self::Store(_) => ErrorCode::ServerError,
        }
    }
}

/// A client that proved who it is or, when it is public, named itself. Only [`authenticate`] makes one.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient {
    client: Client,
    looked_at: Timestamp,
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

    /// When it asked, before anything about it was read: whatever is withdrawn later reaches what it is given.
    pub fn looked_at(&self) -> Timestamp {
        self.looked_at
    }
}

/// Finds out which client asks. `authorization` is the header's value. Wrong secrets and assertions are counted by
/// where they come from.
pub async fn authenticate(
    protocol: &Protocol,
    act: &Act,
    authorization: Option<&str>,
    parameters: &Parameters,
    transport: &TransportFacts,
) -> Result<AuthenticatedClient, ClientAuthError> {
    let credentials = Credentials::read(authorization, parameters)?;
    match &credentials {
        Credentials::None { .. } => judge(protocol, act, &credentials).await,
        Credentials::Secret { client_id, .. } | Credentials::Assertion { client_id, .. } => {
            let budgets = Budgets::new(protocol.ports.clone());
            let whom = (client_id, transport.peer);
            let budget = Budget::of_client(budgets, act, Door::Client, whom).await?;
            budget.spend(judge(protocol, act, &credentials).await).await
        }
    }
}

async fn judge(
    protocol: &Protocol,
    act: &Act,
    credentials: &Credentials,
) -> Result<AuthenticatedClient, ClientAuthError> {
    let looked_at = protocol.ports.clock.now();
    let (clients, id) = (&act.realm.stores.clients, credentials.client_id());
    let found = clients.find(id).await?;
    let mut client = found.ok_or(ClientAuthError::UnknownClient)?;
    if let Err(refusal) = check(protocol, act, &client, credentials).await {
        // Another process may just have given it another secret or key.
        let anew = clients.find_anew(id, looked_at).await?;
        client = anew.filter(|anew| *anew != client).ok_or(refusal)?;
        check(protocol, act, &client, credentials).await?;
    }
    match client.status {
        Status::Active => Ok(AuthenticatedClient { client, looked_at }),
        Status::Disabled => Err(ClientAuthError::Disabled),
    }
}

/// Whether the credentials are the client's.
async fn check(
    protocol: &Protocol,
    act: &Act,
    client: &Client,
    credentials: &Credentials,
) -> Result<(), ClientAuthError> {
    check_method(client, credentials)?;
    match credentials {
        Credentials::Secret { secret, .. } => check_secret(client, secret, protocol.ports.clock.now()),
        Credentials::Assertion { assertion, .. } => {
            Ok(assertion::check(protocol, act, client, assertion).await?)
        }
        Credentials::None { .. } => Ok(()),
    }
}

/// The method used must be the registered one.
fn check_method(client: &Client, credentials: &Credentials) -> Result<(), ClientAuthError> {
    let used = match credentials {
        Credentials::None { .. } => None,
        Credentials::Secret { method, .. } => Some(*method),
        Credentials::Assertion { .. } => Some(ClientAuthMethod::PrivateKeyJwt),
    };
    let registered = match &client.oidc().client_type {
        ClientType::Public => None,
        ClientType::Confidential { method, .. } => Some(*method),
    };
    if used == registered {
        Ok(())
    } else {
        Err(ClientAuthError::WrongMethod)
    }
}

fn check_secret(client: &Client, secret: &Secret<String>, now: Timestamp) -> Result<(), ClientAuthError> {
    match &client.oidc().client_type {
        ClientType::Confidential { secrets, .. } if secret::is_accepted(secrets, secret, now) => Ok(()),
        ClientType::Confidential { .. } | ClientType::Public => Err(ClientAuthError::WrongSecret),
    }
}

#[cfg(test)]
mod tests;
