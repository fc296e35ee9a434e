//! Access tokens: JWTs by the profile of RFC 9068, or opaque ones of which a row is stored.

use super::{ActClaim, Audience, Person, Subject, Target, signer};
use crate::{
    claims_request::{ClaimsRequest, told_acr},
    dpop::Confirmation,
    jose::{TokenType, sign},
    subject::SubjectIdentifier,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    access_token::AccessToken,
    acr::{self, Acr},
    api::TokenFormat,
    client::ClientId,
    clock::Timestamp,
    id::{AuthorizationId, LoginSessionId},
    opaque::{OpaqueKind, OpaqueToken},
    random::Random,
    realm_context::{RealmContext, TokenOrigin},
    signing_key::SigningError,
    stores::StoreError,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The claims of an access token.
#[derive(Clone, Debug, Serialize)]
struct Claims<'a> {
    iss: &'a str,
    exp: i64,
    aud: &'a Audience,
    sub: String,
    client_id: &'a ClientId,
    iat: i64,
    jti: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<&'a ActClaim>,
    #[serde(flatten)]
    person: Option<PersonClaims>,
}

/// What is said only where a person approved (RFC 9068 §2.2.1).
#[derive(Clone, Debug, Serialize)]
struct PersonClaims {
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    amr: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<LoginSessionId>,
    aid: AuthorizationId,
    #[serde(skip_serializing_if = "Option::is_none")]
    ocid: Option<ClientId>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    userinfo_claims: BTreeSet<String>,
}

/// What this product reads of an access token that comes back.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct AccessTokenClaims {
    pub exp: i64,
    pub aud: Audience,
    pub sub: String,
    pub client_id: ClientId,
    pub iat: i64,
    #[serde(default)]
    pub scope: String,
    pub jti: String,
    pub auth_time: Option<i64>,
    pub acr: Option<String>,
    #[serde(default)]
    pub amr: Vec<String>,
    /// The key whose holder alone may use it.
    pub cnf: Option<Confirmation>,
    pub sid: Option<LoginSessionId>,
    pub aid: Option<AuthorizationId>,
    /// The client that the person approved, where the token was exchanged for another.
    pub ocid: Option<ClientId>,
    /// Who acts for the person.
    pub act: Option<ActClaim>,
    /// What userinfo tells beside what the scopes stand for.
    #[serde(default)]
    pub userinfo_claims: BTreeSet<String>,
}

/// An access token as it is handed out, and what is stored of it if it is opaque.
pub(crate) struct Minted {
    pub text: String,
    pub row: Option<AccessToken>,
}

impl AccessTokenClaims {
    /// What the client knows the person by; nobody's if the client got it for itself (RFC 9068 §2.2, §5).
    pub fn subject(&self) -> Option<SubjectIdentifier> {
        self.aid.and_then(|_| self.sub.parse().ok())
    }

    /// Where the token comes from, for the list of revocations. A pairwise subject names no account, so its
    /// authorization is asked for it. `None` if the token is about a person whom nothing names.
    pub async fn origin(&self, realm: &RealmContext) -> Result<Option<TokenOrigin>, StoreError> {
        let user = match (self.aid, self.subject()) {
            (None, _) => None,
            (Some(_), None) => return Ok(None),
            (Some(_), Some(SubjectIdentifier::Public(user))) => Some(user),
            (Some(id), Some(SubjectIdentifier::Pairwise(_))) => {
                match realm.stores.authorizations.find(id).await? {
                    Some(authorization) => Some(authorization.user_id),
                    None => return Ok(None),
                }
            }
        };
        Ok(Some(TokenOrigin {
            jti: Some(self.jti.clone()),
            authorization: self.aid,
            session: self.sid,
            user,
            client: self.client_id.clone(),
            came_by: self
                .ocid
                .iter()
                .chain(self.act.iter().flat_map(ActClaim::clients))
                .cloned()
                .collect(),
            authenticated_at: self.auth_time.map(Timestamp::from_seconds),
            issued_at: Timestamp::from_seconds(self.iat),
        }))
    }
}

/// Mints an access token for `target`, in the format it takes.
pub(crate) async fn issue(
    realm: &RealmContext,
    random: &dyn Random,
    subject: Subject<'_>,
    target: &Target,
) -> Result<Minted, SigningError> {
    match target.format {
        TokenFormat::Jwt => {
            let text = signed(realm, random, subject, target).await?;
            Ok(Minted { text, row: None })
        }
        TokenFormat::Opaque => Ok(opaque(random, subject, target)),
    }
}

fn opaque(random: &dyn Random, subject: Subject<'_>, target: &Target) -> Minted {
    let token = OpaqueToken::generate(OpaqueKind::AccessToken, random);
    let row = AccessToken {
        digest: token.digest(),
        authorization_id: subject.person.map(|person| person.authorization.id),
        client_id: subject.client.clone(),
        subject: sub(subject),
        scopes: subject.scopes.clone(),
        audience: target.audience.names().to_vec(),
        issued_at: subject.now,
        expires_at: subject.now + target.lifetime,
        jkt: subject.constraint.key().cloned().map(String::from),
    };
    Minted {
        text: token.expose().to_owned(),
        row: Some(row),
    }
}

fn sub(subject: Subject<'_>) -> String {
    subject
        .person
        .map_or_else(|| subject.client.to_string(), |person| person.sub.to_string())
}

async fn signed(
    realm: &RealmContext,
    random: &dyn Random,
    subject: Subject<'_>,
    target: &Target,
) -> Result<String, SigningError> {
    let mut jti = [0; 16];
    random.fill(&mut jti);
    let claims = Claims {
        iss: realm.issuer.as_str(),
        exp: (subject.now + target.lifetime).seconds(),
        aud: &target.audience,
        sub: sub(subject),
        client_id: subject.client,
        iat: subject.now.seconds(),
        jti: URL_SAFE_NO_PAD.encode(jti),
        scope: subject.scopes.to_string(),
        cnf: subject.constraint.confirmation(),
        act: subject.act,
        person: subject.person.map(|person| person_claims(person, subject.client)),
    };
    sign(signer(realm, target.alg)?, TokenType::AccessToken, &claims).await
}

fn person_claims(person: Person<'_>, holder: &ClientId) -> PersonClaims {
    let authorization = person.authorization;
    let approved = &authorization.client_id;
    let ocid = (approved != holder).then(|| approved.clone());
    PersonClaims {
        auth_time: authorization.authenticated_at.seconds(),
        acr: told_acr(authorization).map(Acr::as_str),
        amr: acr::amr(&authorization.methods),
        // A token that outlives the session must not be revoked with it.
        sid: (!authorization.is_offline()).then_some(authorization.login_session_id),
        aid: authorization.id,
        // What the client that was approved asked for is not told to others.
        userinfo_claims: match ocid {
            None => ClaimsRequest::of(&authorization.terms).userinfo,
            Some(_) => BTreeSet::new(),
        },
        ocid,
    }
}
