//! Access tokens: JWTs by the profile of RFC 9068.

use super::{Subject, signer};
use crate::jose::{TokenType, sign};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    acr::{Acr, Amr},
    client::ClientId,
    clock::Timestamp,
    id::{AuthorizationId, LoginSessionId, UserId},
    random::Random,
    realm_context::{RealmContext, TokenOrigin},
    signing_key::SigningError,
};
use serde::{Deserialize, Serialize};

/// The claims of an access token.
#[derive(Clone, Debug, Serialize)]
struct Claims<'a> {
    iss: &'a str,
    exp: i64,
    aud: &'a str,
    sub: UserId,
    client_id: &'a ClientId,
    iat: i64,
    jti: String,
    scope: String,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'static str>,
    amr: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<LoginSessionId>,
    aid: AuthorizationId,
}

/// What this product reads of an access token that comes back.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct AccessTokenClaims {
    pub exp: i64,
    pub aud: String,
    pub sub: UserId,
    pub client_id: ClientId,
    pub iat: i64,
    pub scope: String,
    pub sid: Option<LoginSessionId>,
    pub aid: AuthorizationId,
}

impl AccessTokenClaims {
    /// Where the token comes from, for the list of revocations.
    pub fn origin(&self) -> TokenOrigin {
        TokenOrigin {
            authorization: self.aid,
            session: self.sid,
            user: self.sub,
            client: self.client_id.clone(),
            issued_at: Timestamp::from_seconds(self.iat),
        }
    }
}

/// Mints an access token.
pub(crate) async fn issue(
    realm: &RealmContext,
    random: &dyn Random,
    subject: Subject<'_>,
) -> Result<String, SigningError> {
    let Subject {
        authorization,
        user,
        scopes,
        now,
    } = subject;
    let mut jti = [0; 16];
    random.fill(&mut jti);
    let claims = Claims {
        iss: realm.issuer.as_str(),
        exp: (now + realm.settings.lifetimes.access_token).seconds(),
        aud: realm.issuer.as_str(),
        sub: user.id,
        client_id: &authorization.client_id,
        iat: now.seconds(),
        jti: URL_SAFE_NO_PAD.encode(jti),
        scope: scopes.to_string(),
        auth_time: authorization.authenticated_at.seconds(),
        acr: Acr::of(&authorization.methods).map(Acr::as_str),
        amr: authorization.methods.iter().copied().map(Amr::as_str).collect(),
        // A token that outlives the session must not be revoked with it.
        sid: (!authorization.is_offline()).then_some(authorization.login_session_id),
        aid: authorization.id,
    };
    sign(
        signer(realm, realm.settings.access_token_alg)?,
        TokenType::AccessToken,
        &claims,
    )
    .await
}
