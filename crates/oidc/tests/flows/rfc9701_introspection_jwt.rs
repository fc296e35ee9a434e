//! RFC 9701: what is told of a token, signed.

use crate::fixture::Idp;
use domain::{
    signing_key::SigningAlgorithm,
    testing::{a_client, a_user},
};
use oidc::jose::{InvalidToken, TokenType, verify};
use serde_json::{Value, json};

#[tokio::test]
async fn s5_the_answer_is_for_the_client_that_asked() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens(&browser).await;
    idp.wait(5);
    let jwt = rp.signed_word_of(tokens.access_token()).await;
    let (header, claims) = idp.read(TokenType::TokenIntrospection, &jwt);
    assert_eq!(header["typ"], "token-introspection+jwt");
    assert_eq!(
        claims,
        json!({
            "iss": "https://id.example.com",
            "aud": "app",
            "iat": 1_767_225_605,
            "token_introspection": rp.told_of(tokens.access_token()).await,
        })
    );
    assert_eq!(claims["token_introspection"]["active"], true);
}

#[tokio::test]
async fn s5_of_an_unknown_token_nothing_but_that_it_is_inactive() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let (_, claims) = idp.read(TokenType::TokenIntrospection, &rp.signed_word_of("x").await);
    assert_eq!(claims["token_introspection"], json!({"active": false}));
}

#[tokio::test]
async fn s6_signed_as_the_client_is_registered() {
    let idp = Idp::start().await;
    for (id, registered, alg) in [
        ("default", None, "RS256"),
        ("es", Some(SigningAlgorithm::Es256), "ES256"),
        ("ed", Some(SigningAlgorithm::EdDsa), "EdDSA"),
    ] {
        let client = a_client().id(id);
        let client = client.metadata(|metadata| metadata.introspection_signed_response_alg = registered);
        let rp = idp.relying_party(client).await;
        let jwt = rp.signed_word_of("x").await;
        let (header, _) = idp.read(TokenType::TokenIntrospection, &jwt);
        assert_eq!(header["alg"], alg);
    }
}

#[tokio::test]
async fn s8_1_an_answer_is_no_token() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens(&browser).await;
    let jwt = rp.signed_word_of(tokens.access_token()).await;
    for typ in [TokenType::AccessToken, TokenType::IdToken] {
        let read = verify::<Value>(&idp.realm.keys, &idp.realm.issuer, typ, &jwt);
        assert_eq!(read, Err(InvalidToken));
    }
    assert!(!rp.sees(&jwt).await);
    assert!(idp.userinfo(&jwt).await.is_err());
}
