//! What an operator says of a provider that really answers, from the table to the page: `trust_email`, and a private key
//! in place of a secret (OpenID Connect Core §9, RFC 7523 §3).

use crate::support::{
    Answer, Browser, Deployment, TestIdp,
    forging_op::{ForgingOp, Key},
};
use domain::user::User;
use serde_json::json;
use std::{io::Write as _, sync::Arc, time::Duration};

const ADA: &str = "ada@example.com";
const TRUSTED: &str = "allow_private_network = true\ntrust_email = true";
const NEARBY: &str = "allow_private_network = true";

async fn deployed(tables: &[String]) -> TestIdp {
    let deployment = Deployment::started(super::kind()).await;
    TestIdp::node(&Arc::new(deployment.with_file(&tables.concat()))).await
}

/// Somebody comes back from the provider; the page that they come to.
async fn arrives(idp: &TestIdp, op: &ForgingOp, id: &str) -> (Browser, Answer) {
    let mut browser = idp.browser();
    let sent = browser.get(&format!("/login/{id}")).await.location().unwrap();
    let back = op.approve(&sent, idp.runtime.services.ports.clock.now());
    let answer = browser.get(&back).await;
    let page = browser.follow(answer).await;
    (browser, page)
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    let account = browser.get("/account").await;
    account.location().is_none() && account.body.contains(ADA)
}

async fn subjects(idp: &TestIdp, user: &User) -> Vec<String> {
    let identities = idp.act().await.realm.stores.identities.list(user.id).await;
    identities
        .unwrap()
        .into_iter()
        .map(|identity| identity.subject)
        .collect()
}

async fn mails_about_it(idp: &TestIdp) -> usize {
    let mails = idp.mails().await;
    let told = mails.iter().filter(|mail| {
        mail.to.as_str() == ADA && mail.subject.starts_with("An account elsewhere was linked")
    });
    told.count()
}

#[tokio::test]
async fn a_verified_address_of_a_provider_that_is_trusted_leads_to_its_account_at_once() {
    let (op, plain) = (ForgingOp::start().await, ForgingOp::start().await);
    let idp = deployed(&[op.table("acme", TRUSTED), plain.table("plain", NEARBY)]).await;
    let ada = idp.person(ADA).await;
    // The same word of a provider that is not trusted leads no further than to the proof.
    let (mut stranger, page) = arrives(&idp, &plain, "plain").await;
    assert!(
        page.body.contains("You have an account with this email already."),
        "{}",
        page.body
    );
    assert!(!is_signed_in(&mut stranger).await);
    assert_eq!(subjects(&idp, &ada).await, Vec::<String>::new());

    let (mut browser, page) = arrives(&idp, &op, "acme").await;
    assert!(page.body.contains(ADA), "{}", page.body);
    assert!(is_signed_in(&mut browser).await);
    assert_eq!(subjects(&idp, &ada).await, ["ada"]);
    assert_eq!(mails_about_it(&idp).await, 1, "whoever has the account is told");
    assert_eq!(idp.rows().await.count("app_user").await, 1);
}

#[tokio::test]
async fn an_address_that_a_trusted_provider_did_not_verify_leads_nowhere() {
    let op = ForgingOp::start().await;
    let idp = deployed(&[op.table("acme", TRUSTED)]).await;
    let ada = idp.person(ADA).await;
    op.says().userinfo = json!({"sub": "ada"});
    for verified in [json!(false), json!(null), json!("yes"), json!(1)] {
        op.says().claims = json!({ "email_verified": verified });
        idp.clock.advance(Duration::from_secs(60));
        let (mut browser, page) = arrives(&idp, &op, "acme").await;
        assert!(
            page.body.contains("Acme has not confirmed"),
            "{verified}: {}",
            page.body
        );
        assert!(!is_signed_in(&mut browser).await, "{verified}");
    }
    assert_eq!(subjects(&idp, &ada).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_address_that_changed_its_owner_at_a_trusted_provider_is_proven_here() {
    let op = ForgingOp::start().await;
    let idp = deployed(&[op.table("acme", TRUSTED)]).await;
    let ada = idp.person(ADA).await;
    arrives(&idp, &op, "acme").await;
    op.says().claims = json!({"sub": "eve"});
    let (mut browser, page) = arrives(&idp, &op, "acme").await;
    assert!(
        page.body.contains("You have an account with this email already."),
        "{}",
        page.body
    );
    assert!(!is_signed_in(&mut browser).await);
    assert_eq!(subjects(&idp, &ada).await, ["ada"]);
}

#[tokio::test]
async fn an_account_whose_own_address_is_not_proven_is_linked_by_nobodys_word() {
    let op = ForgingOp::start().await;
    let idp = deployed(&[op.table("acme", TRUSTED)]).await;
    let made = idp.unconfirmed_person(ADA).await;
    let (mut browser, page) = arrives(&idp, &op, "acme").await;
    assert!(
        page.body.contains("You have an account with this email already."),
        "{}",
        page.body
    );
    assert!(!is_signed_in(&mut browser).await);
    assert_eq!(subjects(&idp, &made).await, Vec::<String>::new());
}

#[tokio::test]
async fn s9_a_private_key_proves_us_and_is_sent_to_nobody() {
    let op = ForgingOp::start().await;
    let (key, mut file) = (Key::new("ours"), tempfile::NamedTempFile::new().unwrap());
    file.write_all(key.pem.as_bytes()).unwrap();
    let signs = format!(
        "{NEARBY}\nprivate_key_file = '{}'\nprivate_key_id = '{}'",
        file.path().display(),
        key.kid
    );
    op.says().client_key = Some(key.clone());
    let idp = deployed(&[op.table_by("acme", &signs)]).await;
    // Each assertion is a new one: the provider takes none twice.
    for _ in 0..2 {
        let (mut browser, page) = arrives(&idp, &op, "acme").await;
        assert!(page.body.contains(ADA), "{}", page.body);
        assert!(is_signed_in(&mut browser).await);
    }
    // A provider that knows another key of ours lets nobody in, and neither does one that wants a secret.
    for known in [Some(Key::new("ours")), Some(Key::new("another")), None] {
        op.says().client_key = known;
        let mut browser = idp.browser();
        let sent = browser.get("/login/acme").await.location().unwrap();
        let back = op.approve(&sent, idp.runtime.services.ports.clock.now());
        let to = browser.get(&back).await.location().unwrap();
        assert!(to.ends_with("&upstream=refused&provider=acme"), "{to}");
        assert!(!is_signed_in(&mut browser).await);
    }
}
