//! Token introspection (RFC 7662), plain or as a signed JWT (RFC 9701).
//!
//! Who may know of an access token: the client that holds it, and the introspection clients of the APIs it is for. Of a
//! refresh token only its client may know. Everybody else is told what they would be told of no token at all.

use crate::{
    Protocol,
    client_auth::AuthenticatedClient,
    dpop::Confirmation,
    error::ErrorCode,
    issue::{ActClaim, Audience, signer},
    jose::{TokenType, sign},
    parameters::{Parameters, Repeated},
    presented::{NotAccepted, PresentedToken, accept},
    subject::SubjectIdentifier,
    token::live_family,
};
use domain::{
    authorization::RefreshTokenFamily,
    client::ClientId,
    id::LoginSessionId,
    opaque::{OpaqueKind, OpaqueToken},
    services::Act,
    signing_key::{SigningAlgorithm, SigningError},
    stores::StoreError,
};
use serde::Serialize;

/// The media type of a signed answer (RFC 9701 §4), without which the answer is plain JSON.
pub const SIGNED_MEDIA_TYPE: &str = "application/token-introspection+jwt";

/// Why nothing is told.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum IntrospectionError {
    #[error("a parameter is repeated")]
    Repeated,
    #[error("token is missing")]
    Missing,
    #[error("the client cannot prove who it is")]
    PublicClient,
    #[error("the signing key could not be used")]
    Signing(#[from] SigningError),
    #[error("the store could not answer")]
    Store(#[from] StoreError),
}

impl IntrospectionError {
    /// The code on the wire (RFC 7662 §2.3).
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Repeated | Self::Missing => ErrorCode::InvalidRequest,
            Self::PublicClient => ErrorCode::InvalidClient,
            Self::Signing(_) | Self::Store(_) => ErrorCode::ServerError,
        }
    }
}

impl From<Repeated> for IntrospectionError {
    fn from(_: Repeated) -> Self {
        Self::Repeated
    }
}

/// What is told of a token (RFC 7662 §2.2); serialises as the response's JSON.
#[derive(Clone, Debug, Serialize)]
pub struct Introspection {
    active: bool,
    #[serde(flatten)]
    facts: Option<Box<Facts>>,
}

#[derive(Clone, Debug, Serialize)]
struct Facts {
    iss: String,
    client_id: ClientId,
    sub: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
    exp: i64,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<Audience>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    amr: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<LoginSessionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<ActClaim>,
}

impl Introspection {
    const INACTIVE: Self = Self {
        active: false,
        facts: None,
    };

    fn active(facts: Facts) -> Self {
        Self {
            active: true,
            facts: Some(Box::new(facts)),
        }
    }

    /// Whether the token may be used.
    pub fn is_active(&self) -> bool {
        self.active
    }
}

/// Answers a client that asks about a token. The hint is not needed: tokens of each kind look different.
pub async fn respond(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    parameters: &Parameters,
) -> Result<Introspection, IntrospectionError> {
    if !client.client().is_confidential() {
        return Err(IntrospectionError::PublicClient);
    }
    let token = parameters.one("token")?.ok_or(IntrospectionError::Missing)?;
    parameters.one("token_type_hint")?;
    if let Some(token) = OpaqueToken::parse(OpaqueKind::RefreshToken, token) {
        let family = live_family(protocol, act, client, &token).await?;
        return Ok(family.map_or(Introspection::INACTIVE, |family| {
            let known_as =
                SubjectIdentifier::of(&protocol.ports, &act.realm.realm, client.client(), family.user.id);
            Introspection::active(of_refresh_token(act, family, known_as))
        }));
    }
    let token = match accept(protocol, act, token).await {
        Ok(token) => token,
        Err(NotAccepted::Store(error)) => return Err(error.into()),
        Err(NotAccepted::NotOurs | NotAccepted::Expired | NotAccepted::Revoked) => {
            return Ok(Introspection::INACTIVE);
        }
    };
    if may_know(act, client, &token).await? {
        Ok(Introspection::active(of_access_token(act, token)))
    } else {
        Ok(Introspection::INACTIVE)
    }
}

async fn may_know(
    act: &Act,
    client: &AuthenticatedClient,
    token: &PresentedToken,
) -> Result<bool, StoreError> {
    if token.client_id == *client.id() {
        return Ok(true);
    }
    for name in token.audience.names() {
        // The issuer is no API, and a name that cannot be one is nobody's.
        let Ok(audience) = name.parse() else {
            continue;
        };
        let api = act.realm.stores.apis.find(&audience).await?;
        if api.is_some_and(|api| api.introspection_clients.contains(client.id())) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn of_access_token(act: &Act, token: PresentedToken) -> Facts {
    let (auth_time, acr, amr, sid) = match token.approval {
        Some(approval) => (
            Some(approval.auth_time),
            approval.acr,
            approval.amr,
            approval.session,
        ),
        None => (None, None, Vec::new(), None),
    };
    Facts {
        iss: act.realm.issuer.as_str().to_owned(),
        client_id: token.client_id,
        sub: token.subject,
        scope: token.scopes.to_string(),
        exp: token.expires_at,
        iat: token.issued_at,
        token_type: Some(match token.confirmation {
            Some(_) => "DPoP",
            None => "Bearer",
        }),
        aud: Some(token.audience),
        jti: token.jti,
        auth_time,
        acr,
        amr,
        sid,
        cnf: token.confirmation,
        act: token.act,
    }
}

fn of_refresh_token(act: &Act, family: RefreshTokenFamily, sub: SubjectIdentifier) -> Facts {
    Facts {
        iss: act.realm.issuer.as_str().to_owned(),
        sub: sub.to_string(),
        client_id: family.authorization.client_id,
        scope: family.authorization.scopes.to_string(),
        exp: family.token.expires_at.seconds(),
        iat: family.token.created_at.seconds(),
        token_type: None,
        aud: None,
        jti: None,
        auth_time: None,
        acr: None,
        amr: Vec::new(),
        sid: None,
        cnf: None,
        act: None,
    }
}

#[derive(Serialize)]
struct SignedAnswer<'a> {
    iss: &'a str,
    aud: &'a ClientId,
    iat: i64,
    token_introspection: &'a Introspection,
}

/// The answer as a JWT for the client that asked (RFC 9701 §5), signed as it is registered.
pub async fn signed(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    answer: &Introspection,
) -> Result<String, IntrospectionError> {
    let claims = SignedAnswer {
        iss: act.realm.issuer.as_str(),
        aud: client.id(),
        iat: protocol.ports.clock.now().seconds(),
        token_introspection: answer,
    };
    let registered = client.client().oidc().metadata.introspection_signed_response_alg;
    // RFC 9701 §6 names the default.
    let alg = registered.unwrap_or(SigningAlgorithm::Rs256);
    Ok(sign(signer(&act.realm, alg)?, TokenType::TokenIntrospection, &claims).await?)
}
