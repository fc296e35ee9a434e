//! RFC 7591, RFC 7592: registration and its management, as headers, statuses and documents show them.

use crate::support::{Answer, Browser, TestIdp};
use axum::{body::Body, http::Method};
use serde_json::{Value, json};

const APP: &str = "https://garden.example.com";

fn a_garden() -> Value {
    json!({
        "client_name": "Garden",
        "redirect_uris": [format!("{APP}/cb")],
        "grant_types": ["authorization_code"],
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut document = a_garden();
    document[name] = value;
    document
}

async fn mode(mode: &str) -> TestIdp {
    super::start_with(&[("SIGNET_REGISTRATION", mode)]).await
}

/// A request with a JSON body, and a token if there is one.
async fn send(browser: &mut Browser, method: Method, path: &str, token: &str, body: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    let mut headers = vec![("content-type", "application/json")];
    if !token.is_empty() {
        headers.push(("authorization", bearer.as_str()));
    }
    browser
        .send(method, path, &headers, Body::from(body.to_owned()))
        .await
}

async fn register(browser: &mut Browser, token: &str, document: &Value) -> Answer {
    send(browser, Method::POST, "/register", token, &document.to_string()).await
}

async fn registered(browser: &mut Browser) -> Value {
    let answer = register(browser, "", &a_garden()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()
}

fn text<'a>(document: &'a Value, name: &str) -> &'a str {
    document[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} in {document}"))
}

/// Where the client is managed, and by which token.
fn managed(told: &Value) -> (String, String) {
    let uri = text(told, "registration_client_uri");
    let (_, path) = uri.split_once("/register/").unwrap();
    let token = text(told, "registration_access_token").to_owned();
    (format!("/register/{path}"), token)
}

fn assert_challenged(answer: &Answer, error: Option<&str>) {
    assert_eq!(answer.status, 401, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let challenge = answer.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Bearer"), "{challenge}");
    match error {
        None => assert!(!challenge.contains("error"), "{challenge}"),
        Some(error) => assert!(challenge.contains(&format!("error=\"{error}\"")), "{challenge}"),
    }
}

#[tokio::test]
async fn s3_nobody_registers_where_registration_is_off() {
    let idp = mode("off").await;
    let mut browser = idp.browser();
    assert_eq!(register(&mut browser, "", &a_garden()).await.status, 404);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = send(&mut browser, method, "/register/app", "sgn_rt_x", "{}").await;
        assert_eq!(answer.status, 404);
    }
    let metadata = browser.get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata.get("registration_endpoint"), None);
}

#[tokio::test]
async fn s3_where_tokens_are_asked_for_each_registers_as_many_as_it_may() {
    let idp = mode("token").await;
    let mut browser = idp.browser();
    assert_challenged(&register(&mut browser, "", &a_garden()).await, None);
    let wrong = register(&mut browser, "sgn_it_x", &a_garden()).await;
    assert_challenged(&wrong, Some("invalid_token"));
    let tokens = &idp.runtime.services.registration_tokens;
    let (_, token) = tokens.create(&idp.act().await, None, Some(1)).await.unwrap();
    // What is refused for what it says costs nothing.
    let odd = with("redirect_uris", json!(["http://evil.example/cb"]));
    assert_eq!(register(&mut browser, token.expose(), &odd).await.status, 400);
    assert_eq!(
        register(&mut browser, token.expose(), &a_garden()).await.status,
        201
    );
    let again = register(&mut browser, token.expose(), &a_garden()).await;
    assert_challenged(&again, Some("invalid_token"));
}

#[tokio::test]
async fn s3_2_2_errors_are_json_and_repeat_nothing() {
    let idp = mode("open").await;
    let mut browser = idp.browser();
    for (document, error) in [
        ("[]".to_owned(), "invalid_client_metadata"),
        ("no JSON".to_owned(), "invalid_client_metadata"),
        (
            with("redirect_uris", json!(["https://x#evil"])).to_string(),
            "invalid_redirect_uri",
        ),
        (
            with("token_endpoint_auth_method", json!("evil")).to_string(),
            "invalid_client_metadata",
        ),
        (
            with("jwks_uri", json!("ftp://evil.example")).to_string(),
            "invalid_client_metadata",
        ),
    ] {
        let answer = send(&mut browser, Method::POST, "/register", "", &document).await;
        assert_eq!(answer.status, 400, "{document}: {}", answer.body);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.json()["error"], error, "{document}");
        assert!(!answer.body.contains("evil"), "{}", answer.body);
    }
    let form = browser.post("/register", &[("client_name", "Garden")]).await;
    assert_eq!(form.status, 415);
    let large = with("client_name", json!("x".repeat(70_000))).to_string();
    let answer = send(&mut browser, Method::POST, "/register", "", &large).await;
    assert_eq!(answer.status, 413);
    let answer = send(&mut browser, Method::PATCH, "/register", "", "{}").await;
    assert_eq!(answer.status, 405);
    // The page for people is another (contract of addresses).
    let page = browser.get("/register").await;
    assert_eq!(page.location().as_deref(), Some("/sign-up"));
}

