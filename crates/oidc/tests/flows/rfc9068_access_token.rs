//! RFC 9068 §2: what an access token says.

use crate::fixture::Idp;
use domain::testing::{a_client, a_user};
use oidc::jose::TokenType;

#[tokio::test]
async fn s2_header_and_claims() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    idp.wait(100);
    let tokens = rp.tokens(&browser).await;
    let (header, claims) = idp.read(TokenType::AccessToken, tokens.access_token());
    assert_eq!(
        (header["typ"].as_str(), header["alg"].as_str()),
        (Some("at+jwt"), Some("ES256"))
    );
    assert_eq!(claims["iss"], "https://id.example.com");
    assert_eq!(claims["aud"], "https://id.example.com");
    assert_eq!(claims["sub"], idp.user_of(&browser).await.to_string());
    assert_eq!(claims["client_id"], "app");
    assert_eq!(claims["iat"], 1_767_225_700);
    assert_eq!(claims["exp"], 1_767_226_300);
    assert_eq!(claims["auth_time"], 1_767_225_600);
    assert_eq!(claims["acr"], "urn:signet:acr:1");
    assert_eq!(claims["scope"], "email openid profile");
    // Nothing about the person: those who read it may be anybody's resource.
    for private in ["email", "name", "nonce"] {
        assert_eq!(claims.get(private), None, "{private}");
    }
}

#[tokio::test]
async fn s2_2_every_token_has_an_id_of_its_own() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let first = rp.tokens(&browser).await;
    let second = rp.refresh(first.refresh_token().unwrap()).await.unwrap();
    let jti = |token: &str| {
        idp.read(TokenType::AccessToken, token).1["jti"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (first, second) = (jti(first.access_token()), jti(second.access_token()));
    assert!(first != second && first.len() == 22);
}

#[tokio::test]
async fn a_token_names_the_session_it_dies_with() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let online = rp.tokens(&browser).await;
    let offline = rp.tokens_for("openid offline_access", &browser).await;
    let sid = |token: &str| idp.read(TokenType::AccessToken, token).1.get("sid").cloned();
    assert_eq!(
        sid(online.access_token()),
        Some(browser.session().to_string().into())
    );
    assert_eq!(sid(offline.access_token()), None);
}

#[tokio::test]
async fn contract_6_lifetimes_are_the_operators() {
    let idp = Idp::start_with(|settings| {
        settings.lifetimes.access_token = std::time::Duration::from_secs(30);
        settings.lifetimes.id_token = std::time::Duration::from_secs(40);
    });
    let idp = idp.await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens(&browser).await;
    let (_, access) = idp.read(TokenType::AccessToken, tokens.access_token());
    let (_, id_token) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    let lifetime =
        |claims: &serde_json::Value| claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!((lifetime(&access), lifetime(&id_token)), (30, 40));
    assert_eq!(serde_json::to_value(&tokens).unwrap()["expires_in"], 30);
}
