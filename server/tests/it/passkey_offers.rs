//! A passkey is offered after every other way of signing in, to whoever may make one in a browser whose script told that
//! its device can.

use super::federation::{ADA, acme, way_back, with_providers};
use crate::support::{
    Answer, AuthenticatorApp, Browser, SecurityKey, TestIdp, a_client, browser::interaction_of,
    idp::PASSWORD, relying_party::claims, security_key::signed,
};
use domain::{
    federation::{Vouched, VouchedEmail},
    testing::{FakeUpstream, vouched},
};
use std::{sync::Arc, time::Duration};

const COOKIE: &str = "signet-makes-passkeys-4000";
/// `claims` that insist on two factors.
const INSISTED: &str = r#"{"id_token":{"acr":{"essential":true,"value":"urn:signet:acr:2"}}}"#;
const DAY: Duration = Duration::from_secs(86_400);

/// A browser in which script told whether the device makes passkeys.
fn browser(idp: &TestIdp, makes_passkeys: bool) -> Browser {
    let mut browser = idp.browser();
    if makes_passkeys {
        browser.cookies.insert(COOKIE.to_owned(), "1".to_owned());
    }
    browser
}

fn is_offered(answer: &Answer) -> bool {
    let to = answer.location();
    let to = to.unwrap_or_else(|| panic!("{} {}", answer.status, answer.body));
    let offered = to.starts_with("/login/passkey?interaction=");
    assert!(offered || to.starts_with("/resume/"), "{to}");
    offered
}

async fn by_password(browser: &mut Browser) -> Answer {
    let request = browser.waiting().await;
    browser.password(&request, ADA, PASSWORD).await
}

async fn word(idp: &TestIdp, is_it: impl Fn(&str) -> bool) -> String {
    let mails = idp.mails().await;
    let mut words = mails.iter().flat_map(|mail| mail.text.split_whitespace());
    words.find(|word| is_it(word)).unwrap().to_owned()
}

async fn code(idp: &TestIdp) -> String {
    word(idp, |word| {
        word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit())
    })
    .await
}

async fn link(idp: &TestIdp) -> String {
    word(idp, |word| word.contains("token=")).await
}

/// The page on which the mailed sign-in code is typed.
async fn asked_for_a_code(browser: &mut Browser) -> Answer {
    let request = browser.waiting().await;
    let fields = [("interaction", request.as_str()), ("identifier", ADA)];
    browser.post("/login", &fields).await;
    let fields = [("interaction", request.as_str()), ("act", "send")];
    let answer = browser.post("/login/code", &fields).await;
    browser.follow(answer).await
}

async fn by_code(idp: &TestIdp, browser: &mut Browser) -> Answer {
    let page = asked_for_a_code(browser).await;
    let code = code(idp).await;
    browser.submit(&page, "code", &[("code", &code)]).await
}

/// By the link of a mail that was asked for in that browser.
async fn by_link(idp: &TestIdp, browser: &mut Browser) -> Answer {
    asked_for_a_code(browser).await;
    let page = browser.get(&link(idp).await).await;
    browser.submit(&page, "token", &[]).await
}

async fn through(browser: &mut Browser, acme: &FakeUpstream, who: Vouched) -> Answer {
    let sent = browser.get("/login/acme").await.location().unwrap();
    acme.put("code", who);
    browser.get(&way_back(&sent, "code")).await
}

/// Through a provider that knows no address; it is proven by a mailed code.
async fn by_proven_address(idp: &TestIdp, browser: &mut Browser, acme: &FakeUpstream) -> Answer {
    let claimed = VouchedEmail {
        address: ADA.to_owned(),
        verified: false,
    };
    let who = Vouched {
        email: Some(claimed),
        ..vouched("acme", "ada")
    };
    let answer = through(browser, acme, who).await;
    let page = browser.follow(answer).await;
    let answer = browser.submit(&page, "email", &[("email", ADA)]).await;
    let page = browser.follow(answer).await;
    let code = code(idp).await;
    browser.submit(&page, "code", &[("code", &code)]).await
}

