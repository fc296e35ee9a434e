//! Terms of use: agreed to when signing up, and by everybody else once before an app or the account gets them.

use crate::support::{Answer, Browser, Deployment, RelyingParty, TestIdp, a_client, idp::PASSWORD};
use domain::{event::EventKind, stores::Stores as _, user::User};
use std::{sync::Arc, time::Duration};

const ADA: &str = "ada@example.com";
const FIRST: [(&str, &str); 3] = [
    ("SIGNET_TERMS_URL", "https://example.com/terms"),
    ("SIGNET_TERMS_VERSION", "1"),
    ("SIGNET_PRIVACY_URL", "https://example.com/privacy"),
];

async fn start() -> TestIdp {
    super::start_with(&FIRST).await
}

/// Signs in, to whatever page comes then.
async fn signs_in(browser: &mut Browser, from: &str) -> Answer {
    let start = browser.get(from).await;
    let page = browser.follow(start).await;
    let answer = browser.submit(&page, "identifier", &[("identifier", ADA)]).await;
    let page = browser.follow(answer).await;
    let answer = browser.submit(&page, "password", &[("password", PASSWORD)]).await;
    browser.follow(answer).await
}

fn asks(page: &Answer) -> bool {
    page.body.contains("Agree to the terms to go on")
}

async fn agreements(idp: &TestIdp, user: &User) -> usize {
    let all = idp.runtime.stores.all_realms();
    while all.sequence_events(100).await.unwrap() > 0 {}
    let events = all.events_for("agreements", 1_000).await.unwrap();
    let agreed = events.iter().filter(
        |(_, event)| matches!(&event.kind, EventKind::TermsAccepted { user: of, .. } if *of == user.id),
    );
    agreed.count()
}

#[tokio::test]
async fn an_account_made_by_an_operator_agrees_once_at_its_first_sign_in() {
    let idp = start().await;
    let ada = idp.person(ADA).await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let mut browser = idp.browser();
    let page = signs_in(&mut browser, &rp.authorize_url(&[])).await;
    assert!(asks(&page), "{}", page.body);
    for shown in [
        "https://example.com/terms",
        "https://example.com/privacy",
        "version 1",
        ADA,
    ] {
        assert!(page.body.contains(shown), "{shown}");
    }
    let silent = browser.get(&rp.authorize_url(&[("prompt", "none")])).await;
    assert_eq!(silent.redirect_parameters()["error"], "interaction_required");
    let answer = browser.submit(&page, "decision", &[("decision", "allow")]).await;
    let back = browser.follow(answer).await;
    assert!(back.redirect_parameters().contains_key("code"));
    let silent = browser.get(&rp.authorize_url(&[("prompt", "none")])).await;
    assert!(silent.redirect_parameters().contains_key("code"));
    let again = signs_in(&mut idp.browser(), &rp.authorize_url(&[])).await;
    assert!(again.redirect_parameters().contains_key("code"), "asked once");
    assert_eq!(agreements(&idp, &ada).await, 1);
}

#[tokio::test]
async fn who_declines_is_signed_out_and_the_app_is_denied() {
    let idp = start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let mut browser = idp.browser();
    let page = signs_in(&mut browser, &rp.authorize_url(&[])).await;
    let answer = browser.submit(&page, "decision", &[("decision", "deny")]).await;
    let back = browser.follow(answer).await;
    assert_eq!(back.redirect_parameters()["error"], "access_denied");
    let account = browser.get("/account").await;
    let login = browser.follow(account).await;
    assert!(login.body.contains("name=\"identifier\"") || login.body.contains("name=\"session\""));
    assert!(!login.body.contains("<h1>Profile"));
    let page = signs_in(&mut idp.browser(), &rp.authorize_url(&[])).await;
    assert!(asks(&page), "declining is no agreement");
}

