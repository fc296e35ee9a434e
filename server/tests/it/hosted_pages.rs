//! The pages people use to get in: same words for everyone, nothing lost, nothing told.

use crate::support::{Answer, Browser, a_client, idp::PASSWORD};

const ADA: &str = "ada@example.com";

async fn sign_in_page(browser: &mut Browser) -> Answer {
    let start = browser.get("/login").await;
    browser.follow(start).await
}

async fn try_password(browser: &mut Browser, identifier: &str, password: &str) -> Answer {
    let page = sign_in_page(browser).await;
    let answer = browser
        .submit(&page, "identifier", &[("identifier", identifier)])
        .await;
    let page = browser.follow(answer).await;
    browser.submit(&page, "password", &[("password", password)]).await
}

/// The page without what differs from request to request by nature.
fn comparable(answer: &Answer, identifier: &str) -> String {
    let mut text = answer.body.replace(identifier, "WHO");
    for marker in [
        "nonce=\"",
        "interaction=",
        "value=\"",
        "flow=",
        "class=\"request-id\"",
    ] {
        let parts: Vec<&str> = text.split(marker).collect();
        let cut: Vec<&str> = parts
            .iter()
            .enumerate()
            .map(|(at, part)| {
                if at == 0 {
                    part
                } else {
                    part.split_once('"').map_or(*part, |(_, rest)| rest)
                }
            })
            .collect();
        text = cut.join(marker);
    }
    text
}

#[tokio::test]
async fn wcag_s2_2_1_a_page_that_waits_says_until_when() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut browser = idp.browser();
    let read = |page: &Answer| page.body.replace(['\u{2068}', '\u{2069}'], "");
    // The clock stands at the beginning of 2026.
    let told = "You have until 1 January 2026, 01:00 UTC to finish this.";
    let page = sign_in_page(&mut browser).await;
    assert!(read(&page).contains(told), "{}", page.body);
    idp.clock.advance(std::time::Duration::from_secs(600));
    let answer = browser.submit(&page, "identifier", &[("identifier", ADA)]).await;
    let page = browser.follow(answer).await;
    assert!(read(&page).contains(told), "what is done meanwhile moves nothing");
    let answer = browser.submit(&page, "password", &[("password", PASSWORD)]).await;
    let account = browser.follow(answer).await;
    assert!(account.body.contains("name=\"name\"") && !read(&account).contains("You have until"));
}

#[tokio::test]
async fn headers_of_any_length_keep_nobody_out() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut browser = idp.browser();
    let page = sign_in_page(&mut browser).await;
    let answer = browser.submit(&page, "identifier", &[("identifier", ADA)]).await;
    let form = browser.follow(answer).await.form("password");
    let (long, mut fields) = ("x".repeat(4_000), vec![("password", PASSWORD)]);
    let others = form.fields.iter().filter(|(name, _)| name != "password");
    fields.extend(others.map(|(name, value)| (name.as_str(), value.as_str())));
    let headers = [("x-request-id", long.as_str()), ("user-agent", long.as_str())];
    let answer = browser.post_with(&form.action, &headers, &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(browser.get("/account").await.status, 200);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_read_the_same() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let disabled = idp.person("ann@example.com").await;
    idp.runtime
        .services
        .users
        .set_status(&idp.act().await, disabled.id, domain::client::Status::Disabled)
        .await
        .unwrap();
    let known = try_password(&mut idp.browser(), ADA, "not the password").await;
    let unknown = try_password(&mut idp.browser(), "amy@example.com", "not the password").await;
    let off = try_password(&mut idp.browser(), "ann@example.com", PASSWORD).await;
    let empty = try_password(&mut idp.browser(), ADA, "").await;
    let long = try_password(&mut idp.browser(), ADA, &"x".repeat(300)).await;
    assert!(known.status.is_client_error());
    for (other, who) in [(&unknown, "amy@example.com"), (&off, "ann@example.com")] {
        assert_eq!(known.status, other.status);
        assert_eq!(comparable(&known, ADA), comparable(other, who));
    }
    assert!(empty.status.is_client_error() && long.status.is_client_error());
    assert!(!known.body.contains("not the password"), "the password is echoed");
    assert!(known.body.contains(ADA), "what was typed is lost");
}

