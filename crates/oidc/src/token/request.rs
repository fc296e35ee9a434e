//! The token request (RFC 6749 §4.1.3, §6; RFC 7636 §4.5; RFC 8628 §3.4; RFC 8693 §2.1), parsed into values.

use super::{TokenError, UpstreamTokenError, token_exchange::TokenTypeIdentifier};
use crate::{parameters::Parameters, resource::Resources};
use domain::{
    client::GrantType,
    federation::ProviderId,
    opaque::{OpaqueKind, OpaqueToken},
    pkce::CodeVerifier,
    scope::ScopeSet,
};
use zeroize::Zeroizing;

/// A request, by grant.
pub(super) enum TokenRequest {
    AuthorizationCode(AuthorizationCodeRequest),
    RefreshToken(RefreshTokenRequest),
    ClientCredentials(ClientCredentialsRequest),
    DeviceCode(DeviceCodeRequest),
    TokenExchange(TokenExchangeRequest),
    UpstreamToken(UpstreamTokenRequest),
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
    pub resources: Resources,
}

/// RFC 6749 §6.
pub(super) struct RefreshTokenRequest {
    pub token: OpaqueToken,
    pub scopes: Option<ScopeSet>,
    pub resources: Resources,
}

/// RFC 8693 §2.1.
pub(super) struct TokenExchangeRequest {
    pub subject_token: Zeroizing<String>,
    pub actor_token: Option<Zeroizing<String>>,
    pub requested: TokenTypeIdentifier,
    pub scopes: Option<ScopeSet>,
    pub resources: Resources,
}

/// RFC 8693 §2.1, where the audience names the tokens of a provider.
pub(super) struct UpstreamTokenRequest {
    pub subject_token: Zeroizing<String>,
    pub provider: ProviderId,
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
            GrantType::TokenExchange if parameters.all("audience").any(ProviderId::is_of_tokens) => {
                UpstreamTokenRequest::parse(parameters).map(Self::UpstreamToken)
            }
            GrantType::TokenExchange => TokenExchangeRequest::parse(parameters).map(Self::TokenExchange),
        }
    }

    pub(super) fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode(_) => GrantType::AuthorizationCode,
            Self::RefreshToken(_) => GrantType::RefreshToken,
            Self::ClientCredentials(_) => GrantType::ClientCredentials,
            Self::DeviceCode(_) => GrantType::DeviceCode,
            Self::TokenExchange(_) | Self::UpstreamToken(_) => GrantType::TokenExchange,
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
            resources: Resources::parse(parameters)?,
        })
    }
}

impl TokenExchangeRequest {
    fn parse(parameters: &Parameters) -> Result<Self, TokenError> {
        let subject_token = typed_token(parameters, "subject_token", "subject_token_type")?;
        let requested = parameters.one("requested_token_type")?;
        let requested = requested.map(TokenTypeIdentifier::parse).transpose()?;
        Ok(Self {
            subject_token: subject_token.ok_or(TokenError::Missing("subject_token"))?,
            actor_token: typed_token(parameters, "actor_token", "actor_token_type")?,
            requested: requested.unwrap_or(TokenTypeIdentifier::AccessToken),
            scopes: parse_scopes(parameters)?,
            resources: Resources::parse_with_audiences(parameters)?,
        })
    }
}

impl UpstreamTokenRequest {
    fn parse(parameters: &Parameters) -> Result<Self, TokenError> {
        let subject_token = typed_token(parameters, "subject_token", "subject_token_type")?;
        let subject_token = subject_token.ok_or(TokenError::Missing("subject_token"))?;
        let actor_token = typed_token(parameters, "actor_token", "actor_token_type")?;
        let requested = parameters.one("requested_token_type")?;
        let requested = requested.map(TokenTypeIdentifier::parse).transpose()?;
        let mut audiences = parameters.all("audience");
        let (Some(audience), None) = (audiences.next(), audiences.next()) else {
            return Err(UpstreamTokenError::Combined.into());
        };
        // What the provider's token is and may do was settled there.
        if requested == Some(TokenTypeIdentifier::Jwt)
            || actor_token.is_some()
            || parameters.one("scope")?.is_some()
            || parameters.all("resource").next().is_some()
        {
            return Err(UpstreamTokenError::Combined.into());
        }
        Ok(Self {
            subject_token,
            provider: ProviderId::of_tokens(audience).ok_or(UpstreamTokenError::Off)?,
        })
    }
}

/// A token and its type come together or not at all. Either type is that of an access token.
fn typed_token(
    parameters: &Parameters,
    token: &'static str,
    token_type: &'static str,
) -> Result<Option<Zeroizing<String>>, TokenError> {
    match (parameters.one(token)?, parameters.one(token_type)?) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(TokenError::Missing(token)),
        (Some(_), None) => Err(TokenError::Missing(token_type)),
        (Some(text), Some(named)) => {
            TokenTypeIdentifier::parse(named)?;
            Ok(Some(Zeroizing::new(text.to_owned())))
        }
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
