//! Tenancy: the whole journey works in a second realm, and nothing made in one is accepted in another.

use crate::support::{
    Browser, RelyingParty, TestIdp, a_client,
    relying_party::{claims, userinfo, userinfo_from},
};
use axum::{body::Body, http::Method};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn the_whole_journey_works_in_a_second_realm() {
    let root = super::start().await;
    let acme = root.realm("acme").await;
    let mut browser = acme.browser();
    let rp = acme.relying_party(a_client()).await;
    let start = browser.get(&rp.authorize_url(&[])).await;
    let page = browser.follow(start).await;
    let sign_up = page
        .body
        .split("href=\"")
        .map(|rest| rest.split('"').next().unwrap())
        .find(|href| href.contains("/sign-up"))
        .unwrap();
    let page = browser.get(&sign_up.replace("&amp;", "&")).await;
    let fields = [
        ("email", ADA),
        ("name", "Ada"),
        ("new_password", crate::support::idp::PASSWORD),
    ];
    let answer = browser.submit(&page, "new_password", &fields).await;
    let page = browser.follow(answer).await;
    let mail = acme.mails().await.pop().unwrap();
    assert!(
        mail.text.contains("/realms/acme/verify-email?token="),
        "{}",
        mail.text
    );
    let code = mail
        .text
        .split_whitespace()
        .find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()))
        .unwrap();
    let answer = browser.submit(&page, "code", &[("code", code)]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let tokens = rp.tokens(&mut browser, ADA).await;
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["iss"], acme.issuer());
    assert_eq!(userinfo_from(&mut browser, &tokens).await.status, 200);
}

/// What one realm made.
struct Made {
    rp: RelyingParty,
    browser: Browser,
    code: String,
    tokens: serde_json::Value,
    interaction: String,
}

