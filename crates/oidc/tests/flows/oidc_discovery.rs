//! OpenID Connect Discovery §3, RFC 8414 §2: what is advertised is served, and nothing else.

use crate::{
    fixture::{Browser, ClientKey, Idp, Request, assert_refused, basic, unsigned},
    oidc_core_userinfo::DESCRIBED,
};
use domain::{
    client::{ClientAlgorithm, ClientAuthMethod, ClientType, RequestObjectSigning},
    client_registration::RegistrationMode,
    secret::Digest,
    signing_key::SigningAlgorithm,
    testing::{a_client, a_user},
};
use oidc::{
    discovery::{metadata, path},
    jose::{TokenType, jwk_set},
    token::TokenError,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn document(idp: &Idp) -> Value {
    serde_json::to_value(metadata(&idp.realm)).unwrap()
}

fn listed<'a>(document: &'a Value, name: &str) -> Vec<&'a str> {
    let values = document[name].as_array().unwrap();
    values.iter().map(|value| value.as_str().unwrap()).collect()
}

#[tokio::test]
async fn s3_addresses_are_below_the_issuer_of_the_realm() {
    let idp = Idp::start().await;
    for idp in [&idp, &idp.realm("acme")] {
        let document = document(idp);
        assert_eq!(document["issuer"], idp.issuer());
        for (name, path) in [
            ("authorization_endpoint", "/authorize"),
            ("token_endpoint", "/token"),
            ("userinfo_endpoint", "/userinfo"),
            ("jwks_uri", "/.well-known/jwks.json"),
            ("pushed_authorization_request_endpoint", "/par"),
            ("revocation_endpoint", "/revoke"),
            ("introspection_endpoint", "/introspect"),
            ("end_session_endpoint", "/logout"),
            ("device_authorization_endpoint", "/device/code"),
        ] {
            assert_eq!(document[name], format!("{}{path}", idp.issuer()));
        }
    }
}

#[tokio::test]
async fn s3_every_path_of_the_protocol_is_advertised() {
    let idp = Idp::start_with(|realm| realm.registration.mode = RegistrationMode::Open).await;
    let document = document(&idp);
    let values: Vec<&Value> = document.as_object().unwrap().values().collect();
    for path in path::ALL {
        // Where the document itself is follows from the issuer.
        let found = [path::OPENID_CONFIGURATION, path::OAUTH_AUTHORIZATION_SERVER].contains(path);
        let address = json!(format!("{}{path}", idp.issuer()));
        assert_eq!(values.contains(&&address), !found, "{path}");
    }
}

#[tokio::test]
async fn s3_every_value_for_a_request_is_accepted() {
    let idp = Idp::start().await;
    let document = document(&idp);
    let scopes = listed(&document, "scopes_supported").join(" ");
    let rp = idp.relying_party(a_client().scopes(&scopes)).await;
    let browser = idp.signed_in(a_user()).await;
    rp.code(&browser).await;
    for (parameter, name) in [
        ("response_type", "response_types_supported"),
        ("response_mode", "response_modes_supported"),
        ("code_challenge_method", "code_challenge_methods_supported"),
        ("prompt", "prompt_values_supported"),
        ("display", "display_values_supported"),
        ("scope", "scopes_supported"),
    ] {
        for value in listed(&document, name) {
            // Either answered with a code or shown to the person: refused it is not.
            let answer = idp
                .authorize(&rp.request().with(parameter, value), &browser)
                .await;
            if let Err(response) = answer.step_or_response() {
                assert!(response.is_ok(), "{parameter}={value}: {response:?}");
            }
        }
    }
    for name in [
        "request_parameter_supported",
        "request_uri_parameter_supported",
        "require_request_uri_registration",
    ] {
        assert_eq!(document[name], true, "{name}");
    }
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    assert_eq!(document["claims_parameter_supported"], true);
}

#[tokio::test]
async fn s3_every_algorithm_for_request_objects_is_accepted() {
    let idp = Idp::start().await;
    let document = document(&idp);
    let mut accepted = BTreeSet::new();
    for alg in ClientAlgorithm::ALL {
        let client = a_client().id(alg.as_str());
        let rp = idp
            .relying_party_with_key(client, ClientKey::new(alg).await)
            .await;
        let object = rp.key().sign(&rp.request().claims());
        idp.authorize(&rp.request().with("request", &object), &Browser::default())
            .await
            .step();
        accepted.insert(alg.as_str());
    }
    let unsigned_client = a_client().id("unsigned").metadata(|metadata| {
        metadata.request_object_signing_alg = Some(RequestObjectSigning::Unsigned);
    });
    let rp = idp.relying_party(unsigned_client).await;
    let object = unsigned(&json!({ "alg": "none" }), &rp.request().claims());
    let request = rp.request().with("request", &format!("{object}."));
    idp.authorize(&request, &Browser::default()).await.step();
    accepted.insert("none");
    let listed = listed(&document, "request_object_signing_alg_values_supported");
    assert_eq!(listed.len(), accepted.len());
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), accepted);
}

