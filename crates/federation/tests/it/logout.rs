//! OpenID Connect Back-Channel Logout 1.0 §2.6: every rule of the logout token broken once.

use crate::{
    fixture::{Scene, Table, refusal},
    signing::{Pair, unsigned},
};
use domain::{clock::Clock as _, federation::Upstream as _};
use serde_json::{Value, json};
use std::time::Duration;

fn said(scene: &Scene, changes: &Value) -> Value {
    let mut claims = scene.provider.claims(&json!({
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        "jti": "token 1",
        "sid": "session 1",
    }));
    crate::provider::change(&mut claims, changes);
    claims
}

fn signed(scene: &Scene, changes: &Value) -> String {
    let claims = said(scene, changes);
    let signing = scene.provider.state().signing.clone();
    signing.sign_with_header(
        &json!({"alg": "ES256", "kid": signing.kid, "typ": "logout+jwt"}),
        &claims,
    )
}

#[tokio::test]
async fn s2_4_a_logout_token_says_who_and_which_session() {
    let scene = Scene::new();
    let told = scene
        .upstream
        .logged_out(&signed(&scene, &json!({})))
        .await
        .unwrap();
    assert_eq!(told.issuer, "https://id.example.com");
    assert_eq!(told.subject.as_deref(), Some("248289761001"));
    assert_eq!(told.session.as_deref(), Some("session 1"));
    assert_eq!(told.token_id, "token 1");
    assert_eq!(told.expires_at, scene.clock.now() + Duration::from_secs(300));
    for one in [json!({"sub": null}), json!({"sid": null})] {
        assert!(scene.upstream.logged_out(&signed(&scene, &one)).await.is_ok());
    }
}

#[tokio::test]
async fn s2_6_each_rule_of_the_logout_token_is_checked() {
    let scene = Scene::new();
    let now = scene.clock.now().seconds();
    let mut table = Table::default();
    for (change, rule) in [
        (
            json!({"iss": "https://other.example.com"}),
            "the token is another issuer's",
        ),
        (json!({"aud": "another"}), "the token is for another client"),
        (json!({"exp": now - 60}), "the token has expired"),
        (json!({"exp": null}), "the token does not say when it expires"),
        (json!({"exp": now + 86_401}), "the logout token lives too long"),
        (json!({"iat": null}), "the token does not say when it was issued"),
        (json!({"iat": now + 61}), "the token is of the future"),
        (json!({"events": null}), "the token tells of no logout"),
        (json!({"events": {"other": {}}}), "the token tells of no logout"),
        (
            json!({"events": {"http://schemas.openid.net/event/backchannel-logout": true}}),
            "the token tells of no logout",
        ),
        (json!({"nonce": "n"}), "a logout token has no nonce"),
        (
            json!({"sub": null, "sid": null}),
            "the logout token names nobody and no session",
        ),
        (json!({"jti": null}), "the logout token has no jti"),
    ] {
        let told = scene.upstream.logged_out(&signed(&scene, &change)).await;
        table.expect(&change, rule, refusal(told));
    }
    table.done();
}

#[tokio::test]
async fn s2_6_a_logout_token_that_the_provider_did_not_sign_ends_nothing() {
    let scene = Scene::new();
    let claims = said(&scene, &json!({}));
    let told = scene.upstream.logged_out(&unsigned(&claims)).await;
    assert_eq!(refusal(told), "the token's algorithm is not allowed");
    let told = scene
        .upstream
        .logged_out(&Pair::es256("first").sign(&claims))
        .await;
    assert_eq!(refusal(told), "no key of the provider fits");
}

#[tokio::test]
async fn a_logout_token_signs_nobody_in() {
    let scene = Scene::new();
    scene.provider.state().id_token = said(&scene, &json!({"nonce": null}));
    scene.provider.state().id_token["nonce"] = Value::Null;
    assert_eq!(scene.refusal().await, "the token is not of this attempt");
}
