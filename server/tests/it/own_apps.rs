//! What the account says of apps, sessions and its own safety, in words and in which order.

use crate::support::{
    AuthenticatorApp, SecurityKey, TestIdp, a_client, idp::PASSWORD, relying_party::userinfo_from,
};
use domain::services::apis::NewApi;
use std::time::Duration;

const ADA: &str = "ada@example.com";
const ORDERS: &str = "https://orders.example.com/v1";
const DAY: Duration = Duration::from_secs(86_400);

async fn orders(idp: &TestIdp) {
    let new = NewApi {
        audience: ORDERS.to_owned(),
        name: "Orders".to_owned(),
        scopes: vec![("orders:read".to_owned(), "See your orders".to_owned())],
        access_token_lifetime: None,
        alg: None,
        format: domain::api::TokenFormat::Jwt,
        introspection_clients: Vec::new(),
    };
    let act = idp.act().await;
    idp.runtime.services.apis.create(&act, new).await.unwrap();
}

/// The item of a list that says `text`.
fn item<'a>(body: &'a str, text: &str) -> &'a str {
    let mut items = body.split("<li class=\"list__item\">").skip(1);
    let found = items.find(|item| item.contains(text));
    let found = found.unwrap_or_else(|| panic!("{text}: {body}"));
    found.split("</li>").next().unwrap()
}

#[tokio::test]
async fn removing_all_apps_kills_the_tokens_of_each() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut browser = idp.browser();
    let mut kept = Vec::new();
    for _ in 0..2 {
        let rp = idp.relying_party(a_client()).await;
        let tokens = rp.tokens(&mut browser, ADA).await;
        assert_eq!(userinfo_from(&mut browser, &tokens).await.status, 200);
        kept.push((rp, tokens));
    }
    let answer = browser.post("/account/apps", &[("act", "remove-all")]).await;
    let to = answer.location().unwrap();
    assert_eq!(to, "/account/apps?done=all");
    let page = browser.get(&to).await.body;
    assert!(page.contains("No app can use your account any more"), "{page}");
    for (rp, tokens) in kept {
        assert_eq!(userinfo_from(&mut browser, &tokens).await.status, 401);
        let refreshed = rp.refresh_from(&mut browser, &tokens).await;
        assert_eq!(refreshed.error(), "invalid_grant");
        assert!(!page.contains(&rp.id));
    }
}

#[tokio::test]
async fn what_apps_may_do_is_said_in_the_words_of_apis_and_of_apps_nobody_is_asked_about() {
    let idp = super::start().await;
    idp.person(ADA).await;
    orders(&idp).await;
    let mut browser = idp.browser();
    let asking = idp.relying_party(a_client().scopes("openid orders:read")).await;
    let scope = [("scope", "openid orders:read"), ("resource", ORDERS)];
    let back = asking.authorize(&mut browser, ADA, &scope).await;
    assert!(back.redirect_parameters().contains_key("code"), "{back:?}");
    idp.clock.advance(3 * DAY);
    let own = idp.relying_party(a_client().first_party()).await;
    own.tokens(&mut browser, ADA).await;
    let page = browser.get("/account/apps").await.body;
    let (keep, signed_in) = page.split_once("id=\"signed-in\"").unwrap();
    let asked = item(signed_in, &asking.id);
    assert_eq!(asked.matches("See your orders").count(), 2, "{asked}");
    assert!(!asked.contains("Use “orders:read”"), "{asked}");
    assert!(asked.contains("Published by app"), "{asked}");
    assert!(
        asked.contains("Allowed 1 January 2026, last used 1 January 2026"),
        "{asked}"
    );
    let unasked = item(keep, &own.id);
    assert!(unasked.contains("email address"), "{unasked}");
    assert!(!unasked.contains("name=\"scope\""), "{unasked}");
    assert!(
        unasked.contains("Allowed 4 January 2026, last used 4 January 2026"),
        "{unasked}"
    );
}

#[tokio::test]
async fn the_session_of_the_browser_comes_first_and_each_says_its_apps() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let (first, second) = (
        idp.relying_party(a_client()).await,
        idp.relying_party(a_client().named("Garden")).await,
    );
    let (mut here, mut there) = (idp.browser(), idp.browser());
    first.tokens(&mut here, ADA).await;
    second.tokens(&mut here, ADA).await;
    idp.clock.advance(Duration::from_secs(3_600));
    let interaction = there.waiting().await;
    there.password(&interaction, ADA, PASSWORD).await;
    assert_eq!(there.get("/account").await.status, 200);
    for (browser, apps) in [(&mut here, true), (&mut there, false)] {
        let page = browser.get("/account/sessions").await.body;
        let (_, items) = page.split_once("<li class=\"list__item\">").unwrap();
        let (mine, other) = items.split_once("<li class=\"list__item\">").unwrap();
        assert!(
            mine.contains("This browser") && !other.contains("This browser"),
            "{page}"
        );
        let told = "Apps: Garden, Test App";
        assert_eq!(
            (mine.contains(told), other.contains(told)),
            (apps, !apps),
            "{page}"
        );
    }
}

#[tokio::test]
async fn the_overview_says_of_each_guard_whether_it_is_there() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut browser = idp.browser();
    let interaction = browser.waiting().await;
    browser.password(&interaction, ADA, PASSWORD).await;
    let page = browser.get("/account").await.body;
    for (guard, state) in [
        (">Passkey", "Missing"),
        (">Second step", "Missing"),
        (">Password", "Set 1 January 2026"),
        (">Email", "Confirmed"),
    ] {
        assert!(item(&page, guard).contains(state), "{guard}: {page}");
    }
    assert!(!page.contains("codes left"), "there are none yet: {page}");
    SecurityKey::add(&mut browser).await;
    let app = AuthenticatorApp::add(&idp, &mut browser).await;
    let page = browser.get("/account").await.body;
    for guard in [">Passkey", ">Second step", ">Recovery codes"] {
        let item = item(&page, guard);
        assert!(
            item.contains("Ready") && !item.contains("Set up"),
            "{guard}: {page}"
        );
    }
    assert!(item(&page, ">Passkey").contains("One passkey"));
    let mut left = app.recovery_codes.len();
    for code in app.recovery_codes.iter().skip(3) {
        let mut elsewhere = idp.browser();
        let request = elsewhere.waiting().await;
        elsewhere.password(&request, ADA, PASSWORD).await;
        let fields = [("interaction", request.as_str()), ("code", code.as_str())];
        let answer = elsewhere.post("/login/otp", &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        left -= 1;
        let page = browser.get("/account").await.body;
        let codes = item(&page, ">Recovery codes");
        assert!(codes.contains(&format!("{left} codes left")), "{codes}");
        let few = (codes.contains("Few left"), codes.contains("Set up"));
        assert_eq!(few, (left < 4, left < 4), "{codes}");
    }
}
