//! What no endpoint of the protocol takes: each answers in the words of its specification, and nothing of what was
//! sent stands in the answer or in the log.

mod clients;
mod people;
mod unheard;

use crate::support::{Answer, Browser, Log, RelyingParty, TestIdp, a_client, relying_party::basic_of};
use axum::{body::Body, http::Method};
use domain::client::GrantType;

/// Text that stands in every bad request.
const MARK: &str = "qZ7xMARKx7Zq";
const FORM: &str = "application/x-www-form-urlencoded";
/// Endpoints that clients post a form to, with a parameter that each reads.
const FORMS: [(&str, &str); 5] = [
    ("/token", "grant_type"),
    ("/par", "response_type"),
    ("/device/code", "scope"),
    ("/introspect", "token"),
    ("/revoke", "token"),
];
/// Endpoints that people are sent to.
const VISITED: [&str; 2] = ["/authorize", "/logout"];

struct Scene {
    log: Log,
    idp: TestIdp,
    rp: RelyingParty,
    browser: Browser,
}

impl Scene {
    async fn new() -> Self {
        let log = Log::listen();
        let idp = super::start_with(&[("SIGNET_REGISTRATION", "open")]).await;
        Self {
            rp: idp.relying_party(a_client().grants(&GrantType::ALL)).await,
            browser: idp.browser(),
            log,
            idp,
        }
    }

    async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: String) -> Answer {
        let answer = self.browser.send(method, path, headers, Body::from(body)).await;
        assert!(!answer.body.contains(MARK), "{path}: {}", answer.body);
        assert!(answer.header("x-request-id").is_some(), "{path}");
        answer
    }

    /// A form of this client.
    async fn post(&mut self, path: &str, body: String) -> Answer {
        let basic = basic_of(&self.rp.id, self.rp.secret.as_deref().unwrap());
        let headers = [("authorization", basic.as_str()), ("content-type", FORM)];
        self.send(Method::POST, path, &headers, body).await
    }

    /// Nothing was logged as it was sent, and something was logged.
    fn assert_unheard(self) {
        let log = self.log.text();
        assert!(log.contains("route="), "nobody listens: {log}");
        assert!(!log.contains(MARK), "{log}");
        drop(self.idp);
    }
}

/// An error of the protocol, in JSON that nobody keeps.
fn assert_error(case: &str, answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{case}: {}", answer.body);
    assert_eq!(answer.json()["error"], error, "{case}");
    assert_eq!(answer.header("content-type"), Some("application/json"), "{case}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{case}");
    assert_eq!(answer.location(), None, "{case}");
}

/// A page that leads nowhere.
fn assert_page(case: &str, answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{case}: {}", answer.body);
    assert_eq!(answer.location(), None, "{case}");
    let html = answer.header("content-type").unwrap_or_default();
    assert!(html.starts_with("text/html"), "{case}: {html}");
}

/// Forms that are wrong wherever they are sent, with the status.
fn wrong_forms(parameter: &str) -> Vec<(String, u16)> {
    vec![
        (format!("{parameter}={MARK}&{parameter}={MARK}"), 400),
        (format!("{parameter}={MARK}{}", "x".repeat(16_384)), 400),
        (format!("x={MARK}&x=y&y={}", "x".repeat(65_536)), 413),
        (format!("{parameter}=%zz{MARK}"), 400),
        (format!("{parameter}=%ff{MARK}"), 400),
        (format!("{parameter}%={MARK}"), 400),
        (format!("x={MARK}&").repeat(101), 400),
    ]
}
