//! The ephemeral cases on the backends that nodes share, and what the table alone has: rows that are swept.

use crate::{
    databases::{Database, Kind},
    ephemeral::{grant, interaction},
    subject::{MINUTE, Subject, at_once},
};
use domain::{ephemeral::Redemption, secret::Digest, testing::FixedClock};
use std::sync::Arc;
use storage::OpenEphemeralError;
use testbed::Redis;

/// Makes a test of every case on one backend.
macro_rules! conform_on {
    ($backend:ident: $subject:expr) => {
        mod $backend {
            use super::*;
            conform_on! { $subject =>
                crate::budgets: ten_thousand_guesses_at_once_stay_within_the_budget,
                crate::ephemeral: a_lane_is_forgotten_at_its_end,
                crate::ephemeral: a_mark_is_used_first_once_until_it_ends,
                crate::ephemeral: a_pushed_request_is_read_until_it_expires_or_is_consumed,
                crate::ephemeral: a_redeemed_code_stays_readable_until_it_expires,
                crate::ephemeral: an_interaction_is_replaced_only_when_unchanged,
                crate::ephemeral: counters_end_with_their_window,
                crate::ephemeral: ephemeral_values_of_one_realm_are_not_in_another,
                crate::ephemeral: fifty_attempts_are_counted_one_by_one,
                crate::ephemeral: marks_of_proofs_are_apart_from_others,
                crate::ephemeral: of_fifty_attempts_given_back_at_once_each_counts_once,
                crate::ephemeral: of_fifty_attempts_that_saw_one_lane_one_takes_it,
                crate::ephemeral: of_fifty_consumers_one_is_first,
                crate::ephemeral: of_fifty_redemptions_one_is_first,
                crate::ephemeral: what_is_given_back_lowers_its_own_window_only,
                crate::ephemeral: whoever_redeems_first_learns_who_came_before_it_was_answered,
                crate::ephemeral: of_fifty_replacements_one_takes_place,
                crate::ephemeral: of_fifty_takers_one_gets_the_interaction,
                crate::ephemeral: of_fifty_uses_of_a_mark_one_is_first,
                super: what_expired_is_not_there
            }
        }
    };
    ($subject:expr => $($($module:ident)::+: $case:ident),+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $($module)::+::$case($subject.await).await;
            }
        )+
    };
}

conform_on!(in_memory: Subject::sqlite_with("memory:"));
conform_on!(sql_on_sqlite: Subject::sqlite_with("sql:"));
conform_on!(sql_on_postgres: Subject::postgres_with("sql:"));
conform_on!(on_redis: Subject::sqlite_with(&Redis::shared().url()));

/// Backends keep a value a little longer than it lives, and then treat it as gone, swept or not.
async fn what_expired_is_not_there(s: Subject) {
    let here = s.ephemeral.in_realm(s.realm);
    let (code, grant, waiting) = (Digest::of("code"), grant(&s), interaction(&s));
    here.interactions.put(&waiting).await.unwrap();
    here.codes.redeem(&code, grant.expires_at).await.unwrap();
    s.clock.set(grant.expires_at + 2 * MINUTE);
    assert_eq!(
        here.codes.redeem(&code, grant.expires_at).await.unwrap(),
        Redemption::First
    );
    let denied = waiting.clone().denied();
    assert!(here.interactions.replace(&waiting, &denied).await.unwrap());
    s.clock.set(waiting.expires_at + 2 * MINUTE);
    assert!(!here.interactions.replace(&denied, &waiting).await.unwrap());
    assert_eq!(here.interactions.take(waiting.id).await.unwrap(), None);
}

