//! What an attacker meets: one budget behind every door, an owner who gets in all the same, and a limit on requests.

use crate::support::{Answer, Browser, TestIdp, idp::PASSWORD};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};

const ADA: &str = "ada@example.com";
const BEHIND_A_PROXY: [(&str, &str); 1] = [("SIGNET_TRUSTED_PROXIES", "127.0.0.0/8")];

async fn password_page(browser: &mut Browser, identifier: &str) -> Answer {
    let start = browser.get("/login").await;
    let page = browser.follow(start).await;
    let answer = browser
        .submit(&page, "identifier", &[("identifier", identifier)])
        .await;
    browser.follow(answer).await
}

/// Tries a password from `address`.
async fn tries(browser: &mut Browser, (address, identifier, password): (&str, &str, &str)) -> Answer {
    let page = password_page(browser, identifier).await;
    let mut form = page.form("password").fields;
    form.retain(|(name, _)| name != "password");
    let mut fields: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    fields.push(("password", password));
    browser
        .post_with("/login", &[("x-forwarded-for", address)], &fields)
        .await
}

async fn guess(idp: &TestIdp, address: &str, identifier: &str) -> Answer {
    tries(&mut idp.browser(), (address, identifier, "a wrong password")).await
}

#[tokio::test]
async fn after_five_guesses_people_are_told_how_long_to_wait_whoever_they_name() {
    let idp = super::start_with(&BEHIND_A_PROXY).await;
    idp.person(ADA).await;
    let mut answers = Vec::new();
    for (address, identifier) in [("192.0.2.1", ADA), ("192.0.2.2", "nobody@example.com")] {
        for _ in 0..5 {
            assert_eq!(guess(&idp, address, identifier).await.status, 403);
        }
        let refused = guess(&idp, address, identifier).await;
        assert_eq!(refused.status, 429);
        assert_eq!(refused.header("retry-after"), Some("30"));
        assert!(
            refused
                .body
                .contains("Too many attempts. Try again in 30 seconds.")
        );
        assert!(refused.body.contains("data-wait=\"30\""));
        answers.push(refused.body.len() - identifier.len() * refused.body.matches(identifier).count());
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn the_page_and_its_server_function_share_a_budget_in_whatever_spelling() {
    let idp = super::start_with(&BEHIND_A_PROXY).await;
    idp.person(ADA).await;
    let mut browser = idp.browser();
    for spelling in [ADA, "ADA@example.com", "Ada@Example.com"] {
        assert_eq!(
            tries(&mut browser, ("192.0.2.1", spelling, "wrong")).await.status,
            403
        );
    }
    let page = password_page(&mut browser, ADA).await;
    let interaction = page
        .form("password")
        .fields
        .iter()
        .find(|(name, _)| name == "interaction")
        .map(|(_, value)| value.clone())
        .unwrap();
    let headers = [("x-forwarded-for", "192.0.2.1"), ("accept", "application/json")];
    let mut seen = Vec::new();
    for _ in 0..4 {
        let fields = [
            ("interaction", interaction.as_str()),
            ("identifier", "ada@EXAMPLE.com"),
            ("password", "wrong"),
        ];
        let answer = browser
            .post_with("/api/sign-in/password", &headers, &fields)
            .await;
        seen.push(answer.status.as_u16());
    }
    assert_eq!(seen, [403, 403, 429, 429]);
    assert_eq!(guess(&idp, "192.0.2.1", ADA).await.status, 429);
}

#[tokio::test]
async fn whoever_guesses_does_not_lock_the_owners_browser_out() {
    let idp = super::start_with(&BEHIND_A_PROXY).await;
    idp.person(ADA).await;
    let mut home = idp.browser();
    let answer = tries(&mut home, ("198.51.100.7", ADA, PASSWORD)).await;
    assert_eq!(answer.status, 303);
    let (device, _) = home
        .cookies
        .iter()
        .find(|(name, _)| name.contains("device"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .expect("the browser is known from now on");
    home.cookies.retain(|name, _| *name == device);
    // From everywhere, and from the owner's own address.
    for number in 0..50 {
        guess(&idp, &format!("192.0.2.{number}"), ADA).await;
        guess(&idp, "198.51.100.7", ADA).await;
    }
    let stranger = tries(&mut idp.browser(), ("203.0.113.9", ADA, PASSWORD)).await;
    assert_eq!(stranger.status, 429);
    let owner = tries(&mut home, ("198.51.100.7", ADA, PASSWORD)).await;
    assert_eq!(owner.status, 303, "{}", owner.body);
}

#[tokio::test]
async fn a_hard_lockout_closes_the_owners_browser_too() {
    let settings = [BEHIND_A_PROXY[0], ("SIGNET_HARD_LOCKOUT", "true")];
    let idp = super::start_with(&settings).await;
    idp.person(ADA).await;
    let mut home = idp.browser();
    assert_eq!(
        tries(&mut home, ("198.51.100.7", ADA, PASSWORD)).await.status,
        303
    );
    home.cookies.retain(|name, _| name.contains("device"));
    for number in 0..5 {
        assert_eq!(guess(&idp, &format!("192.0.2.{number}"), ADA).await.status, 403);
    }
    let owner = tries(&mut home, ("198.51.100.7", ADA, PASSWORD)).await;
    assert_eq!(owner.status, 429);
    assert_eq!(owner.header("retry-after"), Some("1800"));
}

#[tokio::test]
async fn an_address_that_asks_too_much_waits_in_json_or_on_a_page() {
    let settings = [BEHIND_A_PROXY[0], ("SIGNET_REQUEST_LIMIT", "100")];
    let idp = super::start_with(&settings).await;
    let mut browser = idp.browser();
    let path = "/.well-known/openid-configuration";
    let from = |address| [("x-forwarded-for", address), ("accept", "text/html,*/*")];
    for _ in 0..10 {
        let answer = browser
            .send(Method::GET, path, &from("192.0.2.1"), Body::empty())
            .await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    let page = browser
        .send(Method::GET, "/login", &from("192.0.2.1"), Body::empty())
        .await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.header("retry-after").is_some());
    assert!(page.body.contains("Too many requests"), "{}", page.body);
    let mut chosen = from("192.0.2.1").to_vec();
    chosen.push(("cookie", "signet-language-4000=ja"));
    let page = browser.send(Method::GET, "/login", &chosen, Body::empty()).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.body.contains("lang=\"ja\""), "{}", page.body);
    let answer = browser
        .send(
            Method::GET,
            path,
            &[("x-forwarded-for", "192.0.2.1")],
            Body::empty(),
        )
        .await;
    assert_eq!(answer.json()["error"], "too_many_requests");
    for path in ["/healthz", "/readyz", "/seal.svg", "/favicon.svg"] {
        let answer = browser
            .send(Method::GET, path, &from("192.0.2.1"), Body::empty())
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
    let answer = browser
        .send(Method::GET, path, &from("192.0.2.2"), Body::empty())
        .await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn clients_that_prove_who_they_are_use_nothing_up() {
    let settings = [BEHIND_A_PROXY[0], ("SIGNET_REQUEST_LIMIT", "100")];
    let idp = super::start_with(&settings).await;
    let rp = idp.relying_party(crate::support::a_client()).await;
    let mut browser = idp.browser();
    for _ in 0..30 {
        let answer = rp.post(&mut browser, "/revoke", &[("token", "x")]).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    let wrong = crate::support::RelyingParty {
        secret: Some("guess".to_owned()),
        ..rp.clone()
    };
    let mut refused = Vec::new();
    for _ in 0..12 {
        refused.push(wrong.post(&mut browser, "/revoke", &[("token", "x")]).await);
    }
    let last = refused.pop().unwrap();
    assert_eq!(
        last.header("retry-after"),
        Some("1"),
        "it is the limit on requests that answers"
    );
}
