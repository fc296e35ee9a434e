use super::*;
use domain::testing::FixedClock;

const MINUTE: Duration = Duration::from_secs(60);

fn memory(entries: usize, bytes: usize) -> (Memory, Arc<FixedClock>) {
    let clock = Arc::new(FixedClock::default());
    (Memory::new(Bounds { entries, bytes }, clock.clone()), clock)
}

#[tokio::test]
async fn when_full_the_expired_go_first_and_then_those_that_expire_soonest() {
    let (memory, clock) = memory(2, 1 << 20);
    memory.put("long", vec![1], 3 * MINUTE).await.unwrap();
    memory.put("short", vec![2], MINUTE).await.unwrap();
    memory.put("middle", vec![3], 2 * MINUTE).await.unwrap();
    assert_eq!(memory.get("short").await.unwrap(), None);
    assert!(memory.get("long").await.unwrap().is_some());
    clock.advance(2 * MINUTE);
    memory.put("new", vec![4], MINUTE).await.unwrap();
    assert!(memory.get("long").await.unwrap().is_some());
    assert!(memory.get("new").await.unwrap().is_some());
}

#[tokio::test]
async fn bytes_are_bounded_and_given_back() {
    let (memory, _) = memory(1000, 2_000);
    for round in 0..100 {
        memory
            .put(&format!("key{round}"), vec![0; 400], MINUTE)
            .await
            .unwrap();
        assert!(memory.entries.lock().unwrap().bytes <= 2_000);
    }
    assert!(memory.put("huge", vec![0; 4_000], MINUTE).await.is_err());
    while !memory.entries.lock().unwrap().by_key.is_empty() {
        memory.entries.lock().unwrap().evict();
    }
    assert_eq!(memory.entries.lock().unwrap().bytes, 0);
}

#[tokio::test]
async fn a_counter_ends_with_the_window_its_first_call_opened() {
    let (memory, clock) = memory(10, 1 << 20);
    assert_eq!(memory.increment("k", MINUTE).await.unwrap().sum, 1);
    clock.advance(Duration::from_secs(59));
    assert_eq!(memory.increment("k", MINUTE).await.unwrap().sum, 2);
    clock.advance(Duration::from_secs(1));
    assert_eq!(memory.increment("k", MINUTE).await.unwrap().sum, 1);
}

#[tokio::test]
async fn absent_taken_and_compared() {
    let (memory, clock) = memory(10, 1 << 20);
    assert!(memory.put_if_absent("k", vec![1], MINUTE).await.unwrap());
    assert!(!memory.put_if_absent("k", vec![2], MINUTE).await.unwrap());
    assert!(!memory.compare_and_put("k", &[2], vec![3], MINUTE).await.unwrap());
    assert!(memory.compare_and_put("k", &[1], vec![3], MINUTE).await.unwrap());
    assert_eq!(memory.take("k").await.unwrap(), Some(vec![3]));
    assert_eq!(memory.take("k").await.unwrap(), None);
    assert!(!memory.compare_and_put("k", &[3], vec![4], MINUTE).await.unwrap());
    assert!(memory.put_if_absent("k", vec![5], MINUTE).await.unwrap());
    clock.advance(MINUTE);
    assert!(
        memory.put_if_absent("k", vec![6], MINUTE).await.unwrap(),
        "it had expired"
    );
}
