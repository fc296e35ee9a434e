//! `signet client create` and `update` beside a running server: what is said of a client is how it is treated.

use crate::{
    operators::{ADA, authorize, felt, text},
    support::{
        Browser, RelyingParty,
        installation::Installation,
        load::NO_MAIL,
        relying_party::{CALLBACK, header, userinfo},
    },
};
use domain::client::ClientAuthMethod;

/// A client made with these flags besides.
fn made(here: &Installation, flags: &[&str]) -> RelyingParty {
    let usual = [
        "client",
        "create",
        "--name",
        "Garden",
        "--type",
        "confidential",
        "--redirect-uri",
        CALLBACK,
    ];
    let made = here.run(&[&usual[..], flags].concat());
    RelyingParty {
        id: text(&made, "client_id").to_owned(),
        secret: Some(text(&made, "client_secret").to_owned()),
        method: Some(ClientAuthMethod::ClientSecretBasic),
        redirect_uri: CALLBACK.to_owned(),
        assertions: None,
    }
}

/// Whether an authorization request that was not pushed is sent back with an error.
async fn sent_back(browser: &mut Browser, rp: &RelyingParty) -> u16 {
    let answer = browser.get(&rp.authorize_url(&[])).await;
    let location = answer.location().unwrap_or_default();
    u16::from(location.starts_with(CALLBACK) && location.contains("error=invalid_request"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_when_a_client_is_made_counts_and_may_be_changed() {
    let here = Installation::new();
    let _server = here.serve();
    here.person(ADA);
    let mut browser = here.browser();
    let flags = [
        "--require-par",
        "--id-token-alg",
        "EdDSA",
        "--userinfo-alg",
        "ES256",
    ];
    let pairwise = [
        "--subject-type",
        "pairwise",
        "--policy-uri",
        "https://app.example.com/privacy",
    ];
    let rp = made(&here, &[&flags[..], &pairwise].concat());
    felt(async || sent_back(&mut browser, &rp).await, 1).await;

    let updated = here.run(&[
        "client",
        "update",
        &rp.id,
        "--require-par=false",
        "--name",
        "Orchard",
    ]);
    assert_eq!(updated["updated"], true);
    felt(async || sent_back(&mut browser, &rp).await, 0).await;
    let listed = here.run(&["client", "list"]);
    assert_eq!(listed["items"][0]["name"], "Orchard");
    let tokens = rp.tokens(&mut browser, ADA).await;
    assert_eq!(header(text(&tokens, "id_token"))["alg"], "EdDSA");
    let told = userinfo(&mut browser, text(&tokens, "access_token")).await;
    assert_eq!(told.header("content-type"), Some("application/jwt"));
    assert_eq!(header(&told.body)["alg"], "ES256");

    here.run(&[
        "client",
        "update",
        &rp.id,
        "--userinfo-alg",
        "none",
        "--policy-uri",
        "",
    ]);
    felt(
        async || {
            let told = userinfo(&mut browser, text(&tokens, "access_token")).await;
            u16::from(told.header("content-type") == Some("application/json"))
        },
        1,
    )
    .await;
    let told = userinfo(&mut browser, text(&tokens, "access_token")).await.json();
    assert!(uuid(text(&told, "sub")).is_none(), "{told}");

    let elsewhere = ["--redirect-uri", "https://elsewhere.example.com/cb"];
    here.run(&[&["client", "update", &rp.id], &elsewhere[..]].concat());
    felt(async || authorize(&mut browser, &rp).await, 400).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rfc9126_s5_requests_of_one_realm_must_be_pushed_when_its_operator_says_so() {
    let here = Installation::new();
    let _server = here.serve();
    let rp = made(&here, &[]);
    let mut browser = here.browser();
    assert_eq!(sent_back(&mut browser, &rp).await, 0);
    here.run(&["realm", "create", "acme"]);
    here.run(&["realm", "update", "acme", "--require-par"]);
    assert_eq!(
        sent_back(&mut browser, &rp).await,
        0,
        "another realm goes on as before"
    );
    let told = here.run(&["realm", "update", "root", "--require-par"]);
    assert_eq!(told["require_pushed_authorization_requests"], true);
    felt(async || sent_back(&mut browser, &rp).await, 1).await;
    let path = "/.well-known/openid-configuration";
    let document = browser.get(path).await.json();
    assert_eq!(document["require_pushed_authorization_requests"], true);
    here.run(&["realm", "update", "root", "--require-par=false"]);
    felt(async || sent_back(&mut browser, &rp).await, 0).await;
    assert!(
        here.refused(&["realm", "update", "nowhere", "--require-par"])
            .contains("no such realm")
    );
}

/// The account's id, where it is told as it is.
fn uuid(sub: &str) -> Option<domain::id::UserId> {
    sub.parse().ok()
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let here = Installation::new().with(&[("SIGNET_ISSUER", "https://id.example.com"), NO_MAIL]);
    let rp = made(&here, &[]);
    let update = |flags: &[&str]| here.refused(&[&["client", "update", &rp.id], flags].concat());
    let http = "http://app.example.com/start";
    assert!(update(&["--initiate-login-uri", http]).contains("must be https"));
    assert!(update(&["--request-uri", http]).contains("must be https"));
    assert!(update(&["--name", ""]).contains("1 to 100 characters"));
    assert!(update(&["--subject-type", "pairwise", "--sector", "a/b"]).contains("sector"));
    let nobody = here.refused(&["client", "update", "nobody", "--name", "X"]);
    assert!(nobody.contains("no such client"), "{nobody}");
    for wrong in [
        ["--id-token-alg", "none"],
        ["--userinfo-alg", "HS256"],
        ["--request-object-alg", "HS256"],
        ["--logo-uri", "javascript:alert(1)"],
        ["--sector", "example.com"],
    ] {
        let arguments = [&["client", "update", &rp.id], &wrong[..]].concat();
        let output = here.command(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
    let listed = here.run(&["client", "list"]);
    assert_eq!(listed["items"][0]["name"], "Garden");
}
