//! Logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4).
//!
//! They never carry a `nonce`, so that none can pass for an ID token.

use super::signer;
use crate::{
    jose::{TokenType, sign},
    subject::SubjectIdentifier,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    client::{Client, ClientId},
    clock::Timestamp,
    id::LoginSessionId,
    random::Random,
    realm_context::RealmContext,
    signing_key::SigningError,
};
use serde::Serialize;
use std::time::Duration;

/// How long a token counts: as short as §2.4 recommends, since each attempt mints its own.
const LIFETIME: Duration = Duration::from_secs(120);

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a ClientId,
    iat: i64,
    exp: i64,
    jti: String,
    sub: SubjectIdentifier,
    sid: LoginSessionId,
    events: Events,
}

#[derive(Serialize)]
struct Events {
    #[serde(rename = "http://schemas.openid.net/event/backchannel-logout")]
    backchannel_logout: Nothing,
}

/// An object without members.
#[derive(Serialize)]
struct Nothing {}

/// Mints the token that tells `client` of the end of a person's session.
pub(crate) async fn issue(
    realm: &RealmContext,
    random: &dyn Random,
    client: &Client,
    (sub, sid): (SubjectIdentifier, LoginSessionId),
    now: Timestamp,
) -> Result<String, SigningError> {
    let mut jti = [0; 16];
    random.fill(&mut jti);
    let claims = Claims {
        iss: realm.issuer.as_str(),
        aud: &client.id,
        iat: now.seconds(),
        exp: (now + LIFETIME).seconds(),
        jti: URL_SAFE_NO_PAD.encode(jti),
        sub,
        sid,
        events: Events {
            backchannel_logout: Nothing {},
        },
    };
    sign(
        signer(realm, client.oidc().id_token_alg)?,
        TokenType::LogoutToken,
        &claims,
    )
    .await
}
