//! OpenID Connect Core §5.5.1.1, RFC 9470 §5, Unmet Authentication Requirements: how strong a sign-in must be; and
//! what clients register for requests that do not say it.

use crate::fixture::{Browser, Idp, RelyingParty, assert_refused};
use domain::testing::{a_client, a_user};
use oidc::{
    authorize::{AuthorizeError, Step},
    error::ErrorCode,
    jose::TokenType,
};

const ONE_FACTOR: &str = "urn:signet:acr:1";

/// What ID token and access token say the sign-in was.
async fn said(idp: &Idp, rp: &RelyingParty<'_>, code: &str) -> [String; 2] {
    let tokens = rp.redeem(code).await.unwrap();
    let (_, id_token) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    let (_, access_token) = idp.read(TokenType::AccessToken, tokens.access_token());
    assert_eq!(id_token["auth_time"], access_token["auth_time"], "RFC 9470 §6.1");
    [id_token, access_token].map(|claims| claims["acr"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn s5_5_1_1_an_essential_class_is_reached_or_the_request_fails() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    for met in [
        r#"{"id_token":{"acr":{"essential":true,"values":["urn:x:9","urn:signet:acr:1"]}}}"#,
        r#"{"id_token":{"acr":{"essential":true,"value":"urn:signet:acr:1"}}}"#,
        r#"{"id_token":{"acr":{"essential":true}}}"#,
        r#"{"id_token":{"acr":{"values":["urn:x:9"]}}}"#,
        r#"{"id_token":{"acr":null}}"#,
        r#"{"userinfo":{"acr":{"essential":true,"value":"urn:x:9"}}}"#,
    ] {
        let code = rp.code_for(&rp.request().with("claims", met), &browser).await;
        assert_eq!(said(&idp, &rp, &code).await, [ONE_FACTOR, ONE_FACTOR], "{met}");
    }
    let unmet = r#"{"id_token":{"acr":{"essential":true,"values":["urn:x:9","phr"]}}}"#;
    for prompt in ["none", "login"] {
        let request = rp.request().with("claims", unmet).with("prompt", prompt);
        for browser in [&browser, &Browser::default()] {
            assert_refused!(
                idp.authorize(&request, browser).await.response(),
                AuthorizeError::Unmet(ErrorCode::UnmetAuthenticationRequirements),
                "unmet_authentication_requirements"
            );
        }
    }
}

#[tokio::test]
async fn rfc9470_s5_acr_values_are_met_as_far_as_they_can_be() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    for acr_values in ["urn:x:9", "urn:x:9 urn:signet:acr:1", "urn:signet:acr:1"] {
        let request = rp.request().with("acr_values", acr_values);
        let code = rp.code_for(&request, &browser).await;
        assert_eq!(said(&idp, &rp, &code).await, [ONE_FACTOR, ONE_FACTOR]);
    }
    let answer = idp
        .authorize(&rp.request().with("acr_values", &"a".repeat(1_025)), &browser)
        .await;
    assert_refused!(
        answer.response(),
        AuthorizeError::Malformed("acr_values"),
        "invalid_request"
    );
}

#[tokio::test]
async fn registration_s2_defaults_stand_in_for_what_a_request_does_not_say() {
    let idp = Idp::start().await;
    let client = a_client().first_party().metadata(|metadata| {
        metadata.default_max_age = Some(60);
        metadata.default_acr_values = vec!["urn:x:9".to_owned(), ONE_FACTOR.to_owned()];
        metadata.require_auth_time = true;
    });
    let rp = idp.relying_party(client).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    assert_eq!(said(&idp, &rp, &code).await, [ONE_FACTOR, ONE_FACTOR]);
    idp.wait(61);
    let (waiting, step) = idp.authorize(&rp.request(), &browser).await.step();
    assert_eq!(step, Step::SignIn);
    assert_eq!(waiting.requirement.max_age.map(|age| age.as_secs()), Some(60));
    let patient = rp.request().with("max_age", "100");
    assert!(idp.authorize(&patient, &browser).await.response().is_ok());
}
