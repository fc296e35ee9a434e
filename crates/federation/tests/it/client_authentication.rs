//! How Signet proves itself at the token endpoint (OpenID Connect Core §9).

use crate::{
    fixture::{Scene, registered},
    provider::{CLIENT_ID, SECRET},
    signing::Pair,
};
use domain::clock::Clock as _;
use federation::{ClientKey, Credential};
use jsonwebtoken::{DecodingKey, Validation};
use serde_json::{Value, json};

#[tokio::test]
async fn s9_the_secret_is_in_the_header_unless_only_the_body_will_do() {
    for (methods, in_body) in [
        (json!(null), false),
        (json!(["client_secret_basic", "client_secret_post"]), false),
        (json!(["private_key_jwt"]), false),
        (json!(["client_secret_post"]), true),
    ] {
        let scene = Scene::new();
        scene.provider.state().metadata["token_endpoint_auth_methods_supported"] = methods;
        scene.sign_in().await.unwrap();
        let (request, form) = scene.provider.last_token_request();
        assert_eq!(request.headers.len(), usize::from(!in_body));
        let sent = form.get("client_secret").map(String::as_str);
        assert_eq!(sent, in_body.then_some(SECRET));
    }
}

#[tokio::test]
async fn rfc7523_s3_an_assertion_is_signed_short_lived_and_for_the_provider() {
    for pair in [Pair::rs256("r"), Pair::es256("e"), Pair::ed25519("d")] {
        let mut settings = registered(false);
        let key = ClientKey::from_pem(pair.pem.as_bytes(), Some("mine".to_owned())).unwrap();
        settings.credential = Credential::PrivateKey(key);
        let scene = Scene::registered_as(settings);
        scene.sign_in().await.unwrap();
        let (request, form) = scene.provider.last_token_request();
        assert!(request.headers.is_empty() && !form.contains_key("client_secret"));
        assert_eq!(
            form["client_assertion_type"],
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        );
        let mut judge = Validation::new(pair.alg);
        judge.validate_exp = false;
        judge.set_audience(&["https://id.example.com"]);
        let public = DecodingKey::from_jwk(&serde_json::from_value(pair.jwk()).unwrap()).unwrap();
        let assertion = jsonwebtoken::decode::<Value>(&form["client_assertion"], &public, &judge).unwrap();
        let now = scene.clock.now().seconds();
        assert_eq!(assertion.header.kid.as_deref(), Some("mine"));
        assert_eq!(assertion.claims["iss"], CLIENT_ID);
        assert_eq!(assertion.claims["sub"], CLIENT_ID);
        assert_eq!(assertion.claims["exp"], now + 60);
        assert!(assertion.claims["jti"].as_str().unwrap().len() >= 43);
    }
}

#[test]
fn a_key_shows_nothing_of_itself() {
    let pair = Pair::es256("e");
    let key = ClientKey::from_pem(pair.pem.as_bytes(), Some("mine".to_owned())).unwrap();
    assert_eq!(format!("{key:?}"), "ClientKey(ES256, mine)");
}
