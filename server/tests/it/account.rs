//! What people do with their own account.

use crate::support::{a_client, relying_party::userinfo_from};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn removing_an_app_kills_its_tokens_and_it_must_ask_again() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    let page = browser.get("/account/apps").await;
    assert!(page.body.contains("Test App"), "{}", page.body);
    let answer = browser.submit(&page, "client_id", &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(userinfo_from(&mut browser, &tokens).await.status, 401);
    assert_eq!(
        rp.refresh_from(&mut browser, &tokens).await.error(),
        "invalid_grant"
    );
    let start = browser.get(&rp.authorize_url(&[])).await;
    assert!(browser.follow(start).await.body.contains("name=\"decision\""));
}

#[tokio::test]
async fn a_person_ends_their_own_sessions_and_nobody_elses() {
    let idp = super::start().await;
    idp.person(ADA).await;
    idp.person("grace@example.com").await;
    let rp = idp.relying_party(a_client()).await;
    let (mut here, mut there, mut hers) = (idp.browser(), idp.browser(), idp.browser());
    rp.tokens(&mut here, ADA).await;
    rp.tokens(&mut there, ADA).await;
    rp.tokens(&mut hers, "grace@example.com").await;
    let act = idp.act().await;
    let grace = idp
        .runtime
        .services
        .users
        .find(&act, "grace@example.com")
        .await
        .unwrap()
        .unwrap();
    let her_session = act.realm.stores.sessions.list(grace.id).await.unwrap()[0]
        .id
        .to_string();
    here.post("/account/sessions", &[("session", &her_session)]).await;
    assert_eq!(hers.get("/account").await.status, 200);
    let person = idp.runtime.services.users.find(&act, ADA).await.unwrap().unwrap();
    let sessions = act.realm.stores.sessions.list(person.id).await.unwrap();
    assert_eq!(sessions.len(), 2);
    let page = here.get("/account/sessions").await;
    assert_eq!(here.submit(&page, "session", &[]).await.status, 303);
    assert_eq!(here.get("/account").await.status, 200);
    assert_ne!(there.get("/account").await.status, 200);
}

#[tokio::test]
async fn the_name_changes_and_hostile_ones_are_refused_or_inert() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    rp.tokens(&mut browser, ADA).await;
    let page = browser.get("/account").await;
    let answer = browser
        .submit(&page, "name", &[("name", "<script>alert(1)</script>")])
        .await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let page = browser.get("/account").await;
    assert!(!page.body.contains("<script>alert"));
    let answer = browser
        .submit(&page, "name", &[("name", "Ada \u{202e}evil")])
        .await;
    assert!(answer.status.is_client_error());
    assert_ne!(
        idp.browser()
            .post("/account", &[("name", "Mallory")])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn pages_of_the_account_lead_to_sign_in_and_back() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut browser = idp.browser();
    for path in [
        "/account",
        "/account/activity",
        "/account/apps",
        "/account/privacy",
        "/account/security",
        "/account/sessions",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 303, "{path}");
        assert!(answer.location().unwrap().starts_with("/login?interaction="));
    }
    let answer = browser.get("/account/apps").await;
    let page = browser.follow(answer).await;
    let answer = browser.submit(&page, "identifier", &[("identifier", ADA)]).await;
    let page = browser.follow(answer).await;
    let answer = browser
        .submit(&page, "password", &[("password", crate::support::idp::PASSWORD)])
        .await;
    let page = browser.follow(answer).await;
    assert_eq!(page.status, 200);
}
