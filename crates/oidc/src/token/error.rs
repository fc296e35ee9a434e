//! What can be wrong with a token request (RFC 6749 §5.2).

use super::UpstreamTokenError;
use crate::{dpop::DpopError, error::ErrorCode, parameters::Repeated, resource::TargetError};
use domain::{signing_key::SigningError, stores::StoreError};

/// Why no tokens are issued. Fine-grained for the log; the wire sees [`TokenError::code`].
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum TokenError {
    #[error("a parameter is repeated")]
    Repeated,
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("the grant type is not supported")]
    UnsupportedGrant,
    #[error("the client is not registered for this grant")]
    GrantNotRegistered,
    #[error("the code is unknown")]
    CodeUnknown,
    #[error("the code has expired")]
    CodeExpired,
    #[error("nobody decided about the device yet")]
    AuthorizationPending,
    #[error("the device polls too often")]
    PolledTooSoon,
    #[error("the person denied the device")]
    DeviceDenied,
    #[error("the device code has expired")]
    DeviceCodeExpired,
    #[error("the device code was redeemed before")]
    DeviceCodeRedeemed,
    #[error("the code was redeemed before; what it gave is revoked")]
    CodeReplayed,
    #[error("the code or token was issued to another client")]
    ClientMismatch,
    #[error("redirect_uri is not the one authorized")]
    RedirectUriMismatch,
    #[error("code_verifier does not meet the challenge")]
    VerifierMismatch,
    #[error("the refresh token is unknown")]
    RefreshTokenUnknown,
    #[error("the refresh token has expired")]
    RefreshTokenExpired,
    #[error("the refresh token was used before; its family is revoked")]
    RefreshTokenReused,
    #[error("the authorization was revoked")]
    AuthorizationRevoked,
    #[error("the account is gone, disabled, or its tokens were withdrawn")]
    UserRefused,
    #[error("the client's tokens were withdrawn")]
    ClientWithdrawn,
    #[error("the sign-in session has ended")]
    SessionEnded,
    #[error("a scope is malformed or was not granted")]
    Scope,
    #[error(transparent)]
    Target(TargetError),
    #[error(transparent)]
    Dpop(DpopError),
    #[error("the client must prove possession of a key, and there is no proof")]
    ProofMissing,
    #[error("the code or token is bound to a key that was not proven")]
    OtherKey,
    #[error("a token type is neither an access token's nor a JWT's")]
    TokenTypeUnsupported,
    #[error("the subject token is refused: {0}")]
    SubjectToken(UnfitToken),
    #[error("the actor token is refused: {0}")]
    ActorToken(UnfitToken),
    #[error("the target takes opaque tokens, which are no JWTs and do not tell who acts")]
    OpaqueTarget,
    #[error("there is no token of the provider: {0}")]
    UpstreamToken(#[from] UpstreamTokenError),
    #[error("the signing key could not be used")]
    Signing(#[from] SigningError),
    #[error("the store could not answer")]
    Store(#[from] StoreError),
}

/// Why a token cannot be exchanged (RFC 8693 §2.2.2).
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum UnfitToken {
    #[error("it is no access token of this issuer, has expired or is revoked")]
    NotAccepted,
    #[error("the client may not exchange tokens of the client that holds it")]
    ForeignClient,
    #[error("it is bound to a key that was not proven")]
    OtherKey,
    #[error("it is about no person")]
    NoPerson,
    #[error("what it descends from has ended: {0}")]
    Ended(Box<TokenError>),
    #[error("whoever acts by it acts for somebody else")]
    Delegated,
    #[error("too many have acted by it")]
    TooManyActors,
}

impl TokenError {
    /// The code on the wire.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Repeated
            | Self::Missing(_)
            | Self::ProofMissing
            | Self::TokenTypeUnsupported
            | Self::SubjectToken(_)
            | Self::ActorToken(_) => ErrorCode::InvalidRequest,
            Self::UnsupportedGrant => ErrorCode::UnsupportedGrantType,
            Self::GrantNotRegistered => ErrorCode::UnauthorizedClient,
            Self::AuthorizationPending => ErrorCode::AuthorizationPending,
            Self::PolledTooSoon => ErrorCode::SlowDown,
            Self::DeviceDenied => ErrorCode::AccessDenied,
            Self::DeviceCodeExpired => ErrorCode::ExpiredToken,
            Self::CodeUnknown
            | Self::CodeExpired
            | Self::CodeReplayed
            | Self::DeviceCodeRedeemed
            | Self::ClientMismatch
            | Self::RedirectUriMismatch
            | Self::VerifierMismatch
            | Self::RefreshTokenUnknown
            | Self::RefreshTokenExpired
            | Self::RefreshTokenReused
            | Self::AuthorizationRevoked
            | Self::UserRefused
            | Self::ClientWithdrawn
            | Self::SessionEnded
            | Self::OtherKey => ErrorCode::InvalidGrant,
            Self::Dpop(error) => error.code(),
            Self::Scope => ErrorCode::InvalidScope,
            Self::Target(error) => error.code(),
            Self::OpaqueTarget => ErrorCode::InvalidTarget,
            Self::UpstreamToken(error) => match error {
                UpstreamTokenError::Combined => ErrorCode::InvalidRequest,
                UpstreamTokenError::NotAllowed
                | UpstreamTokenError::Off
                | UpstreamTokenError::NothingKept => ErrorCode::InvalidTarget,
                UpstreamTokenError::Unavailable => ErrorCode::TemporarilyUnavailable,
            },
            Self::Signing(_) | Self::Store(_) => ErrorCode::ServerError,
        }
    }

    /// A fixed sentence for developers; none where it would tell a guesser more than the code does.
    pub fn description(&self) -> Option<&'static str> {
        match self {
            Self::Repeated => Some("a parameter is repeated"),
            Self::Missing("grant_type") => Some("grant_type is missing"),
            Self::Missing(_) => Some("a parameter that this grant needs is missing"),
            Self::GrantNotRegistered => Some("this client is not registered for this grant"),
            Self::Scope => Some("a scope is malformed or was not granted"),
            Self::Target(error) => error.description(),
            Self::RedirectUriMismatch => Some("redirect_uri is not the one of the authorization request"),
            Self::VerifierMismatch => Some("code_verifier does not meet code_challenge"),
            Self::PolledTooSoon => Some("wait five seconds longer between polls from now on"),
            Self::ProofMissing => Some("this client must send a DPoP proof"),
            Self::OtherKey => Some("a DPoP proof of the key that this is bound to is needed"),
            Self::Dpop(error) => error.description(),
            Self::TokenTypeUnsupported => Some("only access tokens are exchanged, and for nothing else"),
            Self::SubjectToken(_) => Some("the subject token is not one that this client may exchange"),
            Self::ActorToken(_) => Some("the actor token is not one that this client may exchange"),
            Self::OpaqueTarget => {
                Some("this resource takes opaque tokens, which cannot be what was asked for")
            }
            Self::UpstreamToken(error) => Some(match error {
                UpstreamTokenError::Combined => {
                    "a provider's token is asked for alone, as an access token and without scope"
                }
                UpstreamTokenError::NotAllowed | UpstreamTokenError::Off => {
                    "no token of this provider is open to this client"
                }
                UpstreamTokenError::NothingKept => {
                    "no token of this provider is kept: the person has to sign in there again"
                }
                UpstreamTokenError::Unavailable => "the provider gives no new token at the moment",
            }),
            Self::UnsupportedGrant
            | Self::AuthorizationPending
            | Self::DeviceDenied
            | Self::DeviceCodeExpired
            | Self::DeviceCodeRedeemed
            | Self::CodeUnknown
            | Self::CodeExpired
            | Self::CodeReplayed
            | Self::ClientMismatch
            | Self::RefreshTokenUnknown
            | Self::RefreshTokenExpired
            | Self::RefreshTokenReused
            | Self::AuthorizationRevoked
            | Self::UserRefused
            | Self::ClientWithdrawn
            | Self::SessionEnded
            | Self::Signing(_)
            | Self::Store(_) => None,
        }
    }
}

impl From<TargetError> for TokenError {
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

impl From<DpopError> for TokenError {
    fn from(error: DpopError) -> Self {
        if let DpopError::Store(error) = error {
            Self::Store(error)
        } else {
            Self::Dpop(error)
        }
    }
}

impl From<Repeated> for TokenError {
    fn from(_: Repeated) -> Self {
        Self::Repeated
    }
}
