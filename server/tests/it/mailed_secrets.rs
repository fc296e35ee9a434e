//! No answer ever holds a mailed code or the token of a mailed link, unless the request brought it.

use super::federation::{acme, way_back, with_providers};
use crate::support::{Answer, Browser, TestIdp, idp::PASSWORD};
use domain::{
    federation::{Vouched, VouchedEmail},
    mail::{Mail, MailedCodePurpose},
    testing::{FakeUpstream, vouched},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

const ADA: &str = "ada@example.com";

type Heard = Arc<Mutex<Vec<(String, Answer)>>>;

/// The codes and tokens in a mail.
fn secrets(mail: &Mail) -> Vec<String> {
    let words = mail.text.split_whitespace();
    let secrets = words.filter_map(|word| match word.split_once("token=") {
        Some((_, token)) => Some(token.split('&').next().unwrap()),
        None => (word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit())).then_some(word),
    });
    secrets.map(str::to_owned).collect()
}

/// Whether `text` holds `secret`, standing alone.
fn holds(text: &str, secret: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.match_indices(secret).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + secret.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

/// A browser all of whose answers are kept.
fn heard(idp: &TestIdp, heard: &Heard) -> Browser {
    let mut browser = idp.browser();
    browser.heard = Some(heard.clone());
    browser
}

struct Journey {
    idp: TestIdp,
    acme: Arc<FakeUpstream>,
    heard: Heard,
    secrets: Vec<String>,
    /// How many mails there were for each purpose; some end with an account that gave way.
    mailed: BTreeMap<&'static str, i64>,
}

impl Journey {
    async fn start() -> Self {
        let acme = acme();
        Self {
            idp: with_providers(&[&acme]).await,
            acme,
            heard: Heard::default(),
            secrets: Vec::new(),
            mailed: BTreeMap::new(),
        }
    }

    fn browser(&self) -> Browser {
        heard(&self.idp, &self.heard)
    }

    /// The newest secret of the mails that wait.
    async fn secret(&mut self) -> String {
        for mail in self.idp.mails().await {
            self.secrets.extend(secrets(&mail));
        }
        let rows = self.idp.rows().await;
        for purpose in MailedCodePurpose::ALL.map(MailedCodePurpose::as_str) {
            let there = rows
                .count(&format!("mailed_code WHERE purpose = '{purpose}'"))
                .await;
            let most = self.mailed.entry(purpose).or_default();
            *most = there.max(*most);
        }
        rows.close().await;
        self.secrets.last().unwrap().clone()
    }

    /// The first secret of the next mail: its code, if it has one.
    async fn code(&mut self) -> String {
        let before = self.secrets.len();
        self.secret().await;
        self.secrets[before].clone()
    }
}

async fn interaction(browser: &mut Browser) -> String {
    let to = browser.get("/login").await.location().unwrap();
    to.split("interaction=").nth(1).unwrap().to_owned()
}

fn parameter(to: &str, name: &str) -> String {
    let after = to.split(&format!("{name}=")).nth(1).unwrap();
    after.split('&').next().unwrap().to_owned()
}

/// Where a form or function leads.
fn next(answer: &Answer) -> String {
    match answer.location() {
        Some(to) => to,
        None => answer.json()["to"].as_str().unwrap().to_owned(),
    }
}

/// Every journey that mails something, by forms or by server functions.
async fn travel(journey: &mut Journey, paths: [&str; 11]) {
    let [
        sign_up,
        resend,
        confirm,
        identify,
        mail,
        code,
        address,
        address_code,
        forgot,
        ask,
        prove,
    ] = paths;
    let mut browser = journey.browser();
    let id = interaction(&mut browser).await;
    let fields = [
        ("interaction", id.as_str()),
        ("email", ADA),
        ("name", "Ada"),
        ("new_password", PASSWORD),
    ];
    let to = next(&browser.post(sign_up, &fields).await);
    let flow = parameter(&to, "flow");
    browser.get(&to).await;
    journey.code().await;
    let fields = [
        ("flow", flow.as_str()),
        ("act", "resend"),
        ("interaction", id.as_str()),
    ];
    let to = next(&browser.post(resend, &fields).await);
    browser.get(&to).await;
    let (flow, typed) = (parameter(&to, "flow"), journey.code().await);
    let fields = [("flow", flow.as_str()), ("code", "000000")];
    browser.post(confirm, &fields).await;
    let fields = [
        ("flow", flow.as_str()),
        ("code", typed.as_str()),
        ("interaction", id.as_str()),
    ];
    browser.post(confirm, &fields).await;

    let fields = [("interaction", id.as_str()), ("identifier", ADA)];
    browser.post(identify, &fields).await;
    let fields = [("interaction", id.as_str()), ("act", "send")];
    let to = next(&browser.post(mail, &fields).await);
    browser.get(&to).await;
    let (first, _) = (parameter(&to, "flow"), journey.code().await);
    let fields = [
        ("interaction", id.as_str()),
        ("act", "send"),
        ("flow", first.as_str()),
    ];
    let to = next(&browser.post(mail, &fields).await);
    browser.get(&to).await;
    let (flow, typed) = (parameter(&to, "flow"), journey.code().await);
    let fields = [
        ("interaction", id.as_str()),
        ("flow", flow.as_str()),
        ("code", "000000"),
    ];
    browser.post(code, &fields).await;
    let fields = [
        ("interaction", id.as_str()),
        ("flow", flow.as_str()),
        ("code", typed.as_str()),
    ];
    let answer = browser.post(code, &fields).await;
    browser.follow(answer).await;
    browser.get(&format!("/resume/{id}")).await;

    let fields = [("act", "address"), ("email", "ada@elsewhere.example")];
    let to = next(&browser.post(address, &fields).await);
    browser.get(&to).await;
    let (flow, typed) = (parameter(&to, "flow"), journey.code().await);
    let fields = [
        ("act", "address-code"),
        ("flow", flow.as_str()),
        ("code", typed.as_str()),
    ];
    let to = next(&browser.post(address_code, &fields).await);
    browser.get(&to).await;
    let undo = journey.secret().await;
    let fields = [("identifier", "ada@elsewhere.example")];
    let to = next(&browser.post(forgot, &fields).await);
    browser.get(&to).await;
    journey.secret().await;
    let mut elsewhere = journey.browser();
    elsewhere.get(&format!("/restore-email?token={undo}")).await;
    for page in ["/account", "/account/security", "/account/sessions", "/login"] {
        browser.get(page).await;
    }
    prove_address(journey, [ask, prove]).await;
    leave(journey, &mut browser).await;
}

/// Somebody whose provider vouches for no address has a code mailed, and another, and proves theirs.
async fn prove_address(journey: &mut Journey, [ask, prove]: [&str; 2]) {
    const EVE: &str = "eve@example.com";
    let mut browser = journey.browser();
    let sent = browser.get("/login/acme").await.location().unwrap();
    let claimed = VouchedEmail {
        address: EVE.to_owned(),
        verified: false,
    };
    let eve = Vouched {
        email: Some(claimed),
        ..vouched("acme", "eve")
    };
    journey.acme.put("code", eve);
    let to = browser.get(&way_back(&sent, "code")).await.location().unwrap();
    browser.get(&to).await;
    let id = parameter(&to, "interaction");
    let asked = [("interaction", id.as_str()), ("act", "send"), ("email", EVE)];
    let to = next(&browser.post(ask, &asked).await);
    browser.get(&to).await;
    let (flow, _) = (parameter(&to, "flow"), journey.code().await);
    let fields = [
        ("interaction", id.as_str()),
        ("act", "send"),
        ("flow", flow.as_str()),
    ];
    let to = next(&browser.post(ask, &fields).await);
    browser.get(&to).await;
    let (flow, typed) = (parameter(&to, "flow"), journey.code().await);
    for code in ["000000", typed.as_str()] {
        let fields = [
            ("interaction", id.as_str()),
            ("flow", flow.as_str()),
            ("code", code),
        ];
        let answer = browser.post(prove, &fields).await;
        browser.follow(answer).await;
    }
    browser.get(&format!("/resume/{id}")).await;
    let page = browser.get("/account").await;
    assert!(page.body.contains(EVE), "{}", page.body);
}

/// How many mails for a purpose the journey has sent, and how many secrets are in each.
fn mailed(purpose: MailedCodePurpose) -> (i64, usize) {
    match purpose {
        // A code and a link.
        MailedCodePurpose::ConfirmEmail | MailedCodePurpose::SignIn => (2, 2),
        MailedCodePurpose::ProveAddress => (2, 1),
        MailedCodePurpose::ChangeEmail
        | MailedCodePurpose::UndoEmail
        | MailedCodePurpose::ResetPassword
        | MailedCodePurpose::RestoreAccount => (1, 1),
    }
}

/// That the journey had a mail of every kind, and read each.
fn had_every_kind(journey: &Journey) {
    let mut secrets = 0;
    for purpose in MailedCodePurpose::ALL {
        let (mails, in_each) = mailed(purpose);
        assert_eq!(journey.mailed[purpose.as_str()], mails, "{purpose:?}");
        secrets += usize::try_from(mails).unwrap() * in_each;
    }
    assert_eq!(journey.secrets.len(), secrets);
}

/// The person leaves the account, and finds the way back in the mail on another browser.
async fn leave(journey: &mut Journey, browser: &mut Browser) {
    let to = next(&browser.post("/account/privacy", &[("act", "leave")]).await);
    assert_eq!(to, "/restore-account?left=1");
    browser.get(&to).await;
    let token = journey.secret().await;
    let mut elsewhere = journey.browser();
    let asked = format!("/restore-account?token={token}");
    let page = elsewhere.get(&asked).await;
    assert!(page.body.contains("name=\"token\""), "{}", page.body);
    let fields = [("token", token.as_str())];
    let to = next(&elsewhere.post("/restore-account", &fields).await);
    elsewhere.get(&to).await;
}

/// That nothing leaked, and that there was something to leak.
fn nothing_leaked(journey: &Journey) {
    let heard = journey.heard.lock().unwrap();
    let mut brought = 0;
    for (asked, answer) in heard.iter() {
        let headers = answer.headers.values().map(|value| value.to_str().unwrap());
        let told: Vec<&str> = headers.chain([answer.body.as_str()]).collect();
        for secret in &journey.secrets {
            let held = told.iter().any(|text| holds(text, secret));
            assert!(
                !held || asked.contains(secret.as_str()),
                "{asked}: {}",
                answer.body
            );
            brought += usize::from(held);
        }
    }
    assert!(brought > 0, "a link's own page carries its token on");
}

#[tokio::test]
async fn pages_and_redirects_hold_none() {
    let mut journey = Journey::start().await;
    let paths = [
        "/sign-up",
        "/verify-email",
        "/verify-email",
        "/login",
        "/login/code",
        "/login/code",
        "/account/security",
        "/account/security",
        "/forgot-password",
        "/sign-up/address",
        "/sign-up/address",
    ];
    travel(&mut journey, paths).await;
    had_every_kind(&journey);
    nothing_leaked(&journey);
}

#[tokio::test]
async fn server_functions_answer_with_none() {
    let mut journey = Journey::start().await;
    let paths = [
        "/api/sign-up",
        "/api/verify-email/resend",
        "/api/verify-email/code",
        "/api/sign-in/identifier",
        "/api/sign-in/mail",
        "/api/sign-in/code",
        "/api/account/address",
        "/api/account/address-code",
        "/api/forgot-password",
        "/api/sign-up/address",
        "/api/sign-up/address-code",
    ];
    travel(&mut journey, paths).await;
    had_every_kind(&journey);
    nothing_leaked(&journey);
}
