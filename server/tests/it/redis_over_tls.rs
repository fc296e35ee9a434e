//! `rediss://`: what is ephemeral goes over TLS, to a server whose certificate is trusted and names it.

use crate::support::installation::Installation;
use std::{path::Path, time::Duration};
use testbed::RedisOverTls;

const ADA: &str = "ada@example.com";

fn node(redis: &str, trusted: Option<&Path>) -> Installation {
    let node = Installation::new().with(&[("SIGNET_EPHEMERAL_URL", redis)]);
    match trusted {
        Some(certificate) => node.with(&[("SSL_CERT_FILE", &certificate.display().to_string())]),
        None => node,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_sign_in_and_apps_get_tokens_over_tls() {
    let redis = RedisOverTls::start().unwrap();
    let node = node(&redis.url(), Some(redis.certificate()));
    node.person(ADA);
    let rp = node.client();
    let running = node.serve();
    let mut browser = node.browser();
    assert_eq!(browser.get("/readyz").await.status, 200);
    let tokens = rp.tokens(&mut browser, ADA).await;
    assert!(tokens["access_token"].is_string(), "{tokens}");
    running.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_is_not_trusted_or_names_another_is_refused() {
    let redis = RedisOverTls::start().unwrap();
    let by_address = redis.url().replace("localhost", "127.0.0.1");
    for (url, trusted) in [(redis.url(), None), (by_address, Some(redis.certificate()))] {
        let node = node(&url, trusted);
        let running = node.serve();
        for _ in 0..3 {
            let answer = node.browser().get("/readyz").await;
            assert_eq!(answer.status, 503, "{url}: {}", answer.body);
            assert_eq!(answer.json()["ephemeral"], "down", "{url}");
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        running.stop();
    }
}
