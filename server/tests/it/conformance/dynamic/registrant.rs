//! A client that registered itself, and what it was told.

use super::super::party::{Mode, Party};
use crate::support::{
    Answer, RelyingParty, TestIdp, application_key::ASSERTION_TYPE, relying_party::CALLBACK,
};
use axum::{body::Body, http::Method};
use domain::client::ClientAuthMethod;
use serde_json::{Value, json};

/// The party of a client that registered itself.
pub struct Registrant {
    pub party: Party,
    pub told: Value,
}

impl Registrant {
    /// A provider at which everybody may register.
    pub async fn provider() -> TestIdp {
        super::super::super::start_with(&[("SIGNET_REGISTRATION", "open")]).await
    }

    /// Registers with these members, replacing the usual ones or besides.
    pub async fn new(members: Value) -> Self {
        Self::at(Self::provider().await, members).await
    }

    pub async fn at(idp: TestIdp, members: Value) -> Self {
        let told = Self::register(&idp, members).await;
        let rp = Self::relying_party(&told);
        let party = Party::at(idp, rp, Mode::Query).await;
        Self { party, told }
    }

    /// Another client of the same provider registers; what it is told.
    pub async fn register(idp: &TestIdp, members: Value) -> Value {
        let answer = Self::send(idp, members).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        answer.json()
    }

    /// The error of a registration that is refused.
    pub async fn refused(idp: &TestIdp, members: Value) -> String {
        let answer = Self::send(idp, members).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
        let body = answer.json();
        assert!(body.get("client_id").is_none(), "{body}");
        body["error"].as_str().unwrap().to_owned()
    }

    /// Sends a registration, as the application's server does.
    async fn send(idp: &TestIdp, members: Value) -> Answer {
        let mut document = json!({
            "client_name": "Garden",
            "application_type": "web",
            "redirect_uris": [CALLBACK],
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
        });
        let usual = document.as_object_mut().unwrap();
        usual.extend(members.as_object().unwrap().clone());
        let json = [("content-type", "application/json")];
        let body = Body::from(document.to_string());
        let mut application = idp.browser();
        application.send(Method::POST, "/register", &json, body).await
    }

    pub fn relying_party(told: &Value) -> RelyingParty {
        let text = |name: &str| told[name].as_str();
        RelyingParty {
            id: text("client_id").unwrap().to_owned(),
            secret: text("client_secret").map(str::to_owned),
            method: ClientAuthMethod::parse(text("token_endpoint_auth_method").unwrap()),
            redirect_uri: told["redirect_uris"][0].as_str().unwrap().to_owned(),
        }
    }

    /// Asks the token endpoint with an assertion for proof.
    pub async fn token_by(&mut self, assertion: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion),
        ];
        all.extend_from_slice(fields);
        self.party.browser.post("/token", &all).await
    }

    /// Redeems a code of a request without PKCE, with an assertion for proof.
    pub async fn redeem_by(&mut self, assertion: &str, code: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
        ];
        self.token_by(assertion, &fields).await
    }
}
