//! RFC 6749 §3.1, §3.3, §4.1.1, §4.1.2: the authorization request and its response.

use crate::fixture::{Browser, Idp, assert_refused};
use domain::{
    client::GrantType,
    testing::{a_client, a_user},
};
use oidc::{
    authorize::{AuthorizeError, Step},
    parameters::Parameters,
};

const KNOWN_ONCE: [&str; 19] = [
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "login_hint",
    "id_token_hint",
    "request",
    "request_uri",
    "registration",
    "acr_values",
    "claims",
    "claims_locales",
    "display",
    "ui_locales",
];

#[tokio::test]
async fn s3_1_a_parameter_given_twice_is_refused_and_an_unknown_one_ignored() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    for name in KNOWN_ONCE {
        let twice = rp.request().without(name).and(name, "a").and(name, "a");
        let answer = idp.authorize(&twice, &browser).await;
        assert_refused!(answer.response(), AuthorizeError::Repeated, "invalid_request");
    }
    let unknown = rp.request().and("x", "1").and("x", "2").and("resource", "");
    assert!(idp.authorize(&unknown, &browser).await.response().is_ok());
}

#[tokio::test]
async fn s3_1_a_parameter_without_a_value_counts_as_omitted() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    let request = rp
        .request()
        .and("prompt", "")
        .and("max_age", "")
        .and("request", "")
        .with("state", "");
    let response = idp.authorize(&request, &browser).await.response().unwrap();
    assert_eq!(response.get("state"), None);
    let answer = idp
        .authorize(&rp.request().with("response_type", ""), &browser)
        .await;
    assert_refused!(
        answer.response(),
        AuthorizeError::Malformed("response_type"),
        "invalid_request"
    );
}

#[test]
fn s3_1_a_form_says_what_a_query_says() {
    let read = |text: &str| {
        let parameters = Parameters::parse(text).unwrap();
        ["scope", "state"].map(|name| parameters.one(name).unwrap().map(str::to_owned))
    };
    assert_eq!(
        read("scope=openid+email&state=%C3%A4"),
        read("state=%c3%a4&scope=openid%20email&prompt=")
    );
    for broken in ["state=%", "state=%zz", "state=%ff"] {
        assert!(Parameters::parse(broken).is_err(), "{broken}");
    }
}

#[tokio::test]
async fn s3_1_1_the_response_type_is_code() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    for other in [
        "token",
        "id_token",
        "code token",
        "code id_token",
        "none",
        "CODE",
        "code code",
    ] {
        let answer = idp
            .authorize(&rp.request().with("response_type", other), &browser)
            .await;
        assert_refused!(
            answer.response(),
            AuthorizeError::ResponseType,
            "unsupported_response_type"
        );
    }
    let answer = idp
        .authorize(&rp.request().without("response_type"), &browser)
        .await;
    assert_refused!(
        answer.response(),
        AuthorizeError::Malformed("response_type"),
        "invalid_request"
    );
}

#[tokio::test]
async fn s3_3_scopes_are_those_the_client_is_registered_for() {
    let idp = Idp::start().await;
    let rp = idp
        .relying_party(a_client().first_party().scopes("openid email"))
        .await;
    let browser = idp.signed_in(a_user()).await;
    for scope in [
        "",
        " ",
        "profile",
        "email profile",
        "OPENID",
        "openid\u{e4}",
        "op\"enid",
        "openid\temail",
    ] {
        let answer = idp.authorize(&rp.request().with("scope", scope), &browser).await;
        assert_refused!(answer.response(), AuthorizeError::Scope, "invalid_scope");
    }
    for (scope, granted) in [
        ("email", "email"),
        ("openid  openid", "openid"),
        ("openid email", "email openid"),
        // OpenID Connect Core §3.1.2.1: what is not understood is ignored.
        ("openid profile unheard-of", "openid"),
    ] {
        assert_eq!(rp.tokens_for(scope, &browser).await.scope(), granted);
    }
    let no_openid = a_client().id("no-openid").first_party().scopes("email");
    let rp = idp.relying_party(no_openid).await;
    let answer = idp
        .authorize(&rp.request().with("scope", "openid email"), &browser)
        .await;
    assert_refused!(answer.response(), AuthorizeError::Scope, "invalid_scope");
}

#[tokio::test]
async fn s4_1_2_1_a_client_without_the_grant_gets_no_code() {
    let idp = Idp::start().await;
    let rp = idp
        .relying_party(a_client().grants(&[GrantType::RefreshToken]))
        .await;
    let browser = idp.signed_in(a_user()).await;
    let answer = idp.authorize(&rp.request(), &browser).await;
    assert_refused!(
        answer.response(),
        AuthorizeError::GrantNotRegistered,
        "unauthorized_client"
    );
}

/// Of several faults the first in this order is told.
#[tokio::test]
async fn s4_1_2_1_parameters_are_checked_in_one_order() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let faults = [
        ("request", "x", "", "RequestObject(Both)"),
        ("request_uri", "https://x", "", "RequestObject(Unregistered)"),
        ("response_mode", "fragment", "", "Malformed(\"response_mode\")"),
        ("registration", "{}", "", "Registration"),
        ("response_type", "token", "code", "ResponseType"),
        ("scope", "\"", "openid", "Scope"),
        ("nonce", "a\u{7f}", "", "Malformed(\"nonce\")"),
        ("code_challenge_method", "plain", "S256", "ChallengeMethod"),
        ("prompt", "none login", "", "Malformed(\"prompt\")"),
        ("max_age", "-1", "", "Malformed(\"max_age\")"),
        ("id_token_hint", "x", "", "Malformed(\"id_token_hint\")"),
        ("login_hint", "a\u{7f}", "", "Malformed(\"login_hint\")"),
    ];
    let mut request = faults.iter().fold(rp.request(), |request, (name, wrong, ..)| {
        request.with(name, wrong)
    });
    for (name, _, right, fact) in faults {
        let error = idp.authorize(&request, &Browser::default()).await.response();
        assert_eq!(format!("{:?}", error.unwrap_err()), fact);
        request = request.with(name, right);
    }
    let (_, step) = idp.authorize(&request, &Browser::default()).await.step();
    assert_eq!(step, Step::SignIn);
}

#[tokio::test]
async fn s4_1_2_1_grant_scopes_and_pkce_are_checked_in_this_order() {
    let idp = Idp::start().await;
    let nobody = Browser::default();
    let without_grant = a_client().id("without").grants(&[GrantType::RefreshToken]);
    let rp = idp.relying_party(without_grant).await;
    let wrong = rp.request_without_pkce().with("scope", "unregistered");
    let answer = idp.authorize(&wrong, &nobody).await;
    assert_refused!(
        answer.response(),
        AuthorizeError::GrantNotRegistered,
        "unauthorized_client"
    );
    let rp = idp.relying_party(a_client()).await;
    let wrong = wrong.with("client_id", rp.id().as_str());
    let answer = idp.authorize(&wrong, &nobody).await;
    assert_refused!(answer.response(), AuthorizeError::Scope, "invalid_scope");
    let answer = idp.authorize(&wrong.with("scope", "openid"), &nobody).await;
    assert_refused!(
        answer.response(),
        AuthorizeError::ChallengeMissing,
        "invalid_request"
    );
}
