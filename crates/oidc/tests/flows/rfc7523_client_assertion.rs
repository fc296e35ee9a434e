//! RFC 7523 §2.2 and §3, OpenID Connect Core §9: clients that authenticate with a JWT of their own.

use crate::fixture::{ASSERTION_TYPE, ClientKey, Idp, RelyingParty, assert_refused, basic, unsigned};
use domain::{
    client::{ClientAlgorithm, ClientAuthMethod, ClientKeys, Status},
    outbound::FetchError,
    secret::Digest,
    testing::{ClientBuilder, a_client},
};
use oidc::{
    client_auth::{AssertionError, ClientAuthError},
    jose::ForeignTokenError,
    remote_keys::SignerError,
};
use serde_json::{Value, json};

const JWKS: &str = "https://app.example.com/jwks.json";

fn signing_client() -> ClientBuilder {
    a_client().method(ClientAuthMethod::PrivateKeyJwt, Digest::of("secret"))
}

async fn key() -> ClientKey {
    ClientKey::new(ClientAlgorithm::Es256).await
}

async fn signing(idp: &Idp) -> RelyingParty<'_> {
    idp.relying_party_with_key(signing_client(), key().await).await
}

/// An assertion with nothing wrong but `name`, which is `value`, or missing where that is null.
fn with(rp: &RelyingParty<'_>, name: &str, value: Value) -> Value {
    let mut claims = rp.assertion();
    if value.is_null() {
        claims.as_object_mut().unwrap().remove(name);
    } else {
        claims[name] = value;
    }
    claims
}

#[tokio::test]
async fn s3_an_assertion_with_nothing_wrong_is_accepted() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    let client = rp.asserts(&rp.assertion()).await.unwrap();
    assert_eq!(client.id(), rp.id());
    let assertion = rp.key().sign(&rp.assertion());
    let named = [
        ("client_id", "app"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", &assertion),
    ];
    assert!(rp.proves(None, &named).await.is_ok());
    for typ in [json!("client-authentication+jwt"), json!("jwt"), Value::Null] {
        let header = json!({ "alg": "ES256", "typ": typ });
        let assertion = rp.key().sign_with(&header, &rp.assertion());
        assert!(rp.sends_assertion(&assertion).await.is_ok(), "{header}");
    }
}

#[tokio::test]
async fn s2_2_type_and_assertion_come_together_and_alone() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    let assertion = &rp.key().sign(&rp.assertion());
    for body in [
        &[("client_assertion", assertion.as_str())][..],
        &[("client_assertion_type", ASSERTION_TYPE)],
        &[
            ("client_assertion", assertion),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
            ),
        ],
        &[
            ("client_assertion", "no jwt"),
            ("client_assertion_type", ASSERTION_TYPE),
        ],
    ] {
        let refused = rp.proves(None, body).await;
        assert_eq!(refused.unwrap_err().code().as_str(), "invalid_client", "{body:?}");
    }
    let both = [
        ("client_assertion", assertion.as_str()),
        ("client_assertion_type", ASSERTION_TYPE),
    ];
    let header = basic("app", "secret");
    assert_refused!(
        rp.proves(Some(&header), &both).await,
        ClientAuthError::SeveralMethods,
        "invalid_request"
    );
    for more in [("client_secret", "secret"), ("client_id", "other")] {
        let body = [both.as_slice(), &[more]].concat();
        assert_refused!(
            rp.proves(None, &body).await,
            ClientAuthError::SeveralMethods,
            "invalid_request"
        );
    }
    // None of that used the assertion up.
    assert!(rp.proves(None, &both).await.is_ok());
}

#[tokio::test]
async fn s9_the_registered_method_is_the_only_one() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    let header = basic("app", "secret");
    let by_secret = rp.proves(Some(&header), &[]).await;
    assert_refused!(by_secret, ClientAuthError::WrongMethod, "invalid_client");
    let by_name = rp.proves(None, &[("client_id", "app")]).await;
    assert_refused!(by_name, ClientAuthError::WrongMethod, "invalid_client");
    for client in [a_client().id("secretive"), a_client().id("public").public()] {
        let rp = idp.relying_party_with_key(client, key().await).await;
        let refused = rp.asserts(&rp.assertion()).await;
        assert_refused!(refused, ClientAuthError::WrongMethod, "invalid_client");
    }
}

