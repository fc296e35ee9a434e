//! Modules about what a registered client gets: ID tokens and userinfo as it asked for them, and tokens to refresh.

use super::{super::responses::refreshes, Registrant};
use crate::support::relying_party;
use oidc::jose::TokenType;
use serde_json::json;

pub async fn oidcc_server() {
    let mut client = Registrant::new(json!({})).await;
    let (tokens, id_token) = client.party.tokens(&[]).await;
    assert_eq!(id_token["nonce"], "n-0S6_WzA2Mj");
    assert_eq!(client.party.userinfo(&tokens).await["sub"], id_token["sub"]);
    assert_eq!(client.told["token_endpoint_auth_method"], "private_key_jwt");
    assert_eq!(client.told.get("client_secret"), None);
    assert_eq!(client.told_again().await["client_id"], client.told["client_id"]);
}

pub async fn oidcc_idtoken_rs256() {
    let mut client = Registrant::new(json!({ "id_token_signed_response_alg": "RS256" })).await;
    assert_eq!(client.told["id_token_signed_response_alg"], "RS256");
    let (tokens, _) = client.party.tokens(&[]).await;
    let header = relying_party::header(tokens["id_token"].as_str().unwrap());
    assert_eq!(header["alg"], "RS256");
    let keys = client.party.published_keys().await;
    let named: Vec<_> = keys.iter().filter(|key| key["kid"] == header["kid"]).collect();
    assert_eq!(named.len(), 1);
    assert_eq!(
        (&named[0]["kty"], &named[0]["use"]),
        (&json!("RSA"), &json!("sig"))
    );
}

/// The plan passes a provider that offers none, which RFC 8725 §3.2 wants.
pub async fn oidcc_idtoken_unsigned() {
    let mut client = Registrant::new(json!({})).await;
    let offered = client.party.discovery().await["id_token_signing_alg_values_supported"].clone();
    assert!(!offered.as_array().unwrap().contains(&json!("none")));
    let members = json!({ "id_token_signed_response_alg": "none" });
    let error = Registrant::refused(&client.party.idp, members).await;
    assert_eq!(error, "invalid_client_metadata");
}

pub async fn oidcc_userinfo_rs256() {
    let mut client = Registrant::new(json!({ "userinfo_signed_response_alg": "RS256" })).await;
    assert_eq!(client.told["userinfo_signed_response_alg"], "RS256");
    let party = &mut client.party;
    let (tokens, id_token) = party.tokens(&[("scope", "openid email")]).await;
    let token = tokens["access_token"].as_str().unwrap();
    let answer = relying_party::userinfo(&mut party.browser, token).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/jwt"));
    assert_eq!(relying_party::header(&answer.body)["alg"], "RS256");
    let claims = party.verified(TokenType::Userinfo, &answer.body).await;
    assert_eq!(claims["iss"], party.idp.issuer());
    assert_eq!(claims["aud"], party.rp.id);
    assert_eq!(claims["sub"], id_token["sub"]);
    assert_eq!(claims["email"], super::super::party::ADA);
}

pub async fn oidcc_refresh_token() {
    let members = json!({ "grant_types": ["authorization_code", "refresh_token"] });
    let mut client = Registrant::new(members.clone()).await;
    let party = &mut client.party;
    let other = Registrant::register(&party.idp, members).await;
    let other = Registrant::relying_party(&party.idp, &other).await;
    refreshes(party, &other).await;
}
