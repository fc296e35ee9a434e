//! Races: of any number of callers one wins, and what the others get is right.

use crate::support::{Answer, Browser, TestIdp, a_client, idp::PASSWORD, relying_party::userinfo_from};
use server::jobs::LOOPS;
use std::collections::BTreeSet;

const ADA: &str = "ada@example.com";
const GRACE: &str = "grace@example.com";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_redemptions_of_one_code_give_one_success_and_then_nothing() {
    let redis = testbed::Redis::shared().url();
    for ephemeral in ["memory:", "sql:", &redis] {
        let idp = super::start_with(&[("SIGNET_EPHEMERAL_URL", ephemeral)]).await;
        idp.person(ADA).await;
        fifty_redemptions(&[&idp]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_at_once_on_two_nodes_one_wins() {
    let redis = testbed::Redis::shared().url();
    for ephemeral in ["sql:", &redis] {
        let one = super::start_with(&[("SIGNET_EPHEMERAL_URL", ephemeral)]).await;
        let two = one.another_node().await;
        one.person(ADA).await;
        fifty_redemptions(&[&one, &two]).await;
        fifty_refreshes(&[&one, &two]).await;
        fifty_confirmations(&[&one, &two]).await;
    }
}

/// Asks fifty times at once, in turn of the nodes.
async fn fifty<A>(nodes: &[&TestIdp], ask: impl Fn(Browser) -> A) -> Vec<Answer>
where
    A: Future<Output = Answer> + Send + 'static,
{
    let asked = (0..50).map(|number| tokio::spawn(ask(nodes[number % nodes.len()].browser())));
    let answers = futures::future::join_all(asked).await;
    answers.into_iter().map(Result::unwrap).collect()
}

async fn fifty_redemptions(nodes: &[&TestIdp]) {
    let idp = nodes[0];
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let code = rp.code(&mut browser, ADA).await;
    let answers = fifty(nodes, |mut browser| {
        let (rp, code) = (rp.clone(), code.clone());
        async move { rp.redeem(&mut browser, &code).await }
    })
    .await;
    let successes: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(successes.len(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(answer.json()["error"], "invalid_grant");
    }
    let redeemed = idp.rows().await.refresh_tokens().await.len();
    assert!(redeemed <= 1, "{redeemed} redemptions left tokens");
    // The replays proved possession, so what the winner got is revoked; every node hears of it.
    for node in nodes {
        for background in LOOPS.iter().filter(|background| background.name == "changes") {
            background.run_once(&node.runtime).await.unwrap();
        }
    }
    for (success, node) in successes.iter().zip(nodes.iter().cycle()) {
        let mut browser = node.browser();
        let tokens = success.json();
        assert_eq!(userinfo_from(&mut browser, &tokens).await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_uses_of_one_refresh_token_give_one_successor() {
    let idp = super::start().await;
    idp.person(ADA).await;
    fifty_refreshes(&[&idp]).await;
}

async fn fifty_refreshes(nodes: &[&TestIdp]) {
    let idp = nodes[0];
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    let token = tokens["refresh_token"].as_str().unwrap().to_owned();
    let answers = fifty(nodes, |mut browser| {
        let (rp, token) = (rp.clone(), token.clone());
        async move { rp.refresh(&mut browser, &token).await }
    })
    .await;
    let successors: BTreeSet<String> = answers
        .iter()
        .map(|answer| {
            answer.json()["refresh_token"]
                .as_str()
                .expect(&answer.body)
                .to_owned()
        })
        .collect();
    assert_eq!(successors.len(), 1);
    let successor = successors.into_iter().next().unwrap();
    assert_eq!(rp.refresh(&mut browser, &successor).await.status, 200);
}

async fn fifty_confirmations(nodes: &[&TestIdp]) {
    let typed = [("email", GRACE), ("name", "Grace"), ("new_password", PASSWORD)];
    let answer = nodes[0].browser().post("/sign-up", &typed).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let mail = nodes[0].mails().await.pop().unwrap();
    let link = mail
        .text
        .split_whitespace()
        .find_map(|word| word.split_once("/verify-email?token="));
    let token = link.unwrap().1.to_owned();
    let answers = fifty(nodes, |mut browser| {
        let token = token.clone();
        async move { browser.post("/verify-email", &[("token", &token)]).await }
    })
    .await;
    let won = answers.iter().filter(|answer| answer.status == 303).count();
    assert_eq!(won, 1);
    for answer in answers.iter().filter(|answer| answer.status != 303) {
        assert_eq!(answer.status, 403, "{}", answer.body);
    }
    let rows = nodes[0].rows().await;
    assert_eq!(
        rows.count("event_log WHERE body LIKE '%\"email_verified\"%'")
            .await,
        1
    );
}