#[tokio::test]
async fn s3_issuer_and_subject_are_the_client() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    idp.relying_party_with_key(signing_client().id("other"), key().await)
        .await;
    for (name, value) in [
        ("sub", Value::Null),
        ("sub", "other".into()),
        ("sub", json!(["app"])),
    ] {
        let refused = rp.asserts(&with(&rp, name, value)).await;
        assert_refused!(
            refused,
            ClientAuthError::WrongAssertion(AssertionError::Subject),
            "invalid_client"
        );
    }
    // In the name of another client, whose keys did not sign it.
    let refused = rp.asserts(&with(&rp, "iss", "other".into())).await;
    assert_refused!(
        refused,
        ClientAuthError::WrongAssertion(AssertionError::Signer(SignerError::Token(
            ForeignTokenError::UnknownKey
        ))),
        "invalid_client"
    );
    for issuer in [Value::Null, json!(1), "no such client".into(), "nobody".into()] {
        let refused = rp.asserts(&with(&rp, "iss", issuer)).await;
        assert_eq!(refused.unwrap_err().code().as_str(), "invalid_client");
    }
}

#[tokio::test]
async fn s3_the_audience_is_this_issuer_and_nothing_else() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    let issuer = idp.issuer();
    assert!(rp.asserts(&with(&rp, "aud", json!([issuer]))).await.is_ok());
    for audience in [
        Value::Null,
        json!([]),
        json!(format!("{issuer}/")),
        json!(format!("{issuer}/token")),
        json!([issuer, "https://other.example.com"]),
        json!([issuer, format!("{issuer}/token")]),
        json!(idp.realm("acme").issuer()),
        json!({ issuer: true }),
    ] {
        let refused = rp.asserts(&with(&rp, "aud", audience)).await;
        assert_refused!(
            refused,
            ClientAuthError::WrongAssertion(AssertionError::Audience),
            "invalid_client"
        );
    }
}

#[tokio::test]
async fn s3_it_expires_soon_and_is_valid_already() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    let now = idp.now().seconds();
    for (name, value) in [
        ("exp", json!(now + 1)),
        ("exp", json!(now + 360)),
        ("exp", json!(now as f64 + 30.5)),
        ("iat", Value::Null),
        ("iat", json!(now + 60)),
        ("nbf", json!(now + 60)),
        ("iat", json!(now - 3_600)),
    ] {
        assert!(
            rp.asserts(&with(&rp, name, value.clone())).await.is_ok(),
            "{name} {value}"
        );
    }
    for value in [Value::Null, json!(now), json!(now - 1), json!(now + 361)] {
        assert_refused!(
            rp.asserts(&with(&rp, "exp", value)).await,
            ClientAuthError::WrongAssertion(AssertionError::Expiry),
            "invalid_client"
        );
    }
    for name in ["iat", "nbf"] {
        assert_refused!(
            rp.asserts(&with(&rp, name, json!(now + 61))).await,
            ClientAuthError::WrongAssertion(AssertionError::Early),
            "invalid_client"
        );
    }
    for value in [json!("soon"), json!(-1), json!(1e300), json!([now + 10])] {
        assert_refused!(
            rp.asserts(&with(&rp, "exp", value)).await,
            ClientAuthError::WrongAssertion(AssertionError::Token(ForeignTokenError::Malformed)),
            "invalid_client"
        );
    }
}

#[tokio::test]
async fn s3_each_is_accepted_once() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    let claims = rp.assertion();
    assert!(rp.asserts(&claims).await.is_ok());
    for again in 0..2 {
        assert_refused!(
            rp.asserts(&claims).await,
            ClientAuthError::WrongAssertion(AssertionError::Replayed),
            "invalid_client"
        );
        idp.wait(29 * (1 - again));
    }
    // The same name from another client is another assertion.
    let other = idp
        .relying_party_with_key(signing_client().id("other"), key().await)
        .await;
    let theirs = with(&other, "jti", claims["jti"].clone());
    assert!(other.asserts(&theirs).await.is_ok());
    let long = |length: usize| json!("x".repeat(length));
    assert!(rp.asserts(&with(&rp, "jti", long(256))).await.is_ok());
    for jti in [Value::Null, json!(""), json!(7), long(257)] {
        assert_refused!(
            rp.asserts(&with(&rp, "jti", jti)).await,
            ClientAuthError::WrongAssertion(AssertionError::Id),
            "invalid_client"
        );
    }
}

#[tokio::test]
async fn s3_of_many_at_once_one_is_accepted() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    let claims = rp.assertion();
    let all = futures::future::join_all((0..20).map(|_| rp.asserts(&claims))).await;
    assert_eq!(all.iter().filter(|answer| answer.is_ok()).count(), 1);
}

