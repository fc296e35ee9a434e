//! Signing in by mail: the same pages for everyone, and the mail's reader is the one who gets in.

use crate::support::{Answer, Browser, TestIdp};
use domain::mail::Mail;

const ADA: &str = "ada@example.com";
const NEW: &str = "ada@elsewhere.example";

/// The page on which the code is typed.
async fn ask(browser: &mut Browser, email: &str) -> Answer {
    let start = browser.get("/login").await;
    let page = browser.follow(start).await;
    let answer = browser
        .submit(&page, "identifier", &[("identifier", email)])
        .await;
    let page = browser.follow(answer).await;
    let answer = browser.submit(&page, "act", &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    browser.follow(answer).await
}

async fn mail(idp: &TestIdp) -> Mail {
    idp.mails().await.pop().unwrap()
}

fn code(mail: &Mail) -> String {
    let mut words = mail.text.split_whitespace();
    let code = words.find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()));
    code.unwrap().to_owned()
}

fn link(mail: &Mail) -> String {
    let mut words = mail.text.split_whitespace();
    words.find(|word| word.contains("token=")).unwrap().to_owned()
}

async fn account(browser: &mut Browser) -> Answer {
    let answer = browser.get("/account/security").await;
    browser.follow(answer).await
}

#[tokio::test]
async fn the_code_signs_in_where_it_was_asked_for() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut hers = idp.browser();
    let page = ask(&mut hers, ADA).await;
    assert!(page.body.contains("a***@example.com"), "{}", page.body);
    let mail = mail(&idp).await;
    let stranger = idp
        .browser()
        .submit(&page, "code", &[("code", &code(&mail))])
        .await;
    assert_eq!(stranger.status, 410, "the request is another browser's");
    let answer = hers.submit(&page, "code", &[("code", &code(&mail))]).await;
    let page = hers.follow(answer).await;
    assert!(page.body.contains("Profile"), "{}", page.body);
}

#[tokio::test]
async fn somebody_unknown_and_somebody_wrong_read_the_same() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut read = Vec::new();
    for email in [ADA, "amy@example.com"] {
        let mut browser = idp.browser();
        let page = ask(&mut browser, email).await;
        idp.mails().await;
        let wrong = browser.submit(&page, "code", &[("code", "000000")]).await;
        read.push([page, wrong].map(|answer| (answer.status, answer.body.len())));
    }
    assert_eq!(read[0], read[1]);
    assert_eq!(read[0][1].0, 403);
}

#[tokio::test]
async fn the_link_signs_in_nobody_but_who_presses_the_button() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut asked = idp.browser();
    let waiting = ask(&mut asked, ADA).await;
    let mail = mail(&idp).await;
    let (mut reader, link) = (idp.browser(), link(&mail));
    let page = reader.get(&link).await;
    assert!(page.body.contains("in another browser") && page.body.contains(ADA));
    let token = link.split("token=").nth(1).unwrap().split('&').next().unwrap();
    let untold = reader.post("/login/code", &[("token", token)]).await;
    assert_eq!(untold.location(), Some(format!("/login/code?token={token}")));
    let answer = reader.submit(&page, "token", &[]).await;
    let there = reader.follow(answer).await;
    assert!(there.body.contains("Profile"), "{}", there.body);
    let page = account(&mut asked).await;
    assert!(
        page.body.contains("name=\"identifier\""),
        "not where it was asked for"
    );
    let late = asked.submit(&waiting, "code", &[("code", &code(&mail))]).await;
    assert_eq!(late.status, 403, "used up");
}

#[tokio::test]
async fn in_the_same_browser_the_link_goes_on_with_what_waits() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut hers = idp.browser();
    ask(&mut hers, ADA).await;
    let link = link(&mail(&idp).await);
    let page = hers.get(&link).await;
    assert!(!page.body.contains("in another browser"));
    let interaction = link.split("interaction=").nth(1).unwrap();
    let answer = hers.submit(&page, "token", &[]).await;
    assert_eq!(answer.location(), Some(format!("/resume/{interaction}")));
    let again = hers.get(&link).await;
    assert_eq!(again.status, 403);
}

