//! OpenID Connect Core §2, §3.1.3.6: what an ID token says and how it is signed.

use crate::fixture::Idp;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    signing_key::SigningAlgorithm,
    testing::{a_client, a_user},
};
use oidc::jose::TokenType;

#[tokio::test]
async fn s2_it_says_who_for_whom_until_when_and_how() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    idp.wait(100);
    let tokens = rp.tokens(&browser).await;
    let (header, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    assert_eq!(header["typ"], "JWT");
    assert_eq!(claims["iss"], "https://id.example.com");
    assert_eq!(claims["sub"], idp.user_of(&browser).await.to_string());
    assert_eq!(claims["aud"], "app");
    assert_eq!(claims["azp"], "app");
    assert_eq!(claims["iat"], 1_767_225_700);
    assert_eq!(claims["exp"], 1_767_226_300);
    assert_eq!(claims["auth_time"], 1_767_225_600);
    assert_eq!(claims["nonce"], "n-0S6_WzA2Mj");
    assert_eq!(claims["acr"], "urn:signet:acr:1");
    assert_eq!(claims["amr"], serde_json::json!(["pwd"]));
    assert_eq!(claims["sid"], browser.session().to_string());
}

#[tokio::test]
async fn s2_nonce_is_there_if_and_only_if_the_request_had_one() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code_for(&rp.request().without("nonce"), &browser).await;
    let tokens = rp.redeem(&code).await.unwrap();
    let (_, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    assert_eq!(claims.get("nonce"), None);
    let longest = "n".repeat(512);
    let code = rp.code_for(&rp.request().with("nonce", &longest), &browser).await;
    let tokens = rp.redeem(&code).await.unwrap();
    let (_, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    assert_eq!(claims["nonce"], longest);
}

#[tokio::test]
async fn s2_auth_time_is_when_the_person_last_proved_who_they_are() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    idp.wait(1_000);
    idp.sign_in_again(&browser).await;
    idp.wait(1_000);
    let tokens = rp.tokens(&browser).await;
    let (_, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    assert_eq!(claims["auth_time"], 1_767_226_600);
}

#[tokio::test]
async fn s3_1_3_6_at_hash_is_half_a_digest_of_the_access_token_by_the_algorithm() {
    use aws_lc_rs::digest::{SHA256, SHA512, digest};
    let idp = Idp::start().await;
    let browser = idp.signed_in(a_user()).await;
    for (alg, hash) in [
        (SigningAlgorithm::Rs256, &SHA256),
        (SigningAlgorithm::Es256, &SHA256),
        (SigningAlgorithm::EdDsa, &SHA512),
    ] {
        let rp = idp
            .relying_party(a_client().id(alg.as_str()).id_token_alg(alg))
            .await;
        let tokens = rp.tokens(&browser).await;
        let (header, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
        assert_eq!(header["alg"], alg.as_str());
        assert!(idp.realm.keys.find(header["kid"].as_str().unwrap()).is_some());
        let whole = digest(hash, tokens.access_token().as_bytes());
        let half = &whole.as_ref()[..whole.as_ref().len() / 2];
        assert_eq!(claims["at_hash"], URL_SAFE_NO_PAD.encode(half));
    }
}

#[tokio::test]
async fn the_access_token_is_signed_as_the_realm_says_and_the_id_token_as_the_client_does() {
    for alg in SigningAlgorithm::ALL {
        let idp = Idp::start_with(|settings| settings.access_token_alg = alg).await;
        let rp = idp
            .relying_party(a_client().id_token_alg(SigningAlgorithm::Rs256))
            .await;
        let browser = idp.signed_in(a_user()).await;
        let tokens = rp.tokens(&browser).await;
        let (access, _) = idp.read(TokenType::AccessToken, tokens.access_token());
        let (id_token, _) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
        assert_eq!(
            (access["alg"].as_str(), id_token["alg"].as_str()),
            (Some(alg.as_str()), Some("RS256"))
        );
    }
}
