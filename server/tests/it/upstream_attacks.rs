//! Attacks through a provider that really answers, on the whole product, from its configuration to the page: OpenID
//! Connect Core §3.1.3.7 and §5.3.2, RFC 9207, RFC 8725. Each ends where it began, and nobody is signed in.

use crate::support::{
    Answer, Browser, Deployment, TestIdp,
    forging_op::{ForgingOp, Key, SECRET, Says, Trouble},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

const NEARBY: &str = "allow_private_network = true";

struct Scene {
    op: ForgingOp,
    other: ForgingOp,
    idp: TestIdp,
}

impl Scene {
    /// Two providers within, and the first once more as one that is not said to live there.
    async fn new() -> Self {
        let (op, other) = (ForgingOp::start().await, ForgingOp::start().await);
        let tables = [
            op.table("acme", NEARBY),
            other.table("other", NEARBY),
            op.table("public", ""),
        ];
        let deployment = Deployment::started(super::kind())
            .await
            .with_file(&tables.concat());
        let idp = TestIdp::node(&Arc::new(deployment)).await;
        Self { op, other, idp }
    }

    /// A browser that comes back from the provider, and the path it comes back to.
    async fn coming_back(&self) -> (Browser, String) {
        let mut browser = self.idp.browser();
        let sent = browser.get("/login/acme").await.location().unwrap();
        let back = self
            .op
            .approve(&sent, self.idp.runtime.services.ports.clock.now());
        (browser, back)
    }

    async fn signs_in(&self) {
        let (mut browser, back) = self.coming_back().await;
        let answer = browser.get(&back).await;
        let page = browser.follow(answer).await;
        assert!(page.body.contains("ada@example.com"), "{}", page.body);
    }

    /// Nobody is signed in and nothing was written of anybody.
    async fn led_nowhere(&self, browser: &mut Browser, tried: &str) {
        let account = browser.get("/account").await.location();
        assert!(account.is_some_and(|to| to.starts_with("/login")), "{tried}");
        let rows = self.idp.rows().await;
        for table in ["app_user", "linked_identity", "login_session"] {
            assert_eq!(rows.count(table).await, 0, "{tried}: {table}");
        }
    }
}

fn assert_setback(answer: &Answer, why: &str, tried: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{tried}: {}", answer.body);
    let to = answer.location().unwrap();
    let ends = format!("&upstream={why}&provider=acme");
    assert!(
        to.starts_with("/login?interaction=") && to.ends_with(&ends),
        "{tried}: {to}"
    );
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn unsigned(_: &Key, claims: &Value) -> String {
    format!("{}.{}.", part(&json!({"alg": "none"})), part(claims))
}

/// `none`, with the signature of a token that says the same.
fn none_with_a_signature(key: &Key, claims: &Value) -> String {
    let signed = key.sign(claims);
    let (_, signature) = signed.rsplit_once('.').unwrap();
    format!("{}{signature}", unsigned(key, claims))
}

fn by_secret(secret: &[u8], claims: &Value) -> String {
    jsonwebtoken::encode(
        &Header::new(Algorithm::HS256),
        claims,
        &EncodingKey::from_secret(secret),
    )
    .unwrap()
}

/// Signed as with a secret by what everybody may read.
fn by_public_key(key: &Key, claims: &Value) -> String {
    by_secret(key.jwk().to_string().as_bytes(), claims)
}

fn by_client_secret(_: &Key, claims: &Value) -> String {
    by_secret(SECRET.as_bytes(), claims)
}

fn by_a_stray_key(_: &Key, claims: &Value) -> String {
    Key::new("stray").sign(claims)
}

fn by_a_namesake(key: &Key, claims: &Value) -> String {
    Key::new(key.kid).sign(claims)
}

/// A good signature, of other claims.
fn with_other_claims(key: &Key, claims: &Value) -> String {
    let signed = key.sign(claims);
    let mut parts = signed.split('.');
    let (header, signature) = (parts.next().unwrap(), parts.nth(1).unwrap());
    let mut other = claims.clone();
    other["sub"] = json!("eve");
    format!("{header}.{}.{signature}", part(&other))
}

/// What is wrong with what the provider says, and how it comes to say it.
type Forgery = (&'static str, fn(&mut Says));

const FORGERIES: [Forgery; 21] = [
    ("for another client", |op| op.claims = json!({"aud": "another"})),
    ("for others beside us", |op| {
        op.claims = json!({"aud": ["us", "another"]})
    }),
    ("issued to another", |op| op.claims = json!({"azp": "another"})),
    ("for nobody", |op| op.claims = json!({"aud": null})),
    ("another issuer", |op| {
        op.claims = json!({"iss": "https://accounts.google.com"})
    }),
    ("no issuer", |op| op.claims = json!({"iss": null})),
    ("another nonce", |op| op.claims = json!({"nonce": "another"})),
    ("no nonce", |op| op.claims = json!({"nonce": null})),
    ("expired", |op| op.claims = json!({"exp": 1_767_225_000})),
    ("without end", |op| op.claims = json!({"exp": null})),
    ("without beginning", |op| op.claims = json!({"iat": null})),
    ("of the future", |op| {
        op.claims = json!({"iat": 4_000_000_000_u64, "exp": 4_000_000_300_u64})
    }),
    ("unsigned", |op| op.forge = unsigned),
    ("none with a signature", |op| op.forge = none_with_a_signature),
    ("HS256 by the public key", |op| op.forge = by_public_key),
    ("HS256 by our secret", |op| op.forge = by_client_secret),
    ("an unknown key", |op| op.forge = by_a_stray_key),
    ("a key of the same name", |op| op.forge = by_a_namesake),
    ("claims put under a signature", |op| op.forge = with_other_claims),
    ("UserInfo of somebody else", |op| {
        op.claims = json!({"email_verified": null});
        op.userinfo = json!({"sub": "eve", "email": "ada@example.com", "email_verified": true});
    }),
    ("UserInfo of nobody", |op| {
        op.claims = json!({"name": null});
        op.userinfo = json!({});
    }),
];

#[tokio::test]
async fn no_forged_token_signs_anybody_in() {
    let scene = Scene::new().await;
    for (tried, forges) in FORGERIES {
        scene.op.says().claims = json!({});
        scene.op.says().forge = Key::sign;
        forges(&mut scene.op.says());
        scene.idp.clock.advance(Duration::from_secs(60));
        let (mut browser, back) = scene.coming_back().await;
        let answer = browser.get(&back).await;
        assert_setback(&answer, "refused", tried);
        scene.led_nowhere(&mut browser, tried).await;
    }
    scene.op.says().claims = json!({});
    scene.op.says().forge = Key::sign;
    scene.signs_in().await;
}

#[tokio::test]
async fn rfc9207_s2_4_the_code_of_an_answer_that_names_another_goes_nowhere() {
    let scene = Scene::new().await;
    let named = |back: &str, iss: &str| {
        let (path, _) = back.split_once("&iss=").unwrap();
        format!("{path}{iss}")
    };
    for iss in ["", "&iss=", "&iss=https%3A%2F%2Faccounts.google.com"] {
        let (mut browser, back) = scene.coming_back().await;
        let answer = browser.get(&named(&back, iss)).await;
        assert_setback(&answer, "refused", iss);
        scene.led_nowhere(&mut browser, iss).await;
    }
    assert_eq!(scene.op.times_asked("/token"), 0);
}

#[tokio::test]
async fn an_answer_at_another_providers_callback_is_nobodys() {
    let scene = Scene::new().await;
    let (mut browser, back) = scene.coming_back().await;
    let mixed_up = back.replace("/login/acme/", "/login/other/");
    let answer = browser.get(&mixed_up).await;
    assert_eq!(answer.status, StatusCode::GONE, "{}", answer.body);
    scene.led_nowhere(&mut browser, "mixed up").await;
    let asked = |op: &ForgingOp| op.times_asked("/token");
    assert_eq!((asked(&scene.op), asked(&scene.other)), (0, 0));
}

#[tokio::test]
async fn neither_state_nor_code_is_good_twice_in_the_browser_they_came_to() {
    let scene = Scene::new().await;
    // The answer is taken, and then taken again before anybody is signed in by it.
    scene.op.says().claims = json!({"nonce": "another"});
    let (mut browser, back) = scene.coming_back().await;
    assert_setback(&browser.get(&back).await, "refused", "the first time");
    scene.op.says().claims = json!({});
    let again = browser.get(&back).await;
    assert_eq!(again.status, StatusCode::GONE, "{}", again.body);
    assert_eq!(scene.op.times_asked("/token"), 1);
    let code = |back: &str| {
        back.split("code=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap()
            .to_owned()
    };
    let sent = browser.get("/login/acme").await.location().unwrap();
    let fresh = scene
        .op
        .approve(&sent, scene.idp.runtime.services.ports.clock.now());
    let spent = fresh.replace(&code(&fresh), &code(&back));
    assert_setback(&browser.get(&spent).await, "refused", "a spent code");
    scene.led_nowhere(&mut browser, "replayed").await;
}

#[tokio::test]
async fn changed_keys_are_believed_once_they_are_published_and_old_ones_no_more() {
    let scene = Scene::new().await;
    scene.signs_in().await;
    let (old, new) = (scene.op.says().signing.clone(), Key::new("second"));
    scene.idp.clock.advance(Duration::from_secs(60));
    scene.op.says().signing = new.clone();
    let (mut browser, back) = scene.coming_back().await;
    assert_setback(
        &browser.get(&back).await,
        "refused",
        "a key that is not published",
    );
    scene.op.says().published = vec![new];
    scene.idp.clock.advance(Duration::from_secs(60));
    let asked = scene.op.times_asked("/jwks");
    for _ in 0..3 {
        scene.signs_in().await;
    }
    assert_eq!(scene.op.times_asked("/jwks"), asked + 1);
    scene.op.says().signing = old;
    let (mut browser, back) = scene.coming_back().await;
    assert_setback(&browser.get(&back).await, "refused", "the key of before");
}

#[tokio::test]
async fn an_answer_of_10_mb_and_one_that_never_ends_are_outages() {
    let scene = Scene::new().await;
    for path in ["/token", "/jwks", "/userinfo"] {
        scene.op.says().claims = json!({"email_verified": null});
        scene.op.says().trouble = Some((path, Trouble::Huge));
        let (mut browser, back) = scene.coming_back().await;
        assert_setback(&browser.get(&back).await, "unavailable", path);
        scene.led_nowhere(&mut browser, path).await;
        scene.op.says().trouble = None;
    }
    let (mut browser, back) = scene.coming_back().await;
    scene.op.says().trouble = Some(("/token", Trouble::Slow));
    let began = Instant::now();
    assert_setback(&browser.get(&back).await, "unavailable", "slow");
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    scene.led_nowhere(&mut browser, "slow").await;
}

#[tokio::test]
async fn an_answer_that_leads_elsewhere_is_followed_nowhere() {
    let scene = Scene::new().await;
    let elsewhere = Trouble::Elsewhere(scene.other.port());
    scene.op.says().claims = json!({"email_verified": null});
    scene.op.says().trouble = Some(("/.well-known/openid-configuration", elsewhere));
    let mut browser = scene.idp.browser();
    assert_setback(&browser.get("/login/acme").await, "unavailable", "metadata");
    for path in ["/token", "/jwks", "/userinfo"] {
        scene.op.says().trouble = None;
        let (mut browser, back) = scene.coming_back().await;
        scene.op.says().trouble = Some((path, elsewhere));
        let before = scene.op.times_asked(path);
        assert_setback(&browser.get(&back).await, "unavailable", path);
        assert_eq!(scene.op.times_asked(path), before + 1, "{path}");
        scene.led_nowhere(&mut browser, path).await;
    }
    let asked = scene.other.says().asked.clone();
    assert_eq!(asked, Vec::<String>::new());
}

#[tokio::test]
async fn a_provider_that_is_not_said_to_live_within_is_not_reached_there() {
    let scene = Scene::new().await;
    let mut browser = scene.idp.browser();
    let to = browser.get("/login/public").await.location().unwrap();
    assert!(to.ends_with("&upstream=unavailable&provider=public"), "{to}");
    assert!(scene.op.says().asked.is_empty());
    scene.led_nowhere(&mut browser, "public").await;
}
