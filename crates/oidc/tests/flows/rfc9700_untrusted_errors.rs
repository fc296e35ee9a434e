//! RFC 9700 §4.11.2: this server leads nobody to an address that a stranger registered with it, unless they go there
//! themselves.

use crate::fixture::{Browser, Idp, Registered, RelyingParty, Request, an_application, with};
use domain::testing::a_user;
use oidc::authorize::Step;

const CALLBACK: &str = "https://garden.example.com/cb";

/// What is wrong with each request, and the error it gives.
const WRONG: [(&str, &str, &str); 8] = [
    ("scope", "no-such-scope", "invalid_scope"),
    ("scope", "", "invalid_scope"),
    ("response_type", "token", "unsupported_response_type"),
    ("response_mode", "fragment", "invalid_request"),
    ("code_challenge_method", "plain", "invalid_request"),
    ("prompt", "none login", "invalid_request"),
    ("resource", "https://nowhere.example.com", "invalid_target"),
    ("request", "x", "invalid_request_object"),
];

/// A request of a client that registered itself, with nothing wrong.
fn request(client: &Registered) -> Request {
    Request::of(&[
        ("response_type", "code"),
        ("client_id", client.id()),
        ("redirect_uri", CALLBACK),
        ("scope", "openid"),
        ("state", "af0ifjsldkj"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ])
}

/// Whoever sends it: nobody who is signed in, or somebody.
async fn visitors(idp: &Idp) -> [Browser; 2] {
    [Browser::default(), idp.signed_in(a_user()).await]
}

#[tokio::test]
async fn s4_11_2_an_error_of_a_client_that_registered_itself_waits_for_the_person() {
    let idp = Idp::open_to_all(|_| {}).await;
    let client = idp.registered(&an_application()).await;
    for browser in visitors(&idp).await {
        for (name, value, code) in WRONG {
            let answer = idp.authorize(&request(&client).with(name, value), &browser).await;
            let (host, answer) = answer.held();
            assert_eq!(host, "garden.example.com");
            let (fields, _) = answer.told();
            assert!(fields.to.starts_with(CALLBACK), "{}", fields.to);
            assert_eq!(fields.get("error"), Some(code), "{name}={value}");
            assert_eq!(fields.get("state"), Some("af0ifjsldkj"));
        }
        let posted = request(&client)
            .with("scope", "x")
            .with("response_mode", "form_post");
        let (_, answer) = idp.authorize(&posted, &browser).await.held();
        assert!(answer.told().0.posted);
    }
}

#[tokio::test]
async fn s4_11_2_it_is_sent_at_once_where_nothing_may_be_shown() {
    let idp = Idp::open_to_all(|_| {}).await;
    let client = idp.registered(&an_application()).await;
    let silent = request(&client).with("prompt", "none");
    for browser in visitors(&idp).await {
        let error = idp.authorize(&silent, &browser).await.response().unwrap_err();
        assert!(["login_required", "consent_required"].contains(&error.code().as_str()));
        let wrong = silent.clone().with("scope", "x");
        let error = idp.authorize(&wrong, &browser).await.response().unwrap_err();
        assert_eq!(error.code().as_str(), "invalid_scope");
        // What is said twice is not known to have been said.
        let twice = silent.clone().and("prompt", "none");
        idp.authorize(&twice, &browser).await.held();
    }
}

#[tokio::test]
async fn s4_11_2_it_is_sent_at_once_after_the_person_did_something() {
    let idp = Idp::open_to_all(|_| {}).await;
    let client = idp.registered(&an_application()).await;
    let (asked, step) = idp.authorize(&request(&client), &Browser::default()).await.step();
    assert_eq!(step, Step::SignIn);
    let browser = idp.signed_in(a_user()).await;
    let signed_in = idp
        .moved(&asked, asked.clone().signed_in(browser.session(), true))
        .await;
    let asked = idp.resume(signed_in, &browser).await.consent();
    let denied = idp.moved(&asked, asked.clone().denied()).await;
    let error = idp.resume(denied, &browser).await.response().unwrap_err();
    assert_eq!(error.code().as_str(), "access_denied");
}

#[tokio::test]
async fn s4_11_2_a_client_that_an_operator_registered_hears_of_it_at_once() {
    let idp = Idp::start().await;
    for client in [
        domain::testing::a_client(),
        domain::testing::a_client().id("own").first_party(),
    ] {
        let rp = idp.relying_party(client).await;
        let wrong = rp.request().with("scope", "no-such-scope");
        let answer = idp.authorize(&wrong, &Browser::default()).await;
        assert_eq!(answer.response().unwrap_err().code().as_str(), "invalid_scope");
    }
}

#[tokio::test]
async fn s4_11_2_a_logout_that_nobody_is_asked_about_leads_to_no_stranger() {
    let bye = "https://garden.example.com/bye";
    let idp = Idp::open_to_all(|_| {}).await;
    let mut document = with("post_logout_redirect_uris", serde_json::json!([bye]));
    document["token_endpoint_auth_method"] = "none".into();
    let client = idp.registered(&document).await;
    let leave = Request::of(&[("client_id", client.id()), ("post_logout_redirect_uri", bye)]);
    let unasked = idp.end_session(&leave, &Browser::default()).await.unwrap();
    assert!(!unasked.needs_confirmation);
    assert_eq!(unasked.return_to, None);
    let browser = idp.signed_in(a_user()).await;
    let asked = idp.end_session(&leave, &browser).await.unwrap();
    assert!(asked.needs_confirmation);
    assert_eq!(asked.return_to.as_deref(), Some(bye));
    let rp = RelyingParty::new(&idp, idp.stored_client(client.id()).await.unwrap());
    let hint = rp.tokens(&browser).await.id_token().unwrap().to_owned();
    let leave = Request::of(&[("id_token_hint", &hint), ("post_logout_redirect_uri", bye)]);
    let hinted = idp.end_session(&leave, &browser).await.unwrap();
    assert_eq!(
        (hinted.needs_confirmation, hinted.return_to.as_deref()),
        (false, Some(bye))
    );
    let unasked = idp.end_session(&leave, &Browser::default()).await.unwrap();
    assert_eq!(unasked.return_to, None, "whoever registered has a hint");
    let own = idp.relying_party(domain::testing::a_client()).await;
    let bye = "https://app.example.com/bye";
    let leave = Request::of(&[
        ("client_id", own.id().as_str()),
        ("post_logout_redirect_uri", bye),
    ]);
    let unasked = idp.end_session(&leave, &Browser::default()).await.unwrap();
    assert_eq!(unasked.return_to.as_deref(), Some(bye));
}
