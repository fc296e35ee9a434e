//! OpenID Connect Discovery 1.0 and RFC 8414.

use crate::support::{a_client, relying_party::header};
use axum::{body::Body, http::Method};
use oidc::discovery::path;

#[tokio::test]
async fn s3_both_documents_name_the_issuer_and_only_what_answers() {
    let idp = super::start().await;
    let acme = idp.realm("acme").await;
    for idp in [&idp, &acme] {
        let mut browser = idp.browser();
        let openid = browser.get("/.well-known/openid-configuration").await;
        let oauth = browser.get("/.well-known/oauth-authorization-server").await;
        assert!(openid.header("cache-control").unwrap().contains("max-age=900"));
        let openid = openid.json();
        assert_eq!(openid["issuer"], idp.issuer());
        assert_eq!(oauth.json()["issuer"], idp.issuer());
        assert_eq!(
            openid["code_challenge_methods_supported"],
            serde_json::json!(["S256"])
        );
        assert_eq!(openid["response_types_supported"], serde_json::json!(["code"]));
        assert_eq!(openid["authorization_response_iss_parameter_supported"], true);
        for (key, value) in openid.as_object().unwrap() {
            if key.ends_with("_endpoint") || key == "jwks_uri" {
                let answer = browser.get(value.as_str().unwrap()).await;
                assert_ne!(answer.status, 404, "{key}");
            }
        }
    }
}

/// The texts in quotes of a function of the routes.
fn literals(function: &str) -> Vec<&'static str> {
    let source = include_str!("../../src/routes.rs");
    let (_, rest) = source.split_once(&format!("\nfn {function}(")).unwrap();
    let (body, _) = rest.split_once("\n}\n").unwrap();
    body.split('"').skip(1).step_by(2).collect()
}

#[tokio::test]
async fn s3_every_route_of_the_protocol_is_advertised() {
    // Where a client manages itself is told to it alone, providers are told their address by the operator, and the
    // rest belongs to the process.
    let elsewhere = [
        "{}/{{client_id}}",
        "/login/{provider}/backchannel-logout",
        "/healthz",
        "/readyz",
    ];
    assert_eq!(
        literals("protocol"),
        elsewhere,
        "routes are of `oidc::discovery::path`"
    );
    let idp = super::start_with(&[("SIGNET_REGISTRATION", "open")]).await;
    let mut browser = idp.browser();
    let document = browser.get(path::OPENID_CONFIGURATION).await.json();
    let advertised: Vec<&str> = document
        .as_object()
        .unwrap()
        .values()
        .filter_map(|value| value.as_str())
        .collect();
    for path in path::ALL {
        assert_ne!(browser.get(path).await.status, 404, "{path} is not routed");
        let known = [path::OPENID_CONFIGURATION, path::OAUTH_AUTHORIZATION_SERVER].contains(path);
        let address = format!("{}{path}", idp.issuer());
        assert!(known || advertised.contains(&&*address), "{path}");
    }
}

#[tokio::test]
async fn rfc8414_s3_1_a_realms_metadata_is_found_by_path_insertion() {
    let idp = super::start().await;
    let acme = idp.realm("acme").await;
    let answer = idp
        .browser()
        .get("/.well-known/oauth-authorization-server/realms/acme")
        .await;
    assert_eq!(answer.json()["issuer"], acme.issuer());
}

#[tokio::test]
async fn rfc7517_keys_are_public_halves_with_thumbprints_and_an_etag() {
    let idp = super::start().await;
    let mut browser = idp.browser();
    let answer = browser.get("/.well-known/jwks.json").await;
    assert!(answer.header("cache-control").unwrap().contains("max-age=900"));
    let etag = answer.header("etag").unwrap().to_owned();
    let keys = answer.json()["keys"].as_array().unwrap().clone();
    for alg in ["ES256", "EdDSA", "RS256"] {
        assert_eq!(
            keys.iter().filter(|key| key["alg"] == alg).count(),
            2,
            "{alg}: one that signs, one that will"
        );
    }
    for key in &keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none());
        }
        assert_eq!(key["use"], "sig");
    }
    let again = browser
        .send(
            Method::GET,
            "/.well-known/jwks.json",
            &[("if-none-match", &etag)],
            Body::empty(),
        )
        .await;
    assert_eq!(again.status, 304);
}

#[tokio::test]
async fn keys_rotate_to_one_that_was_published_and_old_tokens_stay_good() {
    let idp = super::start().await;
    idp.person("ada@example.com").await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let before = rp.tokens(&mut browser, "ada@example.com").await;
    let published = browser.get("/.well-known/jwks.json").await.json();
    idp.runtime.keys.rotate(&idp.act().await).await.unwrap();
    tokio::task::yield_now().await;
    let after = rp.tokens(&mut browser, "ada@example.com").await;
    for token in ["access_token", "id_token"] {
        let (old, new) = (
            header(before[token].as_str().unwrap()),
            header(after[token].as_str().unwrap()),
        );
        assert_ne!(old["kid"], new["kid"]);
        assert!(
            published["keys"]
                .as_array()
                .unwrap()
                .iter()
                .any(|key| key["kid"] == new["kid"]),
            "used before it was published"
        );
    }
    let now = browser.get("/.well-known/jwks.json").await.json();
    let old = header(before["id_token"].as_str().unwrap());
    assert!(
        now["keys"]
            .as_array()
            .unwrap()
            .iter()
            .any(|key| key["kid"] == old["kid"])
    );
    let answer = crate::support::relying_party::userinfo_from(&mut browser, &before).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn cors_is_for_metadata_and_for_clients_origins_and_never_for_pages() {
    let idp = super::start().await;
    idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let allowed = "access-control-allow-origin";
    for (path, origin, expected) in [
        (
            "/.well-known/openid-configuration",
            "https://anyone.example",
            Some("*"),
        ),
        ("/.well-known/jwks.json", "https://anyone.example", Some("*")),
        (
            "/userinfo",
            "https://app.example.com",
            Some("https://app.example.com"),
        ),
        ("/userinfo", "https://evil.example", None),
        ("/userinfo", "null", None),
        ("/authorize", "https://app.example.com", None),
        ("/login", "https://app.example.com", None),
    ] {
        let answer = browser
            .send(Method::GET, path, &[("origin", origin)], Body::empty())
            .await;
        assert_eq!(answer.header(allowed), expected, "{path} {origin}");
    }
    let preflight = [
        ("origin", "https://app.example.com"),
        ("access-control-request-method", "POST"),
    ];
    let answer = browser
        .send(Method::OPTIONS, "/token", &preflight, Body::empty())
        .await;
    assert_eq!(answer.header(allowed), Some("https://app.example.com"));
}
