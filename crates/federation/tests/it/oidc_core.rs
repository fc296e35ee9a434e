//! OpenID Connect Core 1.0: the code flow, and every rule of the ID token broken once.

use crate::{
    fixture::{Scene, Table, refusal, registered},
    provider::{CLIENT_ID, SECRET},
    signing::{Pair, signed_with_secret, unsigned},
};
use domain::{
    clock::{Clock as _, Timestamp},
    federation::{Answer, Attempt, Freshness, Hints, Upstream as _},
    secret::Secret,
};
use serde_json::{Value, json};
use std::{collections::HashMap, time::Duration};

#[tokio::test]
async fn s3_1_a_sign_in_vouches_for_a_person() {
    let scene = Scene::new();
    let vouched = scene.sign_in().await.unwrap();
    assert_eq!(vouched.provider.as_str(), "acme");
    assert_eq!(vouched.issuer, "https://id.example.com");
    assert_eq!(vouched.subject, "248289761001");
    let email = vouched.email.unwrap();
    assert_eq!(
        (email.address.as_str(), email.verified),
        ("ada@example.com", true)
    );
    assert_eq!(vouched.name.as_deref(), Some("Ada Lovelace"));
    assert!(vouched.tokens.is_none());
    assert_eq!(scene.provider.times_asked("/userinfo"), 0);
}

#[tokio::test]
async fn s3_1_2_1_the_request_carries_what_binds_its_answer() {
    let scene = Scene::new();
    let attempt = scene.attempt();
    let hints = Hints {
        login_hint: Some("ada@example.com".to_owned()),
        ui_locales: Some("de en".to_owned()),
        fresh: true,
        max_age: Some(Duration::from_secs(90)),
    };
    let url = scene.upstream.authorization_url(&attempt, &hints).await.unwrap();
    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    assert!(
        url.as_str()
            .starts_with("https://id.example.com/authorize?tenant=acme&")
    );
    assert_eq!(query["state"], *attempt.state.expose());
    assert_eq!(query["nonce"], *attempt.nonce.expose());
    assert_eq!(query["scope"], "openid email profile");
    assert_eq!(query["redirect_uri"], attempt.redirect_uri.as_str());
    assert_eq!(query["login_hint"], "ada@example.com");
    assert_eq!(query["ui_locales"], "de en");
    assert_eq!(query["prompt"], "login");
    assert_eq!(query["max_age"], "0");
    assert!(!url.as_str().contains(attempt.verifier.expose()));
}

#[tokio::test]
async fn s2_the_provider_is_asked_to_tell_when_the_proof_was_given_however_old_it_may_be() {
    let scene = Scene::new();
    let url = scene
        .upstream
        .authorization_url(&scene.attempt(), &Hints::default())
        .await
        .unwrap();
    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    assert_eq!(query["max_age"], "31536000");
    assert!(!query.contains_key("prompt"));
}

#[tokio::test]
async fn rfc6749_s4_1_2_a_replayed_code_vouches_for_nobody() {
    let scene = Scene::new();
    let (attempt, answer) = scene.begin().await.unwrap();
    scene.upstream.redeem(&attempt, answer.clone()).await.unwrap();
    let asked = scene.provider.times_asked("/token");
    let again = scene.upstream.redeem(&attempt, answer).await;
    assert_eq!(refusal(again), "the token endpoint refused");
    assert_eq!(scene.provider.times_asked("/token"), asked + 1);
}

#[tokio::test]
async fn rfc7636_s4_6_a_code_of_another_attempt_vouches_for_nobody() {
    let scene = Scene::new();
    let (_, answer) = scene.begin().await.unwrap();
    let redeemed = scene.upstream.redeem(&scene.attempt(), answer).await;
    assert_eq!(refusal(redeemed), "the token endpoint refused");
}