#[tokio::test]
async fn rfc7592_s2_a_client_reads_changes_and_deletes_itself() {
    let idp = mode("open").await;
    let mut browser = idp.browser();
    let told = registered(&mut browser).await;
    let (path, token) = managed(&told);
    let read = send(&mut browser, Method::GET, &path, &token, "").await;
    assert_eq!(read.status, 200, "{}", read.body);
    assert_eq!(read.header("cache-control"), Some("no-store"));
    assert_eq!(read.json()["client_name"], "Garden");

    let mut change = with("client_name", json!("Orchard"));
    change["client_id"] = told["client_id"].clone();
    let changed = send(&mut browser, Method::PUT, &path, &token, &change.to_string()).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.json()["client_name"], "Orchard");
    let (path, token) = managed(&changed.json());
    change["client_id"] = json!("somebody-else");
    let foreign = send(&mut browser, Method::PUT, &path, &token, &change.to_string()).await;
    assert_eq!(foreign.status, 400);
    assert_eq!(foreign.json()["error"], "invalid_client_metadata");

    let gone = send(&mut browser, Method::DELETE, &path, &token, "").await;
    assert_eq!((gone.status.as_u16(), gone.body.as_str()), (204, ""));
    let read = send(&mut browser, Method::GET, &path, &token, "").await;
    assert_challenged(&read, Some("invalid_token"));
    let id = text(&told, "client_id");
    let page = browser
        .get(&format!("/authorize?client_id={id}&response_type=code"))
        .await;
    assert_eq!(page.status, 400);
}

#[tokio::test]
async fn rfc7592_s2_a_token_manages_its_own_client_alone() {
    let idp = mode("open").await;
    let mut browser = idp.browser();
    let (own, token) = managed(&registered(&mut browser).await);
    let (other, _) = managed(&registered(&mut browser).await);
    for path in [other.as_str(), "/register/nobody"] {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let answer = send(&mut browser, method, path, &token, &a_garden().to_string()).await;
            assert_challenged(&answer, Some("invalid_token"));
        }
    }
    assert_challenged(&send(&mut browser, Method::GET, &own, "", "").await, None);
    let still = send(&mut browser, Method::GET, &own, &token, "").await;
    assert_eq!(still.status, 200);
}

#[tokio::test]
async fn rfc7592_s2_2_a_client_is_replaced_so_often_and_no_more_and_others_still_are() {
    let idp = mode("open").await;
    let mut browser = idp.browser();
    let (own, token) = managed(&registered(&mut browser).await);
    let (other, others) = managed(&registered(&mut browser).await);
    for _ in 0..120 {
        let answer = send(&mut browser, Method::PUT, &own, &token, "{}").await;
        assert_eq!(answer.status, 400, "{}", answer.body);
    }
    let answer = send(&mut browser, Method::PUT, &own, &token, "{}").await;
    assert_eq!(answer.status, 429);
    assert!(answer.header("retry-after").is_some());
    let answer = send(&mut browser, Method::PUT, &other, &others, "{}").await;
    assert_eq!(answer.status, 400);
    let read = send(&mut browser, Method::GET, &own, &token, "").await;
    assert_eq!(read.status, 200);
}

#[tokio::test]
async fn scripts_of_registered_clients_may_manage_them() {
    let idp = mode("open").await;
    let mut browser = idp.browser();
    let (path, token) = managed(&registered(&mut browser).await);
    for (origin, allowed) in [(APP, Some(APP)), ("https://evil.example", None)] {
        for path in ["/register", path.as_str()] {
            let asked = [("origin", origin), ("access-control-request-method", "PUT")];
            let answer = browser.send(Method::OPTIONS, path, &asked, Body::empty()).await;
            assert_eq!(answer.status, 204);
            assert_eq!(answer.header("access-control-allow-origin"), allowed);
            let methods = answer.header("access-control-allow-methods");
            assert_eq!(
                methods.map(|methods| methods.contains("PUT")),
                allowed.map(|_| true)
            );
        }
    }
    let bearer = format!("Bearer {token}");
    let headers = [("origin", APP), ("authorization", bearer.as_str())];
    let answer = browser.send(Method::GET, &path, &headers, Body::empty()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
}
