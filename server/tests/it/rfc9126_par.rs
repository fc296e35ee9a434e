//! RFC 9126: pushed authorization requests, as headers and statuses show them.

use crate::support::{Browser, RelyingParty, a_client};
use axum::{body::Body, http::Method};

const ADA: &str = "ada@example.com";

/// What stands for a request with nothing wrong.
async fn push(rp: &RelyingParty, browser: &mut Browser) -> String {
    let query = rp.authorize_url(&[]);
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(query.split_once('?').unwrap().1).unwrap();
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let answer = rp.post(browser, "/par", &fields).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let said = answer.json();
    assert_eq!(said["expires_in"], 90);
    said["request_uri"].as_str().unwrap().to_owned()
}

fn referring(rp: &RelyingParty, request_uri: &str) -> String {
    let query = [("client_id", rp.id.as_str()), ("request_uri", request_uri)];
    format!("/authorize?{}", serde_urlencoded::to_string(query).unwrap())
}

#[tokio::test]
async fn s2_2_and_s4_a_pushed_request_is_answered_once() {
    let idp = super::start_with(&[("SIGNET_REQUIRE_PUSHED_AUTHORIZATION_REQUESTS", "true")]).await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let mut browser = idp.browser();
    let refused = browser.get(&rp.authorize_url(&[])).await;
    assert_eq!(refused.redirect_parameters()["error"], "invalid_request");
    let address = referring(&rp, &push(&rp, &mut browser).await);
    // Loading the page again is no second use.
    for _ in 0..2 {
        let page = browser.get(&address).await;
        let page = browser.follow(page).await;
        assert!(page.body.contains("name=\"identifier\""), "{}", page.body);
    }
    let page = browser.get(&address).await;
    let page = browser.follow(page).await;
    let page = browser.submit(&page, "identifier", &[("identifier", ADA)]).await;
    let page = browser.follow(page).await;
    let password = [("password", crate::support::idp::PASSWORD)];
    let page = browser.submit(&page, "password", &password).await;
    let answer = browser.follow(page).await;
    let code = answer.redirect_parameters()["code"].clone();
    assert_eq!(rp.redeem(&mut browser, &code).await.status, 200);
    let again = browser.get(&address).await;
    assert_eq!((again.status.as_u16(), again.location()), (410, None));
}

#[tokio::test]
async fn s2_3_errors_are_json() {
    let idp = super::start().await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let answer = rp.post(&mut browser, "/par", &[("request_uri", "x")]).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["error"], "invalid_request");
    let nobody = browser.post("/par", &[("client_id", rp.id.as_str())]).await;
    assert_eq!(nobody.status, 401);
    assert_eq!(nobody.json()["error"], "invalid_client");
    let get = browser.get("/par").await;
    assert_eq!(get.status, 405);
    assert!(get.header("allow").unwrap().contains("POST"));
    for (kind, body, status) in [
        ("application/json", "{}".to_owned(), 415),
        (
            "application/x-www-form-urlencoded",
            format!("a={}", "x".repeat(70_000)),
            413,
        ),
    ] {
        let headers = [("content-type", kind)];
        let answer = browser
            .send(Method::POST, "/par", &headers, Body::from(body))
            .await;
        assert_eq!(answer.status, status);
    }
}
