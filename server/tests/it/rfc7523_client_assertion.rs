//! RFC 7523 §2.2 and §3: a client's JWT on the wire, with keys from its registration and from its own server.

use crate::support::{Browser, RelyingParty, TestIdp, a_client, application_server::ApplicationServer};
use axum::http::StatusCode;
use domain::{
    client::{ClientAuthMethod, ClientKeys, GrantType},
    signing_key::{KeyFactory as _, Signer, SigningAlgorithm},
};
use oidc::jose::{LocalKeys, TokenType, sign};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A key of an application.
struct Key {
    signer: Arc<dyn Signer>,
    jwks: Value,
}

impl Key {
    async fn new() -> Self {
        let (factory, alg) = (LocalKeys::default(), SigningAlgorithm::Es256);
        let made = factory.generate(alg).await.unwrap();
        Self {
            signer: factory.open(&made.kid, alg, &made.pkcs8).unwrap(),
            jwks: json!({ "keys": [made.public_jwk] }),
        }
    }

    async fn assertion(&self, idp: &TestIdp, client_id: &str, audience: &str) -> String {
        static JTI: AtomicU32 = AtomicU32::new(0);
        let claims = json!({
            "iss": client_id,
            "sub": client_id,
            "aud": audience,
            "exp": idp.runtime.services.ports.clock.now().seconds() + 60,
            "jti": JTI.fetch_add(1, Ordering::SeqCst).to_string(),
        });
        sign(&*self.signer, TokenType::IdToken, &claims).await.unwrap()
    }
}

async fn registered(idp: &TestIdp, keys: ClientKeys) -> RelyingParty {
    let client = a_client()
        .method(ClientAuthMethod::PrivateKeyJwt)
        .grants(&[GrantType::ClientCredentials])
        .metadata(|metadata| metadata.keys = keys);
    idp.relying_party(client).await
}

/// What the token endpoint answers to an assertion: the status and the error.
async fn token(browser: &mut Browser, assertion: &str) -> (StatusCode, Option<String>) {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", TYPE),
        ("client_assertion", assertion),
    ];
    let answer = browser.post_with("/token", &[], &fields).await;
    let error = answer.json()["error"].as_str().map(str::to_owned);
    (answer.status, error)
}

#[tokio::test]
async fn s3_an_assertion_is_accepted_once_and_for_this_issuer_only() {
    let idp = super::start().await;
    let key = Key::new().await;
    let rp = registered(&idp, ClientKeys::Inline(key.jwks.clone())).await;
    assert_eq!(rp.secret, None);
    let mut browser = idp.browser();
    let assertion = key.assertion(&idp, &rp.id, &idp.issuer()).await;
    assert_eq!(token(&mut browser, &assertion).await, (StatusCode::OK, None));
    let refused = (StatusCode::UNAUTHORIZED, Some("invalid_client".to_owned()));
    assert_eq!(token(&mut browser, &assertion).await, refused);
    let endpoint = format!("{}/token", idp.issuer());
    let elsewhere = key.assertion(&idp, &rp.id, &endpoint).await;
    assert_eq!(token(&mut browser, &elsewhere).await, refused);
    let forged = Key::new().await.assertion(&idp, &rp.id, &idp.issuer()).await;
    assert_eq!(token(&mut browser, &forged).await, refused);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s10_1_1_keys_are_fetched_from_the_application_and_again_when_it_changes_them() {
    let idp = super::start().await;
    let (old, new) = (Key::new().await, Key::new().await);
    let application = ApplicationServer::start().await;
    application.serve("/jwks", old.jwks.to_string());
    let uri = application.url("/jwks").parse().unwrap();
    let rp = registered(&idp, ClientKeys::Uri(uri)).await;
    let mut browser = idp.browser();
    let accepted = (StatusCode::OK, None);
    for _ in 0..2 {
        let assertion = old.assertion(&idp, &rp.id, &idp.issuer()).await;
        assert_eq!(token(&mut browser, &assertion).await, accepted);
    }
    assert_eq!(application.requests("/jwks"), 1);
    application.serve("/jwks", new.jwks.to_string());
    idp.clock.advance(Duration::from_secs(10));
    let assertion = new.assertion(&idp, &rp.id, &idp.issuer()).await;
    assert_eq!(token(&mut browser, &assertion).await, accepted);
    assert_eq!(application.requests("/jwks"), 2);
}
