//! An access token that came back, signed or opaque, and whether it still stands.
//!
//! Nothing is asked of a store for a signed token: it says everything itself, and what is revoked is in memory. An
//! opaque one is a row. Whom it is for is judged by whoever it was shown to.

use crate::{
    Protocol,
    claims_request::{ClaimsRequest, told_acr},
    dpop::Confirmation,
    issue::{ActClaim, Audience, access_token::AccessTokenClaims},
    jose::{TokenType, verify},
};
use domain::{
    access_token::FoundAccessToken,
    acr,
    authorization::Authorization,
    client::{ClientId, Status},
    clock::Timestamp,
    id::{AuthorizationId, LoginSessionId, UserId},
    opaque::{OpaqueKind, OpaqueToken},
    realm_context::TokenOrigin,
    scope::ScopeSet,
    services::Act,
    stores::StoreError,
};
use std::collections::BTreeSet;

/// Why a token counts for nothing.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the message says it")]
pub(crate) enum NotAccepted {
    #[error("it is not an access token of this issuer")]
    NotOurs,
    #[error("the access token has expired")]
    Expired,
    #[error("the access token is revoked")]
    Revoked,
    #[error("the store could not answer")]
    Store(#[from] StoreError),
}

/// An access token of this issuer that has neither expired nor been revoked.
#[derive(Clone, Debug)]
pub(crate) struct PresentedToken {
    pub client_id: ClientId,
    /// Whose it is; nobody's if the client got it for itself.
    pub user: Option<UserId>,
    /// What the person approved.
    pub authorization: Option<AuthorizationId>,
    /// Who acts for the person.
    pub act: Option<ActClaim>,
    /// What `sub` says.
    pub subject: String,
    pub scopes: ScopeSet,
    pub audience: Audience,
    /// What userinfo tells beside what the scopes stand for.
    pub userinfo_claims: BTreeSet<String>,
    /// In whole seconds, as JWTs count.
    pub issued_at: i64,
    pub expires_at: i64,
    /// What a signed token is told apart by.
    pub jti: Option<String>,
    pub approval: Option<ApprovalFacts>,
    pub confirmation: Option<Confirmation>,
}

/// How the person proved who they are (RFC 9068 §2.2.1).
#[derive(Clone, Debug)]
pub(crate) struct ApprovalFacts {
    pub auth_time: i64,
    pub acr: Option<String>,
    pub amr: Vec<String>,
    pub session: Option<LoginSessionId>,
}

/// The access token that `text` is.
pub(crate) async fn accept(
    protocol: &Protocol,
    act: &Act,
    text: &str,
) -> Result<PresentedToken, NotAccepted> {
    let now = protocol.ports.clock.now();
    match OpaqueToken::parse(OpaqueKind::AccessToken, text) {
        Some(token) => opaque(act, &token, now).await,
        None => signed(act, text, now).await,
    }
}

async fn signed(act: &Act, text: &str, now: Timestamp) -> Result<PresentedToken, NotAccepted> {
    let realm = &act.realm;
    let claims: AccessTokenClaims =
        verify(&realm.keys, &realm.issuer, TokenType::AccessToken, text).map_err(|_| NotAccepted::NotOurs)?;
    if now >= Timestamp::from_seconds(claims.exp) {
        return Err(NotAccepted::Expired);
    }
    let origin = claims.origin(realm).await?.ok_or(NotAccepted::NotOurs)?;
    if realm.revocations.revokes(&origin) {
        return Err(NotAccepted::Revoked);
    }
    Ok(PresentedToken {
        user: origin.user,
        authorization: claims.aid,
        act: claims.act,
        userinfo_claims: claims.userinfo_claims,
        scopes: claims.scope.parse().map_err(|_| NotAccepted::NotOurs)?,
        approval: claims.auth_time.map(|auth_time| ApprovalFacts {
            auth_time,
            acr: claims.acr,
            amr: claims.amr,
            session: claims.sid,
        }),
        client_id: claims.client_id,
        subject: claims.sub,
        audience: claims.aud,
        issued_at: claims.iat,
        expires_at: claims.exp,
        jti: Some(claims.jti),
        confirmation: claims.cnf,
    })
}

async fn opaque(act: &Act, token: &OpaqueToken, now: Timestamp) -> Result<PresentedToken, NotAccepted> {
    let found = act.realm.stores.access_tokens.find(&token.digest()).await?;
    let FoundAccessToken { token, authorization } = found.ok_or(NotAccepted::NotOurs)?;
    if now >= token.expires_at {
        return Err(NotAccepted::Expired);
    }
    let client = act.realm.stores.clients.find(&token.client_id).await?;
    let client_stands = client.is_some_and(|client| match client.status {
        Status::Active => client.not_before <= token.issued_at,
        Status::Disabled => false,
    });
    let approved = authorization.as_ref();
    let stands = approved.is_none_or(|authorization| authorization.stands(now));
    let origin = TokenOrigin {
        jti: None,
        authorization: token.authorization_id,
        session: approved.and_then(session),
        user: approved.map(|authorization| authorization.user_id),
        client: token.client_id.clone(),
        came_by: approved
            .map(|authorization| authorization.client_id.clone())
            .into_iter()
            .collect(),
        authenticated_at: approved.map(|authorization| authorization.authenticated_at),
        issued_at: token.issued_at,
    };
    if !client_stands || !stands || act.realm.revocations.revokes(&origin) {
        return Err(NotAccepted::Revoked);
    }
    Ok(PresentedToken {
        user: origin.user,
        authorization: token.authorization_id,
        // Tokens that carry it are signed.
        act: None,
        approval: approved.map(facts),
        userinfo_claims: approved.map_or_else(BTreeSet::new, |authorization| {
            ClaimsRequest::of(&authorization.terms).userinfo
        }),
        client_id: token.client_id,
        subject: token.subject,
        scopes: token.scopes,
        audience: Audience::of(token.audience),
        issued_at: token.issued_at.seconds(),
        expires_at: token.expires_at.seconds(),
        jti: None,
        confirmation: confirmation(token.jkt)?,
    })
}

fn confirmation(jkt: Option<String>) -> Result<Option<Confirmation>, NotAccepted> {
    let key = jkt.map(|jkt| jkt.parse()).transpose();
    let key = key.map_err(|_| NotAccepted::NotOurs)?;
    Ok(key.map(|jkt| Confirmation { jkt }))
}

fn facts(authorization: &Authorization) -> ApprovalFacts {
    ApprovalFacts {
        auth_time: authorization.authenticated_at.seconds(),
        acr: told_acr(authorization).map(|acr| acr.as_str().to_owned()),
        amr: acr::amr(&authorization.methods)
            .into_iter()
            .map(str::to_owned)
            .collect(),
        session: session(authorization),
    }
}

/// The session that a token dies with.
fn session(authorization: &Authorization) -> Option<LoginSessionId> {
    (!authorization.is_offline()).then_some(authorization.login_session_id)
}
