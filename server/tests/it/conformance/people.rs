//! Modules about people: who must sign in, who is meant, and in which words.

use super::party::{ADA, Mode, Party};
use std::time::Duration;

/// The whole walk of somebody who has not been here.
const FIRST_TIME: [&str; 3] = ["identifier", "password", "decision"];

/// A request with this parameter ends well, and shows the pages it always shows.
async fn succeeds_with(mode: Mode, parameter: (&str, &str)) {
    let mut party = Party::start(mode).await;
    let response = party.authorize(&[parameter]).await;
    assert_eq!(response.asked, FIRST_TIME);
    let tokens = party.redeem(response.code()).await;
    party.id_token(&tokens).await;
}

pub async fn oidcc_display_page(mode: Mode) {
    succeeds_with(mode, ("display", "page")).await;
}

pub async fn oidcc_display_popup(mode: Mode) {
    succeeds_with(mode, ("display", "popup")).await;
}

pub async fn oidcc_ui_locales(mode: Mode) {
    succeeds_with(mode, ("ui_locales", "se")).await;
}

pub async fn oidcc_claims_locales(mode: Mode) {
    succeeds_with(mode, ("claims_locales", "se")).await;
}

pub async fn oidcc_ensure_request_with_unknown_parameter_succeeds(mode: Mode) {
    succeeds_with(mode, ("extra", "foobar")).await;
}

pub async fn oidcc_ensure_request_with_acr_values_succeeds(mode: Mode) {
    let mut party = Party::start(mode).await;
    let supported = party.discovery().await["acr_values_supported"].clone();
    let first = supported[0].as_str().unwrap();
    let (_, id_token) = party.tokens(&[("acr_values", first)]).await;
    assert_eq!(id_token["acr"], first);
    let (_, id_token) = party.tokens(&[("acr_values", "urn:unheard-of")]).await;
    assert_eq!(id_token["acr"], first, "best effort");
}

pub async fn oidcc_prompt_login(mode: Mode) {
    let mut party = Party::start(mode).await;
    let (_, first) = party.tokens(&[]).await;
    party.idp.clock.advance(Duration::from_secs(1));
    let response = party.authorize(&[("prompt", "login")]).await;
    assert!(response.asked.contains(&"password"), "{:?}", response.asked);
    let tokens = party.redeem(response.code()).await;
    let second = party.id_token(&tokens).await;
    assert_eq!(second["sub"], first["sub"]);
    assert!(second["auth_time"].as_i64() > first["auth_time"].as_i64());
}

pub async fn oidcc_prompt_none_not_logged_in(mode: Mode) {
    let mut party = Party::start(mode).await;
    let response = party.authorize(&[("prompt", "none")]).await;
    assert_eq!(response.error(), "login_required");
    assert!(response.asked.is_empty());
}

pub async fn oidcc_prompt_none_logged_in(mode: Mode) {
    let mut party = Party::start(mode).await;
    let (_, first) = party.tokens(&[]).await;
    party.idp.clock.advance(Duration::from_secs(1));
    let (_, second) = asked_nothing(&mut party, &[("prompt", "none")]).await;
    for same in ["iss", "sub", "auth_time"] {
        assert_eq!(second[same], first[same], "{same}");
    }
}

/// The flow of somebody signed in whom nothing is asked.
async fn asked_nothing(
    party: &mut Party,
    changes: &[(&str, &str)],
) -> (serde_json::Value, serde_json::Value) {
    let response = party.authorize(changes).await;
    assert!(response.asked.is_empty(), "{:?}", response.asked);
    let tokens = party.redeem(response.code()).await;
    let id_token = party.id_token(&tokens).await;
    (tokens, id_token)
}

pub async fn oidcc_max_age_1(mode: Mode) {
    let mut party = Party::start(mode).await;
    let (_, first) = party.tokens(&[]).await;
    party.idp.clock.advance(Duration::from_secs(2));
    let response = party.authorize(&[("max_age", "1")]).await;
    assert!(response.asked.contains(&"password"), "{:?}", response.asked);
    let tokens = party.redeem(response.code()).await;
    let second = party.id_token(&tokens).await;
    assert_eq!(second["sub"], first["sub"]);
    let age = second["iat"].as_i64().unwrap() - second["auth_time"].as_i64().unwrap();
    assert!((0..=1).contains(&age), "{age}");
}

pub async fn oidcc_max_age_10000(mode: Mode) {
    let mut party = Party::start(mode).await;
    let (_, first) = party.tokens(&[]).await;
    party.idp.clock.advance(Duration::from_secs(2));
    let (_, second) = asked_nothing(&mut party, &[("max_age", "10000")]).await;
    assert_eq!(second["auth_time"], first["auth_time"]);
    assert_eq!(second["sub"], first["sub"]);
}

pub async fn oidcc_id_token_hint(mode: Mode) {
    let mut party = Party::start(mode).await;
    let (tokens, first) = party.tokens(&[]).await;
    let hint = tokens["id_token"].as_str().unwrap();
    // The suite may come back when it has expired.
    party.idp.clock.advance(Duration::from_secs(3_600));
    let (_, second) = asked_nothing(&mut party, &[("prompt", "none"), ("id_token_hint", hint)]).await;
    assert_eq!(second["sub"], first["sub"]);
}

pub async fn oidcc_login_hint(mode: Mode) {
    let mut party = Party::start(mode).await;
    let start = party.browser.get(&party.url(&[("login_hint", ADA)])).await;
    let page = party.browser.follow(start).await;
    let filled = page.form("identifier").fields;
    assert!(
        filled.contains(&("identifier".to_owned(), ADA.to_owned())),
        "{filled:?}"
    );
    let (_, id_token) = party.tokens(&[("login_hint", ADA)]).await;
    assert!(id_token["sub"].is_string());
}
