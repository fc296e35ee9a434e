//! Modules about responses: codes, tokens, ID tokens and what userinfo answers.

use super::party::{Mode, Party};
use crate::support::{RelyingParty, relying_party};
use axum::{body::Body, http::Method};
use std::time::Duration;

pub async fn oidcc_server(mode: Mode) {
    let mut party = Party::start(mode).await;
    let (tokens, id_token) = party.tokens(&[]).await;
    assert_eq!(id_token["nonce"], "n-0S6_WzA2Mj");
    assert_eq!(party.userinfo(&tokens).await["sub"], id_token["sub"]);
}

pub async fn oidcc_response_type_missing(mode: Mode) {
    let mut party = Party::start(mode).await;
    let response = party.authorize(&[("response_type", "")]).await;
    assert_eq!(response.error(), "invalid_request");
    assert!(response.asked.is_empty(), "nobody is bothered");
}

pub async fn oidcc_idtoken_signature(mode: Mode) {
    let mut party = Party::start(mode).await;
    let (tokens, _) = party.tokens(&[]).await;
    let header = relying_party::header(tokens["id_token"].as_str().unwrap());
    let set = party.browser.get("/.well-known/jwks.json").await.json();
    let named = set["keys"].as_array().unwrap().iter();
    assert_eq!(named.filter(|key| key["kid"] == header["kid"]).count(), 1);
}

pub async fn oidcc_idtoken_unsigned(mode: Mode) {
    let mut party = Party::start(mode).await;
    let discovery = party.discovery().await;
    for name in [
        "id_token_signing_alg_values_supported",
        "userinfo_signing_alg_values_supported",
    ] {
        let algorithms = discovery[name].as_array().unwrap();
        assert!(!algorithms.iter().any(|alg| alg == "none"), "{name}");
    }
    let (tokens, _) = party.tokens(&[]).await;
    let jwt = tokens["id_token"].as_str().unwrap();
    assert!(!jwt.split('.').nth(2).unwrap().is_empty());
}

pub async fn oidcc_userinfo_get(mode: Mode) {
    let mut party = Party::start(mode).await;
    let (tokens, id_token) = party.tokens(&[]).await;
    assert_eq!(party.userinfo(&tokens).await["sub"], id_token["sub"]);
}

pub async fn oidcc_userinfo_post_header(mode: Mode) {
    let mut party = Party::start(mode).await;
    let (tokens, id_token) = party.tokens(&[]).await;
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let headers = [("authorization", bearer.as_str())];
    let answer = party
        .browser
        .send(Method::POST, "/userinfo", &headers, Body::empty())
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["sub"], id_token["sub"]);
}

pub async fn oidcc_userinfo_post_body(mode: Mode) {
    let mut party = Party::start(mode).await;
    let (tokens, id_token) = party.tokens(&[]).await;
    let body = [("access_token", tokens["access_token"].as_str().unwrap())];
    let answer = party.browser.post("/userinfo", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["sub"], id_token["sub"]);
}

pub async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow(mode: Mode) {
    let mut party = Party::start(mode).await;
    let (_, id_token) = party.tokens(&[("nonce", "")]).await;
    assert_eq!(id_token.get("nonce"), None);
}

pub async fn oidcc_codereuse(mode: Mode) {
    let mut party = Party::start(mode).await;
    let code = party.authorize(&[]).await.code().to_owned();
    party.redeem(&code).await;
    let again = party.try_redeem(&code).await;
    assert_eq!(again.status, 400);
    assert_eq!(again.json()["error"], "invalid_grant");
}

pub async fn oidcc_codereuse_30seconds(mode: Mode) {
    let mut party = Party::start(mode).await;
    let code = party.authorize(&[]).await.code().to_owned();
    let tokens = party.redeem(&code).await;
    party.idp.clock.advance(Duration::from_secs(30));
    party.userinfo(&tokens).await;
    let again = party.try_redeem(&code).await;
    assert_eq!(again.status, 400);
    assert_eq!(again.json()["error"], "invalid_grant");
    let token = tokens["access_token"].as_str().unwrap();
    let answer = relying_party::userinfo(&mut party.browser, token).await;
    assert_eq!(answer.status, 401, "what the code gave is revoked");
}

pub async fn oidcc_refresh_token(mode: Mode) {
    let mut party = Party::start(mode).await;
    let other = crate::support::a_client().pkce_optional();
    let other = party.idp.relying_party(other).await;
    refreshes(&mut party, &other).await;
}

/// The party's client refreshes what `other` cannot.
pub async fn refreshes(party: &mut Party, other: &RelyingParty) {
    let changes = [("scope", "openid offline_access"), ("prompt", "consent")];
    let (tokens, first) = party.tokens(&changes).await;
    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    let stolen = other.refresh(&mut party.browser, refresh_token).await;
    assert_eq!(stolen.json()["error"], "invalid_grant", "another client's token");
    party.idp.clock.advance(Duration::from_secs(5));
    let answer = party.rp.refresh(&mut party.browser, refresh_token).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let again = answer.json();
    assert_ne!(again["access_token"], tokens["access_token"]);
    let second = party.id_token(&again).await;
    for same in ["iss", "sub", "aud", "auth_time", "azp"] {
        assert_eq!(second[same], first[same], "{same}");
    }
    assert!(second["iat"].as_i64() > first["iat"].as_i64());
    assert_eq!(party.userinfo(&again).await["sub"], first["sub"]);
}
