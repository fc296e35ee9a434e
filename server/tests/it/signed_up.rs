//! Who confirms a sign-up in the browser that began it is signed in there, and goes on to the app that waits.

use crate::support::{
    Answer, Browser, RelyingParty, TestIdp, a_client, browser::interaction_of, idp::PASSWORD,
    relying_party::claims,
};
use domain::mail::Mail;

const ADA: &str = "ada@example.com";
const SESSION: &str = "signet-session-4000";
const INSISTED: &str = r#"{"id_token":{"acr":{"essential":true,"value":"urn:signet:acr:2"}}}"#;

/// Signs up from wherever `start` leads; the page on which the code is typed.
async fn sign_up(browser: &mut Browser, start: &str) -> Answer {
    let page = browser.get(start).await;
    let fields = [("email", ADA), ("name", "Ada"), ("new_password", PASSWORD)];
    let answer = browser.submit(&page, "new_password", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    browser.follow(answer).await
}

/// The sign-up of a request of an app's.
async fn for_app(browser: &mut Browser, request: &str) -> String {
    let start = browser.get(request).await;
    let page = browser.follow(start).await;
    page.link("/sign-up").expect("a way to sign up")
}

fn code(mail: &Mail) -> &str {
    let mut words = mail.text.split_whitespace();
    words
        .find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()))
        .unwrap()
}

fn link(mail: &Mail) -> &str {
    let mut words = mail.text.split_whitespace();
    words.find(|word| word.contains("/verify-email?token=")).unwrap()
}

/// Types the mailed code on the page.
async fn confirm(idp: &TestIdp, browser: &mut Browser, page: &Answer) -> Answer {
    let mail = idp.mails().await.pop().unwrap();
    let answer = browser.submit(page, "code", &[("code", code(&mail))]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer
}

async fn has_account(browser: &mut Browser) -> bool {
    let page = browser.get("/account").await;
    page.status == 200 && page.body.contains(ADA)
}

async fn recorded(idp: &TestIdp, kind: &str) -> i64 {
    let which = format!("event_log WHERE body LIKE '%\"kind\":\"{kind}\"%'");
    idp.rows().await.count(&which).await
}

#[tokio::test]
async fn the_code_signs_in_under_a_new_cookie_and_leads_to_the_account() {
    let idp = super::start().await;
    let mut browser = idp.browser();
    let planted = "AAAAAAAAAAAAAAAAAAAAAA".to_owned();
    browser.cookies.insert(SESSION.to_owned(), planted.clone());
    let page = sign_up(&mut browser, "/sign-up").await;
    assert!(!has_account(&mut browser).await, "not before the code");
    let answer = confirm(&idp, &mut browser, &page).await;
    let account = browser.follow(answer).await;
    assert!(
        account.status == 200 && account.body.contains(ADA),
        "{}",
        account.body
    );
    assert_ne!(browser.cookies[SESSION], planted);
    let mut thief = idp.browser();
    thief.cookies.insert(SESSION.to_owned(), planted);
    assert!(!has_account(&mut thief).await);
    assert_eq!(recorded(&idp, "user_signed_in").await, 1);
}

#[tokio::test]
async fn the_link_in_that_browser_does_the_same_and_so_do_the_server_functions() {
    for by_function in [false, true] {
        let idp = super::start().await;
        let mut browser = idp.browser();
        let page = sign_up(&mut browser, "/sign-up").await;
        let mail = idp.mails().await.pop().unwrap();
        if by_function {
            let flow = &page.form("code").fields[0];
            let fields = [(flow.0.as_str(), flow.1.as_str()), ("code", code(&mail))];
            let answer = browser.post("/api/verify-email/code", &fields).await;
            let to = answer.json()["to"].as_str().unwrap().to_owned();
            assert!(to.starts_with("/resume/"), "{to}");
        } else {
            let page = browser.get(link(&mail)).await;
            let answer = browser.submit(&page, "token", &[]).await;
            assert_eq!(answer.location().unwrap().split('/').nth(1), Some("resume"));
        }
        assert!(has_account(&mut browser).await);
    }
}

#[tokio::test]
async fn a_link_opened_in_another_browser_signs_nobody_in_anywhere() {
    let idp = super::start().await;
    let mut browser = idp.browser();
    sign_up(&mut browser, "/sign-up").await;
    let mail = idp.mails().await.pop().unwrap();
    let mut phone = idp.browser();
    let page = phone.get(link(&mail)).await;
    let answer = phone.submit(&page, "token", &[]).await;
    assert_eq!(answer.location().as_deref(), Some("/login?done=verified"));
    assert!(!has_account(&mut phone).await && !has_account(&mut browser).await);
    assert_eq!(recorded(&idp, "user_signed_in").await, 0);
}

#[tokio::test]
async fn who_signs_up_with_an_address_that_is_taken_is_nobody() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut browser = idp.browser();
    let page = sign_up(&mut browser, "/sign-up").await;
    idp.mails().await;
    let answer = browser.submit(&page, "code", &[("code", "000000")]).await;
    assert_eq!(answer.status, 403);
    assert!(!has_account(&mut browser).await);
}