/// Signs up and confirms it in that browser.
async fn by_sign_up(idp: &TestIdp, browser: &mut Browser, by_link: bool) -> Answer {
    let page = browser.get("/sign-up").await;
    let fields = [("email", ADA), ("name", "Ada"), ("new_password", PASSWORD)];
    let answer = browser.submit(&page, "new_password", &fields).await;
    let page = browser.follow(answer).await;
    if by_link {
        let page = browser.get(&link(idp).await).await;
        return browser.submit(&page, "token", &[]).await;
    }
    let code = code(idp).await;
    browser.submit(&page, "code", &[("code", &code)]).await
}

/// By password and the code of an authenticator app.
async fn by_two_factors(idp: &TestIdp, browser: &mut Browser) -> Answer {
    let mut setting_up = idp.browser();
    by_password(&mut setting_up).await;
    let app = AuthenticatorApp::add(idp, &mut setting_up).await;
    idp.mails().await;
    idp.clock.advance(Duration::from_secs(60));
    let owed = by_password(browser).await.location().unwrap();
    let fields = [
        ("interaction", interaction_of(&owed)),
        ("code", app.code(idp)),
        ("remember", "on".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    browser.post("/login/otp", &fields).await
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Password,
    Code,
    Link,
    Provider,
    ProvenAddress,
    SecondStep,
    SignUpByCode,
    SignUpByLink,
}

impl Way {
    const ALL: [Self; 8] = [
        Self::Password,
        Self::Code,
        Self::Link,
        Self::Provider,
        Self::ProvenAddress,
        Self::SecondStep,
        Self::SignUpByCode,
        Self::SignUpByLink,
    ];

    /// What the last step of it leads to.
    async fn walk(self, idp: &TestIdp, browser: &mut Browser, acme: &Arc<FakeUpstream>) -> Answer {
        match self {
            Self::Password => by_password(browser).await,
            Self::Code => by_code(idp, browser).await,
            Self::Link => by_link(idp, browser).await,
            Self::Provider => through(browser, acme, vouched("acme", "ada")).await,
            Self::ProvenAddress => by_proven_address(idp, browser, acme).await,
            Self::SecondStep => by_two_factors(idp, browser).await,
            Self::SignUpByCode => by_sign_up(idp, browser, false).await,
            Self::SignUpByLink => by_sign_up(idp, browser, true).await,
        }
    }

    fn makes_the_account(self) -> bool {
        matches!(self, Self::Provider | Self::SignUpByCode | Self::SignUpByLink)
    }
}

#[tokio::test]
async fn a_passkey_is_offered_after_every_other_way_where_the_device_makes_them() {
    for way in Way::ALL {
        for can in [true, false] {
            let acme = acme();
            let idp = with_providers(&[&acme]).await;
            if !way.makes_the_account() {
                idp.person(ADA).await;
            }
            let mut browser = browser(&idp, can);
            let answer = way.walk(&idp, &mut browser, &acme).await;
            assert_eq!(is_offered(&answer), can, "{way:?}");
            let page = browser.get(&answer.location().unwrap()).await;
            assert_eq!(page.body.contains("Sign in faster next time"), can, "{way:?}");
            if can {
                // What is offered can be done, and the way on is the one without it.
                let key = SecurityKey::new();
                let asked = SecurityKey::ask_to_make(&mut browser).await;
                let made = key.make(&asked, &signed());
                let fields = [("ceremony", asked.ceremony.as_str()), ("answer", made.as_str())];
                let answer = browser.submit(&page, "answer", &fields).await;
                assert!(!is_offered(&answer), "{way:?}");
            }
            let account = browser.get("/account").await;
            assert!(account.body.contains(ADA), "{way:?} {}", account.body);
        }
    }
}

#[tokio::test]
async fn not_now_is_for_thirty_days_and_never_for_good_whichever_way_somebody_comes() {
    for (decision, after, again) in [
        ("later", 30 * DAY - Duration::from_secs(1), false),
        ("later", 30 * DAY, true),
        ("never", 400 * DAY, false),
    ] {
        let idp = super::start().await;
        idp.person(ADA).await;
        let mut asked = browser(&idp, true);
        let answer = by_password(&mut asked).await;
        let page = asked.follow(answer).await;
        let decision = [("decision", decision)];
        let declined = asked.submit(&page, "decision", &decision).await;
        assert!(!is_offered(&declined), "it goes on");
        idp.clock.advance(after);
        let mut later = browser(&idp, true);
        assert_eq!(
            is_offered(&by_code(&idp, &mut later).await),
            again,
            "{decision:?}"
        );
    }
}

#[tokio::test]
async fn whoever_proves_it_once_more_is_not_kept_from_what_they_were_doing() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut hers = browser(&idp, true);
    assert!(is_offered(&by_password(&mut hers).await));
    assert!(!is_offered(&by_code(&idp, &mut hers).await), "signed in already");
    idp.clock.advance(Duration::from_secs(601));
    let fields = [("act", "authenticator-add")];
    let prove = hers.post("/account/security", &fields).await.location().unwrap();
    let answer = hers.password(&interaction_of(&prove), ADA, PASSWORD).await;
    assert!(!is_offered(&answer), "before a change");
    let rp = idp.relying_party(a_client().first_party()).await;
    let start = rp.authorize_url(&[("acr_values", "urn:signet:acr:2")]);
    let mut other = browser(&idp, true);
    let request = interaction_of(&other.get(&start).await.location().unwrap());
    let answer = other.password(&request, ADA, PASSWORD).await;
    assert!(!is_offered(&answer), "the page that asks for more offers it");
}

#[tokio::test]
async fn where_an_app_asks_for_two_factors_it_is_offered_after_both_and_counts_for_nothing_yet() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut setting_up = idp.browser();
    by_password(&mut setting_up).await;
    let app = AuthenticatorApp::add(&idp, &mut setting_up).await;
    idp.clock.advance(Duration::from_secs(60));
    let rp = idp.relying_party(a_client().first_party()).await;
    for essential in [true, false] {
        let ask = match essential {
            true => ("claims", INSISTED),
            false => ("acr_values", "urn:signet:acr:2"),
        };
        let mut hers = browser(&idp, true);
        let start = hers.get(&rp.authorize_url(&[ask])).await;
        let request = interaction_of(&start.location().unwrap());
        let owed = hers.password(&request, ADA, PASSWORD).await.location().unwrap();
        assert!(owed.starts_with("/login/otp?"), "{owed}");
        let code = app.code(&idp);
        let fields = [("interaction", request.as_str()), ("code", code.as_str())];
        let answer = hers.post("/login/otp", &fields).await;
        assert!(is_offered(&answer), "essential: {essential}");
        let page = hers.follow(answer).await;
        let answer = hers.submit(&page, "decision", &[("decision", "later")]).await;
        let answer = hers.follow(answer).await;
        let code = answer.redirect_parameters()["code"].clone();
        let tokens = rp.redeem(&mut hers, &code).await.json();
        let told = claims(tokens["id_token"].as_str().unwrap());
        assert_eq!(told["acr"], "urn:signet:acr:2");
        assert_eq!(told["amr"], serde_json::json!(["mfa", "otp", "pwd"]));
        idp.clock.advance(31 * DAY);
    }
    let mut hers = browser(&idp, true);
    let start = hers.get(&rp.authorize_url(&[("claims", INSISTED)])).await;
    let request = interaction_of(&start.location().unwrap());
    hers.password(&request, ADA, PASSWORD).await;
    let code = app.code(&idp);
    let fields = [("interaction", request.as_str()), ("code", code.as_str())];
    let answer = hers.post("/login/otp", &fields).await;
    let page = hers.follow(answer).await;
    let asked = SecurityKey::ask_to_make(&mut hers).await;
    let made = SecurityKey::new().make(&asked, &signed());
    let fields = [("ceremony", asked.ceremony.as_str()), ("answer", made.as_str())];
    let answer = hers.submit(&page, "answer", &fields).await;
    let answer = hers.follow(answer).await;
    let code = answer.redirect_parameters()["code"].clone();
    let tokens = rp.redeem(&mut hers, &code).await.json();
    let told = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(
        told["amr"],
        serde_json::json!(["mfa", "otp", "pwd"]),
        "it was made, not used"
    );
}