#[tokio::test]
async fn on_the_way_to_the_account_people_are_asked_too_and_login_is_no_dead_end() {
    let idp = start().await;
    idp.person(ADA).await;
    let mut browser = idp.browser();
    let page = signs_in(&mut browser, "/account").await;
    assert!(asks(&page), "{}", page.body);
    let answer = browser.submit(&page, "decision", &[("decision", "deny")]).await;
    let login = browser.follow(answer).await;
    assert!(login.body.contains("name=\"identifier\""), "{}", login.body);
    let page = signs_in(&mut idp.browser(), "/account").await;
    let mut browser = idp.browser();
    // Somebody else's page leads nowhere.
    let stolen = page.form("decision").fields;
    let fields: Vec<_> = stolen
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let refused = browser
        .post("/terms", &[fields.as_slice(), &[("decision", "allow")]].concat())
        .await;
    assert_eq!(refused.status, 410);
}

#[tokio::test]
async fn signing_up_takes_the_box_and_is_not_asked_again() {
    let idp = start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let mut browser = idp.browser();
    let page = browser.get("/sign-up").await;
    assert!(
        page.body.contains("https://example.com/terms") && page.body.contains("https://example.com/privacy")
    );
    let typed = [("email", ADA), ("name", "Ada"), ("new_password", PASSWORD)];
    for ticked in [&[][..], &[("terms", "on")], &[("terms", "0")]] {
        let refused = browser
            .submit(&page, "new_password", &[&typed[..], ticked].concat())
            .await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("id=\"terms-error\""), "{}", refused.body);
        let call = browser.post("/api/sign-up", &[&typed[..], ticked].concat()).await;
        assert_eq!(
            (call.status.as_u16(), call.json()["field"].as_str()),
            (422, Some("terms"))
        );
    }
    let ticked = [&typed[..], &[("terms", "1")]].concat();
    let answer = browser.submit(&page, "new_password", &ticked).await;
    let page = browser.follow(answer).await;
    idp.clock.advance(Duration::from_secs(5));
    let mail = idp.mails().await.pop().unwrap();
    let mut words = mail.text.split_whitespace();
    let code = words.find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()));
    let answer = browser.submit(&page, "code", &[("code", code.unwrap())]).await;
    assert_eq!(answer.status, 303);
    let back = signs_in(&mut idp.browser(), &rp.authorize_url(&[])).await;
    assert!(back.redirect_parameters().contains_key("code"), "{}", back.body);
}

async fn with_version(deployment: Arc<Deployment>, version: &str) -> Arc<Deployment> {
    let deployment = Arc::try_unwrap(deployment).ok().expect("nobody uses it");
    Arc::new(deployment.with(&[("SIGNET_TERMS_VERSION", version)]))
}

#[tokio::test]
async fn a_new_version_is_asked_for_once_and_an_old_page_agrees_to_nothing() {
    let mut deployment = Arc::new(Deployment::started(super::kind()).await.with(&FIRST));
    let (rp, old_form): (RelyingParty, _);
    {
        let idp = TestIdp::node(&deployment).await;
        idp.person(ADA).await;
        rp = idp.relying_party(a_client().first_party()).await;
        let mut browser = idp.browser();
        let page = signs_in(&mut browser, &rp.authorize_url(&[])).await;
        old_form = page.form("decision").fields;
        let answer = browser.submit(&page, "decision", &[("decision", "allow")]).await;
        assert!(
            browser
                .follow(answer)
                .await
                .redirect_parameters()
                .contains_key("code")
        );
    }
    deployment = with_version(deployment, "2").await;
    let idp = TestIdp::node(&deployment).await;
    let mut browser = idp.browser();
    let page = signs_in(&mut browser, &rp.authorize_url(&[])).await;
    assert!(asks(&page) && page.body.contains("version 2"), "{}", page.body);
    let old = old_form.iter().find(|(name, _)| name == "version").unwrap();
    let stale = [("decision", "allow"), ("version", old.1.as_str())];
    let refused = browser.submit(&page, "decision", &stale).await;
    assert_eq!(refused.status, 422);
    assert!(asks(&refused), "{}", refused.body);
    let answer = browser
        .submit(&refused, "decision", &[("decision", "allow")])
        .await;
    assert!(
        browser
            .follow(answer)
            .await
            .redirect_parameters()
            .contains_key("code")
    );
}
