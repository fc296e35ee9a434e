//! Providers that are gone, slow, too talkative or unwell, and what the circuit breaker makes of them. Time stands
//! still but for pauses, which pass at once.

use crate::{
    fixture::{Scene, assert_unavailable, failure, refusal},
    provider::Trouble,
};
use domain::federation::{Condition, Upstream as _};
use federation::Outcome;
use std::time::Duration;

fn count(scene: &Scene, outcome: Outcome) -> usize {
    let outcomes = scene.observed.outcomes.lock().unwrap();
    outcomes.iter().filter(|seen| **seen == outcome).count()
}

fn requests(scene: &Scene) -> usize {
    scene.provider.state().asked.len()
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_passes_is_not_noticed() {
    for path in ["/.well-known/openid-configuration", "/jwks"] {
        for trouble in [Trouble::Gone, Trouble::Status(503), Trouble::Status(429)] {
            let scene = Scene::new();
            scene.provider.state().passing.insert(path, (trouble, 2));
            scene.sign_in().await.unwrap();
            assert_eq!(scene.provider.times_asked(path), 3);
            assert_eq!(scene.upstream.condition(), Condition::Closed);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_code_and_a_refresh_token_are_sent_once() {
    let scene = Scene::new();
    let (attempt, answer) = scene.begin().await.unwrap();
    scene
        .provider
        .state()
        .passing
        .insert("/token", (Trouble::Gone, 1));
    assert_unavailable(scene.upstream.redeem(&attempt, answer).await);
    assert_eq!(scene.provider.times_asked("/token"), 1);
    scene
        .provider
        .state()
        .passing
        .insert("/token", (Trouble::Status(500), 1));
    let token = domain::secret::Secret::new("refresh-0".to_owned());
    assert_unavailable(scene.upstream.refresh(&token).await.map_err(failure));
    assert_eq!(scene.provider.times_asked("/token"), 2);
}

#[tokio::test(start_paused = true)]
async fn an_answer_of_10_mb_is_refused_wherever_it_comes_from() {
    for path in [
        "/.well-known/openid-configuration",
        "/jwks",
        "/token",
        "/userinfo",
    ] {
        let scene = Scene::new();
        scene.provider.state().id_token = serde_json::json!({});
        scene.provider.state().troubles.insert(path, Trouble::Huge);
        assert_unavailable(scene.sign_in().await);
        assert_eq!(scene.provider.times_asked(path), 1, "{path}");
        assert_eq!(count(&scene, Outcome::TooLarge), 1);
        let bound = scene
            .provider
            .state()
            .asked
            .iter()
            .map(|request| request.max_bytes)
            .max();
        assert!(bound.unwrap() <= 256 * 1_024);
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_is_waited_for_once_and_not_for_long() {
    for path in ["/.well-known/openid-configuration", "/jwks", "/token"] {
        let scene = Scene::new();
        let slow = Trouble::Slow(Duration::from_secs(60));
        scene.provider.state().troubles.insert(path, slow);
        let began = tokio::time::Instant::now();
        assert_unavailable(scene.sign_in().await);
        assert!(began.elapsed() <= Duration::from_secs(6), "{path}");
        assert_eq!(count(&scene, Outcome::TooSlow), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn redirects_lead_nowhere() {
    let scene = Scene::new();
    scene.provider.state().troubles.insert("*", Trouble::Redirects);
    assert_unavailable(scene.sign_in().await);
    assert_eq!(requests(&scene), 1);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_is_gone_in_the_middle_is_left_alone_and_found_again() {
    let scene = Scene::new();
    scene.sign_in().await.unwrap();
    let begun = scene.begin().await.unwrap();
    scene.provider.state().troubles.insert("*", Trouble::Gone);
    for _ in 0..5 {
        assert_eq!(scene.upstream.condition(), Condition::Closed);
        assert_unavailable(scene.upstream.redeem(&begun.0, begun.1.clone()).await);
    }
    assert_eq!(scene.upstream.condition(), Condition::Open);
    assert_eq!(*scene.observed.condition.lock().unwrap(), Some(Condition::Open));

    // Nobody is asked, and nobody is sent there.
    let asked = requests(&scene);
    assert_unavailable(scene.upstream.redeem(&begun.0, begun.1.clone()).await);
    assert_unavailable(scene.begin().await);
    assert_eq!((requests(&scene), count(&scene, Outcome::NotAsked)), (asked, 1));

    // One request finds out that it is still gone.
    scene.clock.advance(Duration::from_secs(30));
    assert_eq!(scene.upstream.condition(), Condition::HalfOpen);
    assert_unavailable(scene.upstream.redeem(&begun.0, begun.1.clone()).await);
    assert_eq!(requests(&scene), asked + 1);
    assert_eq!(scene.upstream.condition(), Condition::Open);

    // And the next one that it is back.
    scene.clock.advance(Duration::from_secs(30));
    scene.provider.state().troubles.clear();
    scene.sign_in().await.unwrap();
    assert_eq!(scene.upstream.condition(), Condition::Closed);
    assert_eq!(*scene.observed.condition.lock().unwrap(), Some(Condition::Closed));
}

#[tokio::test(start_paused = true)]
async fn bad_codes_do_not_open_the_breaker() {
    let scene = Scene::new();
    let (attempt, mut answer) = scene.begin().await.unwrap();
    answer.code = domain::secret::Secret::new("invented".to_owned());
    for _ in 0..20 {
        let refused = scene.upstream.redeem(&attempt, answer.clone()).await;
        assert_eq!(refusal(refused), "the token endpoint refused");
    }
    assert_eq!(scene.upstream.condition(), Condition::Closed);
    assert_eq!(count(&scene, Outcome::Rejected), 20);
}

#[tokio::test(start_paused = true)]
async fn keys_and_metadata_that_are_known_serve_for_a_while() {
    let scene = Scene::new();
    scene.sign_in().await.unwrap();
    scene.clock.advance(Duration::from_secs(601));
    scene.provider.state().troubles.insert("/jwks", Trouble::Gone);
    scene.sign_in().await.unwrap();
    scene.clock.advance(Duration::from_secs(3_000));
    assert_unavailable(scene.sign_in().await);
}

#[tokio::test(start_paused = true)]
async fn what_is_said_of_a_failure_holds_nothing_of_the_answer() {
    let scene = Scene::new();
    let (attempt, mut answer) = scene.begin().await.unwrap();
    answer.code = domain::secret::Secret::new("hush".to_owned());
    let error = scene.upstream.redeem(&attempt, answer).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hush"));
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_a_slow_provider_after_another_has() {
    let scene = Scene::new();
    let slow = Trouble::Slow(Duration::from_secs(60));
    let path = "/.well-known/openid-configuration";
    scene.provider.state().troubles.insert(path, slow);
    let began = tokio::time::Instant::now();
    let (first, second, third) = tokio::join!(scene.begin(), scene.begin(), scene.begin());
    for begun in [first, second, third] {
        assert_unavailable(begun);
    }
    assert!(began.elapsed() <= Duration::from_secs(6));
    assert_eq!(scene.provider.times_asked(path), 1);
}

const METADATA: &str = "/.well-known/openid-configuration";

#[tokio::test(start_paused = true)]
async fn nobody_is_sent_to_a_provider_that_worked_and_died_and_five_failures_open_the_breaker() {
    let scene = Scene::new();
    scene.sign_in().await.unwrap();
    scene.provider.state().troubles.insert("*", Trouble::Gone);
    scene.clock.advance(Duration::from_secs(31));
    for condition in [Condition::Closed, Condition::Open] {
        assert_unavailable(scene.begin().await);
        assert_eq!(scene.upstream.condition(), condition);
    }
    assert_eq!(count(&scene, Outcome::Failed), 5);

    scene.clock.advance(Duration::from_secs(30));
    assert_unavailable(scene.begin().await);
    assert_eq!(count(&scene, Outcome::Failed), 6, "one request finds out");

    scene.clock.advance(Duration::from_secs(30));
    scene.provider.state().troubles.clear();
    scene.sign_in().await.unwrap();
    assert_eq!(scene.upstream.condition(), Condition::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_failed_is_asked_before_anybody_is_sent_there_however_lately_it_answered() {
    let scene = Scene::new();
    let (attempt, answer) = scene.begin().await.unwrap();
    scene.provider.state().troubles.insert("*", Trouble::Gone);
    assert_unavailable(scene.upstream.redeem(&attempt, answer).await);
    assert_unavailable(scene.begin().await);
}

#[tokio::test(start_paused = true)]
async fn a_sign_of_life_does_for_half_a_minute_and_is_asked_for_once_by_all() {
    let scene = Scene::new();
    for _ in 0..3 {
        scene.begin().await.unwrap();
    }
    assert_eq!(scene.provider.times_asked(METADATA), 1);
    scene.clock.advance(Duration::from_secs(29));
    scene.begin().await.unwrap();
    assert_eq!(scene.provider.times_asked(METADATA), 1);
    scene.clock.advance(Duration::from_secs(1));
    let brief = Trouble::Slow(Duration::from_secs(1));
    scene.provider.state().troubles.insert(METADATA, brief);
    let (first, second) = tokio::join!(scene.begin(), scene.begin());
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(scene.provider.times_asked(METADATA), 2);
    // Whatever is answered is a sign, such as to somebody who signs in meanwhile.
    scene.clock.advance(Duration::from_secs(20));
    scene.sign_in().await.unwrap();
    scene.clock.advance(Duration::from_secs(20));
    scene.begin().await.unwrap();
    assert_eq!(scene.provider.times_asked(METADATA), 2);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_long_for_a_sign_of_life() {
    let scene = Scene::new();
    scene.begin().await.unwrap();
    scene.clock.advance(Duration::from_secs(31));
    let slow = Trouble::Slow(Duration::from_secs(60));
    scene.provider.state().troubles.insert(METADATA, slow);
    let began = tokio::time::Instant::now();
    assert_unavailable(scene.begin().await);
    assert!(began.elapsed() <= Duration::from_secs(3), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn metadata_that_are_refused_are_a_sign_of_life_and_those_of_before_serve() {
    let scene = Scene::new();
    scene.begin().await.unwrap();
    scene.clock.advance(Duration::from_secs(31));
    scene.provider.state().metadata = serde_json::json!({});
    scene.sign_in().await.unwrap();
    assert_eq!(scene.provider.times_asked(METADATA), 2);
}
