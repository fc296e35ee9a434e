//! RFC 9470 §5, OpenID Connect Core §5.5.1.1: an app asks for two factors, and the account has one.

use crate::support::idp::PASSWORD;
use crate::support::{
    Answer, AuthenticatorApp, Browser, RelyingParty, SecurityKey, TestIdp, a_client, browser::interaction_of,
    relying_party::claims, security_key::signed,
};
use serde_json::Value;
use std::time::Duration;

const ADA: &str = "ada@example.com";
const TWO_FACTORS: &str = "urn:signet:acr:2";
const INSISTED: &str = r#"{"id_token":{"acr":{"essential":true,"value":"urn:signet:acr:2"}}}"#;

/// What an app of ours gets to know of a person with one factor, who signs in for it; the page they come to.
async fn asked(idp: &TestIdp, ask: (&str, &str)) -> (RelyingParty, Browser, Answer) {
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let mut browser = idp.browser();
    let start = browser.get(&rp.authorize_url(&[ask])).await;
    let request = interaction_of(&start.location().unwrap());
    let answer = browser.password(&request, ADA, PASSWORD).await;
    let page = browser.follow(answer).await;
    assert!(page.body.contains("Prove it in a second way"), "{}", page.body);
    (rp, browser, page)
}

async fn id_token(rp: &RelyingParty, browser: &mut Browser, answer: &Answer) -> Value {
    let code = answer.redirect_parameters()["code"].clone();
    let tokens = rp.redeem(browser, &code).await.json();
    claims(tokens["id_token"].as_str().unwrap())
}

fn request_of(page: &Answer) -> String {
    let form = page.form("act");
    let mut fields = form.fields.into_iter();
    fields.find(|(name, _)| name == "interaction").unwrap().1
}

#[tokio::test]
async fn whoever_cancels_what_is_essential_goes_back_with_the_error_that_says_so() {
    let idp = super::start().await;
    let (_, mut browser, page) = asked(&idp, ("claims", INSISTED)).await;
    assert!(
        page.body.contains("Cancel and go back to Test App"),
        "{}",
        page.body
    );
    let fields = [("interaction", request_of(&page)), ("act", "decline".to_owned())];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let answer = browser.post("/second-factor", &fields).await;
    let answer = browser.follow(answer).await;
    let told = answer.redirect_parameters();
    assert_eq!(told["error"], "unmet_authentication_requirements");
    assert_eq!((told["state"].as_str(), told.get("code")), ("xyz", None));
}

#[tokio::test]
async fn whoever_goes_without_what_is_voluntary_goes_on_as_they_are() {
    let idp = super::start().await;
    let (rp, mut browser, page) = asked(&idp, ("acr_values", TWO_FACTORS)).await;
    assert!(page.body.contains("Go on without"), "{}", page.body);
    let request = request_of(&page);
    let fields = [("interaction", request.as_str()), ("act", "decline")];
    let answer = browser.post("/second-factor", &fields).await;
    let answer = browser.follow(answer).await;
    assert_eq!(
        id_token(&rp, &mut browser, &answer).await["acr"],
        "urn:signet:acr:1"
    );
}

#[tokio::test]
async fn an_authenticator_app_is_added_on_the_way_and_its_code_counts() {
    let idp = super::start().await;
    let (rp, mut browser, page) = asked(&idp, ("claims", INSISTED)).await;
    let request = request_of(&page);
    let app = AuthenticatorApp::add_on_the_way(&idp, &mut browser, &request).await;
    let again = browser
        .get(&format!("/second-factor?interaction={request}"))
        .await;
    assert_eq!(
        again.location(),
        Some(format!("/resume/{request}")),
        "codes are shown once"
    );
    let answer = browser.get(&format!("/resume/{request}")).await;
    let told = id_token(&rp, &mut browser, &answer).await;
    assert_eq!(told["acr"], TWO_FACTORS);
    assert_eq!(told["amr"], serde_json::json!(["mfa", "otp", "pwd"]));
    assert_eq!(app.recovery_codes.len(), 10);
    // From now on it is asked for, and the first code is used up.
    let mut other = idp.browser();
    let request = other.waiting().await;
    let to = other.password(&request, ADA, PASSWORD).await.location().unwrap();
    assert!(to.starts_with("/login/otp?"), "{to}");
    let used = app.code(&idp);
    let fields = [("interaction", request.as_str()), ("code", used.as_str())];
    assert_eq!(other.post("/login/otp", &fields).await.status, 403);
}

