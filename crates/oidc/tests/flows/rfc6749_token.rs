//! RFC 6749 §4.1.3, §5 and RFC 9700 §4.5: the authorization code grant.

use crate::fixture::{CALLBACK, Idp, Request, assert_refused};
use domain::{
    client::{ClientAuthMethod, GrantType},
    opaque::{OpaqueKind, OpaqueToken},
    secret::Digest,
    testing::{SeededRandom, a_client, a_user},
};
use oidc::token::TokenError;

#[tokio::test]
async fn s5_1_a_code_gives_tokens() {
    let idp = Idp::start().await;
    let browser = idp.signed_in(a_user()).await;
    let post = ClientAuthMethod::ClientSecretPost;
    for client in [
        a_client().id("basic"),
        a_client().id("post").method(post, Digest::of("secret")),
        a_client().id("public").public(),
    ] {
        let rp = idp.relying_party(client).await;
        let tokens = serde_json::to_value(rp.tokens(&browser).await).unwrap();
        assert_eq!(tokens["token_type"], "Bearer");
        assert_eq!(tokens["expires_in"], 600);
        assert_eq!(tokens["scope"], "email openid profile");
        assert!(tokens["id_token"].is_string() && tokens["refresh_token"].is_string());
        assert!(
            idp.userinfo(tokens["access_token"].as_str().unwrap())
                .await
                .is_ok()
        );
    }
}

#[tokio::test]
async fn s5_1_what_was_not_asked_for_is_not_in_the_response() {
    let idp = Idp::start().await;
    let rp = idp
        .relying_party(a_client().grants(&[GrantType::AuthorizationCode]))
        .await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = serde_json::to_value(rp.tokens_for("email", &browser).await).unwrap();
    assert_eq!(tokens.get("id_token"), None);
    assert_eq!(tokens.get("refresh_token"), None);
}

#[tokio::test]
async fn s5_2_a_request_is_whole_and_its_parameters_come_once() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let right = rp.redemption(&rp.code(&browser).await);
    for name in ["grant_type", "code"] {
        let answer = rp.token(&right.clone().without(name)).await;
        assert_refused!(answer, TokenError::Missing(_), "invalid_request");
        let answer = rp.token(&right.clone().with(name, "")).await;
        assert_refused!(answer, TokenError::Missing(_), "invalid_request");
    }
    for name in ["grant_type", "code", "redirect_uri", "code_verifier"] {
        let answer = rp.token(&right.clone().and(name, "again")).await;
        assert_refused!(answer, TokenError::Repeated, "invalid_request");
    }
    for grant in [
        "password",
        "CLIENT_CREDENTIALS",
        "implicit",
        "AUTHORIZATION_CODE",
        "x",
    ] {
        let answer = rp.token(&right.clone().with("grant_type", grant)).await;
        assert_refused!(answer, TokenError::UnsupportedGrant, "unsupported_grant_type");
    }
    assert!(
        rp.token(&right.and("unknown", "1").and("unknown", "2"))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn s5_2_a_client_uses_the_grants_it_is_registered_for() {
    let idp = Idp::start().await;
    let rp = idp
        .relying_party(a_client().grants(&[GrantType::AuthorizationCode]))
        .await;
    let whole = OpaqueToken::generate(OpaqueKind::RefreshToken, &SeededRandom::new(99));
    let answer = rp.refresh(whole.expose()).await;
    assert_refused!(answer, TokenError::GrantNotRegistered, "unauthorized_client");
}

#[tokio::test]
async fn s4_1_3_a_code_that_was_never_issued_is_unknown() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    let refresh = rp.tokens(&browser).await.refresh_token().unwrap().to_owned();
    let whole = OpaqueToken::generate(OpaqueKind::AuthorizationCode, &SeededRandom::new(99));
    for guess in [
        "x",
        &code[..code.len() - 1],
        &format!("{code}A"),
        &refresh,
        whole.expose(),
    ] {
        assert_refused!(rp.redeem(guess).await, TokenError::CodeUnknown, "invalid_grant");
    }
    assert!(rp.redeem(&code).await.is_ok());
}

#[tokio::test]
async fn s4_1_3_redirect_uri_must_equal_the_one_authorized() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let right = rp.redemption(&rp.code(&browser).await);
    for uri in [
        "https://app.example.com/",
        "https://app.example.com/callback/",
        "x",
    ] {
        let answer = rp.token(&right.clone().with("redirect_uri", uri)).await;
        assert_refused!(answer, TokenError::RedirectUriMismatch, "invalid_grant");
    }
    assert!(rp.token(&right).await.is_ok(), "a wrong address burns nothing");
}

#[tokio::test]
async fn s4_1_3_redirect_uri_may_be_absent_only_where_pkce_was_used() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().without_pkce()).await;
    let browser = idp.signed_in(a_user()).await;
    let with_pkce = rp.redemption(&rp.code(&browser).await).without("redirect_uri");
    assert!(rp.token(&with_pkce).await.is_ok());
    let code = rp.code_for(&rp.request_without_pkce(), &browser).await;
    let bare = Request::of(&[("grant_type", "authorization_code"), ("code", &code)]);
    let answer = rp.token(&bare).await;
    assert_refused!(answer, TokenError::RedirectUriMismatch, "invalid_grant");
    assert!(rp.token(&bare.with("redirect_uri", CALLBACK)).await.is_ok());
}

#[tokio::test]
async fn s4_1_3_a_code_is_good_for_its_client_only_and_others_burn_nothing() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let other = idp.relying_party(a_client().id("other")).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    assert_refused!(
        other.redeem(&code).await,
        TokenError::ClientMismatch,
        "invalid_grant"
    );
    let tokens = rp.redeem(&code).await.unwrap();
    // Nor does a replay by somebody else revoke anything.
    assert_refused!(
        other.redeem(&code).await,
        TokenError::ClientMismatch,
        "invalid_grant"
    );
    let wrong = rp.redemption(&code).with("code_verifier", &"A".repeat(43));
    assert_refused!(
        rp.token(&wrong).await,
        TokenError::VerifierMismatch,
        "invalid_grant"
    );
    assert!(idp.userinfo(tokens.access_token()).await.is_ok());
    assert!(rp.refresh(tokens.refresh_token().unwrap()).await.is_ok());
}

#[tokio::test]
async fn s4_1_3_a_code_is_unknown_in_another_realm() {
    let idp = Idp::start().await;
    let acme = idp.realm("acme");
    let rp = idp.relying_party(a_client()).await;
    let namesake = acme.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    assert_refused!(
        namesake.redeem(&code).await,
        TokenError::CodeUnknown,
        "invalid_grant"
    );
    let tokens = rp.redeem(&code).await.unwrap();
    let answer = namesake.refresh(tokens.refresh_token().unwrap()).await;
    assert_refused!(answer, TokenError::RefreshTokenUnknown, "invalid_grant");
}

#[tokio::test]
async fn contract_6_no_refresh_token_for_an_address_that_is_not_proven() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user().unverified()).await;
    let tokens = rp.tokens_for("openid offline_access", &browser).await;
    assert_eq!(tokens.refresh_token(), None);
    assert!(idp.userinfo(tokens.access_token()).await.is_ok());
}
