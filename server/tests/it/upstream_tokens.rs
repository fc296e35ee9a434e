//! Tokens of other providers on the wire: asked for on the consent page, exchanged for (RFC 8693), refreshed in the
//! background by one node, and in no row and no event as they are.

use crate::support::{TestIdp, a_client, browser::query_of};
use domain::{
    client::GrantType,
    federation::{Provider, Upstream, UpstreamTokens, Upstreams, Vouched},
    secret::Secret,
    testing::{FakeUpstream, a_provider, vouched},
};
use reqwest::StatusCode;
use server::jobs::LOOPS;
use std::{sync::Arc, time::Duration};

const HOUR: Duration = Duration::from_secs(3_600);

fn tokens(idp: &TestIdp, access: &str, refresh: Option<&str>) -> UpstreamTokens {
    let now = idp.runtime.services.ports.clock.now();
    UpstreamTokens {
        access_token: Secret::new(access.to_owned()),
        refresh_token: refresh.map(|token| Secret::new(token.to_owned())),
        expires_at: Some(now + HOUR),
        scope: Some("repo".to_owned()),
    }
}

fn with_acme(idp: TestIdp, acme: &Arc<FakeUpstream>) -> TestIdp {
    idp.with_upstreams(Upstreams::new(vec![Arc::clone(acme) as Arc<dyn Upstream>]))
}

async fn refreshes(idp: &TestIdp) -> bool {
    let named = LOOPS
        .iter()
        .find(|background| background.name == "upstream tokens");
    named.unwrap().run_once(&idp.runtime).await.unwrap()
}

#[tokio::test]
async fn an_app_gets_the_token_that_a_person_allowed_it_and_one_node_keeps_it_fresh() {
    let acme = Arc::new(FakeUpstream::new(Provider {
        keeps_tokens: true,
        ..a_provider("acme")
    }));
    let idp = with_acme(super::start().await, &acme);
    let grants = [GrantType::AuthorizationCode, GrantType::TokenExchange];
    let app = a_client().grants(&grants).scopes("openid provider:acme");
    let app = idp.relying_party(app).await;
    let mut browser = idp.browser();
    let start = browser
        .get(&app.authorize_url(&[("scope", "openid provider:acme")]))
        .await;
    let page = browser.follow(start).await;
    let button = page.link("/login/acme").unwrap().replace("&amp;", "&");
    let sent = query_of(&browser.get(&button).await.location().unwrap());
    let person = Vouched {
        tokens: Some(tokens(&idp, "acme-access-0", Some("acme-refresh-0"))),
        ..vouched("acme", "ada")
    };
    acme.put("code", person);
    let callback = sent["redirect_uri"]
        .strip_prefix("http://localhost:4000")
        .unwrap();
    let back = browser
        .get(&format!("{callback}?state={}&code=code", sent["state"]))
        .await;
    let consent = browser.follow(back).await;
    assert!(
        consent.body.contains("Use your account at Acme"),
        "{}",
        consent.body
    );
    let allowed = browser
        .submit(
            &consent,
            "decision",
            &[
                ("decision", "allow"),
                ("scope", "openid"),
                ("scope", "provider:acme"),
            ],
        )
        .await;
    let allowed = browser.follow(allowed).await;
    let code = allowed.redirect_parameters()["code"].clone();
    let subject = app.redeem(&mut browser, &code).await.json();
    let asked = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token", subject["access_token"].as_str().unwrap()),
        (
            "subject_token_type",
            "urn:ietf:params:oauth:token-type:access_token",
        ),
        ("audience", "provider:acme"),
    ];
    let answer = app.post(&mut browser, "/token", &asked).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let told = answer.json();
    assert_eq!(
        (&told["access_token"], &told["scope"]),
        (&"acme-access-0".into(), &"repo".into())
    );
    assert!(!answer.body.contains("acme-refresh"), "{}", answer.body);
    let rows = idp.rows().await;
    assert_eq!(rows.count("upstream_token").await, 1);
    let released = "event_log WHERE body LIKE '%\"kind\":\"upstream_token_released\"%'";
    assert_eq!(rows.count(released).await, 1);
    for told in ["acme-access", "acme-refresh"] {
        let told = format!("event_log WHERE body LIKE '%{told}%'");
        assert_eq!(rows.count(&told).await, 0);
    }
    let another = with_acme(idp.another_node().await, &acme);
    idp.clock.advance(HOUR - Duration::from_secs(300));
    acme.put_refresh(
        "acme-refresh-0",
        tokens(&idp, "acme-access-1", Some("acme-refresh-1")),
    );
    assert!(refreshes(&idp).await);
    assert!(!refreshes(&another).await, "it is the other node's turn");
    assert_eq!(acme.refreshed(), ["acme-refresh-0"]);
}
