//! What can be wrong with an authorization request: pages before the return address is known, responses after.

use super::RequestObjectError;
use crate::{error::ErrorCode, parameters::Repeated, resource::TargetError};
use domain::stores::StoreError;

/// Why a request ends on a page of ours: it may not be answered anywhere else.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum PageError {
    #[error("the request names no client")]
    ClientMissing,
    #[error("there is no such client")]
    ClientUnknown,
    #[error("the client is disabled")]
    ClientDisabled,
    #[error("the request has no redirect_uri")]
    RedirectUriMissing,
    #[error("the redirect_uri is not registered for the client")]
    RedirectUriUnregistered,
    #[error("the request_uri is unknown, used, expired, or of another client")]
    RequestUri,
    #[error("client_id or redirect_uri is repeated")]
    Repeated,
    #[error("the request object is refused, and the request names no address beside it")]
    RequestObject(#[source] Box<AuthorizeError>),
    #[error("the interaction is not an authorization request, is over, or moved on in another tab")]
    InteractionOver,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PageError {
    /// The code that belongs to it.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::ClientMissing
            | Self::ClientUnknown
            | Self::ClientDisabled
            | Self::RedirectUriMissing
            | Self::RedirectUriUnregistered
            | Self::Repeated
            | Self::InteractionOver => ErrorCode::InvalidRequest,
            Self::RequestObject(error) => error.code(),
            Self::RequestUri => ErrorCode::InvalidRequestUri,
            Self::Store(_) => ErrorCode::TemporarilyUnavailable,
        }
    }
}

/// Why a request is answered with an error.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum AuthorizeError {
    #[error("a parameter is repeated")]
    Repeated,
    #[error("{0} is missing or malformed")]
    Malformed(&'static str),
    #[error("only the response type code is supported")]
    ResponseType,
    #[error("the scope is missing, malformed, or none the client is registered for")]
    Scope,
    #[error("the client is not registered for the authorization code grant")]
    GrantNotRegistered,
    #[error("code_challenge is required")]
    ChallengeMissing,
    #[error("code_challenge comes with code_challenge_method S256")]
    ChallengeMethod,
    #[error("the request object is refused")]
    RequestObject(#[from] RequestObjectError),
    #[error("the client must push its authorization requests")]
    NotPushed,
    #[error("the pushed request was answered before")]
    RequestUriUsed,
    #[error("the registration parameter is not supported")]
    Registration,
    #[error(transparent)]
    Target(TargetError),
    #[error("the person declined, or nobody can be asked")]
    Unmet(ErrorCode),
    #[error("the store could not answer")]
    Store(#[from] StoreError),
}

impl AuthorizeError {
    /// The code on the wire.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Repeated
            | Self::Malformed(_)
            | Self::ChallengeMissing
            | Self::ChallengeMethod
            | Self::NotPushed => ErrorCode::InvalidRequest,
            Self::RequestUriUsed => ErrorCode::InvalidRequestUri,
            Self::ResponseType => ErrorCode::UnsupportedResponseType,
            Self::Scope => ErrorCode::InvalidScope,
            Self::GrantNotRegistered => ErrorCode::UnauthorizedClient,
            Self::RequestObject(error) => error.code(),
            Self::Registration => ErrorCode::RegistrationNotSupported,
            Self::Target(error) => error.code(),
            Self::Unmet(code) => *code,
            Self::Store(_) => ErrorCode::TemporarilyUnavailable,
        }
    }

    /// A fixed sentence for developers.
    pub fn description(&self) -> Option<&'static str> {
        match self {
            Self::Repeated => Some("a parameter is repeated"),
            Self::Malformed(name) => Some(malformed(name)),
            Self::ResponseType => Some("the only response type is code"),
            Self::Scope => Some("scope is missing, malformed, or none this client is registered for"),
            Self::GrantNotRegistered => Some("this client is not registered for authorization_code"),
            Self::ChallengeMissing => Some("code_challenge is required"),
            Self::ChallengeMethod => Some("code_challenge and code_challenge_method=S256 come together"),
            Self::RequestObject(error) => error.description(),
            Self::Registration | Self::Unmet(_) | Self::Store(_) => None,
            Self::Target(error) => error.description(),
            Self::NotPushed => Some("this client must push its authorization requests"),
            Self::RequestUriUsed => Some("request_uri was used before"),
        }
    }
}

fn malformed(name: &str) -> &'static str {
    match name {
        "response_type" => "response_type is missing",
        "response_mode" => "response_mode is not supported",
        "state" => "state is too long",
        "nonce" => "nonce is malformed or too long",
        "prompt" => "prompt is not one of the values supported, or none is combined",
        "claims" => "claims is not an object as OpenID Connect Core 5.5 says, or too long",
        "acr_values" => "acr_values is malformed or too long",
        "ui_locales" => "ui_locales is malformed or too long",
        "max_age" => "max_age is not a number of seconds",
        "id_token_hint" => "id_token_hint is not an ID token of this issuer",
        "login_hint" => "login_hint is malformed or too long",
        "code_challenge" => "code_challenge is not an S256 challenge",
        "dpop_jkt" => "dpop_jkt is not a SHA-256 thumbprint",
        _ => "a parameter is malformed",
    }
}

impl From<TargetError> for AuthorizeError {
    fn from(error: TargetError) -> Self {
        match error {
            TargetError::Store(error) => Self::Store(error),
            TargetError::Malformed
            | TargetError::Unknown
            | TargetError::NotOpen
            | TargetError::NotGranted
            | TargetError::Conflict => Self::Target(error),
        }
    }
}

impl From<Repeated> for AuthorizeError {
    fn from(_: Repeated) -> Self {
        Self::Repeated
    }
}
