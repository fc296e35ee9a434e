//! RFC 8725 (JWT best current practices) for tokens that others sign, and RFC 7517 for the keys they sign with.

use crate::fixture::{ClientKey, unsigned};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::client::ClientAlgorithm;
use oidc::jose::{ForeignTokenError, InvalidKeySet, KeySet, MAX_FOREIGN_BYTES, verify_foreign};
use serde_json::{Value, json};

const ALL: &[ClientAlgorithm] = &ClientAlgorithm::ALL;

fn keys(document: &Value) -> KeySet {
    KeySet::parse(document).unwrap()
}

#[tokio::test]
async fn s3_1_every_algorithm_verifies_what_its_key_signed_and_nothing_else() {
    for alg in ClientAlgorithm::ALL {
        let (key, other) = (ClientKey::new(alg).await, ClientKey::new(alg).await);
        let token = key.sign(&json!({ "sub": "app" }));
        assert_eq!(
            verify_foreign(&keys(&key.jwks()), ALL, &token).unwrap()["sub"],
            "app"
        );
        assert_eq!(
            verify_foreign(&keys(&key.jwks()), &[alg], &token).unwrap()["sub"],
            "app"
        );
        let (message, signature) = token.rsplit_once('.').unwrap();
        let changed = unsigned(
            &json!({ "alg": alg.as_str(), "kid": key.kid() }),
            &json!({ "sub": "you" }),
        );
        for forged in [
            format!("{changed}.{signature}"),
            format!("{message}."),
            format!("{message}.AAAA"),
        ] {
            let refused = verify_foreign(&keys(&key.jwks()), ALL, &forged);
            assert_eq!(refused, Err(ForeignTokenError::Signature), "{forged}");
        }
        let unknown = verify_foreign(&keys(&other.jwks()), ALL, &token);
        assert_eq!(unknown, Err(ForeignTokenError::UnknownKey));
        let mut renamed = other.jwk();
        renamed["kid"] = key.kid().into();
        let wrong = verify_foreign(&keys(&json!({ "keys": [renamed] })), ALL, &token);
        assert_eq!(wrong, Err(ForeignTokenError::Signature));
    }
}

#[tokio::test]
async fn s3_1_only_algorithms_of_the_caller_are_accepted() {
    for alg in ClientAlgorithm::ALL {
        let key = ClientKey::new(alg).await;
        let others: Vec<_> = ALL.iter().copied().filter(|other| *other != alg).collect();
        let token = key.sign(&json!({}));
        let refused = verify_foreign(&keys(&key.jwks()), &others, &token);
        assert_eq!(refused, Err(ForeignTokenError::Algorithm));
    }
    let key = ClientKey::new(ClientAlgorithm::Es256).await;
    for name in ["none", "HS256", "HS512", "ES384", "RS1", "es256", "ES256K", ""] {
        for token in [
            key.sign_with(&json!({ "alg": name, "kid": key.kid() }), &json!({})),
            format!("{}.", unsigned(&json!({ "alg": name }), &json!({}))),
        ] {
            let refused = verify_foreign(&keys(&key.jwks()), ALL, &token);
            assert_eq!(refused, Err(ForeignTokenError::Algorithm), "{name}");
        }
    }
}

#[tokio::test]
async fn s3_1_the_algorithm_must_be_the_one_of_the_key() {
    let key = ClientKey::new(ClientAlgorithm::Ps256).await;
    let mut jwk = key.jwk();
    jwk["alg"] = "RS256".into();
    let token = key.sign(&json!({}));
    let refused = verify_foreign(&keys(&json!({ "keys": [jwk] })), ALL, &token);
    assert_eq!(refused, Err(ForeignTokenError::UnknownKey));
    jwk.as_object_mut().unwrap().remove("alg");
    assert!(verify_foreign(&keys(&json!({ "keys": [jwk] })), ALL, &token).is_ok());
}

#[tokio::test]
async fn rfc7515_s4_1_11_critical_extensions_are_refused() {
    let key = ClientKey::new(ClientAlgorithm::EdDsa).await;
    for extension in [
        json!({ "crit": ["exp"] }),
        json!({ "crit": null }),
        json!({ "b64": false }),
    ] {
        let mut header = json!({ "alg": "EdDSA", "kid": key.kid() });
        for (name, value) in extension.as_object().unwrap() {
            header[name] = value.clone();
        }
        let refused = verify_foreign(&keys(&key.jwks()), ALL, &key.sign_with(&header, &json!({})));
        assert_eq!(refused, Err(ForeignTokenError::Critical), "{header}");
    }
}

#[tokio::test]
async fn s3_10_keys_come_from_the_registration_and_never_from_the_token() {
    let (key, attacker) = (
        ClientKey::new(ClientAlgorithm::Es256).await,
        ClientKey::new(ClientAlgorithm::Es256).await,
    );
    let header = json!({
        "alg": "ES256",
        "jwk": attacker.jwk(),
        "jku": "https://attacker.example/jwks",
        "x5u": "https://attacker.example/x5u",
        "x5c": ["MIIB"],
    });
    let forged = attacker.sign_with(&header, &json!({}));
    let refused = verify_foreign(&keys(&key.jwks()), ALL, &forged);
    assert_eq!(refused, Err(ForeignTokenError::Signature));
    // They do no harm in a token that the registered key signed.
    assert!(verify_foreign(&keys(&key.jwks()), ALL, &key.sign_with(&header, &json!({}))).is_ok());
}

