//! OpenID Connect Back-Channel Logout 1.0, with clients' servers on real connections.

use crate::support::{
    Browser, RelyingParty, TestIdp, a_client,
    idp::PASSWORD,
    receiver::{Manner, Receiver, uri},
    relying_party::{claims, header},
};
use axum::http::StatusCode;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use serde_json::{Value, json};
use server::jobs::{LOOPS, Loop};
use std::time::Duration;

const ADA: &str = "ada@example.com";
const OK: Manner = Manner::With(StatusCode::OK);

fn a_loop(name: &str) -> &'static Loop {
    LOOPS.iter().find(|background| background.name == name).unwrap()
}

/// Tells whoever is to be told now.
pub async fn tell(idp: &TestIdp) {
    assert!(a_loop("logouts").run_once(&idp.runtime).await.unwrap());
}

/// How often the log has events of this kind.
async fn logged(idp: &TestIdp, kind: &str) -> i64 {
    let which = format!("event_log WHERE body LIKE '%\"kind\":\"{kind}\"%'");
    idp.rows().await.count(&which).await
}

/// A client that is told at `uri`, and what a person who signed in there got.
async fn took_part(idp: &TestIdp, uri: &str, browser: &mut Browser) -> (RelyingParty, Value) {
    let rp = idp.relying_party(a_client().backchannel_logout(uri)).await;
    let tokens = rp.tokens(browser, ADA).await;
    (rp, tokens)
}

async fn log_out(browser: &mut Browser, tokens: &Value) {
    let hint = tokens["id_token"].as_str().unwrap();
    let answer = browser.get(&format!("/logout?id_token_hint={hint}")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(browser.get("/account").await.status, 303);
}

/// The claims of a token, verified as a client does: by the keys that are published.
async fn verified(browser: &mut Browser, token: &str, rp: &RelyingParty) -> Value {
    let keys = browser.get("/.well-known/jwks.json").await;
    let keys: JwkSet = serde_json::from_str(&keys.body).unwrap();
    let header = decode_header(token).unwrap();
    let key = DecodingKey::from_jwk(keys.find(&header.kid.unwrap()).unwrap()).unwrap();
    let mut validation = Validation::new(header.alg);
    validation.set_audience(&[&rp.id]);
    validation.set_issuer(&["http://localhost:4000"]);
    // The provider's clock is the test's.
    validation.validate_exp = false;
    decode::<Value>(token, &key, &validation).unwrap().claims
}

#[tokio::test]
async fn s2_4_who_took_part_gets_a_token_that_the_published_keys_verify() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut receiver = Receiver::start(OK).await;
    let mut browser = idp.browser();
    let (rp, tokens) = took_part(&idp, &receiver.uri(), &mut browser).await;
    log_out(&mut browser, &tokens).await;
    assert_eq!(
        idp.rows().await.count("job").await,
        1,
        "the log-out does not wait"
    );
    tell(&idp).await;
    let token = receiver.token().await;
    assert_eq!(header(&token)["typ"], "logout+jwt");
    let told = verified(&mut browser, &token, &rp).await;
    let id_token = claims(tokens["id_token"].as_str().unwrap());
    for same in ["iss", "aud", "sub", "sid"] {
        assert_eq!(told[same], id_token[same], "{same}");
    }
    let event = "http://schemas.openid.net/event/backchannel-logout";
    assert_eq!(told["events"], json!({ event: {} }));
    assert_eq!(told.get("nonce"), None);
    assert_eq!(idp.rows().await.count("job").await, 0);
    assert_eq!(logged(&idp, "backchannel_logout_sent").await, 1);
    tell(&idp).await;
    assert_eq!(receiver.more(), 0);
}

