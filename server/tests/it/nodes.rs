//! Several nodes on one database: they start at once, and what one does every other feels within a second.

use crate::support::{
    Deployment, TestIdp, a_client,
    relying_party::{header, userinfo},
};
use domain::client::Status;
use server::jobs::Loops;
use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

const ADA: &str = "ada@example.com";
const SECOND: Duration = Duration::from_secs(1);

/// The ids of the keys that a node publishes.
async fn published(idp: &TestIdp) -> BTreeSet<String> {
    let keys = idp.browser().get("/.well-known/jwks.json").await.json();
    let keys = keys["keys"].as_array().unwrap().clone();
    keys.iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_nodes_start_at_once_on_an_empty_database() {
    let deployment = Arc::new(Deployment::empty(super::kind()));
    let starting = (0..4).map(|_| {
        let deployment = deployment.clone();
        tokio::spawn(async move { TestIdp::node(&deployment).await })
    });
    let mut keys = BTreeSet::new();
    for node in futures::future::join_all(starting).await {
        keys.insert(published(&node.unwrap()).await);
    }
    assert_eq!(keys.len(), 1, "every node has the same keys");
    assert_eq!(
        keys.first().unwrap().len(),
        6,
        "an active and a next key an algorithm"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_one_node_ends_is_over_on_every_node_within_a_second() {
    let one = super::start().await;
    let two = one.another_node().await;
    let loops = [Loops::start(&one.runtime), Loops::start(&two.runtime)];
    one.person(ADA).await;
    let rp = one.relying_party(a_client()).await;
    let tokens = rp.tokens(&mut one.browser(), ADA).await;
    let access = tokens["access_token"].as_str().unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let mut elsewhere = two.browser();
    assert_eq!(userinfo(&mut elsewhere, access).await.status, 200);
    assert_eq!(rp.refresh(&mut elsewhere, refresh).await.status, 200);

    let act = one.act().await;
    let id = rp.id.parse().unwrap();
    let clients = &one.runtime.services.clients;
    assert!(clients.set_status(&act, &id, Status::Disabled).await.unwrap());
    let ended = Instant::now();
    while userinfo(&mut elsewhere, access).await.status != 401 {
        assert!(ended.elapsed() < SECOND, "the access token is still good");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let answer = rp.refresh(&mut elsewhere, refresh).await;
    assert_eq!(answer.json()["error"], "invalid_client", "{}", answer.body);
    for loops in loops {
        loops.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keys_rotated_on_one_node_are_used_by_every_node_within_a_second() {
    let one = super::start().await;
    let two = one.another_node().await;
    let loops = [Loops::start(&one.runtime), Loops::start(&two.runtime)];
    let before = published(&two).await;
    one.runtime.keys.rotate(&one.act().await).await.unwrap();
    let rotated = Instant::now();
    while published(&two).await == before {
        assert!(
            rotated.elapsed() < SECOND,
            "the old keys are still published alone"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(published(&two).await, published(&one).await);
    one.person(ADA).await;
    let rp = one.relying_party(a_client()).await;
    let tokens = rp.tokens(&mut two.browser(), ADA).await;
    let signed_by = header(tokens["id_token"].as_str().unwrap())["kid"].clone();
    assert!(
        before.contains(signed_by.as_str().unwrap()),
        "the next key had been published"
    );
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(userinfo(&mut one.browser(), access).await.status, 200);
    for loops in loops {
        loops.stop().await;
    }
}
