//! The second factor on the wire: each code once, recovery codes, trusted browsers, and mails that are no way around it.

use crate::support::{
    Answer, AuthenticatorApp, Browser, SecurityKey, TestIdp, browser::interaction_of, idp::PASSWORD,
    security_key::signed,
};
use std::time::Duration;

const ADA: &str = "ada@example.com";
const GRACE: &str = "grace@example.com";
const STEP: Duration = Duration::from_secs(30);

/// A person with an authenticator app, whose last code is not good any more.
async fn enrolled(idp: &TestIdp, email: &str) -> (Browser, AuthenticatorApp) {
    idp.person(email).await;
    let mut browser = idp.browser();
    let request = browser.waiting().await;
    browser.password(&request, email, PASSWORD).await;
    let app = AuthenticatorApp::add(idp, &mut browser).await;
    idp.mails().await;
    idp.clock.advance(2 * STEP);
    (browser, app)
}

/// A request at which the password was given and the code is owed; nothing where it is not.
async fn owed(browser: &mut Browser, email: &str) -> Option<String> {
    let request = browser.waiting().await;
    let answer = browser.password(&request, email, PASSWORD).await;
    let to = answer.location().unwrap_or_else(|| panic!("{}", answer.body));
    to.starts_with("/login/otp?").then_some(request)
}

async fn enter(browser: &mut Browser, request: &str, code: &str) -> Answer {
    let fields = [("interaction", request), ("code", code)];
    browser.post("/login/otp", &fields).await
}

