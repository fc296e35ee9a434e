//! OpenID Connect Core §10.1.1: keys of a client at its `jwks_uri`, and how they change.

use crate::fixture::ClientKey;
use domain::{
    client::{ClientAlgorithm, ClientKeys},
    outbound::{FetchError, Fetched},
    testing::{FakeHttp, FixedClock},
};
use oidc::{
    jose::{Claims, ForeignToken, ForeignTokenError, InvalidKeySet},
    remote_keys::{KeysUnavailable, RemoteKeys, SignerError},
};
use serde_json::json;
use std::{sync::Arc, time::Duration};

const JWKS: &str = "https://app.example.com/jwks.json";

struct Scene {
    clock: Arc<FixedClock>,
    http: Arc<FakeHttp>,
    remote: RemoteKeys,
}

impl Scene {
    fn new() -> Self {
        let (clock, http) = (Arc::new(FixedClock::default()), Arc::new(FakeHttp::default()));
        let remote = RemoteKeys::new(http.clone(), clock.clone());
        Self { clock, http, remote }
    }

    fn publish(&self, key: &ClientKey, cache_control: Option<&str>) {
        let answer = Fetched {
            status: 200,
            cache_control: cache_control.map(str::to_owned),
            body: key.jwks().to_string().into_bytes(),
            ..Fetched::default()
        };
        self.http.answer(JWKS, Ok(answer));
    }

    async fn verify(&self, key: &ClientKey) -> Result<Claims, SignerError> {
        self.verify_at(JWKS, key).await
    }

    async fn verify_at(&self, uri: &str, key: &ClientKey) -> Result<Claims, SignerError> {
        let (uri, token) = (
            ClientKeys::Uri(uri.parse().unwrap()),
            key.sign(&json!({ "sub": "app" })),
        );
        let token = ForeignToken::parse(&token).unwrap();
        self.remote.verify(&uri, &ClientAlgorithm::ALL, &token).await
    }

    fn asked(&self) -> usize {
        self.http.times_asked(JWKS)
    }

    fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

async fn key() -> ClientKey {
    ClientKey::new(ClientAlgorithm::Es256).await
}

#[tokio::test]
async fn keys_are_fetched_once_while_they_are_fresh() {
    for (cache_control, fresh_for) in [
        (None, 600),
        (Some("max-age=300"), 300),
        (Some("max-age=1"), 60),
        (Some("no-store"), 60),
        (Some("max-age=999999"), 3_600),
    ] {
        let (scene, key) = (Scene::new(), key().await);
        scene.publish(&key, cache_control);
        for _ in 0..2 {
            assert_eq!(scene.verify(&key).await.unwrap()["sub"], "app");
        }
        scene.pass(fresh_for - 1);
        scene.verify(&key).await.unwrap();
        assert_eq!(scene.asked(), 1, "{cache_control:?}");
        scene.pass(1);
        scene.verify(&key).await.unwrap();
        assert_eq!(scene.asked(), 2, "{cache_control:?}");
    }
}

#[tokio::test]
async fn s10_1_1_a_key_that_is_not_known_yet_is_looked_for_at_once_and_once() {
    let (scene, old, new) = (Scene::new(), key().await, key().await);
    scene.publish(&old, Some("max-age=3600"));
    scene.verify(&old).await.unwrap();
    scene.publish(&new, Some("max-age=3600"));
    scene.verify(&new).await.unwrap();
    assert_eq!(scene.asked(), 2);
    // The next change waits for the pause.
    let newest = key().await;
    scene.publish(&newest, Some("max-age=3600"));
    scene.pass(9);
    scene.verify(&newest).await.unwrap_err();
    assert_eq!(scene.asked(), 2);
    scene.publish(&new, Some("max-age=3600"));
    // What the client withdrew is not believed any more.
    scene.pass(1);
    let error = scene.verify(&old).await.unwrap_err();
    assert!(
        matches!(error, SignerError::Token(ForeignTokenError::UnknownKey)),
        "{error:?}"
    );
    assert_eq!(scene.asked(), 3);
}

#[tokio::test]
async fn s10_1_1_keys_changed_under_the_same_name_are_found_too() {
    let (scene, old, new) = (Scene::new(), key().await, key().await);
    let nameless = |key: &ClientKey| {
        let mut jwk = key.jwk();
        jwk.as_object_mut().unwrap().remove("kid");
        json!({ "keys": [jwk] }).to_string()
    };
    scene.http.answer_with(JWKS, "application/json", nameless(&old));
    scene.verify(&old).await.unwrap();
    scene.http.answer_with(JWKS, "application/json", nameless(&new));
    scene.pass(10);
    scene.verify(&new).await.unwrap();
    assert_eq!(scene.asked(), 2);
}

#[tokio::test]
async fn invented_keys_do_not_make_this_server_ask_more_than_twice_in_ten_seconds() {
    let (scene, known, invented) = (Scene::new(), key().await, key().await);
    scene.publish(&known, Some("max-age=3600"));
    // Keys that were read for a token are not read again for the same one.
    scene.verify(&invented).await.unwrap_err();
    assert_eq!(scene.asked(), 1);
    for (seconds, asked) in [(0, 2), (9, 2), (1, 4), (9, 4), (0, 4), (1, 6)] {
        scene.pass(seconds);
        for _ in 0..5 {
            scene.verify(&invented).await.unwrap_err();
        }
        assert_eq!(scene.asked(), asked, "after {seconds} s");
        scene.verify(&known).await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_fails_is_asked_again_after_ten_seconds() {
    let (scene, key) = (Scene::new(), key().await);
    scene.http.answer(JWKS, Err(FetchError::TooSlow));
    for _ in 0..3 {
        let error = scene.verify(&key).await.unwrap_err();
        let slow = matches!(
            error,
            SignerError::Keys(KeysUnavailable::Fetch(FetchError::TooSlow))
        );
        assert!(slow, "{error:?}");
    }
    assert_eq!(scene.asked(), 1);
    scene.publish(&key, None);
    scene.verify(&key).await.unwrap_err();
    scene.pass(10);
    scene.verify(&key).await.unwrap();
    assert_eq!(scene.asked(), 2);
}

#[tokio::test]
async fn keys_outlive_an_outage_of_their_server_but_no_hour() {
    let (scene, key) = (Scene::new(), key().await);
    scene.publish(&key, Some("max-age=60"));
    scene.verify(&key).await.unwrap();
    scene.http.answer(JWKS, Err(FetchError::Status(503)));
    scene.pass(3_599);
    scene.verify(&key).await.unwrap();
    scene.pass(1);
    let error = scene.verify(&key).await.unwrap_err();
    assert!(matches!(error, SignerError::Keys(_)), "{error:?}");
}

#[tokio::test]
async fn what_is_no_key_set_is_an_error_and_not_a_wrong_signature() {
    let (scene, key) = (Scene::new(), key().await);
    for (body, malformed) in [
        ("<html>", true),
        ("{}", true),
        (r#"{"keys":[{"kty":"oct"}]}"#, false),
    ] {
        scene.http.answer_with(JWKS, "application/json", body);
        scene.pass(10);
        let expected = if malformed {
            InvalidKeySet::Malformed
        } else {
            InvalidKeySet::Private
        };
        match scene.verify(&key).await.unwrap_err() {
            SignerError::Keys(KeysUnavailable::Invalid(error)) => assert_eq!(error, expected),
            other => panic!("{other:?}"),
        }
    }
    scene
        .http
        .answer_with(JWKS, "application/json", vec![b' '; 128 * 1_024 + 1]);
    scene.pass(10);
    let error = scene.verify(&key).await.unwrap_err();
    let large = matches!(
        error,
        SignerError::Keys(KeysUnavailable::Fetch(FetchError::TooLarge))
    );
    assert!(large, "{error:?}");
    let missing = Fetched {
        status: 404,
        ..Fetched::default()
    };
    scene.http.answer(JWKS, Ok(missing));
    scene.pass(10);
    let error = scene.verify(&key).await.unwrap_err();
    let status = matches!(
        error,
        SignerError::Keys(KeysUnavailable::Fetch(FetchError::Status(404)))
    );
    assert!(status, "{error:?}");
}

#[tokio::test]
async fn many_who_need_the_same_keys_wait_for_one_request() {
    let (scene, known) = (Scene::new(), key().await);
    scene.publish(&known, None);
    let all = futures::future::join_all((0..50).map(|_| scene.verify(&known))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(scene.asked(), 1);
    // The same when the key is new to this server.
    let new = key().await;
    scene.publish(&new, None);
    scene.pass(10);
    let all = futures::future::join_all((0..50).map(|_| scene.verify(&new))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(scene.asked(), 2);
}

#[tokio::test]
async fn the_memory_for_uris_is_bounded() {
    let (scene, key) = (Scene::new(), key().await);
    let uri = |number: usize| format!("{JWKS}?{number}");
    for number in 0..1_000 {
        scene
            .http
            .answer_with(&uri(number), "application/json", key.jwks().to_string());
        scene.verify_at(&uri(number), &key).await.unwrap();
    }
    scene.publish(&key, None);
    scene.verify(&key).await.unwrap();
    let forgotten = async || {
        let before = scene.http.asked().len();
        for number in 0..1_000 {
            scene.verify_at(&uri(number), &key).await.unwrap();
        }
        scene.http.asked().len() - before
    };
    assert!(forgotten().await > 0);
    // Once they are stale, what nobody uses makes room.
    scene.pass(600);
    scene.verify_at(&format!("{JWKS}?new"), &key).await.unwrap_err();
    scene.verify(&key).await.unwrap();
}