#[tokio::test]
async fn signing_up_again_reads_the_same_and_tells_the_mailbox_only() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut answers = Vec::new();
    for email in ["abe@example.com", ADA] {
        let mut browser = idp.browser();
        let page = browser.get("/sign-up").await;
        let answer = browser
            .submit(
                &page,
                "new_password",
                &[("email", email), ("name", "A"), ("new_password", PASSWORD)],
            )
            .await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let page = browser.follow(answer).await;
        answers.push((comparable(&page, email), page.status));
        let wrong = browser.submit(&page, "code", &[("code", "000000")]).await;
        answers.push((comparable(&wrong, email), wrong.status));
    }
    assert_eq!(answers[0], answers[2]);
    assert_eq!(answers[1], answers[3]);
    let mails = idp.mails().await;
    assert_eq!(mails.len(), 2);
    let to_owner = mails.iter().find(|mail| mail.to.as_str() == ADA).unwrap();
    assert!(
        !to_owner.text.contains("token="),
        "no code or link for somebody who has an account"
    );
}

#[tokio::test]
async fn asking_for_a_new_password_reads_the_same() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut pages = Vec::new();
    for who in [ADA, "amy@example.com"] {
        let mut browser = idp.browser();
        let page = browser.get("/forgot-password").await;
        let answer = browser.submit(&page, "identifier", &[("identifier", who)]).await;
        let status = answer.status;
        let page = browser.follow(answer).await;
        pages.push((status, comparable(&page, who)));
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(idp.mails().await.len(), 1);
}

#[tokio::test]
async fn a_mailed_link_survives_a_scanner_and_works_once() {
    let idp = super::start().await;
    let mut browser = idp.browser();
    let page = browser.get("/sign-up").await;
    browser
        .submit(
            &page,
            "new_password",
            &[("email", ADA), ("name", "Ada"), ("new_password", PASSWORD)],
        )
        .await;
    let mail = idp.mails().await.pop().unwrap();
    let link = mail
        .text
        .split_whitespace()
        .find(|word| word.contains("/verify-email?token="))
        .unwrap()
        .to_owned();
    for _ in 0..3 {
        assert_eq!(idp.browser().get(&link).await.status, 200);
    }
    let mut elsewhere = idp.browser();
    let page = elsewhere.get(&link).await;
    let chosen = [("new_password", PASSWORD)];
    assert_eq!(elsewhere.submit(&page, "token", &chosen).await.status, 303);
    assert_ne!(elsewhere.submit(&page, "token", &chosen).await.status, 303);
}

#[tokio::test]
async fn a_mailed_code_can_be_tried_five_times() {
    let idp = super::start().await;
    let mut browser = idp.browser();
    let page = browser.get("/sign-up").await;
    let answer = browser
        .submit(
            &page,
            "new_password",
            &[("email", ADA), ("name", "Ada"), ("new_password", PASSWORD)],
        )
        .await;
    let page = browser.follow(answer).await;
    let mail = idp.mails().await.pop().unwrap();
    let code = mail
        .text
        .split_whitespace()
        .find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()))
        .unwrap()
        .to_owned();
    let wrong = if code == "123456" { "654321" } else { "123456" };
    for _ in 0..5 {
        assert_ne!(
            browser.submit(&page, "code", &[("code", wrong)]).await.status,
            303
        );
    }
    // Once the wait is over, the code itself has none of its tries left.
    idp.clock.advance(std::time::Duration::from_secs(30));
    assert_eq!(
        browser.submit(&page, "code", &[("code", &code)]).await.status,
        403
    );
}

