//! A database that goes away: everything that needs it says so soon, and works again when it is back.

use crate::support::{Answer, Deployment, TestIdp, a_client};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use testbed::Postgres;

const ADA: &str = "ada@example.com";
/// What a caller may have to wait for, with room for a busy machine.
const PROMPT: Duration = Duration::from_secs(8);

fn assert_unavailable(answer: &Answer, asked: Instant) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.header("retry-after").is_some());
    assert!(asked.elapsed() < PROMPT, "{:?}", asked.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_postgres_is_told_as_such_and_found_again() {
    let server = Postgres::start(&[]).unwrap();
    let url = server.url(&server.create_database(None).unwrap());
    let idp = TestIdp::node(&Arc::new(Deployment::at(&url))).await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(browser.get("/readyz").await.status, 200);

    server.stop().unwrap();
    let asked = Instant::now();
    assert_unavailable(&browser.get("/readyz").await, asked);
    let asked = Instant::now();
    let answer = rp.refresh(&mut browser, refresh).await;
    assert_unavailable(&answer, asked);
    assert_eq!(answer.json()["error"], "temporarily_unavailable");
    let asked = Instant::now();
    assert_unavailable(&browser.get("/account").await, asked);
    assert_eq!(browser.get("/healthz").await.status, 200);

    server.resume().unwrap();
    assert_eq!(browser.get("/readyz").await.status, 200);
    assert_eq!(rp.refresh(&mut browser, refresh).await.status, 200);
    assert_eq!(browser.get("/account").await.status, 200);
}