#[tokio::test]
async fn a_code_that_is_too_long_is_sent_to_nobody() {
    let scene = Scene::new();
    let (attempt, answer) = scene.begin().await.unwrap();
    let long = Answer {
        code: Secret::new("c".repeat(4_097)),
        ..answer
    };
    assert_eq!(
        refusal(scene.upstream.redeem(&attempt, long).await),
        "the code is too long"
    );
    assert_eq!(scene.provider.times_asked("/token"), 0);
}

#[tokio::test]
async fn s3_1_3_7_each_rule_of_the_id_token_is_checked() {
    let now = Scene::new().clock.now().seconds();
    let long = "s".repeat(256);
    let mut table = Table::default();
    for (change, rule) in [
        (
            json!({"iss": "https://other.example.com"}),
            "the token is another issuer's",
        ),
        (
            json!({"iss": "https://id.example.com/"}),
            "the token is another issuer's",
        ),
        (json!({"iss": null}), "the token is another issuer's"),
        (json!({"aud": "another"}), "the token is for another client"),
        (json!({"aud": ["another"]}), "the token is for another client"),
        (
            json!({"aud": [CLIENT_ID, "another"]}),
            "the token is for another client",
        ),
        (json!({"aud": null}), "the token is for another client"),
        (
            json!({"azp": "another"}),
            "the token was issued to another client",
        ),
        (
            json!({"aud": [CLIENT_ID, "another"], "azp": "another"}),
            "the token is for another client",
        ),
        (json!({"exp": now - 60}), "the token has expired"),
        (json!({"exp": null}), "the token does not say when it expires"),
        (json!({"exp": "soon"}), "the token does not say when it expires"),
        (json!({"iat": now + 61}), "the token is of the future"),
        (json!({"iat": null}), "the token does not say when it was issued"),
        (json!({"nonce": "another"}), "the token is not of this attempt"),
        (json!({"nonce": null}), "the token is not of this attempt"),
        (json!({"sub": null}), "sub names nobody"),
        (json!({"sub": ""}), "sub names nobody"),
        (json!({"sub": 7}), "sub names nobody"),
        (json!({"sub": long}), "sub names nobody"),
        (json!({"sub": "a\u{0}b"}), "sub names nobody"),
    ] {
        let scene = Scene::new();
        scene.provider.state().id_token = change.clone();
        table.expect(&change, rule, scene.refusal().await);
    }
    table.done();
}