#[tokio::test]
async fn a_passkey_that_is_made_on_the_way_counts_once_it_was_used() {
    let idp = super::start().await;
    let (rp, mut browser, page) = asked(&idp, ("claims", INSISTED)).await;
    let request = request_of(&page);
    let (new, asked) = (SecurityKey::new(), SecurityKey::ask_to_make(&mut browser).await);
    let answer = new.make(&asked, &signed());
    let fields = [
        ("interaction", request.as_str()),
        ("ceremony", asked.ceremony.as_str()),
        ("answer", answer.as_str()),
    ];
    let made = browser.post("/api/second-factor/passkey", &fields).await;
    let here = format!("/second-factor?interaction={request}");
    assert_eq!(made.json()["to"], here, "{}", made.body);
    let back = browser.get(&format!("/resume/{request}")).await;
    assert_eq!(back.location(), Some(here.clone()), "made, not used");
    let page = browser.get(&here).await;
    assert!(page.body.contains("Use your passkey"), "{}", page.body);
    let key = new.known_as(&asked);
    let answer = key.sign_in(&mut browser, &request, &signed()).await;
    let answer = browser.follow(answer).await;
    assert_eq!(id_token(&rp, &mut browser, &answer).await["acr"], TWO_FACTORS);
}

#[tokio::test]
async fn adding_takes_a_recent_proof_and_leads_back() {
    let idp = super::start().await;
    let (_, mut browser, page) = asked(&idp, ("claims", INSISTED)).await;
    let request = request_of(&page);
    idp.clock.advance(Duration::from_secs(601));
    for act in ["authenticator-add", "authenticator-confirm", "passkey-add"] {
        let start = browser
            .get(&format!("/second-factor?interaction={request}"))
            .await;
        assert_eq!(start.status, 200, "{act}");
        let fields = [
            ("interaction", request.as_str()),
            ("act", act),
            ("code", "000000"),
        ];
        let answer = browser.post("/second-factor", &fields).await;
        assert_eq!(
            answer.location(),
            Some(format!("/login?interaction={request}")),
            "{act}"
        );
        let page = browser.follow(answer).await;
        assert!(page.body.contains("name=\"password\""), "{}", page.body);
        let answer = browser.password(&request, ADA, PASSWORD).await;
        let page = browser.follow(answer).await;
        assert!(page.body.contains("Prove it in a second way"), "{}", page.body);
        idp.clock.advance(Duration::from_secs(601));
    }
}

#[tokio::test]
async fn the_page_is_of_the_browser_and_of_the_person_who_is_asked() {
    let idp = super::start().await;
    let (_, mut browser, page) = asked(&idp, ("claims", INSISTED)).await;
    let request = request_of(&page);
    let here = format!("/second-factor?interaction={request}");
    idp.person("mallory@example.com").await;
    let mut stranger = idp.browser();
    let own = stranger.waiting().await;
    stranger.password(&own, "mallory@example.com", PASSWORD).await;
    assert_eq!(stranger.get(&here).await.status, 410);
    for act in ["authenticator-add", "authenticator-confirm", "decline"] {
        let fields = [
            ("interaction", request.as_str()),
            ("act", act),
            ("code", "000000"),
        ];
        assert_eq!(
            stranger.post("/second-factor", &fields).await.status,
            410,
            "{act}"
        );
    }
    // Somebody else on the same browser does nothing to the account that is asked.
    let other = browser.waiting().await;
    browser.password(&other, "mallory@example.com", PASSWORD).await;
    let fields = [("interaction", request.as_str()), ("act", "authenticator-add")];
    assert_eq!(browser.post("/second-factor", &fields).await.status, 401);
    let page = browser.get(&here).await;
    assert_eq!(page.location(), Some(here), "whoever is asked becomes active");
}