async fn enter_and_trust(browser: &mut Browser, request: &str, code: &str) {
    let fields = [("interaction", request), ("code", code), ("remember", "on")];
    let answer = browser.post("/login/otp", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

async fn is_in(browser: &mut Browser, email: &str) -> bool {
    browser.get("/account").await.body.contains(email)
}

async fn sign_out(browser: &mut Browser) {
    let page = browser.get("/logout").await;
    browser.submit(&page, "decision", &[("decision", "allow")]).await;
    assert_eq!(browser.get("/account").await.status, 303);
}

#[tokio::test]
async fn rfc6238_s5_2_a_code_is_good_once_and_not_for_long() {
    let idp = super::start().await;
    let (_, app) = enrolled(&idp, ADA).await;
    let (mut hers, mut thiefs) = (idp.browser(), idp.browser());
    let request = owed(&mut hers, ADA).await.unwrap();
    let theirs = owed(&mut thiefs, ADA).await.unwrap();
    assert!(!is_in(&mut hers, ADA).await, "one factor signs nobody in");
    let wrong = enter(&mut hers, &request, "000000").await;
    assert_eq!(wrong.status, 403);
    assert!(wrong.body.contains("code-error"), "{}", wrong.body);
    let early = app.code(&idp);
    idp.clock.advance(2 * STEP);
    assert_eq!(enter(&mut hers, &request, &early).await.status, 403, "too old");
    let late = app.code(&idp);
    idp.clock.advance(STEP);
    assert_eq!(
        enter(&mut hers, &request, &late).await.status,
        303,
        "one step late"
    );
    assert!(is_in(&mut hers, ADA).await);
    assert_eq!(enter(&mut thiefs, &theirs, &late).await.status, 403, "used");
    assert_eq!(
        enter(&mut thiefs, &request, &app.code(&idp)).await.status,
        410,
        "hers"
    );
    assert!(!is_in(&mut thiefs, ADA).await);
    assert_eq!(enter(&mut thiefs, &theirs, &app.code(&idp)).await.status, 303);
}

#[tokio::test]
async fn a_code_is_owed_for_twenty_minutes() {
    let idp = super::start().await;
    let (_, app) = enrolled(&idp, ADA).await;
    let mut browser = idp.browser();
    let request = owed(&mut browser, ADA).await.unwrap();
    idp.clock.advance(Duration::from_secs(1_201));
    let late = enter(&mut browser, &request, &app.code(&idp)).await;
    assert_eq!(late.location(), Some(format!("/resume/{request}")));
    assert!(!is_in(&mut browser, ADA).await);
}

#[tokio::test]
async fn codes_are_tried_five_times_from_anywhere_near_and_then_the_right_one_waits_too() {
    let idp = super::start().await;
    let (_, app) = enrolled(&idp, ADA).await;
    idp.clock.advance(Duration::from_secs(900));
    let mut browser = idp.browser();
    let mut requests = Vec::new();
    for _ in 0..2 {
        requests.push(owed(&mut browser, ADA).await.unwrap());
    }
    for tried in 0..5 {
        let refused = enter(&mut browser, &requests[tried % 2], "000000").await;
        assert_eq!(refused.status, 403, "{tried}");
    }
    let request = &requests[0];
    for code in [app.code(&idp), app.recovery_codes[0].clone()] {
        let refused = enter(&mut browser, request, &code).await;
        assert_eq!(refused.status, 429, "{}", refused.body);
        assert!(refused.header("retry-after").is_some());
    }
    idp.clock.advance(Duration::from_secs(901));
    let request = owed(&mut browser, ADA).await.unwrap();
    assert_eq!(enter(&mut browser, &request, &app.code(&idp)).await.status, 303);
}

#[tokio::test]
async fn a_recovery_code_lets_in_once_and_is_told_by_mail() {
    let idp = super::start().await;
    let (_, app) = enrolled(&idp, ADA).await;
    let (mut hers, mut thiefs) = (idp.browser(), idp.browser());
    let request = owed(&mut hers, ADA).await.unwrap();
    let theirs = owed(&mut thiefs, ADA).await.unwrap();
    let code = app.recovery_codes[3].to_lowercase();
    assert_eq!(enter(&mut hers, &request, &code).await.status, 303);
    let mail = idp.mails().await.pop().unwrap();
    assert!(mail.text.contains("9 codes are left"), "{}", mail.text);
    assert_eq!(enter(&mut thiefs, &theirs, &code).await.status, 403);
    assert!(is_in(&mut hers, ADA).await && !is_in(&mut thiefs, ADA).await);
    let page = hers.get("/account/security").await;
    assert!(page.body.contains("9 codes are left"), "{}", page.body);
    assert!(!page.body.contains(&app.recovery_codes[4]), "shown once");
}

#[tokio::test]
async fn a_trusted_browser_is_spared_the_code_for_thirty_days_and_for_one_person() {
    let idp = super::start().await;
    let (_, app) = enrolled(&idp, ADA).await;
    let (_, graces) = enrolled(&idp, GRACE).await;
    let mut browser = idp.browser();
    let request = owed(&mut browser, ADA).await.unwrap();
    enter_and_trust(&mut browser, &request, &app.code(&idp)).await;
    sign_out(&mut browser).await;
    assert!(owed(&mut browser, ADA).await.is_none());
    assert!(is_in(&mut browser, ADA).await);
    sign_out(&mut browser).await;
    let request = owed(&mut browser, GRACE).await.expect("another person");
    assert_eq!(
        enter(&mut browser, &request, &graces.code(&idp)).await.status,
        303
    );
    sign_out(&mut browser).await;
    assert!(owed(&mut idp.browser(), ADA).await.is_some(), "another browser");
    idp.clock.advance(Duration::from_secs(30 * 86_400 - 3_600));
    assert!(owed(&mut browser, ADA).await.is_none());
    sign_out(&mut browser).await;
    idp.clock.advance(Duration::from_secs(3_600));
    assert!(owed(&mut browser, ADA).await.is_some(), "thirty days");
}

#[tokio::test]
async fn a_trusted_browser_changes_no_address_without_the_code() {
    let idp = super::start().await;
    let (_, app) = enrolled(&idp, ADA).await;
    let mut browser = idp.browser();
    let request = owed(&mut browser, ADA).await.unwrap();
    enter_and_trust(&mut browser, &request, &app.code(&idp)).await;
    let fields = [("act", "address"), ("email", "eve@example.com")];
    let asked = browser
        .post("/account/security", &fields)
        .await
        .location()
        .unwrap();
    assert!(asked.starts_with("/account/security?flow="), "{asked}");
    sign_out(&mut browser).await;
    assert!(owed(&mut browser, ADA).await.is_none());
    idp.mails().await;
    let asked = browser
        .post("/account/security", &fields)
        .await
        .location()
        .unwrap();
    assert!(asked.starts_with("/login?interaction="), "{asked}");
    assert!(idp.mails().await.is_empty());
}

#[tokio::test]
async fn trust_that_was_taken_back_spares_nothing() {
    let idp = super::start().await;
    let (mut first, app) = enrolled(&idp, ADA).await;
    let mut browser = idp.browser();
    let request = owed(&mut browser, ADA).await.unwrap();
    enter_and_trust(&mut browser, &request, &app.code(&idp)).await;
    sign_out(&mut browser).await;
    let page = first.get("/account/security").await;
    let answer = first.submit(&page, "device", &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(owed(&mut browser, ADA).await.is_some());
}

fn code_in(text: &str) -> &str {
    let mut words = text.split_whitespace();
    let code = words.find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()));
    code.unwrap()
}

fn link_in(text: &str) -> &str {
    let mut words = text.split_whitespace();
    words.find(|word| word.contains("token=")).unwrap()
}

/// Has a code and link mailed for a new request; its flow, and the mail's text.
async fn mailed(idp: &TestIdp, browser: &mut Browser, request: &str) -> (String, String) {
    let fields = [("interaction", request), ("identifier", ADA)];
    browser.post("/login", &fields).await;
    let fields = [("interaction", request), ("act", "send")];
    let to = browser.post("/login/code", &fields).await.location().unwrap();
    let flow = to.split("flow=").nth(1).unwrap().to_owned();
    (flow, idp.mails().await.pop().unwrap().text)
}

/// Signs in by the code, or by the link, of a mail.
async fn by_mail(idp: &TestIdp, browser: &mut Browser, link: bool) -> Answer {
    let request = browser.waiting().await;
    let (flow, text) = mailed(idp, browser, &request).await;
    if link {
        let page = browser.get(link_in(&text)).await;
        return browser.submit(&page, "token", &[]).await;
    }
    let fields = [
        ("interaction", request.as_str()),
        ("flow", &flow),
        ("code", code_in(&text)),
    ];
    browser.post("/login/code", &fields).await
}

#[tokio::test]
async fn a_mailed_code_and_a_mailed_link_lead_to_the_second_factor() {
    let idp = super::start().await;
    let (_, app) = enrolled(&idp, ADA).await;
    for link in [false, true] {
        let mut browser = idp.browser();
        let to = by_mail(&idp, &mut browser, link).await.location().unwrap();
        assert!(to.starts_with("/login/otp?interaction="), "{to}");
        assert!(!is_in(&mut browser, ADA).await);
        let request = interaction_of(&to);
        assert_eq!(enter(&mut browser, &request, "000000").await.status, 403);
        assert_eq!(enter(&mut browser, &request, &app.code(&idp)).await.status, 303);
        assert!(is_in(&mut browser, ADA).await);
        idp.clock.advance(STEP);
    }
}

#[tokio::test]
async fn whoever_signed_in_by_more_proves_it_again_whatever_the_mail_or_the_browser_says() {
    let idp = super::start().await;
    let (mut browser, app) = enrolled(&idp, ADA).await;
    let request = owed(&mut browser, ADA).await.unwrap();
    enter_and_trust(&mut browser, &request, &app.code(&idp)).await;
    for link in [false, true] {
        let to = by_mail(&idp, &mut browser, link).await.location().unwrap();
        assert!(
            to.starts_with("/login/otp?interaction="),
            "trusted, and still: {to}"
        );
    }
    assert!(owed(&mut browser, ADA).await.is_some(), "the password neither");
}

#[tokio::test]
async fn whoever_signed_in_by_a_passkey_is_told_to_use_it_again() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut browser = idp.browser();
    let request = browser.waiting().await;
    browser.password(&request, ADA, PASSWORD).await;
    let key = SecurityKey::add(&mut browser).await;
    idp.mails().await;
    let request = browser.waiting().await;
    key.sign_in(&mut browser, &request, &signed()).await;
    let request = browser.waiting().await;
    let mut led = vec![browser.password(&request, ADA, PASSWORD).await];
    for link in [false, true] {
        led.push(by_mail(&idp, &mut browser, link).await);
    }
    for answer in led {
        assert_eq!(answer.status, 303, "{}", answer.body);
        let page = browser.follow(answer).await;
        assert!(
            page.body.contains("with a passkey. Use it again"),
            "{}",
            page.body
        );
        assert!(page.body.contains("data-passkey=\"get\""), "{}", page.body);
    }
}

#[tokio::test]
async fn the_page_warns_when_three_recovery_codes_are_left_and_not_before() {
    let idp = super::start().await;
    let (_, app) = enrolled(&idp, ADA).await;
    for (used, code) in app.recovery_codes.iter().enumerate() {
        let mut browser = idp.browser();
        let request = owed(&mut browser, ADA).await.unwrap();
        assert_eq!(enter(&mut browser, &request, code).await.status, 303);
        let page = browser.get("/account/security").await.body;
        let section = page.split("id=\"recovery-codes\"").nth(1).unwrap();
        let section = section.split("</section>").next().unwrap();
        let left = app.recovery_codes.len() - used - 1;
        assert_eq!(section.contains("notice--warn"), left <= 3, "{left}: {section}");
        let few = match left {
            0 => "No code is left.".to_owned(),
            1 => "Only one code is left.".to_owned(),
            2 | 3 => format!("Only {left} codes are left."),
            _ => format!("{left} codes are left."),
        };
        assert!(section.contains(&few), "{left}: {section}");
    }
}
