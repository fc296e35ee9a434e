//! `signet registration-token` from end to end: made, listed, used at a running server, revoked.

use crate::{
    operators::{felt, text},
    support::{Browser, installation::Installation},
};
use axum::{body::Body, http::Method};

async fn register(browser: &mut Browser, token: &str) -> u16 {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    let document = r#"{"client_name":"Garden","redirect_uris":["https://garden.example.com/cb"]}"#;
    let answer = browser.send(Method::POST, "/register", &headers, Body::from(document));
    answer.await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_registers_as_many_clients_as_it_may_and_none_once_revoked() {
    let here = Installation::new().with(&[("SIGNET_REGISTRATION", "token")]);
    let _server = here.serve();
    let mut browser = here.browser();
    let made = here.run(&["registration-token", "create", "--uses", "2", "--expires", "3600"]);
    let token = text(&made, "token");
    assert_eq!(made["uses_left"], 2);
    felt(async || register(&mut browser, token).await, 201).await;
    let listed = here.run(&["registration-token", "list"]);
    let listed = &listed["items"][0];
    assert_eq!((&listed["id"], &listed["uses_left"]), (&made["id"], &1.into()));
    assert_eq!(listed.get("token"), None, "it is shown once");
    assert_eq!(
        here.run(&["client", "list"])["items"].as_array().unwrap().len(),
        1
    );

    let id = text(&made, "id");
    assert_eq!(here.run(&["registration-token", "revoke", id])["revoked"], true);
    felt(async || register(&mut browser, token).await, 401).await;
    let again = here.refused(&["registration-token", "revoke", id]);
    assert!(again.contains("no such token"), "{again}");
    let elsewhere = ["registration-token", "list", "--realm", "nowhere"];
    assert!(!here.refused(&elsewhere).is_empty());
}
