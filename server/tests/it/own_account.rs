//! Leaving an account and coming back, and a session that is not one's own.

use crate::support::{Browser, TestIdp, a_client, belongings, idp::PASSWORD};
use server::jobs::LOOPS;
use std::time::Duration;

const ADA: &str = "ada.erasable@example.com";
const DAY: Duration = Duration::from_secs(86_400);

async fn sign_in(browser: &mut Browser) {
    belongings::sign_in(browser, ADA).await;
}

pub async fn run(idp: &TestIdp, name: &str) {
    let background = LOOPS.iter().find(|background| background.name == name).unwrap();
    assert!(background.run_once(&idp.runtime).await.unwrap());
}

/// Leaves the account; the token of the link that restores it.
pub async fn leave(idp: &TestIdp, browser: &mut Browser) -> String {
    idp.mails().await;
    let answer = browser.post("/account/privacy", &[("act", "leave")]).await;
    assert_eq!(
        answer.location().as_deref(),
        Some("/restore-account?left=1"),
        "{}",
        answer.body
    );
    let mails = idp.mails().await;
    let mail = mails
        .iter()
        .find(|mail| mail.text.contains("/restore-account?token="));
    let token = mail.unwrap().text.split("token=").nth(1).unwrap();
    token.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn an_account_ends_when_it_is_left_and_its_mail_or_a_sign_in_restores_it() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let (mut browser, mut elsewhere) = (idp.browser(), idp.browser());
    let tokens = rp.tokens(&mut browser, ADA).await;
    sign_in(&mut elsewhere).await;
    let token = leave(&idp, &mut browser).await;
    assert_eq!(browser.get("/restore-account?left=1").await.status, 200);
    for browser in [&mut browser, &mut elsewhere] {
        assert_eq!(
            browser.get("/account").await.status,
            303,
            "everybody is signed out"
        );
    }
    let refreshed = rp
        .refresh(&mut browser, tokens["refresh_token"].as_str().unwrap())
        .await;
    assert_eq!(refreshed.json()["error"], "invalid_grant");
    let mut stranger = idp.browser();
    let interaction = stranger.waiting().await;
    let wrong = stranger.password(&interaction, ADA, "not the password").await;
    assert_eq!(wrong.status, 403);
    assert!(!wrong.body.contains("erased") && !wrong.body.contains("restore-account"));
    let right = stranger.password(&interaction, ADA, PASSWORD).await;
    let to = right.location().unwrap();
    assert!(to.starts_with("/restore-account?token="), "{to}");
    let page = stranger.get(&to).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(
        stranger.get("/account").await.status,
        303,
        "nobody is signed in by it"
    );
    let answer = stranger.submit(&page, "token", &[]).await;
    assert_eq!(answer.location().as_deref(), Some("/login?done=back"));
    let late = browser.get(&format!("/restore-account?token={token}")).await;
    assert_eq!(late.status, 403);
    sign_in(&mut browser).await;
    assert_eq!(browser.get("/account").await.status, 200);
    idp.clock.advance(15 * DAY);
    run(&idp, "erasures").await;
    assert!(
        idp.runtime
            .services
            .users
            .find(&idp.act().await, ADA)
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn a_session_that_is_not_mine_ends_is_reported_and_leads_to_a_new_password() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let (mut mine, mut theirs) = (idp.browser(), idp.browser());
    sign_in(&mut theirs).await;
    sign_in(&mut mine).await;
    let page = mine.get("/account/sessions").await;
    let id = page
        .form("act")
        .fields
        .into_iter()
        .find(|(name, _)| name == "session")
        .unwrap()
        .1;
    idp.mails().await;
    let answer = mine
        .post("/account/sessions", &[("act", "report"), ("session", &id)])
        .await;
    let to = answer.location().unwrap();
    assert!(to.starts_with("/account/security?done=reported"), "{to}");
    assert!(mine.get(&to).await.body.contains("Set a new password now"));
    assert_eq!(theirs.get("/account").await.status, 303);
    assert_eq!(mine.get("/account").await.status, 200);
    assert_eq!(idp.mails().await.len(), 1);
    let activity = mine.get("/account/activity?topic=sessions").await.body;
    assert!(activity.contains("reported"), "{activity}");
    let again = mine
        .post("/account/sessions", &[("act", "report"), ("session", &id)])
        .await;
    assert_eq!(again.status, 404);
}