#[tokio::test]
async fn mail_links_follow_the_issuer_and_no_header() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut browser = idp.browser();
    let headers = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "gopher"),
        ("forwarded", "host=evil.example"),
    ];
    browser
        .post_with("/forgot-password", &headers, &[("identifier", ADA)])
        .await;
    let mail = idp.mails().await.pop().unwrap();
    assert!(
        mail.text.contains("http://localhost:4000/reset-password?token="),
        "{}",
        mail.text
    );
    assert!(!mail.text.contains("evil") && !mail.html.contains("evil"));
}

#[tokio::test]
async fn a_new_password_ends_sessions_and_tokens() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    idp.clock.advance(std::time::Duration::from_secs(5));
    idp.browser()
        .post("/forgot-password", &[("identifier", ADA)])
        .await;
    let mail = idp.mails().await.pop().unwrap();
    let token = mail
        .text
        .split("token=")
        .nth(1)
        .unwrap()
        .split(['&', '\n', ' '])
        .next()
        .unwrap()
        .to_owned();
    let mut phone = idp.browser();
    let fields = [
        ("token", token.as_str()),
        ("new_password", "another long passphrase"),
    ];
    let untold = phone.post("/reset-password", &fields).await;
    assert_eq!(untold.status, 422, "asked for in another browser");
    assert!(untold.body.contains("asked for in another browser"));
    let answer = phone.submit(&untold, "new_password", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_ne!(browser.get("/account").await.status, 200);
    assert_eq!(
        rp.refresh_from(&mut browser, &tokens).await.error(),
        "invalid_grant"
    );
    let access = crate::support::relying_party::userinfo_from(&mut browser, &tokens).await;
    assert_eq!(access.status, 401);
    assert!(
        try_password(&mut idp.browser(), ADA, PASSWORD)
            .await
            .status
            .is_client_error()
    );
    assert_eq!(
        try_password(&mut idp.browser(), ADA, "another long passphrase")
            .await
            .status,
        303
    );
}

#[tokio::test]
async fn an_interaction_belongs_to_the_browser_that_started_it() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut victim = idp.browser();
    let start = victim.get("/login").await;
    let location = start.location().unwrap();
    let mut attacker = idp.browser();
    let page = attacker.get(&location).await;
    assert!(
        !page.body.contains("name=\"identifier\"") || page.status != 200,
        "{}",
        page.status
    );
    let id = location.split("interaction=").nth(1).unwrap();
    let answer = attacker
        .post("/login", &[("interaction", id), ("password", PASSWORD)])
        .await;
    assert_ne!(answer.status, 303);
    assert_ne!(attacker.get(&format!("/resume/{id}")).await.status, 303);
}

#[tokio::test]
async fn the_session_cookie_changes_at_sign_in_and_is_for_this_host_only() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut browser = idp.browser();
    let planted = "AAAAAAAAAAAAAAAAAAAAAA";
    browser
        .cookies
        .insert("signet-session-4000".to_owned(), planted.to_owned());
    let answer = try_password(&mut browser, ADA, PASSWORD).await;
    assert_eq!(answer.status, 303);
    assert_ne!(browser.cookies["signet-session-4000"], planted);
    let set: Vec<&str> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|value| value.to_str().unwrap())
        .collect();
    let session = set
        .iter()
        .find(|cookie| cookie.starts_with("signet-session-4000="))
        .unwrap();
    assert!(
        session.contains("HttpOnly") && session.contains("SameSite=Lax") && !session.contains("Domain"),
        "{session}"
    );
    let mut old = idp.browser();
    old.cookies
        .insert("signet-session-4000".to_owned(), planted.to_owned());
    assert_ne!(old.get("/account").await.status, 200);
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let idp = super::start().await;
    let mut browser = idp.browser();
    for headers in [
        [("origin", "https://evil.example")],
        [("origin", "null")],
        [("sec-fetch-site", "cross-site")],
        [("sec-fetch-site", "same-site")],
    ] {
        let answer = browser
            .post_with("/forgot-password", &headers, &[("identifier", ADA)])
            .await;
        assert_eq!(answer.status, 403, "{headers:?}");
    }
    assert_ne!(
        browser
            .post("/forgot-password", &[("identifier", ADA)])
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn every_page_is_framed_by_nobody_and_runs_nothing_inline() {
    let idp = super::start().await;
    let mut browser = idp.browser();
    for path in [
        "/login",
        "/sign-up",
        "/forgot-password",
        "/verify-email",
        "/setup",
        "/nowhere",
        "/authorize",
    ] {
        let answer = browser.get(path).await;
        let answer = browser.follow(answer).await;
        let policy = answer.header("content-security-policy").unwrap().to_owned();
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("http"),
            "{policy}"
        );
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
        assert!(answer.header("x-request-id").is_some());
        for inline in [" style=\"", " onclick=", " onload=", "javascript:"] {
            assert!(!answer.body.contains(inline), "{path}: {inline}");
        }
    }
}

