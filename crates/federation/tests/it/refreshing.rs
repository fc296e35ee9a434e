//! RFC 6749 §6: new tokens for a refresh token, and what is told of one that has ended.

use crate::{
    fixture::{Scene, assert_unavailable, failure, refusal, registered},
    provider::{CLIENT_ID, Trouble},
};
use domain::{
    federation::{Condition, RefreshError, Upstream as _, UpstreamTokens},
    secret::Secret,
};
use serde_json::json;

fn token(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn assert_ended(answer: Result<UpstreamTokens, RefreshError>) {
    assert!(matches!(answer, Err(RefreshError::Ended)), "{answer:?}");
}

#[tokio::test]
async fn s6_the_refresh_token_and_who_asks_are_sent_and_nothing_else() {
    let scene = Scene::registered_as(registered(true));
    scene.upstream.refresh(&token("refresh-0")).await.unwrap();
    let (_, mut sent) = scene.provider.last_token_request();
    assert_eq!(sent.remove("grant_type").as_deref(), Some("refresh_token"));
    assert_eq!(sent.remove("refresh_token").as_deref(), Some("refresh-0"));
    sent.remove("client_id")
        .into_iter()
        .for_each(|id| assert_eq!(id, CLIENT_ID));
    assert!(sent.is_empty(), "{sent:?}");
}

#[tokio::test]
async fn s5_2_invalid_grant_says_that_the_refresh_token_has_ended() {
    let scene = Scene::registered_as(registered(true));
    scene.upstream.refresh(&token("refresh-0")).await.unwrap();
    assert_ended(scene.upstream.refresh(&token("refresh-0")).await);
    assert_eq!(scene.upstream.condition(), Condition::Closed);
}

#[tokio::test]
async fn any_other_error_says_nothing_about_the_refresh_token() {
    for error in ["invalid_client", "invalid_scope", "temporarily_unavailable", "x"] {
        let scene = Scene::registered_as(registered(true));
        scene.provider.state().refuses = Some(error);
        let refused = scene.upstream.refresh(&token("refresh-0")).await.map_err(failure);
        assert_eq!(refusal(refused), "the token endpoint refused", "{error}");
    }
    let scene = Scene::registered_as(registered(true));
    scene.provider.state().refresh_answer = json!({"access_token": null});
    let malformed = scene.upstream.refresh(&token("refresh-0")).await.map_err(failure);
    assert_eq!(refusal(malformed), "the token endpoint's answer is malformed");
}

#[tokio::test(start_paused = true)]
async fn a_refresh_fails_with_its_provider_and_is_held_back_by_the_breaker() {
    let scene = Scene::registered_as(registered(true));
    scene
        .provider
        .state()
        .troubles
        .insert("/token", Trouble::Status(503));
    for _ in 0..5 {
        assert_unavailable(scene.upstream.refresh(&token("refresh-0")).await.map_err(failure));
    }
    assert_eq!(scene.upstream.condition(), Condition::Open);
    let asked = scene.provider.times_asked("/token");
    assert_unavailable(scene.upstream.refresh(&token("refresh-0")).await.map_err(failure));
    assert_eq!(scene.provider.times_asked("/token"), asked);
}