async fn expired_rows_are_swept(s: Subject) {
    let here = s.ephemeral.in_realm(s.realm);
    let (code, grant, waiting) = (Digest::of("code"), grant(&s), interaction(&s));
    here.codes.put(&code, &grant).await.unwrap();
    here.codes.redeem(&code, grant.expires_at).await.unwrap();
    here.limits.count("k", MINUTE).await.unwrap();
    here.interactions.put(&waiting).await.unwrap();
    assert_eq!(
        s.all().sweep(s.now(), 100).await.unwrap(),
        0,
        "nothing has expired"
    );
    s.clock.advance(3 * MINUTE);
    assert_eq!(s.all().sweep(s.now(), 2).await.unwrap(), 2, "a few at a time");
    assert_eq!(s.all().sweep(s.now(), 2).await.unwrap(), 1);
    assert_eq!(s.all().sweep(s.now(), 2).await.unwrap(), 0);
    assert_eq!(here.interactions.find(waiting.id).await.unwrap(), Some(waiting));
}

#[tokio::test]
async fn expired_rows_are_swept_on_sqlite() {
    expired_rows_are_swept(Subject::sqlite_with("sql:").await).await;
}

#[tokio::test]
async fn expired_rows_are_swept_on_postgres() {
    expired_rows_are_swept(Subject::postgres_with("sql:").await).await;
}

/// Puts the same race to two nodes, each with connections of its own.
async fn two_nodes_share(database: &str, ephemeral: &str) {
    storage::migrate(database).await.unwrap();
    let clock = Arc::new(FixedClock::default());
    let s = Subject::fakes().await;
    let mut nodes = Vec::new();
    for _ in 0..2 {
        let stores = storage::open_sql(database).await.unwrap();
        let opened = storage::open_ephemeral(ephemeral, &stores, clock.clone()).await;
        nodes.push(opened.unwrap().in_realm(s.realm));
    }
    let (code, grant) = (Digest::of("code"), grant(&s));
    nodes[0].codes.put(&code, &grant).await.unwrap();
    assert_eq!(nodes[1].codes.find(&code).await.unwrap(), Some(grant.clone()));
    let all = at_once(50, |number| {
        let node = nodes[number % 2].clone();
        async move {
            let redemption = node.codes.redeem(&code, grant.expires_at).await.unwrap();
            (redemption, node.limits.count("k", MINUTE).await.unwrap())
        }
    })
    .await;
    let first = all.iter().filter(|(one, _)| *one == Redemption::First);
    assert_eq!(first.count(), 1);
    let mut counts: Vec<u64> = all.iter().map(|(_, count)| *count).collect();
    counts.sort_unstable();
    assert_eq!(counts, (1..=50).collect::<Vec<u64>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_share_a_sqlite_file() {
    two_nodes_share(&Database::empty(Kind::Sqlite).url, "sql:").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_share_a_postgres_database() {
    two_nodes_share(&Database::empty(Kind::Postgres).url, "sql:").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_share_a_redis_server() {
    two_nodes_share(&Database::empty(Kind::Sqlite).url, &Redis::shared().url()).await;
}

#[tokio::test]
async fn addresses_that_name_no_backend_are_refused() {
    use OpenEphemeralError::{NotAnAddress, Unchecked, UnknownBackend};
    let file = Database::empty(Kind::Sqlite);
    let database = storage::open_sql(&file.url).await.unwrap();
    for (url, why) in [
        ("", UnknownBackend),
        ("memory", UnknownBackend),
        ("sql://x", UnknownBackend),
        ("memcached://localhost", UnknownBackend),
        ("redis+unix:///run/redis.sock", UnknownBackend),
        ("redis://", NotAnAddress),
        ("redis://localhost/first", NotAnAddress),
        ("redis://:secret@host:port", NotAnAddress),
        ("rediss://localhost/#insecure", Unchecked),
    ] {
        let clock = Arc::new(FixedClock::default());
        let opened = storage::open_ephemeral(url, &database, clock).await;
        assert_eq!(opened.err(), Some(why), "{url}");
        assert_eq!(storage::check_ephemeral(url), Err(why), "{url}");
    }
    for url in [
        "memory:",
        "sql:",
        "redis://localhost",
        "rediss://:secret@localhost:1/2",
    ] {
        assert_eq!(storage::check_ephemeral(url), Ok(()), "{url}");
    }
}