#[tokio::test]
async fn what_is_no_jwt_is_malformed() {
    let key = ClientKey::new(ClientAlgorithm::EdDsa).await;
    let set = keys(&key.jwks());
    let good = key.sign(&json!({}));
    let [header, payload, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let twice = URL_SAFE_NO_PAD.encode(r#"{"alg":"EdDSA","alg":"EdDSA"}"#);
    let array = URL_SAFE_NO_PAD.encode("[]");
    for token in [
        String::new(),
        "..".to_owned(),
        format!("{header}.{payload}"),
        format!("{good}.{signature}"),
        format!("{twice}.{payload}.{signature}"),
        format!("{header}.{array}.{signature}"),
        format!("{header}=.{payload}.{signature}"),
        "é.é.é".to_owned(),
    ] {
        let refused = verify_foreign(&set, ALL, &token);
        assert_eq!(refused, Err(ForeignTokenError::Malformed), "{token}");
    }
    let fits = key.sign(&json!({ "filler": "x".repeat(11_000) }));
    assert!(fits.len() < MAX_FOREIGN_BYTES && verify_foreign(&set, ALL, &fits).is_ok());
    let long = key.sign(&json!({ "filler": "x".repeat(12_500) }));
    assert!(long.len() > MAX_FOREIGN_BYTES);
    assert_eq!(
        verify_foreign(&set, ALL, &long),
        Err(ForeignTokenError::Malformed)
    );
}

#[tokio::test]
async fn rfc7517_s4_a_key_verifies_only_if_it_is_for_that() {
    let key = ClientKey::new(ClientAlgorithm::Es256).await;
    let token = key.sign(&json!({}));
    let plain = ["use", "alg", "kid"].iter().fold(key.jwk(), |mut jwk, name| {
        jwk.as_object_mut().unwrap().remove(*name);
        jwk
    });
    let with = |name: &str, value: Value| {
        let mut jwk = plain.clone();
        jwk[name] = value;
        json!({ "keys": [jwk] })
    };
    for set in [
        json!({ "keys": [plain] }),
        with("use", "sig".into()),
        with("key_ops", json!(["verify"])),
    ] {
        assert!(verify_foreign(&keys(&set), ALL, &token).is_ok(), "{set}");
    }
    for set in [
        json!({ "keys": [] }),
        with("use", "enc".into()),
        with("key_ops", json!(["encrypt"])),
        with("alg", "ECDH-ES".into()),
        with("crv", "P-384".into()),
        with("crv", "secp256k1".into()),
        with("kty", "OKP".into()),
        with("x", "AAAA".into()),
        with("y", "not base64".into()),
    ] {
        assert!(keys(&set).is_empty(), "{set}");
        let refused = verify_foreign(&keys(&set), ALL, &token);
        assert_eq!(refused, Err(ForeignTokenError::UnknownKey), "{set}");
    }
}

#[tokio::test]
async fn a_set_that_gives_private_or_symmetric_keys_away_is_refused_whole() {
    let key = ClientKey::new(ClientAlgorithm::Es256).await;
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        let mut jwk = key.jwk();
        jwk[name] = "AAAA".into();
        let set = json!({ "keys": [key.jwk(), jwk] });
        assert_eq!(KeySet::parse(&set).unwrap_err(), InvalidKeySet::Private, "{name}");
    }
    let set = json!({ "keys": [key.jwk(), { "kty": "oct" }] });
    assert_eq!(KeySet::parse(&set).unwrap_err(), InvalidKeySet::Private);
    for set in [
        json!([]),
        json!({}),
        json!({ "keys": {} }),
        json!({ "keys": ["x"] }),
        key.jwk(),
    ] {
        assert_eq!(
            KeySet::parse(&set).unwrap_err(),
            InvalidKeySet::Malformed,
            "{set}"
        );
    }
    let many = |count: usize| json!({ "keys": vec![key.jwk(); count] });
    assert!(KeySet::parse(&many(50)).is_ok());
    assert_eq!(KeySet::parse(&many(51)).unwrap_err(), InvalidKeySet::TooMany);
}

#[tokio::test]
async fn short_rsa_keys_and_odd_exponents_are_passed_over() {
    let rsa = |bytes: usize, exponent: &[u8]| {
        let modulus = URL_SAFE_NO_PAD.encode([&[0, 0xff][..], &vec![0xff; bytes - 1]].concat());
        keys(&json!({ "keys": [{ "kty": "RSA", "n": modulus, "e": URL_SAFE_NO_PAD.encode(exponent) }] }))
    };
    for (bytes, exponent, passed_over) in [
        (256, &[1, 0, 1][..], false),
        (1_024, &[3], false),
        (255, &[1, 0, 1], true),
        (128, &[1, 0, 1], true),
        (1_025, &[1, 0, 1], true),
        (256, &[1], true),
        (256, &[2], true),
        (256, &[], true),
        (256, &[1, 0, 0, 0, 1], true),
    ] {
        assert_eq!(
            rsa(bytes, exponent).is_empty(),
            passed_over,
            "{bytes} {exponent:?}"
        );
    }
}
