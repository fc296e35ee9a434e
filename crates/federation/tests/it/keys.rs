//! A provider's keys: kinds, rotation, and how often they are read (OpenID Connect Core §10.1.1).

use crate::{fixture::Scene, signing::Pair};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use std::time::Duration;

fn publish(scene: &Scene, published: Vec<Pair>, signing: &Pair) {
    let mut state = scene.provider.state();
    state.published = published;
    state.signing = signing.clone();
}

#[tokio::test]
async fn each_kind_of_key_is_verified() {
    for pair in [Pair::rs256("rsa"), Pair::es256("ec"), Pair::ed25519("ed")] {
        let scene = Scene::new();
        publish(&scene, vec![Pair::es256("other"), pair.clone()], &pair);
        assert!(scene.sign_in().await.is_ok(), "{}", pair.kid);
    }
}

#[tokio::test]
async fn s10_1_1_a_new_key_is_found_when_a_token_names_it() {
    let scene = Scene::new();
    scene.sign_in().await.unwrap();
    scene.clock.advance(Duration::from_secs(10));
    let new = Pair::es256("second");
    publish(&scene, vec![new.clone()], &new);
    scene.sign_in().await.unwrap();
    assert_eq!(scene.provider.times_asked("/jwks"), 2);
}

#[tokio::test]
async fn a_new_key_under_an_old_name_is_found() {
    let scene = Scene::new();
    scene.sign_in().await.unwrap();
    scene.clock.advance(Duration::from_secs(10));
    let new = Pair::es256("first");
    publish(&scene, vec![new.clone()], &new);
    scene.sign_in().await.unwrap();
}

#[tokio::test]
async fn invented_key_names_make_no_load() {
    let scene = Scene::new();
    scene.sign_in().await.unwrap();
    scene.provider.state().signing = Pair::es256("invented");
    for _ in 0..5 {
        assert_eq!(scene.refusal().await, "no key of the provider fits");
    }
    assert_eq!(scene.provider.times_asked("/jwks"), 1);
    scene.clock.advance(Duration::from_secs(10));
    for _ in 0..5 {
        assert_eq!(scene.refusal().await, "no key of the provider fits");
    }
    assert_eq!(scene.provider.times_asked("/jwks"), 2);
}

#[tokio::test]
async fn a_withdrawn_key_is_not_believed_once_the_keys_are_old() {
    let scene = Scene::new();
    scene.sign_in().await.unwrap();
    scene.provider.state().published = vec![Pair::es256("second")];
    scene.sign_in().await.unwrap();
    scene.clock.advance(Duration::from_secs(600));
    assert_eq!(scene.refusal().await, "no key of the provider fits");
}

#[tokio::test]
async fn keys_are_kept_as_long_as_their_provider_says_within_bounds() {
    for (said, kept) in [("max-age=120", 120), ("no-store", 60), ("max-age=999999", 3_600)] {
        let scene = Scene::new();
        scene.provider.state().cache_control = Some(said.to_owned());
        scene.sign_in().await.unwrap();
        scene.clock.advance(Duration::from_secs(kept - 1));
        scene.sign_in().await.unwrap();
        assert_eq!(scene.provider.times_asked("/jwks"), 1, "{said}");
        scene.clock.advance(Duration::from_secs(1));
        scene.sign_in().await.unwrap();
        assert_eq!(scene.provider.times_asked("/jwks"), 2, "{said}");
    }
}

#[tokio::test]
async fn a_set_of_more_keys_than_anybody_has_is_refused() {
    let scene = Scene::new();
    let mut published: Vec<Pair> = (0..50)
        .map(|index| Pair::es256(&format!("key {index}")))
        .collect();
    published.push(scene.provider.state().signing.clone());
    scene.provider.state().published = published;
    assert_eq!(scene.refusal().await, "there are too many keys");
}

#[tokio::test]
async fn rfc7518_s3_3_a_short_rsa_key_is_not_even_tried() {
    let scene = Scene::new();
    let modulus = URL_SAFE_NO_PAD.encode([0xff; 128]);
    let short = json!({"kty": "RSA", "kid": "short", "use": "sig", "n": modulus, "e": "AQAB"});
    publish(&scene, Vec::new(), &Pair::rs256("short"));
    scene.provider.state().further_keys = vec![short];
    for _ in 0..2 {
        assert_eq!(scene.refusal().await, "no key of the provider fits");
        scene.clock.advance(Duration::from_secs(10));
    }
    assert_eq!(scene.provider.times_asked("/jwks"), 2);
}
