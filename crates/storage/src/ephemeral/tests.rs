use super::*;
use domain::{ephemeral::Counted, testing::FixedClock};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const TICK: Duration = Duration::from_micros(1);

/// Every backend, with a clock of its own.
struct Backends {
    all: Vec<(&'static str, Arc<dyn Backend>, Arc<FixedClock>)>,
    _folder: tempfile::TempDir,
}

async fn backends() -> Backends {
    let folder = tempfile::tempdir().unwrap();
    let server = testbed::Postgres::shared();
    let file = format!("sqlite://{}", folder.path().join("signet.db").display());
    let database = server.url(&server.create_database(None).unwrap());
    let mut all: Vec<(_, Arc<dyn Backend>, _)> = Vec::new();
    for (name, url) in [("sqlite", file), ("postgres", database)] {
        crate::migrate(&url).await.unwrap();
        let clock = Arc::new(FixedClock::default());
        let stores = SqlStores::open(&url).await.unwrap();
        all.push((name, stores.ephemeral(clock.clone()), clock));
    }
    let clock = Arc::new(FixedClock::default());
    let info = redis::address(&testbed::Redis::shared().url()).unwrap();
    let server = redis::Redis::open(info, clock.clone()).await.unwrap();
    all.push(("redis", Arc::new(server), clock));
    let clock = Arc::new(FixedClock::default());
    let memory = Memory::new(Bounds::default(), clock.clone());
    all.push(("memory", Arc::new(memory), clock));
    Backends { all, _folder: folder }
}

#[tokio::test]
async fn bytes_come_back_as_they_were() {
    let every_byte: Vec<u8> = (0..=255).collect();
    for (name, backend, _) in backends().await.all {
        for value in [every_byte.clone(), Vec::new()] {
            backend.put("k", value.clone(), MINUTE).await.unwrap();
            assert_eq!(backend.get("k").await.unwrap(), Some(value.clone()), "{name}");
            assert!(!backend.put_if_absent("k", vec![1], MINUTE).await.unwrap());
            assert!(!backend.compare_and_put("k", &[1], vec![2], MINUTE).await.unwrap());
            let replaced = backend.compare_and_put("k", &value, vec![3], MINUTE).await;
            assert!(replaced.unwrap(), "{name}");
            assert_eq!(backend.take("k").await.unwrap(), Some(vec![3]), "{name}");
            assert_eq!(backend.take("k").await.unwrap(), None, "{name}");
            assert!(!backend.compare_and_put("k", &[3], vec![4], MINUTE).await.unwrap());
        }
    }
}

#[tokio::test]
async fn the_clock_alone_says_when_a_value_ends() {
    for (name, backend, clock) in backends().await.all {
        for key in ["read", "taken", "kept"] {
            backend.put(key, vec![1], MINUTE).await.unwrap();
        }
        assert!(backend.put_if_absent("marked", vec![1], MINUTE).await.unwrap());
        clock.advance(MINUTE - TICK);
        assert_eq!(backend.get("read").await.unwrap(), Some(vec![1]), "{name}");
        assert!(!backend.put_if_absent("marked", vec![1], MINUTE).await.unwrap());
        let kept = backend.compare_and_put("kept", &[1], vec![2], MINUTE).await;
        assert!(kept.unwrap(), "{name}");
        clock.advance(TICK);
        assert_eq!(backend.get("read").await.unwrap(), None, "{name}");
        assert_eq!(backend.take("taken").await.unwrap(), None, "{name}");
        let late = backend.compare_and_put("taken", &[1], vec![2], MINUTE).await;
        assert!(!late.unwrap(), "{name}");
        assert!(backend.put_if_absent("marked", vec![1], MINUTE).await.unwrap());
        assert_eq!(
            backend.get("kept").await.unwrap(),
            Some(vec![2]),
            "{name}: a replacement has an end of its own"
        );
    }
}

#[tokio::test]
async fn a_counter_ends_as_its_first_call_said() {
    for (name, backend, clock) in backends().await.all {
        let until = clock.now() + MINUTE;
        let counted = |sum, until| Counted { sum, until };
        assert_eq!(backend.increment("k", MINUTE).await.unwrap(), counted(1, until));
        clock.advance(MINUTE - TICK);
        let second = backend.increment("k", 60 * MINUTE).await.unwrap();
        assert_eq!(second, counted(2, until), "{name}");
        clock.advance(TICK);
        let next = backend.increment("k", MINUTE).await.unwrap();
        assert_eq!(next, counted(1, until + MINUTE), "{name}");
    }
}

#[tokio::test]
async fn what_is_no_counter_is_an_error() {
    for (name, backend, _) in backends().await.all {
        backend.put("k", b"many".to_vec(), MINUTE).await.unwrap();
        let error = backend.increment("k", MINUTE).await.unwrap_err();
        let words = format!("{error:?} {error}");
        assert!(!words.contains("many"), "{name}: {words}");
    }
}
