//! A client that registered itself, and what it was told.

use super::super::party::{Mode, Party};
use crate::support::{
    Answer, RelyingParty, TestIdp,
    application_key::{ASSERTION_TYPE, ApplicationKey, Assertions},
    relying_party::CALLBACK,
};
use axum::{body::Body, http::Method};
use domain::{client::ClientAuthMethod, signing_key::SigningAlgorithm};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::OnceCell;

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

    /// The same for a client with a key of its own.
    pub async fn with_key(key: Arc<ApplicationKey>, mut members: Value) -> Self {
        members["jwks"] = key.jwks.clone();
        let mut client = Self::new(members).await;
        client.party.rp.assertions = Some(Assertions::by(key, &client.party.idp));
        client
    }

    pub async fn at(idp: TestIdp, members: Value) -> Self {
        let told = Self::register(&idp, members).await;
        let rp = Self::relying_party(&idp, &told).await;
        let party = Party::at(idp, rp, Mode::Query).await;
        Self { party, told }
    }

    /// The key of every client here that does not bring another.
    async fn key() -> Arc<ApplicationKey> {
        static KEY: OnceCell<Arc<ApplicationKey>> = OnceCell::const_new();
        let make = || async { Arc::new(ApplicationKey::new(SigningAlgorithm::Rs256).await) };
        KEY.get_or_init(make).await.clone()
    }

    /// What the provider tells the client of itself at its own address (RFC 7592 §2.1).
    pub async fn told_again(&self) -> Value {
        let told = |name: &str| self.told[name].as_str().unwrap();
        let bearer = format!("Bearer {}", told("registration_access_token"));
        let headers = [("authorization", bearer.as_str())];
        let mut application = self.party.idp.browser();
        let address = told("registration_client_uri");
        let answer = application
            .send(Method::GET, address, &headers, Body::empty())
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
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

    /// Sends a registration, as the application's server does. The plan has clients prove themselves with a key.
    async fn send(idp: &TestIdp, members: Value) -> Answer {
        let mut document = json!({
            "client_name": "Garden",
            "application_type": "web",
            "redirect_uris": [CALLBACK],
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": Self::key().await.jwks,
        });
        let usual = document.as_object_mut().unwrap();
        let members = members.as_object().unwrap().clone();
        let has_other_proof = members.contains_key("jwks_uri")
            || members
                .get("token_endpoint_auth_method")
                .is_some_and(|method| method != "private_key_jwt");
        if has_other_proof {
            usual.remove("jwks");
        }
        usual.extend(members);
        let json = [("content-type", "application/json")];
        let body = Body::from(document.to_string());
        let mut application = idp.browser();
        application.send(Method::POST, "/register", &json, body).await
    }

    pub async fn relying_party(idp: &TestIdp, told: &Value) -> RelyingParty {
        let text = |name: &str| told[name].as_str();
        RelyingParty {
            id: text("client_id").unwrap().to_owned(),
            secret: text("client_secret").map(str::to_owned),
            method: ClientAuthMethod::parse(text("token_endpoint_auth_method").unwrap()),
            redirect_uri: told["redirect_uris"][0].as_str().unwrap().to_owned(),
            assertions: Some(Assertions::by(Self::key().await, idp)),
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
