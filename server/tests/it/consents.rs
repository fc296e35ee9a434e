//! What a person allows on the consent page, on the wire: what they leave out is not asked for again, and what they
//! allow for a day ends to the second at every endpoint that tells or gives something of it.

use crate::support::{
    Answer, Browser, RelyingParty, TestIdp, a_client,
    idp::PASSWORD,
    relying_party::{claims, userinfo},
};
use domain::clock::Clock as _;
use serde_json::Value;
use std::time::Duration;

const ADA: &str = "ada@example.com";
const DAY: Duration = Duration::from_secs(86_400);
const SECOND: Duration = Duration::from_secs(1);

/// Signs in on the way to the app and stops at the page that asks.
async fn asked(browser: &mut Browser, rp: &RelyingParty, changes: &[(&str, &str)]) -> Answer {
    let start = browser.get(&rp.authorize_url(changes)).await;
    let page = browser.follow(start).await;
    if !page.body.contains("name=\"identifier\"") {
        return page;
    }
    let answer = browser.submit(&page, "identifier", &[("identifier", ADA)]).await;
    let page = browser.follow(answer).await;
    let answer = browser.submit(&page, "password", &[("password", PASSWORD)]).await;
    browser.follow(answer).await
}

async fn decide(browser: &mut Browser, page: &Answer, fields: &[(&str, &str)]) -> Answer {
    let allow = [&[("decision", "allow")], fields].concat();
    let answer = browser.submit(page, "decision", &allow).await;
    browser.follow(answer).await
}

async fn redeemed(browser: &mut Browser, rp: &RelyingParty, back: &Answer) -> Value {
    let code = &back.redirect_parameters()["code"];
    let answer = rp.redeem(browser, code).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

fn text<'a>(document: &'a Value, name: &str) -> &'a str {
    document[name].as_str().unwrap()
}

/// An app, and somebody who is signed in at it.
async fn scene() -> (TestIdp, RelyingParty, Browser) {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.browser();
    (idp, rp, browser)
}

#[tokio::test]
async fn what_is_left_out_is_offered_unticked_and_only_when_more_is_asked_for() {
    let (_idp, rp, mut browser) = scene().await;
    let scope = |scope| [("scope", scope)];
    let page = asked(&mut browser, &rp, &scope("openid email profile")).await;
    let back = decide(&mut browser, &page, &[("scope", "openid"), ("scope", "email")]).await;
    assert_eq!(
        text(&redeemed(&mut browser, &rp, &back).await, "scope"),
        "email openid"
    );
    let back = asked(&mut browser, &rp, &scope("openid profile email")).await;
    assert_eq!(
        text(&redeemed(&mut browser, &rp, &back).await, "scope"),
        "email openid"
    );
    for changes in [
        &scope("openid email profile offline_access")[..],
        &[("scope", "openid email profile"), ("prompt", "consent")],
    ] {
        let page = asked(&mut browser, &rp, changes).await;
        let form = page.form("decision");
        let sent: Vec<&str> = form
            .fields
            .iter()
            .filter(|(name, _)| name == "scope")
            .map(|(_, value)| value.as_str())
            .collect();
        assert!(sent.contains(&"email") && !sent.contains(&"profile"), "{sent:?}");
        assert!(page.body.contains("value=\"profile\""), "{}", page.body);
    }
    let page = asked(&mut browser, &rp, &scope("openid email profile offline_access")).await;
    let all = ["openid", "email", "profile"].map(|scope| ("scope", scope));
    let back = decide(&mut browser, &page, &all).await;
    let tokens = redeemed(&mut browser, &rp, &back).await;
    assert_eq!(text(&tokens, "scope"), "email openid profile");
    let account = browser.get("/account/apps").await;
    let form = account.form("scope");
    let kept: Vec<(&str, &str)> = form
        .fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|field| *field != ("scope", "email"))
        .collect();
    let narrowed = browser.post("/account/apps", &kept).await;
    assert_eq!(
        narrowed.location().as_deref(),
        Some("/account/apps?done=narrowed")
    );
    let back = asked(&mut browser, &rp, &scope("openid email profile")).await;
    let tokens = redeemed(&mut browser, &rp, &back).await;
    assert_eq!(
        text(&tokens, "scope"),
        "openid profile",
        "what was taken back is not asked for"
    );
}

#[tokio::test]
async fn what_is_allowed_for_a_day_ends_to_the_second_at_every_endpoint() {
    let (idp, rp, mut browser) = scene().await;
    let page = asked(&mut browser, &rp, &[]).await;
    let allowed = idp.clock.now();
    let back = decide(&mut browser, &page, &[("validity", "1_day")]).await;
    let tokens = redeemed(&mut browser, &rp, &back).await;
    idp.clock.advance(DAY - 5 * SECOND);
    let answer = rp.refresh_from(&mut browser, &tokens).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let last = answer.json();
    assert_eq!(last["expires_in"], 5, "no token outlives what was allowed");
    let access = text(&last, "access_token");
    let end = allowed.seconds() + 86_400;
    assert_eq!(claims(access)["exp"], end);
    idp.clock.advance(4 * SECOND);
    let told = async |browser: &mut Browser, name| {
        let answer = rp
            .post(browser, "/introspect", &[("token", text(&last, name))])
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["active"] == true
    };
    assert_eq!(userinfo(&mut browser, access).await.status, 200);
    assert!(told(&mut browser, "access_token").await && told(&mut browser, "refresh_token").await);
    idp.clock.advance(SECOND);
    assert_eq!(userinfo(&mut browser, access).await.status, 401);
    assert!(!told(&mut browser, "access_token").await && !told(&mut browser, "refresh_token").await);
    let answer = rp.refresh_from(&mut browser, &last).await;
    assert_eq!(
        (answer.status.as_u16(), answer.error().as_str()),
        (400, "invalid_grant")
    );
}

#[tokio::test]
async fn what_was_allowed_for_good_and_is_now_for_a_day_ends_for_tokens_of_before_as_well() {
    let (idp, rp, mut browser) = scene().await;
    let page = asked(&mut browser, &rp, &[]).await;
    let back = decide(&mut browser, &page, &[]).await;
    let before = redeemed(&mut browser, &rp, &back).await;
    let page = asked(&mut browser, &rp, &[("prompt", "consent")]).await;
    decide(&mut browser, &page, &[("validity", "1_day")]).await;
    idp.clock.advance(DAY - SECOND);
    let answer = rp.refresh_from(&mut browser, &before).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let last = answer.json();
    idp.clock.advance(SECOND);
    assert_eq!(
        userinfo(&mut browser, text(&last, "access_token")).await.status,
        401
    );
    let answer = rp.refresh_from(&mut browser, &last).await;
    assert_eq!(
        (answer.status.as_u16(), answer.error().as_str()),
        (400, "invalid_grant")
    );
}
