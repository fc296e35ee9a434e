//! `/readyz` knows each store, answers soon whatever they do, and recovers with them.

use crate::support::{Answer, Deployment, Kind, TestIdp, a_client};
use domain::{
    federation::{Attempt, Hints, UpstreamError},
    realm::RealmName,
};
use std::{
    net::TcpListener,
    sync::Arc,
    time::{Duration, Instant},
};
use testbed::{Postgres, Redis};

const ADA: &str = "ada@example.com";

async fn readiness(idp: &TestIdp) -> Answer {
    let asked = Instant::now();
    let answer = idp.browser().get("/readyz").await;
    assert!(asked.elapsed() < Duration::from_secs(4), "{:?}", asked.elapsed());
    answer
}

/// Asserts that the process is unready because of one store alone.
async fn down(idp: &TestIdp, database: &str, ephemeral: &str) {
    let answer = readiness(idp).await;
    assert_eq!(answer.status, 503);
    assert!(answer.header("retry-after").is_some());
    let stores = serde_json::json!({"status": "down", "database": database, "ephemeral": ephemeral});
    assert_eq!(answer.json(), stores);
    assert_eq!(idp.browser().get("/healthz").await.status, 200);
}

async fn ready_again(idp: &TestIdp) {
    let deadline = Instant::now() + Duration::from_secs(20);
    let mut answer = readiness(idp).await;
    while answer.status != 200 {
        assert!(Instant::now() < deadline, "{}", answer.body);
        answer = readiness(idp).await;
    }
    let stores = serde_json::json!({"status": "ok", "database": "ok", "ephemeral": "ok"});
    assert_eq!(answer.json(), stores);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_the_process_is_unready_and_comes_back_with_it() {
    let redis = Redis::start().unwrap();
    let url = redis.url();
    let deployment = Deployment::started(Kind::Sqlite).await;
    let idp = TestIdp::node(&Arc::new(deployment.with(&[("SIGNET_EPHEMERAL_URL", &url)]))).await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    ready_again(&idp).await;
    let code = rp.code(&mut browser, ADA).await;

    redis.stop().unwrap();
    down(&idp, "ok", "down").await;
    let answer = rp.redeem(&mut browser, &code).await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert_eq!(answer.json()["error"], "temporarily_unavailable");
    assert!(answer.header("retry-after").is_some());

    redis.resume().unwrap();
    ready_again(&idp).await;
    let answer = rp.redeem(&mut browser, &code).await;
    assert_eq!(answer.json()["error"], "invalid_grant", "the code is lost");
    let code = rp.code(&mut browser, ADA).await;
    assert_eq!(rp.redeem(&mut browser, &code).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_database_the_process_is_unready_and_comes_back_with_it() {
    let postgres = Postgres::start(&[]).unwrap();
    for (ephemeral, while_down) in [("memory:", "ok"), ("sql:", "down")] {
        let url = postgres.url(&postgres.create_database(None).unwrap());
        let deployment = Deployment::at(&url).with(&[("SIGNET_EPHEMERAL_URL", ephemeral)]);
        let idp = TestIdp::node(&Arc::new(deployment)).await;
        ready_again(&idp).await;
        postgres.stop().unwrap();
        down(&idp, "down", while_down).await;
        postgres.resume().unwrap();
        ready_again(&idp).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_is_left_alone_makes_nobody_unready() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let toml = format!(
        "[[providers]]\nid = 'gone'\nkind = 'oidc'\nissuer = 'http://{nobody}'\nclient_id = 'us'\n\
         client_secret = 'hush'\nallow_private_network = true\n"
    );
    let deployment = Deployment::started(Kind::Sqlite).await.with_file(&toml);
    let idp = TestIdp::node(&Arc::new(deployment)).await;
    ready_again(&idp).await;

    let ports = &idp.runtime.services.ports;
    let gone = ports.upstreams.find(&RealmName::Root, "gone").unwrap();
    let callback = format!("{}/login/gone/callback", idp.issuer()).parse().unwrap();
    let attempt = Attempt::new("gone".parse().unwrap(), callback, &*ports.random).unwrap();
    for _ in 0..2 {
        let sent = gone.authorization_url(&attempt, &Hints::default()).await;
        assert!(matches!(sent, Err(UpstreamError::Unavailable(_))), "{sent:?}");
    }
    let degraded = serde_json::json!({
        "status": "degraded", "database": "ok", "ephemeral": "ok", "providers": "degraded",
    });
    for pause in [0, 30] {
        idp.clock.advance(Duration::from_secs(pause));
        let answer = readiness(&idp).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json(), degraded);
    }
}
