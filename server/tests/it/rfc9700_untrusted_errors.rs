//! RFC 9700 §4.11.2: an error of a client that registered itself is a page that names the host, until the person
//! goes on.

use crate::support::{Answer, Browser, browser::query_of};
use axum::{body::Body, http::Method};
use serde_json::json;

const CALLBACK: &str = "https://garden.example.com/cb?x=1";

/// A wrong request of a client that just registered itself.
async fn wrong_request(browser: &mut Browser, uri: &str, changes: &[(&str, &str)]) -> Answer {
    let document = json!({
        "client_name": "Your Bank <b>", "redirect_uris": [uri], "grant_types": ["authorization_code"],
    });
    let json = [("content-type", "application/json")];
    let registered = browser
        .send(Method::POST, "/register", &json, Body::from(document.to_string()))
        .await;
    assert_eq!(registered.status, 201, "{}", registered.body);
    let registered = registered.json();
    let client_id = registered["client_id"].as_str().unwrap();
    let mut all = vec![
        ("client_id", client_id),
        ("redirect_uri", uri),
        ("response_type", "token"),
        ("state", "\"><script>"),
    ];
    all.extend_from_slice(changes);
    let query = serde_urlencoded::to_string(&all).unwrap();
    browser.get(&format!("/authorize?{query}")).await
}

#[tokio::test]
async fn s4_11_2_the_page_names_the_host_and_leads_there_only_if_the_person_goes() {
    let idp = super::start_with(&[("SIGNET_REGISTRATION", "open")]).await;
    let mut browser = idp.browser();
    let page = wrong_request(&mut browser, CALLBACK, &[]).await;
    assert_eq!((page.status.as_u16(), page.location()), (400, None));
    assert_eq!(page.header("refresh"), None);
    assert!(!page.body.contains("<script"), "{}", page.body);
    assert!(!page.body.contains("Your Bank"), "{}", page.body);
    assert!(page.body.replace("<wbr>", "").contains("garden.example.com"));
    let to = page.link(CALLBACK).unwrap();
    let told = query_of(&to);
    assert_eq!(told["error"], "unsupported_response_type");
    assert_eq!(
        (told["state"].as_str(), told["iss"].as_str()),
        ("\"><script>", &*idp.issuer())
    );
    let page = wrong_request(&mut browser, CALLBACK, &[("response_mode", "form_post")]).await;
    let form = page.form("error");
    assert_eq!((page.status.as_u16(), form.action.as_str()), (400, CALLBACK));
    assert!(!page.body.contains("<script"), "{}", page.body);
}

#[tokio::test]
async fn s4_11_2_where_nothing_may_be_shown_it_is_sent_at_once() {
    let idp = super::start_with(&[("SIGNET_REGISTRATION", "open")]).await;
    let mut browser = idp.browser();
    let answer = wrong_request(&mut browser, CALLBACK, &[("prompt", "none")]).await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.redirect_parameters()["error"], "unsupported_response_type");
}