#[tokio::test]
async fn whoever_has_one_or_proved_less_than_the_account_has_is_offered_none() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut trusted = browser(&idp, true);
    assert!(is_offered(&by_two_factors(&idp, &mut trusted).await));
    trusted.cookies.remove("signet-session-4000");
    assert!(
        !is_offered(&by_password(&mut trusted).await),
        "no code was asked for"
    );

    let idp = super::start().await;
    idp.person(ADA).await;
    let mut hers = browser(&idp, true);
    by_password(&mut hers).await;
    let key = SecurityKey::add(&mut hers).await;
    let mut other = browser(&idp, true);
    assert!(!is_offered(&by_password(&mut other).await), "there is one");
    let mut other = browser(&idp, true);
    let request = other.waiting().await;
    let answer = key.sign_in(&mut other, &request, &signed()).await;
    assert!(!is_offered(&answer), "it was used");
}

#[tokio::test]
async fn what_script_told_one_realm_is_told_to_no_other() {
    let idp = super::start().await;
    let acme = idp.realm("acme").await;
    acme.person(ADA).await;
    for (cookie, offered) in [(COOKIE.to_owned(), false), (format!("{COOKIE}.acme"), true)] {
        let mut browser = acme.browser();
        browser.cookies.insert(cookie.clone(), "1".to_owned());
        let to = by_password(&mut browser).await.location().unwrap();
        let expected = match offered {
            true => "/realms/acme/login/passkey?interaction=",
            false => "/realms/acme/resume/",
        };
        assert!(to.starts_with(expected), "{cookie} {to}");
    }
}

