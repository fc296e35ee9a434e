//! Races: of any number of callers one wins, and what the others get is right.

use crate::support::{TestIdp, a_client, relying_party::userinfo};
use std::collections::BTreeSet;

const ADA: &str = "ada@example.com";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_redemptions_of_one_code_give_one_success_and_then_nothing() {
    let redis = testbed::Redis::shared().url();
    for ephemeral in ["memory:", "sql:", &redis] {
        let idp = super::start_with(&[("SIGNET_EPHEMERAL_URL", ephemeral)]).await;
        fifty_redemptions(&idp).await;
    }
}

async fn fifty_redemptions(idp: &TestIdp) {
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let code = rp.code(&mut browser, ADA).await;
    let tries = (0..50).map(|_| {
        let (rp, code, mut browser) = (rp.clone(), code.clone(), idp.browser());
        tokio::spawn(async move { rp.redeem(&mut browser, &code).await })
    });
    let answers: Vec<_> = futures::future::join_all(tries)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let successes: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert!(successes.len() <= 1, "{} successes", successes.len());
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(answer.json()["error"], "invalid_grant");
    }
    // The replays proved possession, so what the winner got is revoked.
    for success in successes {
        let tokens = success.json();
        assert_eq!(
            userinfo(&mut browser, tokens["access_token"].as_str().unwrap())
                .await
                .status,
            401
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_uses_of_one_refresh_token_give_one_successor() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    let token = tokens["refresh_token"].as_str().unwrap().to_owned();
    let tries = (0..50).map(|_| {
        let (rp, token, mut browser) = (rp.clone(), token.clone(), idp.browser());
        tokio::spawn(async move { rp.refresh(&mut browser, &token).await })
    });
    let answers: Vec<_> = futures::future::join_all(tries)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
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
