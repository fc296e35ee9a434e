//! What a network that has many mails sent meets: a machine with script works unseen, a person without waits.

use crate::support::{Answer, Browser, TestIdp, idp::PASSWORD};
use domain::testing::solve;
use std::time::Duration;

const ADA: &str = "ada@example.com";
const AFTER_ONE: [(&str, &str); 2] = [
    ("SIGNET_WORK_AFTER", "1"),
    ("SIGNET_TRUSTED_PROXIES", "127.0.0.0/8"),
];

type Pairs<'a> = Vec<(&'a str, &'a str)>;

/// A form as a page shows it, and what somebody types into it.
async fn form(browser: &mut Browser, path: &str) -> Answer {
    match path {
        "/login/code" => {
            let start = browser.get("/login").await;
            let page = browser.follow(start).await;
            let answer = browser.submit(&page, "identifier", &[("identifier", ADA)]).await;
            browser.follow(answer).await
        }
        _ => browser.get(path).await,
    }
}

fn typed(path: &str) -> (&'static str, Pairs<'static>) {
    match path {
        "/sign-up" => {
            let typed = vec![
                ("email", "amy@example.com"),
                ("name", "Amy"),
                ("new_password", PASSWORD),
            ];
            ("new_password", typed)
        }
        "/forgot-password" => ("identifier", vec![("identifier", ADA)]),
        _ => ("act", vec![]),
    }
}

const DOORS: [(&str, &str); 3] = [
    ("/sign-up", "/api/sign-up"),
    ("/forgot-password", "/api/forgot-password"),
    ("/login/code", "/api/sign-in/mail"),
];

/// Uses up what the network has just so.
async fn use_up(idp: &TestIdp, path: &str) {
    let mut browser = idp.browser();
    let page = form(&mut browser, path).await;
    let (field, values) = typed(path);
    assert_eq!(browser.submit(&page, field, &values).await.status, 303);
    idp.mails().await;
}

#[tokio::test]
async fn with_script_the_form_is_sent_again_with_the_work_and_nobody_sees_it() {
    let idp = super::start_with(&AFTER_ONE).await;
    idp.person(ADA).await;
    for (path, act) in DOORS {
        use_up(&idp, path).await;
        let mut browser = idp.browser();
        let page = form(&mut browser, path).await;
        assert_eq!(page.body.contains("data-solve"), path != "/login/code", "{path}");
        let (field, values) = typed(path);
        let mut fields = page.form(field).fields;
        fields.retain(|(name, _)| !values.iter().any(|(filled, _)| name == filled));
        let mut sent: Pairs = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        sent.extend(values);
        sent.retain(|(name, _)| *name != "work_answer");
        let refused = browser.post(act, &sent).await;
        assert_eq!(refused.status, 429, "{}", refused.body);
        assert!(idp.mails().await.is_empty());
        let ticket = refused.json()["work"].as_str().unwrap().to_owned();
        let answer = solve(&ticket);
        sent.retain(|(name, _)| *name != "work");
        sent.extend([("work", ticket.as_str()), ("work_answer", answer.as_str())]);
        let done = browser.post(act, &sent).await;
        assert_eq!(done.status, 200, "{path}: {}", done.body);
        assert!(done.json()["to"].is_string());
        assert_eq!(idp.mails().await.len(), 1, "{path}");
        assert_eq!(
            browser.post(act, &sent).await.status,
            429,
            "{path}: work is good once"
        );
    }
}

#[tokio::test]
async fn without_script_the_form_comes_back_and_says_how_long_to_wait() {
    let idp = super::start_with(&AFTER_ONE).await;
    idp.person(ADA).await;
    for (path, _) in DOORS {
        use_up(&idp, path).await;
        let mut browser = idp.browser();
        let page = form(&mut browser, path).await;
        let (field, values) = typed(path);
        let told = browser.submit(&page, field, &values).await;
        assert_eq!(told.status, 429, "{path}");
        assert_eq!(told.header("retry-after"), Some("10"));
        let words = "Please wait 10 seconds and press the button again.";
        assert!(told.body.contains(words), "{}", told.body);
        idp.clock.advance(Duration::from_secs(9));
        let early = browser.submit(&told, field, &values).await;
        assert_eq!(early.status, 429, "{path}");
        assert!(early.body.contains("Please wait one second"), "{}", early.body);
        assert!(idp.mails().await.is_empty());
        idp.clock.advance(Duration::from_secs(1));
        assert_eq!(browser.submit(&early, field, &values).await.status, 303, "{path}");
        assert_eq!(idp.mails().await.len(), 1, "{path}");
        assert_eq!(
            browser.submit(&early, field, &values).await.status,
            429,
            "{path}: once"
        );
    }
}

#[tokio::test]
async fn what_is_typed_stays_in_the_form_and_one_that_was_wrong_costs_nothing() {
    let idp = super::start_with(&AFTER_ONE).await;
    use_up(&idp, "/sign-up").await;
    let mut browser = idp.browser();
    let page = browser.get("/sign-up").await;
    let (_, typed) = typed("/sign-up");
    let told = browser.submit(&page, "new_password", &typed).await;
    let kept = told.form("new_password").fields;
    assert!(
        kept.contains(&("email".to_owned(), "amy@example.com".to_owned())),
        "{kept:?}"
    );
    idp.clock.advance(Duration::from_secs(10));
    let short = [("email", "amy@example.com"), ("new_password", "short")];
    let wrong = browser.submit(&told, "new_password", &short).await;
    assert_eq!(wrong.status, 422);
    // The ticket of the page before is still worth its wait.
    assert_eq!(browser.submit(&told, "new_password", &typed).await.status, 303);
}

#[tokio::test]
async fn who_asks_is_told_the_same_whoever_is_named() {
    let idp = super::start_with(&AFTER_ONE).await;
    idp.person(ADA).await;
    let mut seen = Vec::new();
    for (from, who) in [("192.0.2.1", ADA), ("192.0.2.2", "amy@example.com")] {
        let mut told = Vec::new();
        for _ in 0..3 {
            let mut browser = idp.browser();
            let from = [("x-forwarded-for", from)];
            let answer = browser
                .post_with("/forgot-password", &from, &[("identifier", who)])
                .await;
            told.push((
                answer.status,
                answer.header("retry-after").map(str::to_owned),
                answer.body.len(),
            ));
        }
        seen.push(told);
    }
    assert_eq!(seen[0][2].0, 429);
    // Both addresses are as long, so pages that repeat what was typed are too.
    assert_eq!(seen[0], seen[1]);
}