#[tokio::test]
async fn the_way_somebody_came_is_marked_at_the_next_sign_in_of_that_browser() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut setting_up = browser(&idp, false);
    by_password(&mut setting_up).await;
    let key = SecurityKey::add(&mut setting_up).await;
    let mut hers = idp.browser();
    let request = hers.waiting().await;
    key.sign_in(&mut hers, &request, &signed()).await;
    let page = hers.get("/logout").await;
    hers.submit(&page, "decision", &[("decision", "allow")]).await;
    const MARKED: &str = "Use a passkey <span class=\"badge\">Last used</span>";
    for (mut browser, marked) in [(hers, true), (idp.browser(), false)] {
        let start = browser.get("/login").await;
        let page = browser.follow(start).await;
        assert!(page.body.contains("Use a passkey"), "{}", page.body);
        assert_eq!(page.body.contains(MARKED), marked, "{}", page.body);
    }
}

#[tokio::test]
async fn at_an_ip_address_nothing_is_offered_and_the_pages_say_what_works_there() {
    let idp = super::start_with(&[("SIGNET_ISSUER", "http://127.0.0.1:4000")]).await;
    idp.person(ADA).await;
    let mut browser = browser(&idp, true);
    let start = browser.get("/login").await;
    let page = browser.follow(start).await;
    assert!(!page.body.contains("data-passkey"), "{}", page.body);
    const INSTEAD: &str = "t work at this address. Your password or a code from the mail";
    assert!(page.body.contains(INSTEAD), "{}", page.body);
    assert!(!is_offered(&by_password(&mut browser).await));
    let page = browser.get("/account/security").await;
    assert!(!page.body.contains("data-passkey"), "{}", page.body);
    assert!(page.body.contains(INSTEAD), "{}", page.body);
}