#[tokio::test]
async fn s3_1_3_7_what_the_rules_allow_is_accepted() {
    let mut table = Table::default();
    let now = Scene::new().clock.now().seconds();
    for change in [
        json!({"aud": [CLIENT_ID]}),
        json!({"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}),
        json!({"azp": CLIENT_ID}),
        json!({"exp": now - 59}),
        json!({"iat": now + 60}),
        json!({"iat": now as f64 + 0.5}),
    ] {
        let scene = Scene::new();
        scene.provider.state().id_token = change.clone();
        table.expect(&change, "accepted", scene.refusal().await);
    }
    table.done();
}

#[tokio::test]
async fn s3_1_2_1_who_is_asked_to_prove_it_again_did_so() {
    const STALE: &str = "the person did not prove again who they are";
    const UNTOLD: &str = "the token does not say when the person proved who they are";
    let (mut table, now) = (Table::default(), Scene::new().clock.now());
    let (at, hour) = (now.seconds(), Duration::from_secs(3_600));
    let asked = |since| Some(Freshness { since });
    for (fresh, said, rule) in [
        (None, json!(null), "accepted"),
        (None, json!(0), "accepted"),
        (asked(now), json!(at), "accepted"),
        (asked(now), json!(at - 60), "accepted"),
        (asked(now), json!(at - 61), STALE),
        (asked(now), json!("today"), UNTOLD),
        (asked(now), json!(null), UNTOLD),
        (asked(now - hour), json!(at - 3_660), "accepted"),
        (asked(now - hour), json!(at - 3_661), STALE),
    ] {
        let scene = Scene::new();
        scene.provider.state().id_token = json!({ "auth_time": said });
        let (attempt, answer) = scene.begin().await.unwrap();
        let attempt = Attempt { fresh, ..attempt };
        let redeemed = scene.upstream.redeem(&attempt, answer).await;
        let told = redeemed
            .as_ref()
            .ok()
            .and_then(|vouched| vouched.authenticated_at);
        let expected = said
            .as_i64()
            .filter(|_| redeemed.is_ok())
            .map(Timestamp::from_seconds);
        assert_eq!(told, expected, "{fresh:?} {said}");
        table.expect(&format!("{fresh:?} {said}"), rule, refusal(redeemed));
    }
    table.done();
}

#[tokio::test]
async fn the_nonce_of_another_attempt_is_refused() {
    let scene = Scene::new();
    let other = scene.attempt();
    scene.provider.state().id_token = json!({"nonce": other.nonce.expose()});
    assert_eq!(scene.refusal().await, "the token is not of this attempt");
}

#[tokio::test]
async fn rfc8725_s3_1_only_asymmetric_algorithms_are_believed() {
    type Forge = fn(&Pair, &Value) -> String;
    let forgeries: [(Forge, &str); 7] = [
        (
            |_, claims| unsigned(claims),
            "the token's algorithm is not allowed",
        ),
        (
            |_, claims| signed_with_secret(SECRET, claims),
            "the token's algorithm is not allowed",
        ),
        (
            // The public key, which everybody has, as an HMAC secret.
            |pair, claims| signed_with_secret(&pair.jwk().to_string(), claims),
            "the token's algorithm is not allowed",
        ),
        (
            |pair, claims| pair.sign_with_header(&json!({"alg": "RS256", "kid": pair.kid}), claims),
            "no key of the provider fits",
        ),
        (
            |pair, claims| {
                pair.sign_with_header(&json!({"alg": "ES256", "kid": pair.kid, "crit": ["exp"]}), claims)
            },
            "the token has critical extensions",
        ),
        (
            |pair, claims| {
                pair.sign_with_header(&json!({"alg": "ES256", "kid": pair.kid, "typ": "at+jwt"}), claims)
            },
            "the token is of another type",
        ),
        (
            // A key that the token itself brings along.
            |_, claims| {
                let own = Pair::es256("own");
                own.sign_with_header(&json!({"alg": "ES256", "jwk": own.jwk()}), claims)
            },
            "no key of the provider fits",
        ),
    ];
    let mut table = Table::default();
    for (index, (forge, rule)) in forgeries.into_iter().enumerate() {
        let scene = Scene::new();
        scene.provider.state().forge = Some(forge);
        table.expect(&index, rule, scene.refusal().await);
    }
    table.done();
}

#[tokio::test]
async fn rfc7515_s5_2_a_changed_token_is_refused() {
    let scene = Scene::new();
    scene.provider.state().forge = Some(|pair, claims| {
        let token = pair.sign(claims);
        let (message, signature) = token.rsplit_once('.').unwrap();
        let (header, _) = message.split_once('.').unwrap();
        let mut changed = claims.clone();
        changed["sub"] = json!("somebody else");
        let other = Pair::es256("x").sign(&changed);
        let payload = other.split('.').nth(1).unwrap();
        format!("{header}.{payload}.{signature}")
    });
    assert_eq!(scene.refusal().await, "no key of the provider fits");
    for malformed in ["", "a", "a.b", "a.b.c", "!.!.!"] {
        let scene = Scene::new();
        scene.provider.state().token_answer = json!({ "id_token": malformed });
        let rule = scene.refusal().await;
        assert!(
            rule.contains("malformed") || rule.contains("a token is empty"),
            "{rule}"
        );
    }
}

#[tokio::test]
async fn s3_1_3_3_the_token_answer_is_checked() {
    let mut table = Table::default();
    for (change, rule) in [
        (json!({"id_token": null}), "there is no ID token"),
        (
            json!({"access_token": null}),
            "the token endpoint's answer is malformed",
        ),
        (
            json!({"token_type": "mac"}),
            "the access token is no bearer token",
        ),
        (
            json!({"access_token": "a\nb"}),
            "a token is empty, too long or not of printable ASCII",
        ),
        (
            json!({"access_token": "a".repeat(32_769)}),
            "a token is empty, too long or not of printable ASCII",
        ),
    ] {
        let scene = Scene::new();
        scene.provider.state().token_answer = change.clone();
        table.expect(&change, rule, scene.refusal().await);
    }
    table.done();
}

#[tokio::test]
async fn discovery_s4_3_metadata_of_another_issuer_are_refused() {
    for issuer in [
        "https://other.example.com",
        "https://id.example.com/",
        "http://id.example.com",
    ] {
        let scene = Scene::new();
        scene.provider.state().metadata["issuer"] = json!(issuer);
        let refused = scene.begin().await;
        assert_eq!(refusal(refused), "the metadata are another issuer's");
    }
}

#[tokio::test]
async fn every_endpoint_of_a_provider_on_https_is_on_https() {
    for endpoint in [
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
    ] {
        let scene = Scene::new();
        scene.provider.state().metadata[endpoint] = json!("http://id.example.com/plain");
        assert_eq!(
            refusal(scene.begin().await),
            "an endpoint is not https",
            "{endpoint}"
        );
    }
    let scene = Scene::new();
    scene.provider.state().metadata["authorization_endpoint"] = json!("javascript:alert(1)");
    assert_eq!(refusal(scene.begin().await), "an endpoint is not https");
}

#[tokio::test]
async fn metadata_are_read_once_and_again_when_they_are_old() {
    let scene = Scene::new();
    let asked = |scene: &Scene| scene.provider.times_asked("/.well-known/openid-configuration");
    assert_eq!(asked(&scene), 0);
    scene.sign_in().await.unwrap();
    scene.sign_in().await.unwrap();
    assert_eq!(asked(&scene), 1);
    scene.clock.advance(Duration::from_secs(3_600));
    scene.sign_in().await.unwrap();
    assert_eq!(asked(&scene), 2);
}

#[tokio::test]
async fn tokens_are_kept_only_for_who_asks_for_it_and_are_refreshed() {
    let scene = Scene::registered_as(registered(true));
    let tokens = scene.sign_in().await.unwrap().tokens.unwrap();
    assert_eq!(tokens.access_token.expose(), "access-0");
    assert_eq!(tokens.scope.as_deref(), Some("openid email"));
    assert_eq!(
        tokens.expires_at,
        Some(scene.clock.now() + Duration::from_secs(3_600))
    );
    let refresh_token = tokens.refresh_token.unwrap();
    let refreshed = scene.upstream.refresh(&refresh_token).await.unwrap();
    assert_eq!(refreshed.access_token.expose(), "access-1");
    assert_eq!(refreshed.refresh_token.unwrap().expose(), "refresh-1");
    assert!(Scene::new().sign_in().await.unwrap().tokens.is_none());
}

#[tokio::test]
async fn what_is_said_of_tokens_is_bounded() {
    let year = Duration::from_secs(366 * 86_400);
    let fits = "s".repeat(4_096);
    for (said, lifetime, scope) in [
        (
            json!({"expires_in": u64::MAX, "scope": fits}),
            year,
            Some(fits.as_str()),
        ),
        (
            json!({"scope": format!("{fits}s")}),
            Duration::from_secs(3_600),
            None,
        ),
    ] {
        let scene = Scene::registered_as(registered(true));
        scene.provider.state().token_answer = said;
        let tokens = scene.sign_in().await.unwrap().tokens.unwrap();
        assert_eq!(tokens.expires_at, Some(scene.clock.now() + lifetime));
        assert_eq!(tokens.scope.as_deref(), scope);
    }
}
