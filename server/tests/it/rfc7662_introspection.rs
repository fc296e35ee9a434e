//! RFC 7662 and RFC 9701: asking about tokens; RFC 8707: for which APIs.

use crate::support::{
    Browser, RelyingParty, TestIdp, a_client,
    relying_party::{basic_of, claims, header, userinfo},
};
use domain::{api::TokenFormat, client::GrantType, services::apis::NewApi};
use server::jobs::Loops;
use std::time::{Duration, Instant};

const ADA: &str = "ada@example.com";
const ORDERS: &str = "https://orders.example.com/v1";

/// An API and the client that may ask about its tokens.
async fn an_api(idp: &TestIdp, format: TokenFormat) -> RelyingParty {
    let rs = idp.relying_party(a_client()).await;
    let new = NewApi {
        audience: ORDERS.to_owned(),
        name: "Orders".to_owned(),
        scopes: vec![("email".to_owned(), "See what was ordered".to_owned())],
        access_token_lifetime: Some(Duration::from_secs(60)),
        alg: None,
        format,
        introspection_clients: vec![rs.id.parse().unwrap()],
    };
    let act = idp.act().await;
    idp.runtime.services.apis.create(&act, new).await.unwrap();
    rs
}

/// A person's tokens for the API.
async fn tokens(idp: &TestIdp, rp: &RelyingParty) -> (String, String) {
    let mut browser = idp.browser();
    let answer = rp.authorize(&mut browser, ADA, &[("resource", ORDERS)]).await;
    let code = answer.redirect_parameters()["code"].clone();
    let answer = rp.redeem(&mut browser, &code).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let tokens = answer.json();
    assert_eq!(tokens["expires_in"], 60);
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    (text("access_token"), text("refresh_token"))
}

async fn sees(rs: &RelyingParty, browser: &mut Browser, token: &str) -> bool {
    let answer = rs.post(browser, "/introspect", &[("token", token)]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["active"] == true
}

#[tokio::test]
async fn s2_2_an_answer_is_json_that_nobody_keeps() {
    for format in TokenFormat::ALL {
        let idp = super::start().await;
        idp.person(ADA).await;
        let rs = an_api(&idp, format).await;
        let rp = idp.relying_party(a_client()).await;
        let (access, refresh) = tokens(&idp, &rp).await;
        let mut browser = idp.browser();
        for path in ["/introspect", "/oauth2/introspect"] {
            let answer = rs.post(&mut browser, path, &[("token", &access)]).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.header("content-type"), Some("application/json"));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            let told = answer.json();
            assert_eq!(told["active"], true, "{format:?}");
            assert_eq!(told["client_id"], rp.id.as_str());
            assert_eq!(told["aud"][0], ORDERS);
        }
        assert_eq!(userinfo(&mut browser, &access).await.status, 200);
        let stranger = idp.relying_party(a_client()).await;
        for token in [&access, &refresh, "x"] {
            let answer = stranger
                .post(&mut browser, "/introspect", &[("token", token)])
                .await;
            assert_eq!(answer.body, "{\"active\":false}");
        }
        let revoked = rp.post(&mut browser, "/revoke", &[("token", &access)]).await;
        assert_eq!(revoked.status, 200);
        assert!(!sees(&rs, &mut browser, &access).await);
        assert!(!sees(&rp, &mut browser, &refresh).await);
    }
}

#[tokio::test]
async fn rfc9701_s4_a_signed_answer_is_asked_for_by_name() {
    let idp = super::start().await;
    let rs = an_api(&idp, TokenFormat::Jwt).await;
    let mut browser = idp.browser();
    let secret = rs.secret.clone().unwrap();
    let basic = basic_of(&rs.id, &secret);
    let media_type = "application/token-introspection+jwt";
    let headers = [("authorization", basic.as_str()), ("accept", media_type)];
    let answer = browser
        .post_with("/introspect", &headers, &[("token", "x")])
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some(media_type));
    assert_eq!(header(&answer.body)["typ"], "token-introspection+jwt");
    assert_eq!(claims(&answer.body)["aud"], rs.id.as_str());
    assert_eq!(claims(&answer.body)["token_introspection"]["active"], false);
    for (accept, signed) in [
        (format!("application/json, {media_type}"), true),
        (format!("application/json;q=0.5, {media_type}; q=0.8"), true),
        (format!("{media_type};q=0"), false),
        (format!("application/json, {media_type};q=0.5"), false),
        ("application/json".to_owned(), false),
        ("*/*".to_owned(), false),
    ] {
        let headers = [("authorization", basic.as_str()), ("accept", accept.as_str())];
        let answer = browser
            .post_with("/introspect", &headers, &[("token", "x")])
            .await;
        assert_eq!(
            answer.header("content-type") == Some(media_type),
            signed,
            "{accept}"
        );
    }
}

#[tokio::test]
async fn s2_3_who_does_not_prove_who_they_are_is_told_nothing() {
    let idp = super::start().await;
    let mut browser = idp.browser();
    let public = idp.relying_party(a_client().public()).await;
    let answer = public.post(&mut browser, "/introspect", &[("token", "x")]).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["error"].as_str()),
        (401, Some("invalid_client"))
    );
    let answer = browser.post("/introspect", &[("token", "x")]).await;
    assert_eq!(answer.status, 401);
    let rp = idp.relying_party(a_client()).await;
    let answer = rp.post(&mut browser, "/introspect", &[]).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["error"].as_str()),
        (400, Some("invalid_request"))
    );
    assert_eq!(browser.get("/introspect").await.status, 405);
}

#[tokio::test]
async fn rfc8707_s2_an_unknown_resource_is_told_to_the_client() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp
        .relying_party(a_client().grants(&[GrantType::AuthorizationCode, GrantType::ClientCredentials]))
        .await;
    let mut browser = idp.browser();
    let answer = rp
        .authorize(&mut browser, ADA, &[("resource", "urn:unknown")])
        .await;
    assert_eq!(answer.redirect_parameters()["error"], "invalid_target");
    let own = [("grant_type", "client_credentials"), ("resource", "urn:unknown")];
    let answer = rp.post(&mut browser, "/token", &own).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["error"].as_str()),
        (400, Some("invalid_target"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_one_node_revokes_or_forgets_another_knows_within_a_second() {
    let one = super::start().await;
    let two = one.another_node().await;
    let _loops = [Loops::start(&one.runtime), Loops::start(&two.runtime)];
    let mut elsewhere = two.browser();
    let rp = one
        .relying_party(a_client().grants(&[GrantType::ClientCredentials]))
        .await;
    let own = [("grant_type", "client_credentials"), ("resource", ORDERS)];
    // Known as absent there, until it is made here.
    let answer = rp.post(&mut elsewhere, "/token", &own).await;
    assert_eq!(answer.json()["error"], "invalid_target");
    let rs = an_api(&one, TokenFormat::Jwt).await;
    let made = Instant::now();
    let access = loop {
        let answer = rp.post(&mut elsewhere, "/token", &own).await;
        if answer.status == 200 {
            break answer.json()["access_token"].as_str().unwrap().to_owned();
        }
        assert!(made.elapsed() < Duration::from_secs(1), "{}", answer.body);
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert!(sees(&rs, &mut elsewhere, &access).await);
    let revoked = rp
        .post(&mut one.browser(), "/revoke", &[("token", &access)])
        .await;
    assert_eq!(revoked.status, 200);
    let since = Instant::now();
    while sees(&rs, &mut elsewhere, &access).await {
        assert!(since.elapsed() < Duration::from_secs(1), "still active");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
