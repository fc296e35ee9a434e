//! RFC 6749 §2.3.1: guessing a client's secret is bounded; what the wire says once the budget is spent.

use crate::support::{Answer, Browser, RelyingParty, a_client};
use axum::{body::Body, http::Method};
use base64::{Engine as _, engine::general_purpose::STANDARD};

const ADA: &str = "ada@example.com";
const BEHIND_A_PROXY: [(&str, &str); 1] = [("SIGNET_TRUSTED_PROXIES", "127.0.0.0/8")];
/// Every endpoint that authenticates clients by a secret, and its older names.
pub const SECRETS: [&str; 9] = [
    "/token",
    "/oauth2/token",
    "/par",
    "/introspect",
    "/oauth2/introspect",
    "/revoke",
    "/oauth2/revoke",
    "/revocation",
    "/device/code",
];
/// The same, and where a registration is managed by its token.
const ENDPOINTS: [&str; 10] = [
    SECRETS[0],
    SECRETS[1],
    SECRETS[2],
    SECRETS[3],
    SECRETS[4],
    SECRETS[5],
    SECRETS[6],
    SECRETS[7],
    SECRETS[8],
    "/register",
];
/// Guesses, and how many of them at once.
const GUESSES: usize = 10_000;
const TURN: usize = 500;

/// A client that registered itself.
struct Registered {
    id: String,
    secret: String,
    token: String,
}

async fn registered(browser: &mut Browser) -> Registered {
    let document = r#"{"client_name":"Garden","redirect_uris":["https://garden.example.com/cb"]}"#;
    let headers = [("content-type", "application/json")];
    let answer = browser
        .send(Method::POST, "/register", &headers, Body::from(document))
        .await;
    let told = answer.json();
    let text = |name: &str| told[name].as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
    Registered {
        id: text("client_id"),
        secret: text("client_secret"),
        token: text("registration_access_token"),
    }
}

/// Proves at `path` to be the client, by what is right there or by a guess.
async fn proves(
    browser: &mut Browser,
    client: &Registered,
    (path, from): (&str, &str),
    right: bool,
) -> Answer {
    let pick = |what: &str| {
        if right {
            what.to_owned()
        } else {
            "guess".to_owned()
        }
    };
    if path == "/register" {
        let bearer = format!("Bearer {}", pick(&client.token));
        let headers = [("authorization", bearer.as_str()), ("x-forwarded-for", from)];
        let path = format!("/register/{}", client.id);
        return browser.send(Method::GET, &path, &headers, Body::empty()).await;
    }
    let basic = STANDARD.encode(format!("{}:{}", client.id, pick(&client.secret)));
    let basic = format!("Basic {basic}");
    let headers = [("authorization", basic.as_str()), ("x-forwarded-for", from)];
    browser.post_with(path, &headers, &[("token", "x")]).await
}