#[tokio::test]
async fn the_app_that_waits_is_told_of_one_factor_the_mail() {
    for prompt in ["", "create"] {
        let idp = super::start().await;
        let rp = idp.relying_party(a_client()).await;
        let mut browser = idp.browser();
        let request = rp.authorize_url(&[("prompt", prompt)]);
        let start = match prompt {
            "create" => browser.get(&request).await.location().unwrap(),
            _ => for_app(&mut browser, &request).await,
        };
        let page = sign_up(&mut browser, &start).await;
        let answer = confirm(&idp, &mut browser, &page).await;
        let consent = browser.follow(answer).await;
        assert!(consent.body.contains("Test App"), "{}", consent.body);
        let allowed = browser
            .submit(&consent, "decision", &[("decision", "allow")])
            .await;
        let back = browser.follow(allowed).await;
        let told = redeemed(&rp, &mut browser, &back).await;
        assert_eq!(told["acr"], "urn:signet:acr:1");
        assert_eq!(told["amr"], serde_json::json!(["otp"]));
        assert_eq!(
            (&told["email"], &told["email_verified"]),
            (&ADA.into(), &true.into())
        );
    }
}

async fn redeemed(rp: &RelyingParty, browser: &mut Browser, back: &Answer) -> serde_json::Value {
    let code = back.redirect_parameters()["code"].clone();
    let tokens = rp.redeem(browser, &code).await.json();
    claims(tokens["id_token"].as_str().unwrap())
}

#[tokio::test]
async fn an_app_that_insists_on_two_factors_is_not_content_with_it() {
    let idp = super::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let mut browser = idp.browser();
    let start = for_app(&mut browser, &rp.authorize_url(&[("claims", INSISTED)])).await;
    let page = sign_up(&mut browser, &start).await;
    let answer = confirm(&idp, &mut browser, &page).await;
    let asked = browser.follow(answer).await;
    assert!(asked.body.contains("Prove it in a second way"), "{}", asked.body);
}

#[tokio::test]
async fn whoever_signs_in_once_more_at_the_same_request_goes_on_as_well() {
    let idp = super::start().await;
    let rp = idp.relying_party(a_client()).await;
    for look_first in [false, true] {
        let email = ["ada@example.com", "ann@example.com"][usize::from(look_first)];
        let mut browser = idp.browser();
        let start = for_app(&mut browser, &rp.authorize_url(&[])).await;
        let request = interaction_of(&start);
        let page = browser.get(&start).await;
        let fields = [("email", email), ("name", "Ada"), ("new_password", PASSWORD)];
        let answer = browser.submit(&page, "new_password", &fields).await;
        let page = browser.follow(answer).await;
        let confirmed = confirm(&idp, &mut browser, &page).await;
        if look_first {
            // The request has gone on to the page that asks for permission.
            assert!(browser.follow(confirmed).await.body.contains("decision"));
        }
        let page = browser.get(&format!("/login?interaction={request}")).await;
        assert!(page.body.contains("name=\"identifier\""), "{}", page.body);
        let answer = browser.password(&request, email, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let consent = browser.follow(answer).await;
        let allowed = browser
            .submit(&consent, "decision", &[("decision", "allow")])
            .await;
        let back = browser.follow(allowed).await;
        assert_eq!(redeemed(&rp, &mut browser, &back).await["email"], email);
    }
}
