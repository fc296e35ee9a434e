//! ID tokens (OpenID Connect Core §2, §3.1.3.6, §12.2).

use super::{
    Person,
    claims::{self, UserClaims, user_claims},
    signer,
};
use crate::{
    Protocol,
    claims_request::{ClaimsRequest, told_acr},
    jose::{TokenType, left_half_hash, sign},
    subject::SubjectIdentifier,
};
use domain::{
    acr::{self, Acr},
    client::{Client, ClientId},
    clock::Timestamp,
    federation::Said,
    id::LoginSessionId,
    realm_context::RealmContext,
    scope::ScopeSet,
    services::Act,
    signing_key::SigningError,
    stores::Stored,
};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a ClientId,
    azp: &'a ClientId,
    exp: i64,
    iat: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    amr: Vec<&'static str>,
    at_hash: String,
    sid: LoginSessionId,
    #[serde(flatten)]
    user: UserClaims,
}

/// What this product reads of an ID token that comes back as `id_token_hint`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct IdTokenClaims {
    pub sub: SubjectIdentifier,
    pub aud: ClientId,
    pub sid: Option<LoginSessionId>,
    /// Tells it from a signed userinfo response, which does not expire.
    #[serde(rename = "exp")]
    pub _exp: i64,
}

/// Mints the ID token that goes with `access_token`. `nonce` is that of the request, and absent on refresh.
pub(crate) async fn issue(
    realm: &RealmContext,
    client: &Client,
    (person, said, scopes, now): (Person<'_>, &Said, &ScopeSet, Timestamp),
    nonce: Option<&str>,
    access_token: &str,
) -> Result<String, SigningError> {
    let Person {
        authorization,
        user,
        sub,
    } = person;
    let alg = client.oidc().id_token_alg;
    let claims = Claims {
        iss: realm.issuer.as_str(),
        aud: &client.id,
        azp: &client.id,
        exp: (now + realm.settings.lifetimes.id_token).seconds(),
        iat: now.seconds(),
        auth_time: authorization.authenticated_at.seconds(),
        nonce,
        acr: told_acr(authorization).map(Acr::as_str),
        amr: acr::amr(&authorization.methods),
        at_hash: left_half_hash(alg, access_token),
        sid: authorization.login_session_id,
        user: user_claims(
            (sub, user, said),
            &told_by_scope(client, scopes),
            &ClaimsRequest::of(&authorization.terms).id_token,
        ),
    };
    sign(signer(realm, alg)?, TokenType::IdToken, &claims).await
}

/// What other providers say that an ID token tells.
pub(crate) async fn said(
    protocol: &Protocol,
    act: &Act,
    client: &Client,
    (person, scopes): (Person<'_>, &ScopeSet),
) -> Stored<Said> {
    let by_name = ClaimsRequest::of(&person.authorization.terms).id_token;
    let told = (&told_by_scope(client, scopes), &by_name);
    claims::said(protocol, act, person.user.id, told).await
}

/// The scopes whose claims stand in the token itself, and not at userinfo alone.
fn told_by_scope(client: &Client, scopes: &ScopeSet) -> ScopeSet {
    match client.oidc().metadata.slim_id_token {
        true => ScopeSet::default(),
        false => scopes.clone(),
    }
}