async fn make(idp: &TestIdp) -> Made {
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    let code = rp.code(&mut browser, ADA).await;
    let start = browser.get(&rp.authorize_url(&[("prompt", "login")])).await;
    let interaction = start
        .location()
        .unwrap()
        .split("interaction=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap()
        .to_owned();
    Made {
        rp,
        browser,
        code,
        tokens,
        interaction,
    }
}

/// Cookies renamed to what the other realm calls them: a forger would do no less.
fn carried_over(from: &Browser, to: &TestIdp, from_suffix: &str, to_suffix: &str) -> Browser {
    let mut browser = to.browser();
    for (name, value) in &from.cookies {
        let plain = name.strip_suffix(from_suffix).unwrap_or(name);
        browser
            .cookies
            .insert(format!("{plain}{to_suffix}"), value.clone());
    }
    browser
}

#[tokio::test]
async fn nothing_made_in_one_realm_is_accepted_in_another() {
    let root = super::start().await;
    let acme = root.realm("acme").await;
    let other = root.realm("other").await;
    let cases = [
        (&root, "", &acme, ".acme"),
        (&acme, ".acme", &root, ""),
        (&acme, ".acme", &other, ".other"),
    ];
    for (index, (from, from_suffix, to, to_suffix)) in cases.into_iter().enumerate() {
        let from = if index == 2 {
            &root.realm("third").await
        } else {
            from
        };
        let from_suffix = if index == 2 { ".third" } else { from_suffix };
        let made = make(from).await;
        let native = to.relying_party(a_client()).await;
        let case = format!("{} at {}", from.issuer(), to.issuer());
        let mut browser = carried_over(&made.browser, to, from_suffix, to_suffix);

        // Session: the cookie means nothing there.
        assert_ne!(browser.get("/account").await.status, 200, "session: {case}");
        // Client: unknown at the authorization and the token endpoint.
        assert_eq!(
            browser.get(&made.rp.authorize_url(&[])).await.status,
            400,
            "client: {case}"
        );
        assert_eq!(
            made.rp.redeem(&mut browser, &made.code).await.json()["error"],
            "invalid_client",
            "client: {case}"
        );
        // Code and refresh token: not even for that realm's own client.
        assert_eq!(
            native.redeem(&mut browser, &made.code).await.json()["error"],
            "invalid_grant",
            "code: {case}"
        );
        let refresh = made.tokens["refresh_token"].as_str().unwrap();
        assert_eq!(
            native.refresh(&mut browser, refresh).await.json()["error"],
            "invalid_grant",
            "refresh: {case}"
        );
        // Access token and, with it, the signing key.
        let access = made.tokens["access_token"].as_str().unwrap();
        assert_eq!(
            userinfo(&mut browser, access).await.status,
            401,
            "access token: {case}"
        );
        // ID token as a hint.
        let hint = made.tokens["id_token"].as_str().unwrap();
        let logout = browser
            .get(&format!(
                "/logout?id_token_hint={hint}&post_logout_redirect_uri=https://app.example.com/bye"
            ))
            .await;
        assert!(browser.follow(logout).await.location().is_none(), "hint: {case}");
        // Interaction.
        let page = browser
            .get(&format!("/login?interaction={}", made.interaction))
            .await;
        assert!(
            !page.body.contains("name=\"password\"") && page.status != 200,
            "interaction: {case}"
        );
        assert_ne!(
            browser.get(&format!("/resume/{}", made.interaction)).await.status,
            303,
            "interaction: {case}"
        );
        // What was made stays good at home.
        let mut home = made.browser.clone();
        assert_eq!(made.rp.redeem(&mut home, &made.code).await.status, 200, "{case}");
    }
}

#[tokio::test]
async fn a_mailed_link_works_in_its_realm_only() {
    let root = super::start().await;
    let acme = root.realm("acme").await;
    let page = acme.browser().get("/sign-up").await;
    let mut browser = acme.browser();
    let fields = [
        ("email", ADA),
        ("name", "Ada"),
        ("new_password", crate::support::idp::PASSWORD),
    ];
    browser.submit(&page, "new_password", &fields).await;
    let mail = acme.mails().await.pop().unwrap();
    let token = mail
        .text
        .split("token=")
        .nth(1)
        .unwrap()
        .split(['&', '\n', ' '])
        .next()
        .unwrap()
        .to_owned();
    let form = [
        ("token", token.as_str()),
        ("new_password", crate::support::idp::PASSWORD),
    ];
    let refused = root.browser().post("/verify-email", &form).await;
    assert_ne!(refused.status, 303);
    let confirmed = acme.browser().post("/verify-email", &form).await;
    assert_eq!(
        confirmed.location().as_deref(),
        Some("/realms/acme/login?done=verified")
    );
}

#[tokio::test]
async fn an_unknown_realm_is_not_found_and_a_deleted_one_is_gone() {
    let root = super::start().await;
    let acme = root.realm("acme").await;
    assert_eq!(acme.browser().get("/login").await.status.as_u16() / 100, 3);
    for path in [
        "/realms/nobody/login",
        "/realms/No%20Body/login",
        "/realms/acme/setup",
    ] {
        let mut browser = root.browser();
        assert_eq!(browser.get(path).await.status, 404, "{path}");
        let html = [("accept", "text/html,*/*;q=0.8")];
        let page = browser.send(Method::GET, path, &html, Body::empty()).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.body.starts_with("<!doctype html>"), "{path}: {}", page.body);
        assert!(!page.body.contains("nobody"), "{path}");
    }
    root.runtime
        .realm_service
        .delete(&domain::realm::RealmName::Named("acme".parse().unwrap()))
        .await
        .unwrap();
    tokio::task::yield_now().await;
    assert_eq!(acme.browser().get("/login").await.status, 404);
}

#[tokio::test]
async fn what_belongs_to_the_deployment_is_at_the_root_only() {
    let root = super::start().await;
    let acme = root.realm("acme").await;
    for path in [
        "/healthz",
        "/health",
        "/readyz",
        "/setup",
        "/dev/mailbox",
        "/dev/mailbox.json",
    ] {
        assert_ne!(root.browser().get(path).await.status, 404, "{path}");
        assert_eq!(acme.browser().get(path).await.status, 404, "{path}");
    }
}
