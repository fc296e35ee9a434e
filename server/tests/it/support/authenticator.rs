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
        Self::add_at(idp, browser, (PAGE, None)).await
    }

    /// Adds one because the request that waits asks for it.
    pub async fn add_on_the_way(idp: &TestIdp, browser: &mut Browser, request: &str) -> Self {
        Self::add_at(idp, browser, ("/second-factor", Some(request))).await
    }

    async fn add_at(idp: &TestIdp, browser: &mut Browser, (page, request): (&str, Option<&str>)) -> Self {
        let request = request.map(|request| ("interaction", request));
        let with = |fields: &[(&'static str, &str)]| -> Vec<(String, String)> {
            let fields = fields.iter().copied().chain(request);
            fields
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        };
        let to = post(browser, page, &with(&[("act", "authenticator-add")])).await;
        let mut app = Self::proposed(&browser.get(&to).await.body);
        let code = app.code(idp);
        let fields = with(&[("act", "authenticator-confirm"), ("code", &code)]);
        let to = post(browser, page, &fields).await;
        let shown = browser.get(&to).await.body;
        let list = between(&shown, "class=\"codes\"", "</ul>");
        let codes = list.split("<li>").skip(1);
        app.recovery_codes = codes
            .map(|item| item.split("</li>").next().unwrap().to_owned())
            .collect();
        app
    }

    /// The app, by the key that a page shows.
    pub fn proposed(page: &str) -> Self {
        let key = between(page, "enrol__key", "</p>");
        let key = between(key, "<code>", "</code>").replace(' ', "");
        let seed = TotpSeed::from_bytes(&BASE32_NOPAD.decode(key.as_bytes()).unwrap());
        Self {
            seed: seed.unwrap(),
            recovery_codes: Vec::new(),
        }
    }

    /// The code that it shows now.
    pub fn code(&self, idp: &TestIdp) -> String {
        self.seed.code(step_at(idp.clock.now())).expose().to_owned()
    }
}

/// Posts a form; the path it leads to.
async fn post(browser: &mut Browser, page: &str, fields: &[(String, String)]) -> String {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let answer = browser.post(page, &fields).await;
    let to = answer.location();
    to.unwrap_or_else(|| panic!("{} {}", answer.status, answer.body))
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start}: {text}"));
    rest.split(end).next().unwrap()
}