#[tokio::test]
async fn s3_grants_and_methods_are_those_the_token_endpoint_knows() {
    let idp = Idp::start().await;
    let document = document(&idp);
    let rp = idp.relying_party(a_client()).await;
    for grant in listed(&document, "grant_types_supported") {
        // Known grants ask for what they need; the client's own needs nothing.
        match rp.token(&Request::of(&[("grant_type", grant)])).await {
            Ok(_) => assert_eq!(grant, "client_credentials"),
            refused => assert_refused!(refused, TokenError::Missing(_), "invalid_request"),
        }
    }
    let mut methods = BTreeSet::from(["none"]);
    let public = idp.relying_party(a_client().id("public").public()).await;
    assert!(public.authenticated().await.is_ok());
    for method in ClientAuthMethod::ALL {
        let client = a_client()
            .id(method.as_str())
            .method(method, Digest::of("secret"));
        let key = ClientKey::new(ClientAlgorithm::Es256).await;
        let rp = idp.relying_party_with_key(client, key).await;
        assert!(matches!(
            rp.client.oidc().client_type,
            ClientType::Confidential { .. }
        ));
        assert!(rp.authenticated().await.is_ok());
        methods.insert(method.as_str());
    }
    for name in [
        "token_endpoint_auth_methods_supported",
        "revocation_endpoint_auth_methods_supported",
    ] {
        let listed = listed(&document, name);
        assert_eq!(listed.len(), methods.len());
        assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), methods);
    }
    methods.remove("none");
    let may_ask = listed(&document, "introspection_endpoint_auth_methods_supported");
    assert_eq!(may_ask.into_iter().collect::<BTreeSet<_>>(), methods);
    assert!(rp.proves(Some(&basic("app", "secret")), &[]).await.is_ok());
}

#[tokio::test]
async fn s3_every_algorithm_for_assertions_is_accepted() {
    let idp = Idp::start().await;
    let document = document(&idp);
    for name in [
        "token_endpoint_auth_signing_alg_values_supported",
        "revocation_endpoint_auth_signing_alg_values_supported",
    ] {
        let listed = listed(&document, name);
        assert_eq!(listed, ClientAlgorithm::ALL.map(ClientAlgorithm::as_str));
    }
    for alg in ClientAlgorithm::ALL {
        let client = a_client()
            .id(alg.as_str())
            .method(ClientAuthMethod::PrivateKeyJwt, Digest::of("unused"));
        let rp = idp
            .relying_party_with_key(client, ClientKey::new(alg).await)
            .await;
        assert!(rp.authenticated().await.is_ok(), "{alg:?}");
    }
}

#[tokio::test]
async fn s3_claims_are_those_of_an_id_token_with_every_scope() {
    let idp = Idp::start().await;
    let document = document(&idp);
    let scopes = listed(&document, "scopes_supported").join(" ");
    let rp = idp.relying_party(a_client().scopes(&scopes)).await;
    let browser = idp.signed_in(a_user().described(DESCRIBED)).await;
    idp.counted_to(&browser, "acme", &["staff"]).await;
    idp.described_by(&browser, "other", &[("department", "R&D")])
        .await;
    let tokens = rp.tokens_for(&scopes, &browser).await;
    assert_eq!(
        tokens.scope().split(' ').count(),
        listed(&document, "scopes_supported").len()
    );
    let (_, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    let said: BTreeSet<&str> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    let advertised: BTreeSet<&str> = listed(&document, "claims_supported").into_iter().collect();
    assert_eq!(said, advertised);
    assert!(listed(&document, "acr_values_supported").contains(&claims["acr"].as_str().unwrap()));
    assert_eq!(
        listed(&document, "subject_types_supported"),
        ["public", "pairwise"]
    );
}

#[tokio::test]
async fn s3_every_algorithm_has_a_published_key_and_nothing_private_is_published() {
    let idp = Idp::start().await;
    let document = document(&idp);
    let set: Value = serde_json::from_slice(&jwk_set(&idp.realm.keys)).unwrap();
    let keys = set["keys"].as_array().unwrap();
    let published: BTreeSet<&str> = keys.iter().map(|key| key["alg"].as_str().unwrap()).collect();
    assert_eq!(
        document["userinfo_signing_alg_values_supported"],
        document["id_token_signing_alg_values_supported"]
    );
    let advertised = listed(&document, "id_token_signing_alg_values_supported");
    assert_eq!(advertised.iter().copied().collect::<BTreeSet<_>>(), published);
    let of_answers = listed(&document, "introspection_signing_alg_values_supported");
    assert_eq!(of_answers.into_iter().collect::<BTreeSet<_>>(), published);
    assert_eq!(advertised.len(), SigningAlgorithm::ALL.len());
    assert!(advertised.contains(&"RS256"), "Discovery §3 requires it");
    for key in keys {
        assert_eq!(key["use"], "sig");
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert_eq!(key.get(private), None, "{private}");
        }
    }
}
