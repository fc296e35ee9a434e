//! GitHub's documented shapes: <https://docs.github.com/en/rest/users>.

use crate::fixture::{Observed, assert_unavailable, refusal, registered};
use async_trait::async_trait;
use domain::{
    clock::{Clock as _, Timestamp},
    federation::{
        Answer, Attempt, Condition, Freshness, Hints, RefreshError, Upstream as _, UpstreamError, Vouched,
    },
    outbound::{FetchError, FetchRequest, Fetched, HttpFetch},
    random::Random,
    secret::Secret,
    testing::{FakeHttp, FixedClock, SeededRandom},
};
use federation::{GitHub, GitHubSettings, Outside, Patience, Registered};
use serde_json::{Value, json};
use std::{collections::HashMap, sync::Arc, time::Duration};
use url::Url;

const TOKEN: &str = "https://github.example.com/login/oauth/access_token";
const USER: &str = "https://api.github.example.com/user";
const EMAILS: &str = "https://api.github.example.com/user/emails";
const LIMITS: &str = "https://api.github.example.com/rate_limit";

/// Answers `/user` and `/user/emails` only to who shows the token that was issued.
struct Guarded(Arc<FakeHttp>);

#[async_trait]
impl HttpFetch for Guarded {
    async fn fetch(&self, request: &FetchRequest) -> Result<Fetched, FetchError> {
        let answer = self.0.fetch(request).await?;
        let bearer = Secret::new("Bearer gho_16C7e42F292c6912E7710c838347Ae178B4a".to_owned());
        let known = request.headers.contains(&("authorization", bearer));
        if [TOKEN, LIMITS].contains(&request.url.as_str()) || known {
            return Ok(answer);
        }
        Ok(Fetched {
            status: 401,
            ..Fetched::default()
        })
    }
}

struct Scene {
    http: Arc<FakeHttp>,
    clock: Arc<FixedClock>,
    upstream: GitHub,
}

fn answer(http: &FakeHttp, url: &str, document: &Value) {
    http.answer_with(url, "application/json; charset=utf-8", document.to_string());
}

impl Scene {
    fn new() -> Self {
        Self::registered_as(registered(false))
    }

    fn registered_as(mut registered: Registered) -> Self {
        registered.scopes = ["read:user", "user:email"].map(str::to_owned).into();
        let http = Arc::new(FakeHttp::default());
        answer(
            &http,
            TOKEN,
            &json!({
                "access_token": "gho_16C7e42F292c6912E7710c838347Ae178B4a",
                "scope": "read:user,user:email",
                "token_type": "bearer",
            }),
        );
        answer(
            &http,
            USER,
            &json!({
                "login": "octocat", "id": 583_231, "node_id": "MDQ6VXNlcjE=", "name": "monalisa octocat",
                "company": "GitHub", "email": "public@example.com", "type": "User", "site_admin": false,
            }),
        );
        answer(
            &http,
            EMAILS,
            &json!([
                {"email": "old@example.com", "verified": true, "primary": false, "visibility": null},
                {"email": "octocat@example.com", "verified": true, "primary": true, "visibility": "public"},
            ]),
        );
        answer(
            &http,
            LIMITS,
            &json!({"resources": {"core": {"limit": 60, "remaining": 60}}}),
        );
        let clock = Arc::new(FixedClock::default());
        let outside = Outside {
            http: Arc::new(Guarded(http.clone())),
            clock: clock.clone(),
            random: Arc::new(SeededRandom::new(1)),
            observer: Arc::new(Observed::default()),
            patience: Patience::default(),
        };
        let settings = GitHubSettings {
            registered,
            base_url: Url::parse("https://github.example.com/").unwrap(),
            api_url: Url::parse("https://api.github.example.com").unwrap(),
        };
        Self {
            upstream: GitHub::new(settings, outside),
            http,
            clock,
        }
    }

    fn attempt() -> Attempt {
        let callback = Url::parse("https://signet.example/login/github/callback").unwrap();
        let random: &dyn Random = &SeededRandom::new(3);
        Attempt::new("acme".parse().unwrap(), callback, random).unwrap()
    }

    async fn begin(&self) -> Result<Url, UpstreamError> {
        let hints = Hints::default();
        self.upstream.authorization_url(&Self::attempt(), &hints).await
    }

    async fn sign_in(&self) -> Result<Vouched, UpstreamError> {
        self.answered(None).await
    }

