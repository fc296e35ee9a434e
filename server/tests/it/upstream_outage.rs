//! A provider that worked and then dies: a sentence and another way in, and soon nobody is sent there or waits for it.

use crate::support::{
    Answer, Browser, Deployment, TestIdp, browser::interaction_of, forging_op::ForgingOp, idp::PASSWORD,
    octo::Octo,
};
use domain::clock::Timestamp;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use server::outbound::upstreams::{BREAKER, REQUESTS};
use std::{sync::Arc, time::Duration};

const EVE: &str = "eve@example.com";

/// A provider nearby that dies and comes back.
trait Nearby {
    fn table(&self) -> String;
    /// Ada signs in there; the path that the browser is sent back to.
    fn approve(&self, sent_to: &str, now: Timestamp) -> String;
    async fn stop(&mut self);
    async fn resume(&mut self);
}

impl Nearby for ForgingOp {
    fn table(&self) -> String {
        self.table("acme", "allow_private_network = true")
    }

    fn approve(&self, sent_to: &str, now: Timestamp) -> String {
        self.approve(sent_to, now)
    }

    async fn stop(&mut self) {
        self.stop().await;
    }

    async fn resume(&mut self) {
        self.resume().await;
    }
}

impl Nearby for Octo {
    fn table(&self) -> String {
        self.table("acme")
    }

    fn approve(&self, sent_to: &str, _: Timestamp) -> String {
        self.approve(sent_to)
    }

    async fn stop(&mut self) {
        self.stop().await;
    }

    async fn resume(&mut self) {
        self.resume().await;
    }
}

/// A count or state of the provider, as the metrics tell it.
fn told(metrics: &PrometheusHandle, name: &str, labels: &str) -> Option<String> {
    let line = format!("{name}{{provider=\"acme\"{labels}}} ");
    let text = metrics.render();
    let mut lines = text.lines();
    lines.find_map(|text| text.strip_prefix(&line).map(str::to_owned))
}

fn failures(metrics: &PrometheusHandle) -> u32 {
    let count = told(metrics, REQUESTS, ",outcome=\"failed\"");
    count.map_or(0, |count| count.parse().unwrap())
}

fn breaker(metrics: &PrometheusHandle) -> String {
    told(metrics, BREAKER, "").unwrap()
}

async fn readiness(idp: &TestIdp) -> String {
    let answer = idp.browser().get("/readyz").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["status"].as_str().unwrap().to_owned()
}

/// Asserts that the browser is told so on a page that has another way in; the request that waits there.
async fn is_told(browser: &mut Browser, answer: Answer) -> String {
    let to = answer.location().unwrap_or_else(|| panic!("{}", answer.body));
    assert!(to.ends_with("&upstream=unavailable&provider=acme"), "{to}");
    let page = browser.follow(answer).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("Acme does not answer right now."),
        "{}",
        page.body
    );
    page.form("identifier");
    interaction_of(&to)
}

/// Somebody chooses the provider, which does not answer.
async fn in_vain(idp: &TestIdp) -> (Browser, String) {
    let mut browser = idp.browser();
    let answer = browser.get("/login/acme").await;
    let request = is_told(&mut browser, answer).await;
    (browser, request)
}

async fn signs_in(idp: &TestIdp, op: &impl Nearby) {
    let mut browser = idp.browser();
    let sent = browser.get("/login/acme").await.location().unwrap();
    let answer = browser
        .get(&op.approve(&sent, idp.runtime.services.ports.clock.now()))
        .await;
    let page = browser.follow(answer).await;
    assert!(page.body.contains("ada@example.com"), "{}", page.body);
}

#[tokio::test]
async fn a_provider_that_dies_is_a_sentence_and_another_way_in_and_is_found_again() {
    dies_and_is_found_again(ForgingOp::start().await).await;
}

#[tokio::test]
async fn github_that_dies_is_a_sentence_and_another_way_in_and_is_found_again() {
    dies_and_is_found_again(Octo::start().await).await;
}

/// It dies with somebody on the way and somebody about to go there, opens the breaker and is found again.
async fn dies_and_is_found_again(mut op: impl Nearby) {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _counting = metrics::set_default_local_recorder(&recorder);
    let deployment = Deployment::started(super::kind()).await.with_file(&op.table());
    let idp = TestIdp::node(&Arc::new(deployment)).await;
    idp.person(EVE).await;
    signs_in(&idp, &op).await;
    let mut on_the_way = idp.browser();
    let sent = on_the_way.get("/login/acme").await.location().unwrap();
    let back = op.approve(&sent, idp.runtime.services.ports.clock.now());

    op.stop().await;
    let answer = on_the_way.get(&back).await;
    is_told(&mut on_the_way, answer).await;
    assert_eq!((failures(&metrics), breaker(&metrics).as_str()), (1, "0"));
    in_vain(&idp).await;
    assert_eq!((failures(&metrics), breaker(&metrics).as_str()), (4, "0"));
    assert_eq!(readiness(&idp).await, "ok");
    let (mut browser, request) = in_vain(&idp).await;
    assert_eq!((failures(&metrics), breaker(&metrics).as_str()), (5, "2"));
    assert_eq!(readiness(&idp).await, "degraded");
    let answer = browser.password(&request, EVE, PASSWORD).await;
    let page = browser.follow(answer).await;
    assert!(page.body.contains(EVE), "{}", page.body);
    in_vain(&idp).await;
    assert_eq!(failures(&metrics), 5, "it is left alone");

    idp.clock.advance(Duration::from_secs(30));
    in_vain(&idp).await;
    assert_eq!(
        (failures(&metrics), breaker(&metrics).as_str()),
        (6, "2"),
        "one finds out"
    );
    assert_eq!(readiness(&idp).await, "degraded");

    op.resume().await;
    in_vain(&idp).await;
    idp.clock.advance(Duration::from_secs(30));
    signs_in(&idp, &op).await;
    assert_eq!((failures(&metrics), breaker(&metrics).as_str()), (6, "0"));
    assert_eq!(readiness(&idp).await, "ok");
}

#[tokio::test]
async fn a_provider_that_died_while_nobody_came_is_asked_before_anybody_is_sent_there() {
    let mut op = ForgingOp::start().await;
    let table = op.table(
        "acme",
        "allow_private_network = true\nbreaker_failures = 2\nbreaker_pause = 5",
    );
    let deployment = Deployment::started(super::kind()).await.with_file(&table);
    let idp = TestIdp::node(&Arc::new(deployment)).await;
    signs_in(&idp, &op).await;
    op.stop().await;
    idp.clock.advance(Duration::from_secs(31));
    in_vain(&idp).await;
    assert_eq!(
        readiness(&idp).await,
        "degraded",
        "after two failures, as was set"
    );
    op.resume().await;
    idp.clock.advance(Duration::from_secs(5));
    signs_in(&idp, &op).await;
}