#[tokio::test]
async fn the_set_up_link_makes_one_administrator() {
    let idp = super::start().await;
    let act = idp.act().await;
    let token = idp
        .runtime
        .services
        .users
        .setup_token(&act)
        .await
        .unwrap()
        .unwrap();
    let wrong = idp
        .browser()
        .post(
            "/setup",
            &[
                ("token", "sgn_su_wrong"),
                ("email", "root@example.com"),
                ("new_password", PASSWORD),
            ],
        )
        .await;
    assert_ne!(wrong.status, 303);
    let mut browser = idp.browser();
    let page = browser.get(&format!("/setup?token={}", token.expose())).await;
    let answer = browser
        .submit(
            &page,
            "new_password",
            &[("email", "root@example.com"), ("new_password", PASSWORD)],
        )
        .await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let again = browser
        .submit(
            &page,
            "new_password",
            &[("email", "other@example.com"), ("new_password", PASSWORD)],
        )
        .await;
    assert_ne!(again.status, 303);
    assert!(
        idp.runtime
            .services
            .users
            .setup_token(&act)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn contract_7_what_is_too_large_or_cannot_be_an_address_is_refused_as_such() {
    let idp = super::start().await;
    let mut browser = idp.browser();
    let large = "x".repeat(70_000);
    for path in ["/api/sign-in/identifier", "/login", "/authorize", "/logout"] {
        assert_eq!(
            browser.post(path, &[("identifier", &large)]).await.status,
            413,
            "{path}"
        );
    }
    for path in ["/authorize", "/logout"] {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let body = axum::body::Body::from("state=a\r\nset-cookie: b");
        let answer = browser.send(axum::http::Method::POST, path, &form, body).await;
        assert_eq!(answer.status, 400, "{path}");
    }
}

#[tokio::test]
async fn a_run_of_the_playground_is_not_shown_to_the_next_person() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let folder = tempfile::tempdir().unwrap();
    server::demo::prepare(&idp.runtime, folder.path()).await.unwrap();
    let mut browser = idp.browser();
    let mut page = browser.post("/playground", &[("act", "start")]).await;
    for (field, value) in [("identifier", ADA), ("password", PASSWORD), ("decision", "allow")] {
        page = browser.follow(page).await;
        page = browser.submit(&page, field, &[(field, value)]).await;
    }
    let shown = browser.follow(page).await;
    assert!(shown.body.contains("sgn_rt_"), "{}", shown.body);
    let out = browser.get("/logout").await;
    browser.submit(&out, "decision", &[("decision", "allow")]).await;
    assert!(!browser.get("/playground").await.body.contains("sgn_rt_"));
}

#[tokio::test]
async fn a_server_function_without_its_arguments_is_answered_as_wrong_input() {
    let idp = super::start().await;
    for act in ["/api/sign-in/password", "/api/account/password"] {
        let answer = idp.browser().post(act, &[]).await;
        assert_eq!(answer.status, 422, "{act}: {}", answer.body);
        assert_eq!(answer.json()["kind"], "invalid_input", "{act}");
    }
}
