//! The older names of endpoints: each answers as the one it stands for, and is advertised nowhere.

use crate::support::{Answer, Browser};
use axum::{body::Body, http::Method};

const OF_A_REALM: [(&str, &str); 7] = [
    ("/oauth2/authorize", "/authorize"),
    ("/oauth2/token", "/token"),
    ("/oauth2/revoke", "/revoke"),
    ("/oauth2/introspect", "/introspect"),
    ("/oauth2/userinfo", "/userinfo"),
    ("/revocation", "/revoke"),
    ("/jwks.json", "/.well-known/jwks.json"),
];

/// What shows which endpoint answers, and how.
fn seen(answer: &Answer) -> [Option<String>; 5] {
    let header = |name| answer.header(name).map(str::to_owned);
    // Pages differ by a nonce; everything else says the same each time.
    let page = header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    [
        Some(answer.status.to_string()),
        header("allow"),
        header("www-authenticate"),
        header("content-type"),
        (!page).then(|| answer.body.clone()),
    ]
}

async fn ask(browser: &mut Browser, method: &Method, path: &str) -> [Option<String>; 5] {
    let form = [("content-type", "application/x-www-form-urlencoded")];
    seen(&browser.send(method.clone(), path, &form, Body::from("x=y")).await)
}

#[tokio::test]
async fn every_alias_answers_as_the_endpoint_it_stands_for_in_every_realm() {
    let root = super::start().await;
    let acme = root.realm("acme").await;
    for idp in [&root, &acme] {
        let mut browser = idp.browser();
        for (alias, canonical) in OF_A_REALM {
            for method in [Method::GET, Method::POST, Method::PUT, Method::OPTIONS] {
                let answer = ask(&mut browser, &method, alias).await;
                assert_eq!(
                    answer,
                    ask(&mut browser, &method, canonical).await,
                    "{method} {alias}"
                );
            }
        }
        assert_eq!(browser.get("/oauth2/userinfo").await.status, 401);
        assert_eq!(browser.get("/oauth2/token").await.status, 405);
        assert!(browser.get("/jwks.json").await.json()["keys"].is_array());
    }
    let mut browser = root.browser();
    assert_eq!(
        browser.get("/health").await.json(),
        browser.get("/healthz").await.json()
    );
    assert_eq!(browser.get("/oauth2/elsewhere").await.status, 404);
}

#[tokio::test]
async fn no_alias_is_advertised() {
    let idp = super::start().await;
    for path in [
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
    ] {
        let document = idp.browser().get(path).await.json();
        let addresses = document
            .as_object()
            .unwrap()
            .values()
            .filter_map(|value| value.as_str());
        for address in addresses {
            let path = address.strip_prefix(&idp.issuer()).unwrap();
            assert!(!OF_A_REALM.iter().any(|(alias, _)| *alias == path), "{address}");
        }
    }
}
