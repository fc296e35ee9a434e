//! The userinfo endpoint (OpenID Connect Core §5.3) and what makes an access token of ours acceptable there.

pub use crate::issue::claims::UserClaims;

use crate::{
    Protocol,
    bearer::{Presented, Scheme},
    discovery::path,
    dpop::{self, Confirmation, DpopError, ProofHeader, ProvenRequest, SenderConstraint},
    error::ErrorCode,
    issue::{
        self,
        claims::{self, StandardScope, user_claims},
    },
    jose::{TokenType, sign},
    presented::{self, NotAccepted, PresentedToken},
};
use domain::{
    client::ClientId,
    services::Act,
    signing_key::{SigningAlgorithm, SigningError},
    stores::StoreError,
};
use serde::Serialize;

/// Why nothing is told.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub enum UserinfoError {
    #[error("it is not an access token of this issuer")]
    NotOurs,
    #[error("the access token has expired")]
    Expired,
    #[error("the access token is revoked")]
    Revoked,
    #[error("the account is gone, disabled, or its tokens were withdrawn")]
    UserRefused,
    #[error("the access token lacks the scope openid")]
    InsufficientScope,
    #[error("the access token is bound to a key, or is not, and was presented the other way")]
    WrongScheme,
    #[error(transparent)]
    Dpop(DpopError),
    #[error("the store could not answer")]
    Store(#[from] StoreError),
    #[error("the answer could not be signed")]
    Signing(#[from] SigningError),
}

impl UserinfoError {
    /// The code on the wire (RFC 6750 §3.1, RFC 9449 §7.1).
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NotOurs | Self::Expired | Self::Revoked | Self::UserRefused | Self::WrongScheme => {
                ErrorCode::InvalidToken
            }
            Self::Dpop(error) => error.code(),
            Self::InsufficientScope => ErrorCode::InsufficientScope,
            Self::Store(_) | Self::Signing(_) => ErrorCode::ServerError,
        }
    }
}

/// The claims that the bearer of a token may know, in the form that the client is registered for.
#[derive(Clone, Debug)]
pub enum UserinfoResponse {
    /// As JSON.
    Plain(UserClaims),
    /// As a JWT.
    Signed(String),
}

#[derive(Serialize)]
struct SignedClaims<'a> {
    iss: &'a str,
    aud: &'a ClientId,
    #[serde(flatten)]
    user: UserClaims,
}

impl From<DpopError> for UserinfoError {
    fn from(error: DpopError) -> Self {
        if let DpopError::Store(error) = error {
            Self::Store(error)
        } else {
            Self::Dpop(error)
        }
    }
}

/// What whoever presents an access token is told. `method` is the request's, `proof` are its `DPoP` headers.
pub async fn respond(
    protocol: &Protocol,
    act: &Act,
    presented: Presented<'_>,
    method: &'static str,
    proof: ProofHeader<'_>,
) -> Result<UserinfoResponse, UserinfoError> {
    let token = for_the_issuer(protocol, act, presented.token).await?;
    let request = ProvenRequest {
        method,
        path: path::USERINFO,
        access_token: Some(presented.token),
    };
    let bound = token.confirmation.as_ref();
    check_sender(protocol, act, bound, presented.scheme, (proof, request)).await?;
    if !StandardScope::Openid.is_in(&token.scopes) {
        return Err(UserinfoError::InsufficientScope);
    }
    let id = token.user.ok_or(UserinfoError::NotOurs)?;
    // The client knows the person by what its token says (§5.3.2).
    let sub = token.subject.parse().map_err(|_| UserinfoError::NotOurs)?;
    let user = act.realm.stores.users.find(id).await?;
    let user = user.ok_or(UserinfoError::UserRefused)?;
    // A token's time is in whole seconds: it is old only if its whole second lies before.
    if !user.is_active() || token.issued_at < user.not_before.seconds() {
        return Err(UserinfoError::UserRefused);
    }
    let asked = (&token.scopes, &token.userinfo_claims);
    let said = claims::said(protocol, act, id, asked).await?;
    let told = user_claims((sub, &user, &said), asked.0, asked.1);
    let client = act.realm.stores.clients.find(&token.client_id).await?;
    let client = client.ok_or(UserinfoError::Revoked)?;
    match client.oidc().metadata.userinfo_signed_response_alg {
        None => Ok(UserinfoResponse::Plain(told)),
        Some(alg) => Ok(UserinfoResponse::Signed(
            signed(act, &client.id, alg, told).await?,
        )),
    }
}

/// A bound token is used by the holder of its key alone, and a token that is not bound needs no proof (RFC 9449
/// §7.1, §7.2).
async fn check_sender(
    protocol: &Protocol,
    act: &Act,
    bound: Option<&Confirmation>,
    scheme: Scheme,
    (proof, request): (ProofHeader<'_>, ProvenRequest<'_>),
) -> Result<(), UserinfoError> {
    let bound = match (scheme, bound) {
        (Scheme::Bearer, None) => return Ok(()),
        (Scheme::Bearer, Some(_)) | (Scheme::Dpop, None) => return Err(UserinfoError::WrongScheme),
        (Scheme::Dpop, Some(bound)) => bound,
    };
    match dpop::constraint(protocol, act, proof, request).await? {
        SenderConstraint::Dpop(key) if key == bound.jkt => Ok(()),
        SenderConstraint::Dpop(_) => Err(DpopError::OtherKey.into()),
        SenderConstraint::None => Err(DpopError::Absent.into()),
    }
}

async fn signed(
    act: &Act,
    client: &ClientId,
    alg: SigningAlgorithm,
    user: UserClaims,
) -> Result<String, SigningError> {
    let realm = &act.realm;
    let claims = SignedClaims {
        iss: realm.issuer.as_str(),
        aud: client,
        user,
    };
    sign(issue::signer(realm, alg)?, TokenType::Userinfo, &claims).await
}

/// The token, if the issuer itself is among those it is for.
async fn for_the_issuer(
    protocol: &Protocol,
    act: &Act,
    token: &str,
) -> Result<PresentedToken, UserinfoError> {
    let token = presented::accept(protocol, act, token).await?;
    if token.audience.contains(act.realm.issuer.as_str()) {
        Ok(token)
    } else {
        Err(UserinfoError::NotOurs)
    }
}

impl From<NotAccepted> for UserinfoError {
    fn from(error: NotAccepted) -> Self {
        match error {
            NotAccepted::NotOurs => Self::NotOurs,
            NotAccepted::Expired => Self::Expired,
            NotAccepted::Revoked => Self::Revoked,
            NotAccepted::Store(error) => Self::Store(error),
        }
    }
}