#[tokio::test]
async fn s2_3_1_every_endpoint_that_authenticates_clients_counts_on_the_one_budget_and_keeps_to_it() {
    let settings = [BEHIND_A_PROXY[0], ("SIGNET_REGISTRATION", "open")];
    let idp = super::start_with(&settings).await;
    let mut browser = idp.browser();
    for path in ENDPOINTS {
        let (client, here) = (registered(&mut browser).await, "203.0.113.7");
        for _ in 0..5 {
            let answer = proves(&mut browser, &client, (path, here), false).await;
            assert_eq!(answer.status, 401, "{path}: {}", answer.body);
        }
        for other in ENDPOINTS {
            let forged = format!("198.51.100.1, {here}");
            for (from, right) in [(here, false), (here, true), (forged.as_str(), true)] {
                let answer = proves(&mut browser, &client, (other, from), right).await;
                assert_eq!(answer.status, 429, "{path} {other}: {}", answer.body);
                assert_eq!(answer.header("retry-after"), Some("3600"), "{path} {other}");
            }
            let elsewhere = proves(&mut browser, &client, (other, "203.0.113.8"), true).await;
            assert!(![401, 429].contains(&elsewhere.status.as_u16()), "{path} {other}");
        }
        idp.clock.advance(std::time::Duration::from_secs(3_600));
        let later = proves(&mut browser, &client, (path, here), true).await;
        assert!(
            ![401, 429].contains(&later.status.as_u16()),
            "{path}: {}",
            later.body
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s2_3_1_a_secret_that_another_process_just_made_is_accepted_and_is_no_guess() {
    let one = super::start().await;
    // Nothing tells it what the other does.
    let two = one.another_node().await;
    let mut rp = one.relying_party(a_client()).await;
    let (act, id) = (one.act().await, rp.id.parse().unwrap());
    let mut elsewhere = two.browser();
    let mut asks = async |rp: &RelyingParty| {
        let answer = rp.post(&mut elsewhere, "/revoke", &[("token", "x")]).await;
        answer.status.as_u16()
    };
    let rotate = async || {
        let secret = one.runtime.services.clients.rotate_secret(&act, &id).await;
        Some(secret.unwrap().unwrap().expose().to_owned())
    };
    assert_eq!(asks(&rp).await, 200);
    // More often than guesses are judged.
    for _ in 0..7 {
        rp.secret = rotate().await;
        one.clock.advance(std::time::Duration::from_secs(1));
        assert_eq!(asks(&rp).await, 200);
    }
    rp.secret = rotate().await;
    assert_eq!(
        asks(&rp).await,
        401,
        "guesses would make it read the store each time"
    );
    one.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(asks(&rp).await, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s2_3_1_ten_thousand_guesses_at_every_endpoint_at_once_are_told_of_five() {
    let redis = testbed::Redis::shared().url();
    for ephemeral in ["memory:", "sql:", &redis] {
        let settings = [
            ("SIGNET_REGISTRATION", "open"),
            ("SIGNET_EPHEMERAL_URL", ephemeral),
        ];
        let idp = super::start_with(&settings).await;
        let client = registered(&mut idp.browser()).await;
        let client = std::sync::Arc::new(client);
        let mut statuses = Vec::with_capacity(GUESSES);
        for turn in 0..GUESSES / TURN {
            let asked = (0..TURN).map(|number| {
                let (mut browser, client) = (idp.browser(), client.clone());
                tokio::spawn(async move {
                    let path = ENDPOINTS[(turn + number) % ENDPOINTS.len()];
                    let answer = proves(&mut browser, &client, (path, "x"), false).await;
                    answer.status.as_u16()
                })
            });
            let answered = futures::future::join_all(asked).await;
            statuses.extend(answered.into_iter().map(Result::unwrap));
        }
        let of = |status: u16| statuses.iter().filter(|told| **told == status).count();
        assert_eq!((of(401), of(429)), (5, GUESSES - 5), "{ephemeral}");
    }
}

#[tokio::test]
async fn s2_3_1_after_too_many_wrong_secrets_the_answer_is_429_and_says_when_to_come_back() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let code = rp.code(&mut browser, ADA).await;
    let guesser = RelyingParty {
        secret: Some("guess".to_owned()),
        ..rp.clone()
    };
    for path in ["/token", "/revoke"].into_iter().cycle().take(5) {
        let answer = guesser.post(&mut browser, path, &[]).await;
        assert_eq!(answer.status, 401, "{}", answer.body);
        assert_eq!(answer.json()["error"], "invalid_client");
        assert!(answer.header("www-authenticate").unwrap().starts_with("Basic"));
    }
    let answer = guesser.redeem(&mut browser, &code).await;
    assert_eq!(answer.status, 429, "{}", answer.body);
    assert_eq!(answer.json()["error"], "too_many_requests");
    assert_eq!(answer.header("retry-after"), Some("3600"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(
        rp.redeem(&mut browser, &code).await.status,
        429,
        "the right secret, from the same address"
    );
    let other = idp.relying_party(a_client()).await;
    assert_eq!(
        other
            .post(&mut browser, "/revoke", &[("token", "x")])
            .await
            .status,
        200
    );
}