    async fn answered(&self, issuer: Option<&str>) -> Result<Vouched, UpstreamError> {
        let answer = Answer {
            code: Secret::new("e72e16c7e42f292c6912".to_owned()),
            issuer: issuer.map(str::to_owned),
        };
        self.upstream.redeem(&Self::attempt(), answer).await
    }
}

#[tokio::test]
async fn the_subject_is_the_number_and_the_address_the_primary_one() {
    let scene = Scene::new();
    let said = scene.sign_in().await.unwrap();
    assert_eq!(said.subject, "583231");
    assert_eq!(said.issuer, "https://api.github.example.com");
    let email = said.email.unwrap();
    assert_eq!(
        (email.address.as_str(), email.verified),
        ("octocat@example.com", true)
    );
    assert_eq!(said.name.as_deref(), Some("monalisa octocat"));
}

#[tokio::test]
async fn a_login_that_changes_hands_is_another_person() {
    let scene = Scene::new();
    answer(&scene.http, USER, &json!({"login": "octocat", "id": 7}));
    assert_eq!(scene.sign_in().await.unwrap().subject, "7");
    for id in [json!("583231"), json!(0), json!(-1), json!(null)] {
        answer(&scene.http, USER, &json!({"login": "octocat", "id": id}));
        assert_eq!(refusal(scene.sign_in().await), "the account has no number");
    }
}

#[tokio::test]
async fn an_address_that_is_not_proven_is_not_called_so() {
    let scene = Scene::new();
    answer(
        &scene.http,
        EMAILS,
        &json!([
            {"email": "proven@example.com", "verified": true, "primary": false},
            {"email": "claimed@example.com", "verified": false, "primary": true},
        ]),
    );
    let email = scene.sign_in().await.unwrap().email.unwrap();
    assert_eq!(
        (email.address.as_str(), email.verified),
        ("claimed@example.com", false)
    );
}

#[tokio::test]
async fn the_public_address_of_a_profile_is_never_taken() {
    let scene = Scene::new();
    for status in [403, 404] {
        scene.http.answer(
            EMAILS,
            Ok(Fetched {
                status,
                ..Fetched::default()
            }),
        );
        assert!(scene.sign_in().await.unwrap().email.is_none());
    }
    answer(&scene.http, EMAILS, &json!([]));
    assert!(scene.sign_in().await.unwrap().email.is_none());
}

#[tokio::test]
async fn an_address_that_is_none_is_left_out() {
    let scene = Scene::new();
    let long = format!("{}@example.com", "a".repeat(243));
    for (address, is_taken) in [
        ("octocat@example.com", true),
        ("octocat@example.com\r\nBcc: eve@example.com", false),
        (long.as_str(), false),
        ("", false),
    ] {
        let primary = json!([{"email": address, "verified": true, "primary": true, "visibility": null}]);
        answer(&scene.http, EMAILS, &primary);
        let said = scene.sign_in().await.unwrap();
        assert_eq!(said.email.is_some(), is_taken, "{address:?}");
    }
}

#[tokio::test]
async fn the_browser_is_sent_with_pkce_and_state() {
    let scene = Scene::new();
    let attempt = Scene::attempt();
    let url = scene
        .upstream
        .authorization_url(&attempt, &Hints::default())
        .await
        .unwrap();
    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    assert!(
        url.as_str()
            .starts_with("https://github.example.com/login/oauth/authorize?")
    );
    assert_eq!(query["state"], *attempt.state.expose());
    assert_eq!(query["code_challenge_method"], "S256");
    assert_eq!(query["scope"], "read:user user:email");
    assert_eq!(scene.http.asked().len(), 1, "whether it lives");
}

#[tokio::test(start_paused = true)]
async fn nobody_is_sent_to_github_while_its_api_is_gone_and_few_clicks_ask_it() {
    let scene = Scene::new();
    for _ in 0..3 {
        scene.begin().await.unwrap();
    }
    assert_eq!(scene.http.times_asked(LIMITS), 1);
    scene.clock.advance(Duration::from_secs(31));
    let with = |status| {
        Ok(Fetched {
            status,
            ..Fetched::default()
        })
    };
    scene.http.answer(LIMITS, with(503));
    for _ in 0..2 {
        assert_unavailable(scene.begin().await);
    }
    assert_eq!(scene.upstream.condition(), Condition::Open);
    assert_eq!(scene.http.times_asked(LIMITS), 6);
    // A server that limits nobody has no such page, and says so.
    scene.clock.advance(Duration::from_secs(30));
    scene.http.answer(LIMITS, with(404));
    scene.begin().await.unwrap();
    assert_eq!(scene.upstream.condition(), Condition::Closed);
}

