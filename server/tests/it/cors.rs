//! Scripts of clients' origins, as clients come and go in another process.

use crate::support::{Browser, a_client};
use axum::{body::Body, http::Method};
use domain::client::ClientId;

async fn may_call(browser: &mut Browser, origin: &str) -> bool {
    let headers = [("origin", origin), ("access-control-request-method", "POST")];
    let answer = browser
        .send(Method::OPTIONS, "/token", &headers, Body::empty())
        .await;
    assert_eq!(
        answer.header("vary").map(|vary| vary.contains("origin")),
        Some(true)
    );
    answer.header("access-control-allow-origin") == Some(origin)
}

#[tokio::test]
async fn origins_follow_the_clients_that_another_process_makes_and_deletes() {
    let here = super::start().await;
    let there = here.another_node().await;
    let mut browser = here.browser();
    let origin = "https://app.example.com";
    assert!(!may_call(&mut browser, origin).await);
    let rp = there.relying_party(a_client()).await;
    here.follow().await;
    assert!(may_call(&mut browser, origin).await);
    assert!(!may_call(&mut browser, "https://evil.example").await);

    let id: ClientId = rp.id.parse().unwrap();
    let clients = &there.runtime.services.clients;
    assert!(clients.delete(&there.act().await, &id).await.unwrap());
    here.follow().await;
    assert!(!may_call(&mut browser, origin).await);
}

#[tokio::test]
async fn a_realms_origins_are_its_own() {
    let root = super::start().await;
    let acme = root.realm("acme").await;
    acme.relying_party(a_client()).await;
    assert!(may_call(&mut acme.browser(), "https://app.example.com").await);
    assert!(!may_call(&mut root.browser(), "https://app.example.com").await);
}
