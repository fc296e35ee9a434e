use super::*;
use crate::fixtures::{issuer, key_ring};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::signing_key::KeyFactory as _;
use serde_json::{Value, json};

type Claims = serde_json::Map<String, Value>;

async fn token(keys: &KeyRing, alg: SigningAlgorithm, typ: TokenType, iss: &str) -> String {
    sign(
        &**keys.signer(alg).unwrap(),
        typ,
        &json!({ "iss": iss, "sub": "s" }),
    )
    .await
    .unwrap()
}

#[tokio::test]
async fn every_algorithm_signs_what_it_verifies_and_nothing_else_passes() {
    let iss = issuer("root");
    for alg in SigningAlgorithm::ALL {
        let keys = key_ring(alg).await;
        let good = token(&keys, alg, TokenType::AccessToken, iss.as_str()).await;
        let claims: Claims = verify(&keys, &iss, TokenType::AccessToken, &good).unwrap();
        assert_eq!(claims["sub"], "s");
        let (message, signature) = good.rsplit_once('.').unwrap();
        for at in 0..message.len() {
            let mut changed = message.as_bytes().to_vec();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = format!("{}.{signature}", String::from_utf8(changed).unwrap());
            assert!(
                verify::<Claims>(&keys, &iss, TokenType::AccessToken, &changed).is_err(),
                "{alg:?} {at}"
            );
        }
        for broken in [
            message.to_owned(),
            format!("{message}."),
            format!("{good}."),
            String::new(),
            "..".into(),
        ] {
            assert!(
                verify::<Claims>(&keys, &iss, TokenType::AccessToken, &broken).is_err(),
                "{broken}"
            );
        }
    }
}

#[tokio::test]
async fn rfc8725_s3_11_an_access_token_is_no_id_token_and_the_reverse() {
    let (iss, alg) = (issuer("root"), SigningAlgorithm::Es256);
    let keys = key_ring(alg).await;
    let access = token(&keys, alg, TokenType::AccessToken, iss.as_str()).await;
    let id = token(&keys, alg, TokenType::IdToken, iss.as_str()).await;
    assert!(verify::<Claims>(&keys, &iss, TokenType::IdToken, &access).is_err());
    assert!(verify::<Claims>(&keys, &iss, TokenType::AccessToken, &id).is_err());
    assert!(verify::<Claims>(&keys, &iss, TokenType::IdToken, &id).is_ok());
}

#[tokio::test]
async fn a_token_of_another_realm_is_refused_by_key_and_by_issuer() {
    let (root, acme, alg) = (issuer("root"), issuer("acme"), SigningAlgorithm::Es256);
    let (keys, others) = (key_ring(alg).await, key_ring(alg).await);
    let theirs = token(&others, alg, TokenType::AccessToken, acme.as_str()).await;
    assert!(verify::<Claims>(&keys, &acme, TokenType::AccessToken, &theirs).is_err());
    assert!(verify::<Claims>(&others, &root, TokenType::AccessToken, &theirs).is_err());
    assert!(verify::<Claims>(&others, &acme, TokenType::AccessToken, &theirs).is_ok());
}

#[tokio::test]
async fn rfc8725_s3_1_the_header_does_not_choose_the_algorithm() {
    let (iss, alg) = (issuer("root"), SigningAlgorithm::Es256);
    let keys = key_ring(alg).await;
    let kid = keys.published()[0].kid();
    let good = token(&keys, alg, TokenType::AccessToken, iss.as_str()).await;
    let [_, payload, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    for header in [
        json!({ "alg": "none", "typ": "at+jwt", "kid": kid }),
        json!({ "alg": "HS256", "typ": "at+jwt", "kid": kid }),
        json!({ "alg": "RS256", "typ": "at+jwt", "kid": kid }),
        json!({ "alg": "ES256", "typ": "at+jwt" }),
        json!({ "alg": "ES256", "typ": "at+jwt", "kid": "other" }),
        json!({ "alg": "ES256", "typ": "at+jwt", "kid": kid, "crit": ["x"] }),
    ] {
        let head = URL_SAFE_NO_PAD.encode(header.to_string());
        for signature in [signature, ""] {
            let forged = format!("{head}.{payload}.{signature}");
            assert!(
                verify::<Claims>(&keys, &iss, TokenType::AccessToken, &forged).is_err(),
                "{header}"
            );
        }
        // Even properly signed, a header that does not fit the key is refused.
        let message = format!("{head}.{payload}");
        let signed = keys.signer(alg).unwrap().sign(message.as_bytes()).await.unwrap();
        let signed = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signed));
        assert!(
            verify::<Claims>(&keys, &iss, TokenType::AccessToken, &signed).is_err(),
            "{header}"
        );
    }
}

#[tokio::test]
async fn rfc7638_kid_is_the_thumbprint_and_only_public_members_are_published() {
    for (alg, members) in [
        (
            SigningAlgorithm::Es256,
            ["alg", "crv", "kid", "kty", "use", "x", "y"].as_slice(),
        ),
        (SigningAlgorithm::EdDsa, &["alg", "crv", "kid", "kty", "use", "x"]),
        (SigningAlgorithm::Rs256, &["alg", "e", "kid", "kty", "n", "use"]),
    ] {
        let made = LocalKeys::default().generate(alg).await.unwrap();
        let jwk = made.public_jwk.as_object().unwrap();
        let mut names: Vec<&str> = jwk.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, members);
        let required = ["crv", "e", "kty", "n", "x", "y"]
            .into_iter()
            .filter_map(|name| Some((name, jwk.get(name)?)));
        let canonical =
            serde_json::to_string(&required.collect::<std::collections::BTreeMap<_, _>>()).unwrap();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, canonical.as_bytes());
        assert_eq!(made.kid, URL_SAFE_NO_PAD.encode(digest));
        assert_eq!(jwk["kid"], made.kid.as_str());
    }
    let made = LocalKeys::default()
        .generate(SigningAlgorithm::Rs256)
        .await
        .unwrap();
    let modulus = URL_SAFE_NO_PAD
        .decode(made.public_jwk["n"].as_str().unwrap())
        .unwrap();
    assert!(
        modulus.len() == 256 && modulus[0] >= 0x80,
        "2048 bits, none missing"
    );
}

#[test]
fn oidc_core_appendix_a_at_hash() {
    // The access token and hash of the standard's own example (OpenID Connect Core A.3).
    let hash = left_half_hash(
        SigningAlgorithm::Rs256,
        "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
    );
    assert_eq!(hash, "77QmUPtjPfzWtF2AnpK9RQ");
}
