//! What only Redis has: a server that goes away, is silent, wants a password, and is shared with others.

use crate::{
    ephemeral::{grant, interaction},
    subject::{MINUTE, Subject},
};
use domain::{
    ephemeral::Redemption,
    secret::Digest,
    stores::{StoreError, Stored},
};
use std::{
    error::Error as _,
    net::TcpListener,
    time::{Duration, Instant},
};
use testbed::Redis;

/// Longer than an operation may take, shorter than a person waits.
const SOON: Duration = Duration::from_secs(3);

async fn client(url: &str) -> redis::aio::MultiplexedConnection {
    let client = redis::Client::open(url).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

/// Asserts that the answer says so soon that the store cannot answer; gives its words.
async fn unavailable<T: std::fmt::Debug>(answer: impl Future<Output = Stored<T>>) -> String {
    let asked = Instant::now();
    let error = answer.await.unwrap_err();
    assert!(asked.elapsed() < SOON, "{:?}", asked.elapsed());
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    format!("{error} {error:?} {:?}", error.source().unwrap().to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_comes_back_is_used_again() {
    let server = Redis::start().unwrap();
    let s = Subject::sqlite_with(&server.url()).await;
    let here = s.ephemeral.in_realm(s.realm);
    let (code, grant, waiting) = (Digest::of("code"), grant(&s), interaction(&s));
    here.codes.put(&code, &grant).await.unwrap();
    for _ in 0..2 {
        server.stop().unwrap();
        tokio::join!(
            unavailable(s.ephemeral.ping()),
            unavailable(here.codes.put(&code, &grant)),
            unavailable(here.codes.find(&code)),
            unavailable(here.codes.redeem(&code, grant.expires_at)),
            unavailable(here.interactions.take(waiting.id)),
            unavailable(here.interactions.replace(&waiting, &waiting)),
            unavailable(here.limits.count("k", MINUTE)),
        );
        server.resume().unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while s.ephemeral.ping().await.is_err() {
            assert!(Instant::now() < deadline, "not connected again");
        }
        assert_eq!(
            here.codes.find(&code).await.unwrap(),
            None,
            "what it held is lost"
        );
        here.codes.put(&code, &grant).await.unwrap();
        let first = here.codes.redeem(&code, grant.expires_at).await.unwrap();
        assert_eq!(first, Redemption::First);
        assert_eq!(here.limits.count("k", MINUTE).await.unwrap(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_that_nobody_saw_costs_no_request() {
    let server = Redis::start().unwrap();
    let s = Subject::sqlite_with(&server.url()).await;
    s.ephemeral.ping().await.unwrap();
    server.stop().unwrap();
    server.resume().unwrap();
    s.ephemeral.ping().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hesitates_keeps_nobody_waiting() {
    let server = Redis::start().unwrap();
    let url = server.url();
    let s = Subject::sqlite_with(&url).await;
    s.ephemeral.ping().await.unwrap();
    let () = redis::cmd("CLIENT")
        .arg(&["PAUSE", "4000", "ALL"])
        .query_async(&mut client(&url).await)
        .await
        .unwrap();
    unavailable(s.ephemeral.ping()).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    s.ephemeral.ping().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_may_start_later() {
    let server = Redis::start().unwrap();
    let url = server.url();
    server.stop().unwrap();
    let s = Subject::sqlite_with(&url).await;
    unavailable(s.ephemeral.ping()).await;
    server.resume().unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while s.ephemeral.ping().await.is_err() {
        assert!(Instant::now() < deadline, "never connected");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_server_keeps_nobody_waiting() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("redis://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let s = Subject::sqlite_with(&url).await;
    unavailable(s.ephemeral.ping()).await;
    unavailable(s.ephemeral.in_realm(s.realm).limits.count("k", MINUTE)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_password_counts_and_is_not_told() {
    let server = Redis::start().unwrap();
    let url = server.url();
    let mut admin = client(&url).await;
    let () = redis::cmd("CONFIG")
        .arg(&["SET", "requirepass", "open sesame"])
        .query_async(&mut admin)
        .await
        .unwrap();
    let with = |password: &str| url.replace("redis://", &format!("redis://:{password}@"));
    let right = Subject::sqlite_with(&with("open%20sesame")).await;
    right.ephemeral.ping().await.unwrap();
    for url in [with("mellon"), url.clone()] {
        let s = Subject::sqlite_with(&url).await;
        let words = unavailable(s.ephemeral.ping()).await;
        assert!(!words.contains("mellon"), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_have_a_prefix_and_an_end_that_counting_does_not_move() {
    let url = Redis::shared().url();
    let s = Subject::sqlite_with(&url).await;
    let here = s.ephemeral.in_realm(s.realm);
    let (code, grant, waiting) = (Digest::of("code"), grant(&s), interaction(&s));
    here.codes.put(&code, &grant).await.unwrap();
    here.codes.redeem(&code, grant.expires_at).await.unwrap();
    here.interactions.put(&waiting).await.unwrap();
    let denied = waiting.clone().denied();
    assert!(here.interactions.replace(&waiting, &denied).await.unwrap());
    here.limits.count("k", MINUTE).await.unwrap();

    let mut client = client(&url).await;
    let keys: Vec<String> = redis::cmd("KEYS")
        .arg("*")
        .query_async(&mut client)
        .await
        .unwrap();
    assert_eq!(keys.len(), 4);
    for key in &keys {
        assert!(key.starts_with(&format!("signet:{}/", s.realm)), "{key}");
        // The server's clock runs while ours may stand still, so it keeps a minute more than the minute of the counter.
        let left = time_left(&mut client, key).await;
        assert!(left > Duration::from_secs(100), "{key}: {left:?}");
    }

    let counter = keys.iter().find(|key| key.contains("/limit/")).unwrap();
    let shortened: bool = redis::cmd("PEXPIRE")
        .arg(counter)
        .arg(50_000)
        .query_async(&mut client)
        .await
        .unwrap();
    assert!(shortened);
    let second = here.limits.counted("k", MINUTE).await.unwrap();
    assert_eq!(second.sum, 2);
    assert!(time_left(&mut client, counter).await <= Duration::from_secs(50));
    here.limits.give_back("k", second.until).await.unwrap();
    assert!(time_left(&mut client, counter).await <= Duration::from_secs(50));
}

async fn time_left(client: &mut redis::aio::MultiplexedConnection, key: &str) -> Duration {
    let left: i64 = redis::cmd("PTTL").arg(key).query_async(client).await.unwrap();
    Duration::from_millis(u64::try_from(left).expect("an end"))
}
