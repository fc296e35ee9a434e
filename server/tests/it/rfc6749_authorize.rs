//! RFC 6749 §4.1.1–4.1.2: the authorization endpoint, with RFC 9207 and RFC 9700.

use crate::support::{Answer, TestIdp, a_client};
use axum::{body::Body, http::Method};

/// A page, never a redirect.
fn assert_page(answer: &Answer) {
    assert_eq!(answer.status, 400, "{}", answer.body);
    assert!(answer.location().is_none());
    assert!(answer.header("content-type").unwrap().starts_with("text/html"));
}

/// A redirect to the app with `error`, `state` and `iss`.
fn assert_error(idp: &TestIdp, answer: &Answer, error: &str) {
    let parameters = answer.redirect_parameters();
    assert_eq!(parameters["error"], error, "{parameters:?}");
    assert_eq!(parameters["state"], "xyz");
    assert_eq!(parameters["iss"], idp.issuer());
    assert!(!parameters.contains_key("code"));
}

#[tokio::test]
async fn s4_1_2_1_an_unknown_client_or_redirect_uri_gets_a_page_and_never_a_redirect() {
    let idp = super::start().await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    for changes in [
        [("client_id", "nobody")],
        [("client_id", "")],
        [("client_id", "<script>")],
        [("redirect_uri", "https://evil.example/cb")],
        [("redirect_uri", "https://app.example.com/cb/")],
        [("redirect_uri", "https://app.example.com.evil.example/cb")],
        [("redirect_uri", "https://app.example.com@evil.example/cb")],
    ] {
        let answer = browser.get(&rp.authorize_url(&changes)).await;
        assert_page(&answer);
        assert!(!answer.body.contains("evil.example"), "input is echoed");
    }
}

#[tokio::test]
async fn s4_1_2_1_other_errors_go_back_to_the_app_with_state_and_iss() {
    let idp = super::start().await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    for (changes, error) in [
        (&[("response_type", "token")][..], "unsupported_response_type"),
        (&[("response_type", "")], "invalid_request"),
        (&[("scope", "admin")], "invalid_scope"),
        (&[("scope", "email admin")], "invalid_scope"),
        (&[("scope", "openid \"")], "invalid_scope"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (
            &[("code_challenge", ""), ("code_challenge_method", "")],
            "invalid_request",
        ),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("max_age", "soon")], "invalid_request"),
        (&[("request", "x")], "invalid_request_object"),
        (
            &[("request_uri", "https://app.example.com/r")],
            "invalid_request_uri",
        ),
        (&[("prompt", "none")], "login_required"),
    ] {
        let answer = browser.get(&rp.authorize_url(changes)).await;
        assert_error(&idp, &answer, error);
    }
}

#[tokio::test]
async fn s3_1_a_repeated_parameter_is_refused() {
    let idp = super::start().await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    for repeated in [
        "client_id=x",
        "redirect_uri=https://evil.example/",
        "state=b",
        "scope=openid",
    ] {
        let answer = browser
            .get(&format!("{}&{repeated}", rp.authorize_url(&[])))
            .await;
        assert_eq!(
            answer.status.as_u16() / 100,
            if answer.location().is_some() { 3 } else { 4 }
        );
        if let Some(location) = answer.location() {
            assert!(location.contains("error=invalid_request"), "{location}");
        }
    }
}

#[tokio::test]
async fn s4_1_2_state_comes_back_byte_by_byte() {
    let idp = super::start().await;
    idp.person("ada@example.com").await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let mut browser = idp.browser();
    for state in [
        "a b+c&d=e%20f#g",
        "ünï🦀",
        "{\"u\":\"https://x.example/?a=1\"}",
        "\u{1}\u{7f}",
        &"s".repeat(1000),
    ] {
        let answer = rp
            .authorize(&mut browser, "ada@example.com", &[("state", state)])
            .await;
        assert_eq!(answer.redirect_parameters()["state"], state);
        assert!(
            answer.location().unwrap().ends_with('#'),
            "the fragment is not closed"
        );
    }
}

#[tokio::test]
async fn s3_1_a_form_is_accepted_like_a_link() {
    let idp = super::start().await;
    idp.person("ada@example.com").await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let mut browser = idp.browser();
    let url = rp.authorize_url(&[]);
    let query = url.split_once('?').unwrap().1;
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let answer = browser
        .post_with(
            "/authorize",
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://app.example.com"),
            ],
            &fields,
        )
        .await;
    assert_eq!(answer.status, 303);
    let page = browser.follow(answer).await;
    assert!(page.body.contains("name=\"identifier\""), "{}", page.body);
}

#[tokio::test]
async fn s3_1_a_form_goes_on_as_a_link_with_what_is_known_and_nothing_else() {
    let idp = super::start().await;
    let rp = idp.relying_party(a_client()).await;
    let url = rp.authorize_url(&[("state", "a b&c=%d\u{e9}"), ("ui_locales", "de")]);
    let (_, query) = url.split_once('?').unwrap();
    let long = "x".repeat(16_000);
    for (before, after) in [
        (format!("extra={long}&"), String::new()),
        (String::new(), format!("&extra={long}&state2=y&&=z")),
    ] {
        let form = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", "https://app.example.com"),
        ];
        let body = format!("{before}{query}{after}");
        let answer = idp
            .browser()
            .send(Method::POST, "/authorize", &form, Body::from(body))
            .await;
        assert_eq!(answer.status, 303);
        assert_eq!(answer.location(), Some(format!("/authorize?{query}")));
    }
}

#[tokio::test]
async fn s10_12_declining_goes_back_to_the_app() {
    let idp = super::start().await;
    idp.person("ada@example.com").await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let start = browser.get(&rp.authorize_url(&[])).await;
    let page = browser.follow(start).await;
    let answer = browser
        .submit(&page, "identifier", &[("identifier", "ada@example.com")])
        .await;
    let page = browser.follow(answer).await;
    let answer = browser
        .submit(&page, "password", &[("password", crate::support::idp::PASSWORD)])
        .await;
    let page = browser.follow(answer).await;
    let answer = browser.submit(&page, "decision", &[("decision", "deny")]).await;
    let answer = browser.follow(answer).await;
    assert_error(&idp, &answer, "access_denied");
}
