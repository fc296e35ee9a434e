//! RFC 6749 §4.1.3, §5, §6 and RFC 9700 §4.5, §4.14: the token endpoint.

mod refresh;

use crate::support::{
    RelyingParty, TestIdp, a_client,
    relying_party::{userinfo, userinfo_from},
};
use axum::{body::Body, http::Method};
use domain::client::{ClientAuthMethod, GrantType};
use std::time::Duration;

const ADA: &str = "ada@example.com";

async fn idp_with_ada() -> TestIdp {
    let idp = super::start().await;
    idp.person(ADA).await;
    idp
}

#[tokio::test]
async fn s5_1_a_code_gives_tokens_that_are_not_stored_by_caches() {
    let idp = idp_with_ada().await;
    let mut browser = idp.browser();
    for client in [
        a_client(),
        a_client().public(),
        a_client().method(ClientAuthMethod::ClientSecretPost),
    ] {
        let rp = idp.relying_party(client).await;
        let code = rp.code(&mut browser, ADA).await;
        let answer = rp.redeem(&mut browser, &code).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let tokens = answer.json();
        assert_eq!(tokens["token_type"], "Bearer");
        assert_eq!(tokens["expires_in"], 600);
        assert!(tokens["refresh_token"].is_string());
        assert_eq!(userinfo_from(&mut browser, &tokens).await.status, 200);
    }
}

#[tokio::test]
async fn s4_1_3_every_binding_of_a_code_counts_and_a_wrong_try_does_not_burn_it() {
    let idp = idp_with_ada().await;
    let rp = idp.relying_party(a_client()).await;
    let other = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let code = rp.code(&mut browser, ADA).await;
    let wrong = "A".repeat(43);
    for changes in [
        &[("code_verifier", wrong.as_str())][..],
        &[("code_verifier", "")],
        &[("redirect_uri", "https://app.example.com/other")],
        &[("code", "sgn_ac_nonsense")],
    ] {
        let answer = rp.redeem_with(&mut browser, &code, changes).await;
        assert_eq!(answer.status, 400, "{changes:?}");
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(error == "invalid_grant" || error == "invalid_request", "{error}");
    }
    assert_eq!(other.redeem(&mut browser, &code).await.error(), "invalid_grant");
    assert_eq!(rp.redeem(&mut browser, &code).await.status, 200);
}

#[tokio::test]
async fn s4_1_3_redirect_uri_may_be_left_out_when_pkce_was_used() {
    let idp = idp_with_ada().await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let code = rp.code(&mut browser, ADA).await;
    assert_eq!(
        rp.redeem_with(&mut browser, &code, &[("redirect_uri", "")])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn s4_1_2_a_code_expires() {
    let idp = idp_with_ada().await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let code = rp.code(&mut browser, ADA).await;
    idp.clock.advance(Duration::from_secs(61));
    assert_eq!(rp.redeem(&mut browser, &code).await.error(), "invalid_grant");
}

#[tokio::test]
async fn s4_1_2_a_valid_second_redemption_revokes_what_the_first_gave() {
    let idp = idp_with_ada().await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let code = rp.code(&mut browser, ADA).await;
    let tokens = rp.redeem(&mut browser, &code).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(userinfo(&mut browser, access).await.status, 200);
    assert_eq!(rp.redeem(&mut browser, &code).await.error(), "invalid_grant");
    assert_eq!(userinfo(&mut browser, access).await.status, 401);
    assert_eq!(
        rp.refresh_from(&mut browser, &tokens).await.error(),
        "invalid_grant"
    );
}

#[tokio::test]
async fn s5_2_errors_have_their_code_and_status() {
    let idp = idp_with_ada().await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let unsupported = rp
        .post(
            &mut browser,
            "/token",
            &[("grant_type", "password"), ("username", "x")],
        )
        .await;
    assert_eq!(
        (unsupported.status.as_u16(), unsupported.json()["error"].as_str()),
        (400, Some("unsupported_grant_type"))
    );
    let missing = rp.post(&mut browser, "/token", &[]).await;
    assert_eq!(
        (missing.status.as_u16(), missing.json()["error"].as_str()),
        (400, Some("invalid_request"))
    );
    let stranger = RelyingParty {
        secret: Some("sgn_cs_wrong".to_owned()),
        ..rp.clone()
    };
    let refused = stranger.redeem(&mut browser, "x").await;
    assert_eq!(
        (refused.status.as_u16(), refused.json()["error"].as_str()),
        (401, Some("invalid_client"))
    );
    assert!(refused.header("www-authenticate").unwrap().starts_with("Basic"));
    let unknown = RelyingParty {
        id: "nobody".to_owned(),
        ..rp.clone()
    }
    .redeem(&mut browser, "x")
    .await;
    assert_eq!(unknown.body, refused.body);
    let unregistered = RelyingParty {
        method: Some(ClientAuthMethod::ClientSecretPost),
        ..rp.clone()
    };
    assert_eq!(
        unregistered.redeem(&mut browser, "x").await.error(),
        "invalid_client"
    );
    let no_refresh = idp
        .relying_party(a_client().grants(&[GrantType::AuthorizationCode]))
        .await;
    let tokens = rp.tokens(&mut browser, ADA).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(
        no_refresh.refresh(&mut browser, refresh).await.error(),
        "unauthorized_client"
    );
}

#[tokio::test]
async fn s3_2_wrong_methods_types_and_sizes() {
    let idp = idp_with_ada().await;
    let mut browser = idp.browser();
    let get = browser.get("/token").await;
    assert_eq!(get.status, 405);
    assert!(get.header("allow").unwrap().contains("POST"));
    let json = browser
        .send(
            Method::POST,
            "/token",
            &[("content-type", "application/json")],
            Body::from("{}"),
        )
        .await;
    assert_eq!(json.status, 415);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let large = browser
        .send(
            Method::POST,
            "/token",
            &form,
            Body::from("a=".to_owned() + &"x".repeat(70_000)),
        )
        .await;
    assert_eq!(large.status, 413);
    let rp = idp.relying_party(a_client()).await;
    let twice = rp
        .post(
            &mut browser,
            "/token",
            &[("grant_type", "a"), ("grant_type", "b")],
        )
        .await;
    assert_eq!(
        (twice.status.as_u16(), twice.json()["error"].as_str()),
        (400, Some("invalid_request"))
    );
}

#[tokio::test]
async fn s10_disabled_people_and_clients_get_nothing_more() {
    let idp = idp_with_ada().await;
    let grace = idp.person("grace@example.com").await;
    let (rp, disabled) = (
        idp.relying_party(a_client()).await,
        idp.relying_party(a_client()).await,
    );
    let mut browser = idp.browser();
    let hers = rp.tokens(&mut browser, "grace@example.com").await;
    let act = idp.act().await;
    idp.runtime
        .services
        .users
        .set_status(&act, grace.id, domain::client::Status::Disabled)
        .await
        .unwrap();
    assert_eq!(
        rp.refresh_from(&mut browser, &hers).await.error(),
        "invalid_grant"
    );
    assert_eq!(userinfo_from(&mut browser, &hers).await.status, 401);
    let mut browser = idp.browser();
    let his = disabled.tokens(&mut browser, ADA).await;
    idp.runtime
        .services
        .clients
        .set_status(
            &act,
            &disabled.id.parse().unwrap(),
            domain::client::Status::Disabled,
        )
        .await
        .unwrap();
    assert_eq!(
        disabled.refresh_from(&mut browser, &his).await.error(),
        "invalid_client"
    );
    assert_eq!(userinfo_from(&mut browser, &his).await.status, 401);
}
