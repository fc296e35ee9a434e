//! RFC 7009: revocation.

use crate::support::{
    a_client,
    relying_party::{userinfo, userinfo_from},
};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn s2_1_revoking_a_refresh_token_ends_what_descends_from_it() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(
        rp.post(&mut browser, "/revoke", &[("token", refresh)])
            .await
            .status,
        200
    );
    assert_eq!(rp.refresh(&mut browser, refresh).await.error(), "invalid_grant");
    assert_eq!(userinfo_from(&mut browser, &tokens).await.status, 401);
}

#[tokio::test]
async fn s2_1_an_access_token_can_be_revoked_with_any_hint() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    for hint in ["access_token", "refresh_token", "nonsense"] {
        let tokens = rp.tokens(&mut browser, ADA).await;
        let access = tokens["access_token"].as_str().unwrap();
        let answer = rp
            .post(
                &mut browser,
                "/revoke",
                &[("token", access), ("token_type_hint", hint)],
            )
            .await;
        assert_eq!(answer.status, 200);
        assert_eq!(userinfo(&mut browser, access).await.status, 401);
    }
}

#[tokio::test]
async fn s2_2_an_unknown_token_is_no_error_and_anothers_stays() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let (rp, other) = (
        idp.relying_party(a_client()).await,
        idp.relying_party(a_client()).await,
    );
    let mut browser = idp.browser();
    assert_eq!(
        rp.post(&mut browser, "/revoke", &[("token", "nonsense")])
            .await
            .status,
        200
    );
    let tokens = rp.tokens(&mut browser, ADA).await;
    other
        .post(
            &mut browser,
            "/revoke",
            &[("token", tokens["refresh_token"].as_str().unwrap())],
        )
        .await;
    other
        .post(
            &mut browser,
            "/revoke",
            &[("token", tokens["access_token"].as_str().unwrap())],
        )
        .await;
    assert_eq!(userinfo_from(&mut browser, &tokens).await.status, 200);
    assert_eq!(rp.refresh_from(&mut browser, &tokens).await.status, 200);
    let missing = rp.post(&mut browser, "/revoke", &[]).await;
    assert_eq!(
        (missing.status.as_u16(), missing.json()["error"].as_str()),
        (400, Some("invalid_request"))
    );
}
