//! RFC 7523 §2.2 and §3: a client's JWT on the wire, with keys from its registration and from its own server.

use crate::support::{
    Browser, RelyingParty, TestIdp, a_client,
    application_key::{ASSERTION_TYPE, ApplicationKey},
    application_server::ApplicationServer,
};
use axum::http::StatusCode;
use domain::{
    client::{ClientAuthMethod, ClientKeys, GrantType},
    signing_key::SigningAlgorithm,
};

async fn a_key() -> ApplicationKey {
    ApplicationKey::new(SigningAlgorithm::Es256).await
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
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
    ];
    let answer = browser.post_with("/token", &[], &fields).await;
    let error = answer.json()["error"].as_str().map(str::to_owned);
    (answer.status, error)
}

#[tokio::test]
async fn s3_an_assertion_is_accepted_once_and_for_this_issuer_only() {
    let idp = super::start().await;
    let key = a_key().await;
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
    let forged = a_key().await.assertion(&idp, &rp.id, &idp.issuer()).await;
    assert_eq!(token(&mut browser, &forged).await, refused);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s10_1_1_keys_are_fetched_from_the_application_and_again_when_it_changes_them() {
    let idp = super::start().await;
    let (old, new) = (a_key().await, a_key().await);
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
    let assertion = new.assertion(&idp, &rp.id, &idp.issuer()).await;
    assert_eq!(token(&mut browser, &assertion).await, accepted);
    assert_eq!(application.requests("/jwks"), 2);
}
