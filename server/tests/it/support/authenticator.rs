//! An authenticator app, which reads its key off the page.

use super::{Browser, TestIdp};
use data_encoding::BASE32_NOPAD;
use domain::{
    clock::Clock as _,
    totp::{TotpSeed, step_at},
};

const PAGE: &str = "/account/security";

pub struct AuthenticatorApp {
    seed: TotpSeed,
    /// The recovery codes that were shown when it was added.
    pub recovery_codes: Vec<String>,
}

impl AuthenticatorApp {
    /// Adds one to the account of whoever is signed in.
    pub async fn add(idp: &TestIdp, browser: &mut Browser) -> Self {
        browser.post(PAGE, &[("act", "authenticator-add")]).await;
        let page = browser.get("/account/security?add=authenticator").await.body;
        let key = between(&page, "enrol__key", "</p>");
        let key = between(key, "<code>", "</code>").replace(' ', "");
        let seed = TotpSeed::from_bytes(&BASE32_NOPAD.decode(key.as_bytes()).unwrap()).unwrap();
        let mut app = Self {
            seed,
            recovery_codes: Vec::new(),
        };
        let fields = [("act", "authenticator-confirm"), ("code", &app.code(idp))];
        let answer = browser.post(PAGE, &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let page = browser.get(PAGE).await.body;
        let list = between(&page, "class=\"codes\"", "</ul>");
        let codes = list.split("<li>").skip(1);
        app.recovery_codes = codes
            .map(|item| item.split("</li>").next().unwrap().to_owned())
            .collect();
        app
    }

    /// The code that it shows now.
    pub fn code(&self, idp: &TestIdp) -> String {
        self.seed.code(step_at(idp.clock.now())).expose().to_owned()
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start}: {text}"));
    rest.split(end).next().unwrap()
}