#[tokio::test]
async fn an_address_changes_by_its_code_and_comes_back_by_the_old_ones_link() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut hers = idp.browser();
    let page = ask(&mut hers, ADA).await;
    let first = mail(&idp).await;
    hers.submit(&page, "code", &[("code", &code(&first))]).await;
    let page = account(&mut hers).await;
    let answer = hers.submit(&page, "email", &[("email", NEW)]).await;
    let page = hers.follow(answer).await;
    let proof = mail(&idp).await;
    assert_eq!(proof.to.as_str(), NEW);
    let wrong = hers.submit(&page, "code", &[("code", "000000")]).await;
    assert_eq!(wrong.status, 403);
    assert!(wrong.body.contains("code-error"), "{}", wrong.body);
    let answer = hers.submit(&wrong, "code", &[("code", &code(&proof))]).await;
    let page = hers.follow(answer).await;
    assert!(page.body.contains(NEW) && page.body.contains("We told the old one"));
    let told = mail(&idp).await;
    assert_eq!(told.to.as_str(), ADA);
    let mut owner = idp.browser();
    let page = owner.get(&link(&told)).await;
    let fields = [("new_password", "a password nobody else knows")];
    let answer = owner.submit(&page, "new_password", &fields).await;
    assert_eq!(answer.location().as_deref(), Some("/login?done=restored"));
    let page = account(&mut hers).await;
    assert!(page.body.contains("name=\"identifier\""), "every session is over");
    assert_eq!(owner.get(&link(&told)).await.status, 403, "once");
}

#[tokio::test]
async fn an_address_is_changed_after_a_recent_proof_only() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut hers = idp.browser();
    let page = ask(&mut hers, ADA).await;
    let first = mail(&idp).await;
    hers.submit(&page, "code", &[("code", &code(&first))]).await;
    let page = account(&mut hers).await;
    idp.clock.advance(std::time::Duration::from_secs(601));
    let answer = hers.submit(&page, "email", &[("email", NEW)]).await;
    assert!(answer.location().unwrap().starts_with("/login?interaction="));
    assert!(idp.mails().await.is_empty());
    let called = hers.post("/api/account/address", &[("email", NEW)]).await;
    assert!(called.json()["to"].as_str().unwrap().starts_with("/login?"));
}

#[tokio::test]
async fn a_browser_remembers_who_was_signed_in_masked_and_forgets_on_demand() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut hers = idp.browser();
    let page = ask(&mut hers, ADA).await;
    let code = code(&mail(&idp).await);
    hers.submit(&page, "code", &[("code", code.as_str())]).await;
    let page = hers.get("/logout").await;
    hers.submit(&page, "decision", &[("decision", "allow")]).await;
    let start = hers.get("/login").await;
    let page = hers.follow(start.clone()).await;
    assert!(page.body.contains("Choose an account used here") && !page.body.contains(ADA));
    let choose = format!("{}&choose=1", start.location().unwrap());
    let page = hers.get(&choose).await;
    assert!(page.body.contains("a***@example.com") && page.body.contains("Signed out"));
    assert!(!page.body.contains(ADA) && !page.body.contains("Ada Lovelace"));
    let account = page.body.split("name=\"account\" value=\"").nth(1).unwrap();
    let account = account.split('"').next().unwrap().to_owned();
    let answer = hers
        .submit(&page, "account", &[("account", account.as_str())])
        .await;
    let prove = hers.follow(answer).await;
    assert!(prove.body.contains("name=\"password\"") && prove.body.contains("Last used"));

    let mut stranger = idp.browser();
    let start = stranger.get("/login").await;
    let theirs = stranger.follow(start.clone()).await;
    assert!(!theirs.body.contains("Choose an account"));
    let interaction = start.location().unwrap();
    let interaction = interaction.split("interaction=").nth(1).unwrap();
    let fields = [("interaction", interaction), ("account", account.as_str())];
    let answer = stranger.post("/login", &fields).await;
    let page = stranger.follow(answer).await;
    assert!(page.body.contains("name=\"identifier\"") && !page.body.contains(ADA));

    let page = hers.get(&choose).await;
    let answer = hers
        .submit(&page, "forget", &[("forget", account.as_str())])
        .await;
    let page = hers.follow(answer).await;
    assert!(!page.body.contains("a***@example.com"), "{}", page.body);
}
