//! RFC 6749 §4.1.2, OAuth 2.0 Form Post Response Mode: how the answer gets back.

use crate::fixture::{Browser, CALLBACK, Idp, assert_refused};
use domain::{
    consent::Validity,
    testing::{a_client, a_user},
};
use oidc::authorize::{AuthorizeError, PageError, Step};

#[tokio::test]
async fn s4_1_2_a_code_comes_back_to_where_the_request_said() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let asked = idp.authorize(&rp.request(), &browser).await.consent();
    let response = idp.allow(asked, "openid profile email", &browser).await;
    let response = response.response().unwrap();
    assert!(
        response.to.starts_with(&format!("{CALLBACK}?code=sgn_ac_")),
        "{}",
        response.to
    );
    assert!(!response.posted);
    assert!(rp.redeem(response.code()).await.is_ok());
}

#[tokio::test]
async fn s3_1_2_the_query_of_the_redirect_uri_is_kept() {
    let idp = Idp::start().await;
    let uri = "https://app.example.com/cb?tenant=a%20b";
    let rp = idp
        .relying_party(a_client().first_party().redirect_uri(uri))
        .await;
    let browser = idp.signed_in(a_user()).await;
    let response = idp.authorize(&rp.request(), &browser).await.response().unwrap();
    assert!(
        response.to.starts_with(&format!("{uri}&code=")),
        "{}",
        response.to
    );
    assert_eq!(response.get("tenant"), Some("a b"));
}

#[tokio::test]
async fn s4_1_2_state_comes_back_as_it_was_in_every_kind_of_response() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    let state = "a b+c%20d&e=f#g?h/\u{e4}\u{1f511}\"<'\\\u{0}";
    let long = "x".repeat(4_096);
    for state in [state, long.as_str()] {
        for mode in ["query", "form_post"] {
            let request = rp.request().with("state", state).with("response_mode", mode);
            let response = idp.authorize(&request, &browser).await.response().unwrap();
            assert_eq!(response.get("state"), Some(state));
            for wrong in [
                ("scope", "nonsense"),
                ("prompt", "nonsense"),
                ("response_type", "token"),
            ] {
                let (told, error) = idp
                    .authorize(&request.clone().with(wrong.0, wrong.1), &browser)
                    .await
                    .told();
                assert!(error.is_some());
                assert_eq!(told.get("state"), Some(state));
            }
        }
    }
    let (told, _) = idp
        .authorize(&rp.request().without("state"), &browser)
        .await
        .told();
    assert_eq!(told.get("state"), None);
    let (told, error) = idp
        .authorize(&rp.request().with("state", &"x".repeat(4_097)), &browser)
        .await
        .told();
    assert!(matches!(error, Some(AuthorizeError::Malformed("state"))));
    assert_eq!(told.get("state"), None);
}

#[tokio::test]
async fn the_response_mode_is_honoured_for_codes_and_errors() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    let posted = rp.request().with("response_mode", "form_post");
    let response = idp.authorize(&posted, &browser).await.response().unwrap();
    assert!(response.posted);
    assert_eq!(response.to, CALLBACK);
    assert!(rp.redeem(response.code()).await.is_ok());
    let (told, _) = idp.authorize(&posted.with("scope", "x"), &browser).await.told();
    assert!(told.posted);
    for other in ["fragment", "query.jwt", "web_message", "QUERY"] {
        let (told, error) = idp
            .authorize(&rp.request().with("response_mode", other), &browser)
            .await
            .told();
        assert!(
            matches!(error, Some(AuthorizeError::Malformed("response_mode"))),
            "{other}"
        );
        assert_eq!((told.get("error"), told.posted), (Some("invalid_request"), false));
    }
}

#[tokio::test]
async fn s4_1_2_of_two_tabs_that_go_on_one_gets_the_answer() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let asked = idp.authorize(&rp.request(), &browser).await.consent();
    let scopes = "openid".parse().unwrap();
    let approved = asked
        .clone()
        .approved(browser.session(), &scopes, Validity::UntilRemoved)
        .unwrap();
    let approved = idp.moved(&asked, approved).await;
    assert!(idp.resume(approved.clone(), &browser).await.response().is_ok());
    let again = idp.resume(approved, &browser).await;
    assert_refused!(again.page(), PageError::InteractionOver, "invalid_request");
}

#[tokio::test]
async fn s4_1_2_a_request_waits_for_an_hour() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let ada = idp.person(a_user()).await;
    let nobody = Browser::default();
    for (seconds, in_time) in [(3_599, true), (3_600, false)] {
        let (waiting, step) = idp.authorize(&rp.request(), &nobody).await.step();
        assert_eq!(step, Step::SignIn);
        idp.wait(seconds);
        let browser = idp.sign_in(&ada).await;
        let answer = idp.resume(waiting, &browser).await;
        if in_time {
            assert!(answer.response().is_ok());
        } else {
            assert_refused!(answer.page(), PageError::InteractionOver, "invalid_request");
        }
    }
}
