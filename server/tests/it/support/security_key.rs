//! A passkey in software: what script does with a browser's credentials, by posts.

pub use testbed::authenticator::Answer as Signed;

use super::{Answer, Browser};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use testbed::authenticator::Authenticator;

const ORIGIN: &str = "http://localhost:4000";

pub struct SecurityKey {
    key: Authenticator,
    /// What it was told to call the account.
    pub handle: Vec<u8>,
}

/// What a browser is asked.
pub struct Asked {
    pub ceremony: String,
    pub options: Value,
}

impl Asked {
    pub fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let (asked, word) = (answer.json(), |value: &Value| value.as_str().unwrap().to_owned());
        Self {
            ceremony: word(&asked["ceremony"]),
            options: serde_json::from_str(&word(&asked["options"])).unwrap(),
        }
    }
}

/// An answer as it should be.
pub fn signed() -> Signed {
    Signed::new(ORIGIN, "localhost")
}

impl SecurityKey {
    /// Adds one to the account of whoever is signed in.
    pub async fn add(browser: &mut Browser) -> Self {
        let (key, asked) = (Self::new(), Self::ask_to_make(browser).await);
        let answer = key.make(&asked, &signed());
        let fields = [("ceremony", asked.ceremony.as_str()), ("answer", answer.as_str())];
        let added = browser.post("/api/account/passkeys/add", &fields).await;
        assert_eq!(added.status, 200, "{}", added.body);
        key.known_as(&asked)
    }

    /// The same, which remembers what it was told to call the account.
    pub fn known_as(self, asked: &Asked) -> Self {
        let handle = asked.options["user"]["id"].as_str().unwrap();
        Self {
            handle: URL_SAFE_NO_PAD.decode(handle).unwrap(),
            ..self
        }
    }

    /// One that no account knows.
    pub fn new() -> Self {
        Self {
            key: Authenticator::new(),
            handle: Vec::new(),
        }
    }

    /// The same, which calls the account something else.
    pub fn calling_it(self, handle: &[u8]) -> Self {
        Self {
            handle: handle.to_vec(),
            ..self
        }
    }

    pub async fn ask_to_make(browser: &mut Browser) -> Asked {
        Asked::of(&browser.post("/api/account/passkeys/ask", &[]).await)
    }

    pub fn make(&self, asked: &Asked, signed: &Signed) -> String {
        self.key.make(&asked.options, signed)
    }

    pub async fn ask_who(browser: &mut Browser, interaction: &str) -> Asked {
        let fields = [("interaction", interaction)];
        Asked::of(&browser.post("/api/sign-in/passkey/ask", &fields).await)
    }

    pub fn answer(&self, asked: &Asked, signed: &Signed) -> String {
        self.key.answer(&asked.options, &self.handle, signed)
    }

    /// Signs in with it, at a request that waits.
    pub async fn sign_in(&self, browser: &mut Browser, interaction: &str, signed: &Signed) -> Answer {
        let asked = Self::ask_who(browser, interaction).await;
        let answer = self.answer(&asked, signed);
        give(browser, interaction, (&asked.ceremony, &answer)).await
    }
}

/// Gives an answer to the page that asked.
pub async fn give(browser: &mut Browser, interaction: &str, (ceremony, answer): (&str, &str)) -> Answer {
    let fields = [
        ("interaction", interaction),
        ("ceremony", ceremony),
        ("answer", answer),
    ];
    browser.post("/login", &fields).await
}
