//! OpenID Connect RP-Initiated Logout 1.0.

use crate::support::{Browser, a_client};

const ADA: &str = "ada@example.com";
const BYE: &str = "https://app.example.com/bye";

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get("/account").await.status == 200
}

fn logout(parameters: &[(&str, &str)]) -> String {
    format!("/logout?{}", serde_urlencoded::to_string(parameters).unwrap())
}

#[tokio::test]
async fn s2_with_a_hint_the_person_is_signed_out_and_sent_back_with_state() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    assert!(is_signed_in(&mut browser).await);
    idp.clock.advance(std::time::Duration::from_secs(3_000));
    let hint = tokens["id_token"].as_str().unwrap();
    let answer = browser
        .get(&logout(&[
            ("id_token_hint", hint),
            ("post_logout_redirect_uri", BYE),
            ("state", "a b"),
        ]))
        .await;
    let answer = browser.follow(answer).await;
    let location = answer.location().unwrap();
    assert!(location.starts_with(BYE), "{location}");
    assert_eq!(answer.redirect_parameters()["state"], "a b");
    assert!(!is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn s2_without_a_hint_the_person_is_asked() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    rp.tokens(&mut browser, ADA).await;
    let page = browser.get("/logout").await;
    let page = browser.follow(page).await;
    assert!(page.body.contains("name=\"decision\""), "{}", page.body);
    assert!(is_signed_in(&mut browser).await);
    browser.submit(&page, "decision", &[("decision", "deny")]).await;
    assert!(is_signed_in(&mut browser).await);
    let page = browser.get("/logout").await;
    let page = browser.follow(page).await;
    browser.submit(&page, "decision", &[("decision", "allow")]).await;
    assert!(!is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn s3_only_an_exactly_registered_uri_is_followed() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    let hint = tokens["id_token"].as_str().unwrap();
    for uri in [
        "https://evil.example/",
        "https://app.example.com/bye?x=1",
        "https://app.example.com/bye/",
        "//evil.example",
    ] {
        let answer = browser
            .get(&logout(&[
                ("id_token_hint", hint),
                ("post_logout_redirect_uri", uri),
            ]))
            .await;
        let answer = browser.follow(answer).await;
        assert!(answer.location().is_none(), "{uri}");
        assert!(!answer.body.contains("evil.example"));
    }
}

#[tokio::test]
async fn s2_a_forged_hint_counts_as_none() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    let hint = tokens["id_token"].as_str().unwrap();
    let (body, _) = hint.rsplit_once('.').unwrap();
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", hint.split('.').nth(1).unwrap());
    let access = tokens["access_token"].as_str().unwrap().to_owned();
    for forged in [format!("{body}.AAAA"), unsigned, access, "nonsense".to_owned()] {
        let answer = browser
            .get(&logout(&[
                ("id_token_hint", &forged),
                ("post_logout_redirect_uri", BYE),
            ]))
            .await;
        let answer = browser.follow(answer).await;
        assert!(answer.location().is_none());
        assert!(is_signed_in(&mut browser).await);
    }
}
