//! RFC 8628: the device authorization grant over the wire, and the page where people decide.

use crate::support::{
    Answer, Browser, RelyingParty, TestIdp, a_client, idp::PASSWORD, relying_party::claims,
};
use domain::client::GrantType;
use std::time::Duration;

const ADA: &str = "ada@example.com";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A public client on a device that calls from a network of its own.
async fn a_device(idp: &TestIdp) -> (RelyingParty, Browser) {
    let grants = [GrantType::DeviceCode, GrantType::RefreshToken];
    let rp = idp.relying_party(a_client().public().grants(&grants)).await;
    (rp, idp.browser())
}

async fn poll(rp: &RelyingParty, device: &mut Browser, code: &str) -> Answer {
    let fields = [("grant_type", GRANT), ("device_code", code)];
    rp.post(device, "/token", &fields).await
}

async fn sign_in(browser: &mut Browser, start: Answer) -> Answer {
    let page = browser.follow(start).await;
    let answer = browser.submit(&page, "identifier", &[("identifier", ADA)]).await;
    let page = browser.follow(answer).await;
    let answer = browser.submit(&page, "password", &[("password", PASSWORD)]).await;
    browser.follow(answer).await
}

fn text<'a>(answer: &'a serde_json::Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap()
}

#[tokio::test]
async fn s3_a_person_types_the_code_signs_in_and_allows() {
    let idp = super::start().await;
    let ada = idp.person(ADA).await;
    let (rp, mut device) = a_device(&idp).await;
    let asked = rp
        .post(&mut device, "/device/code", &[("scope", "openid email")])
        .await;
    assert_eq!(asked.status, 200);
    assert_eq!(asked.header("cache-control"), Some("no-store"));
    let codes = asked.json();
    let early = poll(&rp, &mut device, text(&codes, "device_code")).await;
    assert_eq!(
        (early.status.as_u16(), text(&early.json(), "error")),
        (400, "authorization_pending")
    );
    let soon = poll(&rp, &mut device, text(&codes, "device_code")).await;
    assert_eq!(
        (soon.status.as_u16(), text(&soon.json(), "error")),
        (400, "slow_down")
    );

    let mut browser = idp.browser();
    let page = browser.get("/device").await;
    let typed = text(&codes, "user_code").to_lowercase();
    let start = browser.submit(&page, "code", &[("code", &typed)]).await;
    assert_eq!(start.status, 303);
    let page = sign_in(&mut browser, start).await;
    for shown in [
        text(&codes, "user_code"),
        "Test App",
        "See your email address",
        "127.0.0.1",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    let done = browser.submit(&page, "decision", &[("decision", "allow")]).await;
    let done = browser.follow(done).await;
    assert!(done.body.contains("Go back to your device"), "{}", done.body);

    let tokens = poll(&rp, &mut device, text(&codes, "device_code")).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
    let tokens = tokens.json();
    assert_eq!(claims(text(&tokens, "id_token"))["sub"], ada.id.to_string());
    let refreshed = rp.refresh(&mut device, text(&tokens, "refresh_token")).await;
    assert_eq!(refreshed.status, 200);
    let again = poll(&rp, &mut device, text(&codes, "device_code")).await;
    assert_eq!(text(&again.json(), "error"), "invalid_grant");
}

#[tokio::test]
async fn s3_3_1_a_link_with_the_code_decides_nothing_and_denial_is_final() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = a_client()
        .public()
        .first_party()
        .grants(&[GrantType::DeviceCode])
        .register(&idp)
        .await;
    let mut device = idp.browser();
    let codes = rp.post(&mut device, "/device/code", &[]).await.json();
    let mut browser = idp.browser();
    let account = browser.get("/account").await;
    sign_in(&mut browser, account).await;
    let link = text(&codes, "verification_uri_complete");
    let page = browser.get(link).await;
    assert!(page.body.contains(text(&codes, "user_code")));
    assert!(
        !page.body.contains("name=\"decision\""),
        "the code is confirmed first"
    );
    let typed = browser.submit(&page, "code", &[]).await;
    let page = browser.follow(typed).await;
    let waiting = poll(&rp, &mut device, text(&codes, "device_code")).await;
    assert_eq!(text(&waiting.json(), "error"), "authorization_pending");

    let neither = browser.submit(&page, "decision", &[]).await;
    assert_eq!(neither.status, 422);
    assert!(neither.body.contains("name=\"decision\""));
    let foreign = browser
        .post_with(
            "/device",
            &[("origin", "https://evil.example")],
            &[("code", text(&codes, "user_code"))],
        )
        .await;
    assert_eq!(foreign.status, 403);
    let denied = browser.submit(&page, "decision", &[("decision", "deny")]).await;
    let done = browser.follow(denied).await;
    assert!(done.body.contains("The device was denied"), "{}", done.body);
    idp.clock.advance(Duration::from_secs(5));
    let told = poll(&rp, &mut device, text(&codes, "device_code")).await;
    assert_eq!(text(&told.json(), "error"), "access_denied");
    let late = browser.submit(&page, "decision", &[("decision", "allow")]).await;
    let late = browser.follow(late).await;
    assert!(!late.body.contains("Go back to your device"), "{}", late.body);
    let told = poll(&rp, &mut device, text(&codes, "device_code")).await;
    assert_eq!(text(&told.json(), "error"), "access_denied");
}

#[tokio::test]
async fn s5_1_codes_that_do_not_work_look_the_same_and_guessing_ends() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let (rp, mut device) = a_device(&idp).await;
    let codes = rp.post(&mut device, "/device/code", &[]).await.json();
    let mut browser = idp.browser();
    let account = browser.get("/account").await;
    sign_in(&mut browser, account).await;
    let page = browser.get("/device").await;
    idp.clock.advance(Duration::from_secs(600));
    let expired = poll(&rp, &mut device, text(&codes, "device_code")).await;
    assert_eq!(text(&expired.json(), "error"), "expired_token");
    for code in [text(&codes, "user_code"), "BBBB-BBBB", "no code"] {
        let refused = browser.submit(&page, "code", &[("code", code)]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("id=\"code-error\""), "{}", refused.body);
    }
    for _ in 0..3 {
        browser.submit(&page, "code", &[("code", "BBBB-BBBB")]).await;
    }
    let stopped = browser.submit(&page, "code", &[("code", "BBBB-BBBB")]).await;
    assert_eq!(
        (stopped.status.as_u16(), stopped.header("retry-after")),
        (429, Some("30"))
    );
}

#[tokio::test]
async fn s3_1_clients_authenticate_and_devices_belong_to_their_realm() {
    let idp = super::start().await;
    let acme = idp.realm("acme").await;
    let rp = acme
        .relying_party(a_client().grants(&[GrantType::DeviceCode]))
        .await;
    let mut device = acme.browser();
    let nobody = device
        .post("/device/code", &[("client_id", rp.id.as_str())])
        .await;
    assert_eq!(
        (nobody.status.as_u16(), text(&nobody.json(), "error")),
        (401, "invalid_client")
    );
    let codes = rp.post(&mut device, "/device/code", &[]).await.json();
    assert_eq!(
        text(&codes, "verification_uri"),
        format!("{}/device", acme.issuer())
    );
    let elsewhere = rp.post(&mut idp.browser(), "/device/code", &[]).await;
    assert_eq!(elsewhere.status, 401);
    let page = device.get("/device").await;
    assert_eq!(page.form("code").action, "/realms/acme/device");
}