#[tokio::test]
async fn a_proof_that_must_be_fresh_is_never_had_here_and_no_code_is_spent_on_it() {
    let scene = Scene::new();
    let attempt = Attempt {
        fresh: Some(Freshness {
            since: Timestamp::default(),
        }),
        ..Scene::attempt()
    };
    let answer = Answer {
        code: Secret::new("code".to_owned()),
        issuer: None,
    };
    let redeemed = scene.upstream.redeem(&attempt, answer).await;
    assert!(matches!(redeemed, Err(UpstreamError::Stale(_))), "{redeemed:?}");
    assert!(scene.http.asked().is_empty());
    assert_eq!(scene.sign_in().await.unwrap().authenticated_at, None);
}

#[tokio::test]
async fn errors_with_status_200_are_errors() {
    let scene = Scene::new();
    answer(
        &scene.http,
        TOKEN,
        &json!({
            "error": "bad_verification_code", "error_description": "The code passed is incorrect or expired.",
        }),
    );
    assert_eq!(
        refusal(scene.sign_in().await),
        "the token endpoint's answer is malformed"
    );
}

#[tokio::test]
async fn an_answer_that_names_another_provider_is_refused_and_its_code_goes_nowhere() {
    let scene = Scene::new();
    let refused = scene.answered(Some("https://id.example.com")).await;
    assert_eq!(refusal(refused), "iss names another provider");
    assert!(scene.http.asked().is_empty());
    assert!(
        scene
            .answered(Some("https://github.example.com/login/oauth"))
            .await
            .is_ok()
    );
}

#[tokio::test(start_paused = true)]
async fn an_api_that_is_down_is_an_outage() {
    let scene = Scene::new();
    scene.http.answer(
        USER,
        Ok(Fetched {
            status: 502,
            ..Fetched::default()
        }),
    );
    assert_unavailable(scene.sign_in().await);
    assert_eq!(scene.http.times_asked(TOKEN), 1);
    assert_eq!(scene.http.times_asked(USER), 3);
    scene.http.answer(
        USER,
        Ok(Fetched {
            status: 401,
            ..Fetched::default()
        }),
    );
    assert_eq!(refusal(scene.sign_in().await), "the API refused the access token");
}

#[tokio::test]
async fn further_members_of_the_account_become_attributes() {
    let mut settings = registered(false);
    settings.claims.attributes = [("github".to_owned(), "login".to_owned())].into();
    let said = Scene::registered_as(settings).sign_in().await.unwrap();
    assert_eq!(said.attributes["github"], "octocat");
}

/// What a GitHub App answers whose tokens expire:
/// <https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens>.
#[tokio::test]
async fn tokens_of_apps_that_let_them_expire_are_refreshed_and_others_live_on() {
    let scene = Scene::registered_as(registered(true));
    let lasting = scene.sign_in().await.unwrap().tokens.unwrap();
    assert!(lasting.expires_at.is_none() && lasting.refresh_token.is_none());
    let expiring = json!({
        "access_token": "ghu_16C7e42F292c6912E7710c838347Ae178B4a", "expires_in": 28_800,
        "refresh_token": "ghr_1B4a2e77838347a7E420ce178F2E7c6912E1692",
        "refresh_token_expires_in": 15_897_600, "scope": "", "token_type": "bearer",
    });
    answer(&scene.http, TOKEN, &expiring);
    let spent = Secret::new("ghr_0".to_owned());
    let new = scene.upstream.refresh(&spent).await.unwrap();
    assert!(new.access_token.expose().starts_with("ghu_"));
    assert!(new.refresh_token.unwrap().expose().starts_with("ghr_1"));
    assert_eq!(
        new.expires_at
            .unwrap()
            .since(FixedClock::default().now())
            .as_secs(),
        28_800
    );
    // With status 200.
    answer(
        &scene.http,
        TOKEN,
        &json!({"error": "bad_refresh_token", "error_description": "expired"}),
    );
    let refused = scene.upstream.refresh(&spent).await;
    assert!(matches!(refused, Err(RefreshError::Ended)), "{refused:?}");
    answer(
        &scene.http,
        TOKEN,
        &json!({"error": "incorrect_client_credentials"}),
    );
    let refused = scene.upstream.refresh(&spent).await;
    assert!(matches!(refused, Err(RefreshError::Failed(_))), "{refused:?}");
}
