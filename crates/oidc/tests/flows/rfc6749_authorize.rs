//! RFC 6749 §3.1, §3.3, §4.1.1, §4.1.2: the authorization request and its response.

use crate::fixture::{Browser, CALLBACK, Idp, Request, assert_refused};
use domain::{
    client::GrantType,
    testing::{a_client, a_user},
};
use oidc::{
    authorize::{AuthorizeError, PageError, Step},
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
        "openid profile",
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
    ] {
        assert_eq!(rp.tokens_for(scope, &browser).await.scope(), granted);
    }
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

/// Of several faults the first in this order is told.
#[tokio::test]
async fn s4_1_2_1_checks_come_in_one_order() {
    let idp = Idp::start().await;
    let rp = idp
        .relying_party(a_client().grants(&[GrantType::RefreshToken]))
        .await;
    let whole = rp.request_without_pkce();
    let steps: [(&str, &str, Option<&str>); 12] = [
        ("response_mode", "fragment", Some("invalid_request")),
        ("request", "x", Some("request_not_supported")),
        ("request_uri", "https://x", Some("request_uri_not_supported")),
        ("registration", "{}", Some("registration_not_supported")),
        ("response_type", "token", Some("unsupported_response_type")),
        ("scope", "\"", Some("invalid_scope")),
        ("nonce", "a\u{7f}", Some("invalid_request")),
        ("code_challenge_method", "plain", Some("invalid_request")),
        ("prompt", "none login", Some("invalid_request")),
        ("max_age", "-1", Some("invalid_request")),
        ("id_token_hint", "x", Some("invalid_request")),
        ("login_hint", "a\u{7f}", Some("invalid_request")),
    ];
    let all = steps.iter().fold(whole.clone(), |request, (name, wrong, _)| {
        request.with(name, wrong)
    });
    let mut request: Request = all;
    for (name, _, code) in steps {
        let (told, _) = idp.authorize(&request, &Browser::default()).await.told();
        assert_eq!(told.get("error"), code, "{name}");
        request = match name {
            "response_type" => request.with(name, "code"),
            "scope" => request.with(name, "unregistered"),
            _ => request.without(name),
        };
    }
    let (told, _) = idp.authorize(&request, &Browser::default()).await.told();
    assert_eq!(told.get("error"), Some("unauthorized_client"));
    let rp = idp.relying_party(a_client().id("second")).await;
    let request = request.with("client_id", rp.id().as_str());
    let (told, _) = idp.authorize(&request, &Browser::default()).await.told();
    assert_eq!(told.get("error"), Some("invalid_scope"));
    let answer = idp
        .authorize(&request.with("scope", "openid"), &Browser::default())
        .await;
    assert_refused!(
        answer.response(),
        AuthorizeError::ChallengeMissing,
        "invalid_request"
    );
}

#[tokio::test]
async fn s4_1_2_of_two_tabs_that_go_on_one_gets_the_answer() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let asked = idp.authorize(&rp.request(), &browser).await.consent();
    let scopes = "openid".parse().unwrap();
    let approved = asked.clone().approved(browser.session(), &scopes).unwrap();
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
