//! OpenID Connect Core §6 on the wire: the person sees what the object asks for, and refusals reach the client.

use crate::support::{a_client, application_server::ApplicationServer, relying_party::CALLBACK};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::client::RequestObjectSigning;
use serde_json::{Value, json};

const ADA: &str = "ada@example.com";

fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(&json!({ "alg": "none" })), part(claims))
}

#[tokio::test]
async fn s6_1_an_object_by_value_decides_what_is_asked_for() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp
        .relying_party(a_client().metadata(|metadata| {
            metadata.request_object_signing_alg = Some(RequestObjectSigning::Unsigned);
        }))
        .await;
    let object = unsigned(&json!({ "state": "inside", "scope": "openid" }));
    let mut browser = idp.browser();
    let answer = rp
        .authorize(&mut browser, ADA, &[("request", &object), ("state", "beside")])
        .await;
    let parameters = answer.redirect_parameters();
    assert_eq!(parameters["state"], "inside");
    let tokens = rp.redeem(&mut browser, &parameters["code"]).await.json();
    assert_eq!(tokens["scope"], "openid");
}

#[tokio::test]
async fn rfc9101_s7_refusals_are_sent_to_the_registered_address_only() {
    let idp = super::start().await;
    let rp = idp.relying_party(a_client()).await;
    let object = unsigned(&json!({ "redirect_uri": "https://attacker.example/cb" }));
    let mut browser = idp.browser();
    let answer = browser.get(&rp.authorize_url(&[("request", &object)])).await;
    assert!(answer.location().unwrap().starts_with(CALLBACK));
    assert_eq!(answer.redirect_parameters()["error"], "request_not_supported");
    let nowhere = rp.authorize_url(&[("request", &object), ("redirect_uri", "")]);
    let answer = browser.get(&nowhere).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (400, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s6_2_an_object_by_reference_is_fetched_from_the_application() {
    let idp = super::start().await;
    let application = ApplicationServer::start().await;
    application.serve("/request.jwt", unsigned(&json!({ "prompt": "none" })));
    let uri = application.url("/request.jwt");
    let rp = idp
        .relying_party(a_client().metadata(|metadata| {
            metadata.request_object_signing_alg = Some(RequestObjectSigning::Unsigned);
            metadata.request_uris = vec![uri.parse().unwrap()];
        }))
        .await;
    let mut browser = idp.browser();
    let answer = browser.get(&rp.authorize_url(&[("request_uri", &uri)])).await;
    assert_eq!(answer.redirect_parameters()["error"], "login_required");
    assert_eq!(application.requests("/request.jwt"), 1);
    let other = application.url("/other.jwt");
    let answer = browser.get(&rp.authorize_url(&[("request_uri", &other)])).await;
    assert_eq!(answer.redirect_parameters()["error"], "invalid_request_uri");
    assert_eq!(application.requests("/other.jwt"), 0);
}