#[tokio::test]
async fn rfc8725_s3_11_a_jwt_for_another_use_is_no_assertion() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    for typ in [
        "at+jwt",
        "oauth-authz-req+jwt",
        "dpop+jwt",
        "application/logout+jwt",
        "",
    ] {
        let header = json!({ "alg": "ES256", "typ": typ });
        let refused = rp
            .sends_assertion(&rp.key().sign_with(&header, &rp.assertion()))
            .await;
        assert_refused!(
            refused,
            ClientAuthError::WrongAssertion(AssertionError::Type),
            "invalid_client"
        );
    }
}

#[tokio::test]
async fn s9_it_is_signed_with_a_registered_key_and_algorithm() {
    let idp = Idp::start().await;
    let rsa = ClientKey::new(ClientAlgorithm::Rs256).await;
    let client = signing_client().metadata(|metadata| {
        metadata.token_endpoint_auth_signing_alg = Some(ClientAlgorithm::Es256);
    });
    let elliptic = key().await;
    let both = json!({ "keys": [rsa.jwk(), elliptic.jwk()] });
    let client = client.metadata(|metadata| metadata.keys = ClientKeys::Inline(both));
    let rp = idp.relying_party(client).await.with_key(elliptic);
    assert!(rp.asserts(&rp.assertion()).await.is_ok());
    let none = unsigned(&json!({ "alg": "none" }), &rp.assertion());
    for assertion in [
        rsa.sign(&rp.assertion()),
        key().await.sign(&rp.assertion()),
        format!("{none}."),
        rp.key().sign_with(&json!({ "alg": "HS256" }), &rp.assertion()),
    ] {
        assert_refused!(
            rp.sends_assertion(&assertion).await,
            ClientAuthError::WrongAssertion(AssertionError::Signer(SignerError::Token(_))),
            "invalid_client"
        );
    }
}

#[tokio::test]
async fn s10_1_1_keys_are_read_from_the_clients_server_and_again_when_it_changes_them() {
    let idp = Idp::start().await;
    let client = signing_client().metadata(|metadata| {
        metadata.keys = ClientKeys::Uri(JWKS.parse().unwrap());
    });
    let (old, new) = (key().await, key().await);
    idp.http
        .answer_with(JWKS, "application/json", old.jwks().to_string());
    let rp = idp.relying_party(client).await.with_key(old);
    assert!(rp.authenticated().await.is_ok());
    assert!(rp.authenticated().await.is_ok());
    assert_eq!(idp.http.times_asked(JWKS), 1);
    idp.http
        .answer_with(JWKS, "application/json", new.jwks().to_string());
    idp.wait(10);
    let rp = rp.with_key(new);
    assert!(rp.authenticated().await.is_ok());
    assert_eq!(idp.http.times_asked(JWKS), 2);
}

#[tokio::test]
async fn s9_a_client_whose_keys_cannot_be_had_is_not_believed() {
    let idp = Idp::start().await;
    let client = signing_client().metadata(|metadata| {
        metadata.keys = ClientKeys::Uri(JWKS.parse().unwrap());
    });
    idp.http.answer(JWKS, Err(FetchError::TooSlow));
    let rp = idp.relying_party(client).await.with_key(key().await);
    let keyless = idp
        .relying_party(signing_client().id("keyless"))
        .await
        .with_key(key().await);
    for rp in [rp, keyless] {
        assert_refused!(
            rp.authenticated().await,
            ClientAuthError::WrongAssertion(AssertionError::Signer(SignerError::Keys(_))),
            "invalid_client"
        );
    }
}

#[tokio::test]
async fn s9_a_disabled_client_is_not_let_in() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    idp.set_client(rp.id(), Status::Disabled).await;
    assert_refused!(
        rp.authenticated().await,
        ClientAuthError::Disabled,
        "invalid_client"
    );
}

#[tokio::test]
async fn s3_wrong_assertions_are_counted_like_wrong_secrets() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    let forger = key().await;
    for _ in 0..5 {
        let refused = rp.sends_assertion(&forger.sign(&rp.assertion())).await;
        assert_refused!(refused, ClientAuthError::WrongAssertion(_), "invalid_client");
    }
    let refused = rp.sends_assertion(&forger.sign(&rp.assertion())).await;
    assert_refused!(refused, ClientAuthError::TooManyFailures { .. }, "invalid_client");
    idp.wait(3_600);
    assert!(rp.authenticated().await.is_ok());
}
