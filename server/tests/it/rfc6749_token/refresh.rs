//! RFC 6749 §6, RFC 9700 §4.14: refresh tokens are rotated, narrow, belong to their client, and end.

use super::{ADA, idp_with_ada};
use crate::support::{
    a_client,
    relying_party::{claims, userinfo_from},
};
use std::time::Duration;

#[tokio::test]
async fn s6_a_refresh_token_rotates_and_keeps_auth_time() {
    let idp = idp_with_ada().await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let first = rp.tokens(&mut browser, ADA).await;
    idp.clock.advance(Duration::from_secs(300));
    let second = rp.refresh_from(&mut browser, &first).await.json();
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    let (before, after) = (
        claims(first["id_token"].as_str().unwrap()),
        claims(second["id_token"].as_str().unwrap()),
    );
    for same in ["auth_time", "sub", "aud", "iss", "sid"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert!(after["iat"].as_i64() > before["iat"].as_i64());
}

#[tokio::test]
async fn s6_within_grace_a_retry_gets_the_same_successor_and_later_reuse_ends_the_family() {
    let idp = idp_with_ada().await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let first = rp.tokens(&mut browser, ADA).await;
    let token = first["refresh_token"].as_str().unwrap();
    let second = rp.refresh(&mut browser, token).await.json();
    let retried = rp.refresh(&mut browser, token).await.json();
    assert_eq!(second["refresh_token"], retried["refresh_token"]);
    idp.clock.advance(Duration::from_secs(11));
    assert_eq!(rp.refresh(&mut browser, token).await.error(), "invalid_grant");
    let successor = second["refresh_token"].as_str().unwrap();
    assert_eq!(rp.refresh(&mut browser, successor).await.error(), "invalid_grant");
    assert_eq!(userinfo_from(&mut browser, &second).await.status, 401);
}

#[tokio::test]
async fn s6_reuse_after_the_successor_was_used_ends_the_family_at_once() {
    let idp = idp_with_ada().await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let first = rp.tokens(&mut browser, ADA).await;
    let second = rp.refresh_from(&mut browser, &first).await.json();
    let third = rp.refresh_from(&mut browser, &second).await.json();
    assert_eq!(
        rp.refresh_from(&mut browser, &first).await.error(),
        "invalid_grant"
    );
    assert_eq!(
        rp.refresh_from(&mut browser, &third).await.error(),
        "invalid_grant"
    );
}

#[tokio::test]
async fn s6_with_grace_0_the_first_reuse_ends_the_family() {
    let idp = super::super::start_with(&[("SIGNET_REFRESH_GRACE", "0")]).await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let first = rp.tokens(&mut browser, ADA).await;
    let second = rp.refresh_from(&mut browser, &first).await.json();
    assert_eq!(
        rp.refresh_from(&mut browser, &first).await.error(),
        "invalid_grant"
    );
    assert_eq!(
        rp.refresh_from(&mut browser, &second).await.error(),
        "invalid_grant"
    );
}

#[tokio::test]
async fn s10_4_a_refresh_token_belongs_to_its_client() {
    let idp = idp_with_ada().await;
    let (rp, other) = (
        idp.relying_party(a_client()).await,
        idp.relying_party(a_client()).await,
    );
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    let token = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(other.refresh(&mut browser, token).await.error(), "invalid_grant");
    assert_eq!(rp.refresh(&mut browser, token).await.status, 200);
}

#[tokio::test]
async fn s6_scope_may_narrow_and_never_widen() {
    let idp = idp_with_ada().await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let answer = rp
        .authorize(&mut browser, ADA, &[("scope", "openid email offline_access")])
        .await;
    let code = answer.redirect_parameters()["code"].clone();
    let tokens = rp.redeem(&mut browser, &code).await.json();
    let token = tokens["refresh_token"].as_str().unwrap();
    let wider = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("scope", "openid profile"),
    ];
    assert_eq!(
        rp.post(&mut browser, "/token", &wider).await.error(),
        "invalid_scope"
    );
    let narrower = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("scope", "openid"),
    ];
    let narrowed = rp.post(&mut browser, "/token", &narrower).await.json();
    assert_eq!(narrowed["scope"], "openid");
    let again = rp.refresh_from(&mut browser, &narrowed).await.json();
    assert!(
        claims(again["access_token"].as_str().unwrap())["scope"]
            .as_str()
            .unwrap()
            .contains("email")
    );
}

#[tokio::test]
async fn contract_6_no_refresh_token_before_the_address_is_confirmed() {
    let idp = super::super::start().await;
    idp.unconfirmed_person("grace@example.com").await;
    let rp = idp.relying_party(a_client()).await;
    let tokens = rp.tokens(&mut idp.browser(), "grace@example.com").await;
    assert!(tokens.get("refresh_token").is_none());
    assert_eq!(
        claims(tokens["id_token"].as_str().unwrap())["email_verified"],
        false
    );
}

#[tokio::test]
async fn contract_6_without_offline_access_a_refresh_token_dies_with_its_session() {
    let idp = idp_with_ada().await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let online = rp
        .authorize(&mut browser, ADA, &[("scope", "openid")])
        .await
        .redirect_parameters()["code"]
        .clone();
    let online = rp.redeem(&mut browser, &online).await.json();
    let offline = rp.tokens(&mut browser, ADA).await;
    let page = browser.get("/account/sessions").await;
    assert_eq!(page.status, 200);
    let out = browser.get("/logout").await;
    let out = browser.follow(out).await;
    browser.submit(&out, "decision", &[("decision", "allow")]).await;
    assert_eq!(
        rp.refresh_from(&mut browser, &online).await.error(),
        "invalid_grant"
    );
    assert_eq!(rp.refresh_from(&mut browser, &offline).await.status, 200);
}

#[tokio::test]
async fn contract_6_refresh_tokens_end_when_idle_and_when_old() {
    let idp =
        super::super::start_with(&[("SIGNET_REFRESH_IDLE", "100"), ("SIGNET_REFRESH_ABSOLUTE", "250")]).await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let idle = rp.tokens(&mut browser, ADA).await;
    let mut used = rp.tokens(&mut browser, ADA).await;
    for _ in 0..2 {
        idp.clock.advance(Duration::from_secs(90));
        used = rp.refresh_from(&mut browser, &used).await.json();
    }
    assert_eq!(
        rp.refresh_from(&mut browser, &idle).await.error(),
        "invalid_grant"
    );
    idp.clock.advance(Duration::from_secs(90));
    assert_eq!(
        rp.refresh_from(&mut browser, &used).await.error(),
        "invalid_grant"
    );
}
