//! Every way to guess: each page and server function behind which a credential of one account is judged.

use super::{ADA, signs_in};
use crate::support::{Answer, AuthenticatorApp, Browser, TestIdp, idp::PASSWORD};
use std::time::Duration;

/// Another address, whose mails may go to the same mailbox.
const PLUS: &str = "ada+garden@example.com";
/// The names of the account, as somebody may write them.
const NAMES: [&str; 4] = [
    ADA,
    "ADA@EXAMPLE.COM",
    " Ada@Example.com ",
    "\u{a0}aDA@example.COM\t",
];
/// Addresses that the guesses come from.
const ADDRESSES: usize = 200;

/// One way to guess, by a browser that has come as far as the door.
#[derive(Clone)]
pub(super) struct Way {
    pub(super) path: &'static str,
    fields: Vec<(&'static str, String)>,
    browser: Browser,
    /// Whether the identifier is sent too, and may be written as anybody likes.
    named: bool,
    /// Whether it is a name of another account.
    pub(super) of_other: bool,
}

impl Way {
    /// The same at another node.
    pub(super) fn at(&self, other: &TestIdp) -> Self {
        let mut browser = other.browser();
        browser.cookies = self.browser.cookies.clone();
        Self {
            browser,
            ..self.clone()
        }
    }
}

fn value(answer: &Answer, name: &str) -> String {
    let to = answer.location().unwrap_or_else(|| panic!("{}", answer.body));
    let value = to.split(&format!("{name}=")).nth(1).unwrap();
    value.split('&').next().unwrap().to_owned()
}

/// A browser at a new request for signing in; it has no cookie that the account knows.
pub(super) async fn arrived(mut browser: Browser) -> (Browser, String) {
    let interaction = value(&browser.get("/login").await, "interaction");
    (browser, interaction)
}

/// The page and the server function behind one door.
fn both(browser: &Browser, paths: [&'static str; 2], fields: &[(&'static str, &str)]) -> [Way; 2] {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect();
    paths.map(|path| Way {
        path,
        fields: fields.clone(),
        browser: browser.clone(),
        named: fields.iter().any(|(name, _)| *name == "identifier"),
        of_other: false,
    })
}

const PASSWORDS: [&str; 2] = ["/login", "/api/sign-in/password"];

async fn by_password(browser: Browser, name: &str) -> [Way; 2] {
    let (browser, id) = arrived(browser).await;
    let fields = [
        ("interaction", id.as_str()),
        ("identifier", name),
        ("password", "a guess"),
    ];
    both(&browser, PASSWORDS, &fields)
}

async fn by_second_factor(idp: &TestIdp) -> [Way; 2] {
    let (mut browser, id) = arrived(idp.browser()).await;
    let fields = [
        ("interaction", id.as_str()),
        ("identifier", ADA),
        ("password", PASSWORD),
    ];
    let answer = browser.post("/login", &fields).await;
    assert!(
        answer.location().unwrap().contains("/login/otp"),
        "{}",
        answer.body
    );
    let fields = [("interaction", id.as_str()), ("code", "000000")];
    both(&browser, ["/login/otp", "/api/sign-in/second-factor"], &fields)
}

async fn by_mailed_code(idp: &TestIdp) -> [Way; 2] {
    let (mut browser, id) = arrived(idp.browser()).await;
    browser
        .post("/login", &[("interaction", &id), ("identifier", ADA)])
        .await;
    let answer = browser
        .post("/login/code", &[("interaction", &id), ("act", "send")])
        .await;
    let flow = value(&answer, "flow");
    let fields = [("interaction", id.as_str()), ("flow", &flow), ("code", "x")];
    both(&browser, ["/login/code", "/api/sign-in/code"], &fields)
}

async fn by_sign_up(idp: &TestIdp) -> [Way; 2] {
    let mut browser = idp.browser();
    let fields = [
        ("email", ADA),
        ("name", ""),
        ("new_password", "another long passphrase"),
    ];
    let flow = value(&browser.post("/sign-up", &fields).await, "flow");
    let fields = [("flow", flow.as_str()), ("code", "x")];
    both(&browser, ["/verify-email", "/api/verify-email/code"], &fields)
}

/// In a session that somebody took from the owner's browser, and that must prove itself again.
async fn by_proving_again(taken: &Browser) -> [Way; 2] {
    let mut browser = taken.clone();
    browser.cookies.retain(|name, _| !name.contains("device"));
    let answer = browser
        .post("/account/security", &[("act", "recovery-codes")])
        .await;
    let id = value(&answer, "interaction");
    let fields = [
        ("interaction", id.as_str()),
        ("identifier", ADA),
        ("password", "a guess"),
    ];
    both(&browser, PASSWORDS, &fields)
}

/// In a session that somebody took when its owner had just proven who they are, for a key that waits for its first code.
async fn by_a_first_code(idp: &TestIdp, app: &AuthenticatorApp) -> Way {
    let (mut browser, answer) = signs_in(idp, idp.browser(), Some(app)).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    browser.cookies.retain(|name, _| !name.contains("device"));
    let page = "/account/security";
    let answer = browser.post(page, &[("act", "authenticator-add")]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    // The owner's next code is one that was not used.
    idp.clock.advance(Duration::from_secs(60));
    let fields = [("act", "authenticator-confirm"), ("code", "000000")];
    let [way, _] = both(&browser, [page, page], &fields);
    way
}

pub(super) async fn ways(idp: &TestIdp, home: &Browser, app: &AuthenticatorApp) -> Vec<Way> {
    let all = [
        by_password(idp.browser(), ADA).await,
        by_second_factor(idp).await,
        by_mailed_code(idp).await,
        by_sign_up(idp).await,
        by_proving_again(home).await,
    ];
    let mut ways = all.concat();
    ways.push(by_a_first_code(idp, app).await);
    let others = by_password(idp.browser(), PLUS).await;
    ways.extend(others.map(|way| Way {
        named: false,
        of_other: true,
        ..way
    }));
    ways
}

/// The address a guess comes from; whatever it says before that, its proxy says where it is.
pub(super) fn forwarded(number: usize) -> (String, usize) {
    let address = number / 7 % ADDRESSES;
    (
        format!("198.51.100.{}, 2001:db8:{address:x}::1", number % 250),
        address,
    )
}

pub(super) async fn guess(mut way: Way, number: usize) -> Answer {
    let mut fields = way.fields;
    if way.named {
        for (_, value) in fields.iter_mut().filter(|(name, _)| *name == "identifier") {
            NAMES[number / 3 % NAMES.len()].clone_into(value);
        }
    }
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let (from, _) = forwarded(number);
    let headers = [("x-forwarded-for", from.as_str()), ("accept", "application/json")];
    way.browser.post_with(way.path, &headers, &fields).await
}
