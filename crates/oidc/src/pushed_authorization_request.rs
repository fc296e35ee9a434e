//! The pushed authorization request endpoint (RFC 9126): a client hands its request over before a browser is sent, so
//! that nobody can read or change it on the way.
//!
//! The request is checked as it will be at the authorization endpoint, by the same code. Clients are authenticated
//! before.

use crate::{
    Protocol,
    authorize::{self, AuthorizeError, PUSHED_LIFETIME, PageError, REQUEST_URI_PREFIX, Unacceptable},
    client_auth::AuthenticatedClient,
    discovery::path,
    dpop::{self, DpopError, ProofHeader, ProvenRequest},
    error::ErrorCode,
    parameters::{Parameters, Repeated},
};
use domain::{
    ephemeral::PushedRequest,
    opaque::{OpaqueKind, OpaqueToken},
    services::Act,
    stores::StoreError,
};
use serde::Serialize;

/// What authenticates the client; it is not part of the request.
const CREDENTIALS: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

/// A request that was taken in; serialises as the response's JSON.
#[derive(Debug, Serialize)]
pub struct Pushed {
    request_uri: String,
    expires_in: u64,
}

impl Pushed {
    /// What stands for the request at the authorization endpoint.
    pub fn request_uri(&self) -> &str {
        &self.request_uri
    }

    /// For how many seconds.
    pub const fn expires_in(&self) -> u64 {
        self.expires_in
    }
}

/// Why a request is not taken in.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum PushError {
    #[error("a parameter is repeated")]
    Repeated,
    #[error("a pushed request cannot refer to another")]
    RequestUri,
    #[error(transparent)]
    Unanswerable(PageError),
    #[error(transparent)]
    Request(AuthorizeError),
    #[error(transparent)]
    Dpop(DpopError),
    #[error("the store could not answer")]
    Store(#[from] StoreError),
}

impl PushError {
    /// The code on the wire.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Repeated | Self::RequestUri => ErrorCode::InvalidRequest,
            Self::Unanswerable(error) => error.code(),
            Self::Request(error) => error.code(),
            Self::Dpop(error) => error.code(),
            Self::Store(_) => ErrorCode::TemporarilyUnavailable,
        }
    }

    /// A fixed sentence for developers.
    pub fn description(&self) -> Option<&'static str> {
        match self {
            Self::Repeated => Some("a parameter is repeated"),
            Self::RequestUri => Some("request_uri cannot be pushed"),
            Self::Unanswerable(PageError::RedirectUriMissing) => Some("redirect_uri is missing"),
            Self::Unanswerable(PageError::RedirectUriUnregistered) => {
                Some("redirect_uri is not registered for this client")
            }
            Self::Request(error) => error.description(),
            Self::Dpop(error) => error.description(),
            Self::Unanswerable(
                PageError::ClientMissing
                | PageError::ClientUnknown
                | PageError::ClientDisabled
                | PageError::Repeated
                | PageError::RequestObject(_)
                | PageError::RequestUri
                | PageError::InteractionOver
                | PageError::Store(_),
            )
            | Self::Store(_) => None,
        }
    }
}

impl From<Repeated> for PushError {
    fn from(_: Repeated) -> Self {
        Self::Repeated
    }
}

impl From<DpopError> for PushError {
    fn from(error: DpopError) -> Self {
        if let DpopError::Store(error) = error {
            Self::Store(error)
        } else {
            Self::Dpop(error)
        }
    }
}

impl From<Unacceptable> for PushError {
    fn from(error: Unacceptable) -> Self {
        match error {
            Unacceptable::Page(PageError::Store(error))
            | Unacceptable::Request(AuthorizeError::Store(error)) => Self::Store(error),
            Unacceptable::Page(error) => Self::Unanswerable(error),
            Unacceptable::Request(error) => Self::Request(error),
        }
    }
}

/// Takes in the request of an authenticated client that sent these `DPoP` headers.
pub async fn respond(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    sent: &Parameters,
    proof: ProofHeader<'_>,
) -> Result<Pushed, PushError> {
    if sent.one("request_uri")?.is_some() {
        return Err(PushError::RequestUri);
    }
    let mut request = sent.without(&CREDENTIALS).with("client_id", client.id().as_str());
    if request.one("request")?.is_some() {
        let expanded = authorize::expand(protocol, act, client.client(), &request).await;
        request = expanded.map_err(Unacceptable::Request)?;
    }
    authorize::examine(act, &request).await?;
    let endpoint = ProvenRequest::post(path::PUSHED_AUTHORIZATION_REQUEST);
    let constraint = dpop::constraint(protocol, act, proof, endpoint).await?;
    if let Some(key) = constraint.key() {
        // A proof binds the code as dpop_jkt does, and both must name the same key (RFC 9449 §10.1).
        if sent.one("dpop_jkt")?.is_some_and(|named| named != key.as_str()) {
            return Err(DpopError::OtherKey.into());
        }
        request = request.with("dpop_jkt", key.as_str());
    }
    let reference = OpaqueToken::generate(OpaqueKind::PushedRequest, &*protocol.ports.random);
    let pushed = PushedRequest {
        client_id: client.id().clone(),
        parameters: request.encode(),
        expires_at: protocol.ports.clock.now() + PUSHED_LIFETIME,
    };
    act.realm
        .ephemeral
        .pushed
        .put(&reference.digest(), &pushed)
        .await?;
    Ok(Pushed {
        request_uri: format!("{REQUEST_URI_PREFIX}{}", reference.expose()),
        expires_in: PUSHED_LIFETIME.as_secs(),
    })
}
