//! The token request (RFC 6749 §4.1.3, §6; RFC 7636 §4.5; RFC 8628 §3.4), parsed into values.

use super::TokenError;
use crate::{parameters::Parameters, resource::Resources};
use domain::{
    client::GrantType,
    opaque::{OpaqueKind, OpaqueToken},
    pkce::CodeVerifier,
    scope::ScopeSet,
};

/// A request, by grant.
pub(super) enum TokenRequest {
    AuthorizationCode(AuthorizationCodeRequest),
    RefreshToken(RefreshTokenRequest),
    ClientCredentials(ClientCredentialsRequest),
    DeviceCode(DeviceCodeRequest),
}

/// RFC 6749 §4.1.3.
pub(super) struct AuthorizationCodeRequest {
    pub code: OpaqueToken,
    pub redirect_uri: Option<String>,
    pub code_verifier: Option<CodeVerifier>,
    pub resources: Resources,
}

/// RFC 6749 §4.4.2.
pub(super) struct ClientCredentialsRequest {
    pub scopes: Option<ScopeSet>,
    pub resources: Resources,
}

/// RFC 8628 §3.4.
pub(super) struct DeviceCodeRequest {
    pub device_code: OpaqueToken,
}

/// RFC 6749 §6.
pub(super) struct RefreshTokenRequest {
    pub token: OpaqueToken,
    pub scopes: Option<ScopeSet>,
    pub resources: Resources,
}

impl TokenRequest {
    /// Picks the grant and parses what it needs.
    pub(super) fn parse(parameters: &Parameters) -> Result<Self, TokenError> {
        let grant = parameters
            .one("grant_type")?
            .ok_or(TokenError::Missing("grant_type"))?;
        match GrantType::parse(grant).ok_or(TokenError::UnsupportedGrant)? {
            GrantType::AuthorizationCode => {
                AuthorizationCodeRequest::parse(parameters).map(Self::AuthorizationCode)
            }
            GrantType::RefreshToken => RefreshTokenRequest::parse(parameters).map(Self::RefreshToken),
            GrantType::ClientCredentials => Ok(Self::ClientCredentials(ClientCredentialsRequest {
                scopes: parse_scopes(parameters)?,
                resources: Resources::parse(parameters)?,
            })),
            GrantType::DeviceCode => DeviceCodeRequest::parse(parameters).map(Self::DeviceCode),
        }
    }

    pub(super) fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode(_) => GrantType::AuthorizationCode,
            Self::RefreshToken(_) => GrantType::RefreshToken,
            Self::ClientCredentials(_) => GrantType::ClientCredentials,
            Self::DeviceCode(_) => GrantType::DeviceCode,
        }
    }
}

impl AuthorizationCodeRequest {
    fn parse(parameters: &Parameters) -> Result<Self, TokenError> {
        let code = parameters.one("code")?.ok_or(TokenError::Missing("code"))?;
        let redirect_uri = parameters.one("redirect_uri")?.map(str::to_owned);
        let verifier = parameters
            .one("code_verifier")?
            .map(CodeVerifier::parse)
            .transpose();
        Ok(Self {
            code: OpaqueToken::parse(OpaqueKind::AuthorizationCode, code).ok_or(TokenError::CodeUnknown)?,
            redirect_uri,
            code_verifier: verifier.map_err(|_| TokenError::VerifierMismatch)?,
            resources: Resources::parse(parameters)?,
        })
    }
}

impl DeviceCodeRequest {
    fn parse(parameters: &Parameters) -> Result<Self, TokenError> {
        let code = parameters
            .one("device_code")?
            .ok_or(TokenError::Missing("device_code"))?;
        let device_code = OpaqueToken::parse(OpaqueKind::DeviceCode, code);
        Ok(Self {
            device_code: device_code.ok_or(TokenError::CodeUnknown)?,
        })
    }
}

impl RefreshTokenRequest {
    fn parse(parameters: &Parameters) -> Result<Self, TokenError> {
        let token = parameters
            .one("refresh_token")?
            .ok_or(TokenError::Missing("refresh_token"))?;
        let scopes = parse_scopes(parameters)?;
        Ok(Self {
            token: OpaqueToken::parse(OpaqueKind::RefreshToken, token)
                .ok_or(TokenError::RefreshTokenUnknown)?,
            scopes,
            resources: Resources::parse(parameters)?,
        })
    }
}

fn parse_scopes(parameters: &Parameters) -> Result<Option<ScopeSet>, TokenError> {
    let scopes = parameters.one("scope")?.map(str::parse).transpose();
    scopes.map_err(|_| TokenError::Scope)
}
