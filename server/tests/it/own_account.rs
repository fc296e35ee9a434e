//! What people see of their own account, take along, and leave behind.

use crate::support::{
    AuthenticatorApp, Browser, SecurityKey, TestIdp, a_client, idp::PASSWORD, security_key::signed,
};
use server::jobs::LOOPS;
use std::{collections::BTreeSet, time::Duration};

const ADA: &str = "ada.erasable@example.com";
const AGENT: &str = "Remarkable/1.0 (Windows)";
const DAY: Duration = Duration::from_secs(86_400);

async fn sign_in(browser: &mut Browser) {
    let interaction = browser.waiting().await;
    let fields = [
        ("interaction", interaction.as_str()),
        ("identifier", ADA),
        ("password", PASSWORD),
    ];
    let answer = browser
        .post_with("/login", &[("user-agent", AGENT)], &fields)
        .await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

async fn run(idp: &TestIdp, name: &str) {
    let background = LOOPS.iter().find(|background| background.name == name).unwrap();
    assert!(background.run_once(&idp.runtime).await.unwrap());
}

/// Leaves the account; the token of the link that restores it.
async fn leave(idp: &TestIdp, browser: &mut Browser) -> String {
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
async fn after_the_grace_no_personal_field_is_left_in_any_table() {
    let idp = super::start().await;
    let claims = r#"{"nickname":"Erasable Nick","phone_number":"+441632960999"}"#;
    let ada = idp.described_person(ADA, claims).await;
    let bob = idp.person("bob@example.com").await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    sign_in(&mut browser).await;
    let key = SecurityKey::add(&mut browser).await;
    let tokens = rp.tokens(&mut browser, ADA).await;
    rp.refresh(&mut browser, tokens["refresh_token"].as_str().unwrap())
        .await;
    browser.post("/forgot-password", &[("identifier", ADA)]).await;
    let fields = [("act", "address"), ("email", "new.erasable@example.com")];
    browser.post("/account/security", &fields).await;
    AuthenticatorApp::add(&idp, &mut browser).await;
    let png = crate::support::png(9);
    let saved = browser.upload("/account/picture", &[], ("picture", &png)).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let picture = browser.get("/account").await.body;
    let picture = picture
        .split("/pictures/")
        .nth(1)
        .unwrap()
        .split('.')
        .next()
        .unwrap();
    run(&idp, "batched events").await;
    let rows = idp.rows().await;
    let mut needles = BTreeSet::from([
        ada.id.to_string(),
        ADA.to_owned(),
        "new.erasable@example.com".to_owned(),
        "Erasable Nick".to_owned(),
        "+441632960999".to_owned(),
        AGENT.to_owned(),
        picture.to_owned(),
    ]);
    for table in ["login_session", "authorization_root", "passkey", "authenticator"] {
        let ids = rows.texts_of_person("id", table, ada.id.as_uuid()).await;
        assert!(!ids.is_empty(), "{table}");
        needles.extend(ids);
    }
    for needle in &needles {
        assert!(
            !rows.holding(needle).await.is_empty(),
            "{needle} is looked for where it is"
        );
    }
    let interaction = browser.waiting().await;
    let again = key.sign_in(&mut browser, &interaction, &signed()).await;
    assert_eq!(again.status, 303, "{}", again.body);
    leave(&idp, &mut browser).await;
    let events = rows.count("event_log").await;
    idp.clock.advance(14 * DAY);
    run(&idp, "erasures").await;
    assert!(
        idp.runtime
            .services
            .users
            .find(&idp.act().await, ADA)
            .await
            .unwrap()
            .is_none()
    );
    idp.clock.advance(DAY);
    run(&idp, "erasures").await;
    run(&idp, "sweep").await;
    for needle in &needles {
        assert_eq!(rows.holding(needle).await, Vec::<String>::new(), "{needle}");
    }
    assert!(rows.count("event_log").await > events, "no event is lost");
    assert!(!rows.holding(&bob.id.to_string()).await.is_empty());
    let jobs = rows
        .count("job WHERE kind IN ('erase_account', 'forget_person')")
        .await;
    assert_eq!(jobs, 0);
    rows.close().await;
}

#[tokio::test]
async fn what_is_taken_along_says_what_the_rows_say() {
    let idp = super::start().await;
    let ada = idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    sign_in(&mut browser).await;
    SecurityKey::add(&mut browser).await;
    rp.tokens(&mut browser, ADA).await;
    let fields = [("act", "address"), ("email", "new@example.com")];
    browser.post("/account/security", &fields).await;
    idp.mails().await;
    let answer = browser.post("/account/privacy/export", &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"my-data.json\"")
    );
    let document = answer.json();
    let told = |name: &str, field: &str| -> BTreeSet<String> {
        let items = document[name].as_array().unwrap().iter();
        items
            .map(|item| item[field].as_str().unwrap().to_owned())
            .collect()
    };
    let rows = idp.rows().await;
    for (name, field, column, table) in [
        ("sessions", "id", "id", "login_session"),
        ("passkeys", "id", "id", "passkey"),
        ("authorizations", "id", "id", "authorization_root"),
        ("consents", "client_id", "client_id", "consent"),
        ("events", "id", "event_id", "activity"),
        ("identifiers", "value", "normalised", "user_identifier"),
        ("mails", "to", "email", "mailed_code"),
    ] {
        let kept = rows.texts_of_person(column, table, ada.id.as_uuid()).await;
        assert!(!kept.is_empty(), "{table}");
        assert_eq!(told(name, field), kept.into_iter().collect(), "{name}");
    }
    assert_eq!(document["profile"]["name"], "Ada Lovelace");
    let password: Vec<String> = rows
        .texts_of_person("phc", "user_password", ada.id.as_uuid())
        .await;
    let public: Vec<String> = rows.texts_of_person("public", "passkey", ada.id.as_uuid()).await;
    for secret in password.iter().chain(&public) {
        assert!(!answer.body.contains(secret));
    }
    idp.clock.advance(Duration::from_secs(700));
    let late = browser.post("/account/privacy/export", &[]).await;
    assert!(late.location().unwrap().starts_with("/login?interaction="));
    let csv = browser
        .get("/account/activity/export?format=csv&topic=security")
        .await;
    let lines: Vec<&str> = csv.body.trim_end().split("\r\n").collect();
    assert_eq!(
        (lines.len(), lines[0]),
        (2, "at,kind,what,address,user_agent"),
        "{}",
        csv.body
    );
    let json = browser.get("/account/activity/export?format=json").await.json();
    let kept = rows
        .texts_of_person("event_id", "activity", ada.id.as_uuid())
        .await;
    assert_eq!(json.as_array().unwrap().len(), kept.len());
    assert_ne!(
        idp.browser()
            .get("/account/activity/export?format=json")
            .await
            .status,
        200
    );
    assert_ne!(
        idp.browser().post("/account/privacy/export", &[]).await.status,
        200
    );
    rows.close().await;
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
