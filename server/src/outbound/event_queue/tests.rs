use super::*;
use domain::{
    clock::Timestamp,
    event::{Actor, EventKind},
    id::EventId,
    login_session::RequestOrigin,
    realm::RealmName,
    testing::{SeededRandom, a_realm},
};
use std::cell::RefCell;

fn events(count: usize) -> Vec<Event> {
    let (at, random) = (Timestamp::from_seconds(0), SeededRandom::new(1));
    let event = |_| Event {
        id: EventId::generate(at, &random),
        version: Event::VERSION,
        at,
        realm: a_realm(RealmName::Root).id,
        actor: Actor::System,
        origin: RequestOrigin::default(),
        kind: EventKind::MailSent,
    };
    (0..count).map(event).collect()
}

#[tokio::test]
async fn what_waits_is_stored_once_in_its_order_and_in_batches() {
    let (queue, all) = (BatchedEvents::default(), events(BATCH + 2));
    all.iter().cloned().for_each(|event| queue.push(event));
    let stored = RefCell::new(Vec::new());
    let store = async |_, events: Vec<Event>| {
        stored.borrow_mut().push(events);
        Ok(())
    };
    queue.flush(&store).await.unwrap();
    queue.flush(&store).await.unwrap();
    let stored = stored.into_inner();
    assert_eq!(stored.iter().map(Vec::len).collect::<Vec<_>>(), [BATCH, 2]);
    assert_eq!(stored.concat(), all);
}

#[tokio::test]
async fn while_the_store_is_away_events_wait_and_beyond_the_bound_they_are_dropped() {
    let (queue, all) = (BatchedEvents::default(), events(BOUND + 3));
    all.iter().cloned().for_each(|event| queue.push(event));
    let away = async |_, _| Err(StoreError::unavailable(std::io::Error::other("away")));
    assert!(queue.flush(away).await.is_err());
    let stored = RefCell::new(Vec::new());
    let store = async |_, mut events: Vec<Event>| {
        stored.borrow_mut().append(&mut events);
        Ok(())
    };
    queue.flush(store).await.unwrap();
    assert_eq!(stored.into_inner(), all[..BOUND]);
}

#[tokio::test]
async fn what_the_store_never_takes_is_not_offered_again() {
    let queue = BatchedEvents::default();
    events(2).into_iter().for_each(|event| queue.push(event));
    queue.flush(async |_, _| Err(StoreError::Conflict)).await.unwrap();
    let offered = RefCell::new(0);
    let count = async |_, events: Vec<Event>| {
        *offered.borrow_mut() += events.len();
        Ok(())
    };
    queue.flush(count).await.unwrap();
    assert_eq!(offered.into_inner(), 0);
}