#[tokio::test]
async fn s2_5_the_end_of_a_session_on_the_account_page_is_told() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut receiver = Receiver::start(Manner::With(StatusCode::NO_CONTENT)).await;
    let mut browser = idp.browser();
    let (_, tokens) = took_part(&idp, &receiver.uri(), &mut browser).await;
    let session = claims(tokens["id_token"].as_str().unwrap())["sid"].clone();
    let mut elsewhere = idp.browser();
    let other = idp.relying_party(a_client()).await;
    other.tokens(&mut elsewhere, ADA).await;
    let ended = [("session", session.as_str().unwrap())];
    assert_eq!(elsewhere.post("/account/sessions", &ended).await.status, 303);
    tell(&idp).await;
    assert_eq!(claims(&receiver.token().await)["sid"], session);
    assert_eq!(idp.rows().await.count("job").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s2_5_a_slow_client_holds_up_neither_others_nor_mail() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut slow = Receiver::start(Manner::Never).await;
    let mut quick = Receiver::start(OK).await;
    let mut browser = idp.browser();
    took_part(&idp, &slow.uri(), &mut browser).await;
    let (_, tokens) = took_part(&idp, &quick.uri(), &mut browser).await;
    log_out(&mut browser, &tokens).await;
    let typed = [
        ("email", "grace@example.com"),
        ("name", "Grace"),
        ("new_password", PASSWORD),
    ];
    assert_eq!(idp.browser().post("/sign-up", &typed).await.status, 303);
    let runtime = idp.runtime.clone();
    let telling = tokio::spawn(async move { a_loop("logouts").run_once(&runtime).await });
    slow.token().await;
    quick.token().await;
    for _ in 0..2 {
        a_loop("jobs").run_once(&idp.runtime).await.unwrap();
    }
    assert_eq!(
        idp.runtime.mailbox.as_ref().unwrap().list().await.unwrap().len(),
        1
    );
    assert!(!telling.is_finished(), "the slow one is still waited for");
    assert!(telling.await.unwrap().unwrap());
    assert_eq!(idp.rows().await.count("job WHERE attempt = 1").await, 1);
    assert_eq!(idp.rows().await.count("job").await, 1);
}

#[tokio::test]
async fn s2_8_a_client_that_was_down_is_told_when_it_is_back() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let before = Receiver::start(OK).await;
    let port = before.port();
    let mut browser = idp.browser();
    let (_, tokens) = took_part(&idp, &uri(port), &mut browser).await;
    before.stop().await;
    log_out(&mut browser, &tokens).await;
    tell(&idp).await;
    let mut failing = Receiver::at(port, Manner::With(StatusCode::SERVICE_UNAVAILABLE)).await;
    tell(&idp).await;
    assert_eq!(failing.more(), 0, "not before its time");
    idp.clock.advance(Duration::from_secs(2));
    tell(&idp).await;
    failing.token().await;
    failing.stop().await;
    let mut back = Receiver::at(port, OK).await;
    idp.clock.advance(Duration::from_secs(4));
    tell(&idp).await;
    let issued = claims(&back.token().await)["iat"].as_i64().unwrap();
    let ended = claims(tokens["id_token"].as_str().unwrap())["iat"]
        .as_i64()
        .unwrap();
    assert_eq!(issued, ended + 6, "minted for this attempt");
    assert_eq!(idp.rows().await.count("job").await, 0);
}

#[tokio::test]
async fn s2_8_a_client_that_stays_down_is_given_up_and_that_is_recorded() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let receiver = Receiver::start(OK).await;
    let gone = receiver.port();
    receiver.stop().await;
    let mut browser = idp.browser();
    let (_, tokens) = took_part(&idp, &uri(gone), &mut browser).await;
    log_out(&mut browser, &tokens).await;
    for attempt in 1..12 {
        tell(&idp).await;
        let waits = format!("job WHERE attempt = {attempt}");
        assert_eq!(idp.rows().await.count(&waits).await, 1, "{attempt}");
        idp.clock.advance(Duration::from_secs(1 << attempt));
    }
    assert_eq!(logged(&idp, "backchannel_logout_given_up").await, 0);
    tell(&idp).await;
    assert_eq!(idp.rows().await.count("job").await, 0);
    assert_eq!(logged(&idp, "backchannel_logout_given_up").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_node_that_died_was_telling_is_told_by_another() {
    let one = super::start().await;
    let two = one.another_node().await;
    one.person(ADA).await;
    let mut mute = Receiver::start(Manner::Never).await;
    let port = mute.port();
    let mut browser = one.browser();
    let (_, tokens) = took_part(&one, &uri(port), &mut browser).await;
    log_out(&mut browser, &tokens).await;
    tokio::select! {
        () = tell(&one) => panic!("it was not answered"),
        // It dies while it waits for the answer.
        _ = mute.token() => {}
    }
    mute.stop().await;
    let mut back = Receiver::at(port, OK).await;
    tell(&two).await;
    assert_eq!(back.more(), 0, "it is still in the other's hands");
    two.clock.advance(Duration::from_secs(121));
    tell(&two).await;
    back.token().await;
    assert_eq!(two.rows().await.count("job").await, 0);
}
