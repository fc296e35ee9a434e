use crate::subject::{MINUTE, Subject, at_once};
use domain::job::JobKind;
use std::collections::HashSet;

pub async fn every_job_is_claimed_once(s: Subject) {
    let mut stored = HashSet::new();
    for number in 0..30 {
        let realm = if number % 2 == 0 { s.realm } else { s.other };
        let note = s.note_in(realm);
        stored.insert((realm, note.job.id));
        s.stores.in_realm(realm).events.record(note.with()).await.unwrap();
    }
    let (now, until) = (s.now(), s.now() + MINUTE);
    let claimed = at_once(6, |_| {
        let all = s.all();
        async move { all.claim_jobs(&JobKind::ALL, now, until, 10).await.unwrap() }
    })
    .await;
    let claimed: Vec<_> = claimed.into_iter().flatten().collect();
    assert_eq!(claimed.len(), 30);
    assert_eq!(
        claimed
            .iter()
            .map(|job| (job.realm, job.id))
            .collect::<HashSet<_>>(),
        stored
    );
    let job = &claimed[0];
    assert_eq!(
        (job.attempt, job.lease_until, &job.payload.bytes),
        (1, until, &vec![1, 2, 3])
    );
    let done = s.note_in(job.realm);
    assert!(s.all().complete_job(job, vec![done.event.clone()]).await.unwrap());
    assert!(!s.all().has_job(job.id).await.unwrap());
    assert!(!s.all().complete_job(job, vec![s.note().event]).await.unwrap());
    while s.all().sequence_events(100).await.unwrap() > 0 {}
    let events = s.all().events_for("x", 100).await.unwrap();
    assert_eq!(events.len(), 31, "one more for the job that is done");
    assert!(events.iter().any(|(_, event)| *event == done.event));
}

pub async fn a_lease_that_ran_out_is_taken_over(s: Subject) {
    let (all, note) = (s.all(), s.note());
    s.here().events.record(note.with()).await.unwrap();
    let first = all
        .claim_jobs(&JobKind::ALL, s.now(), s.now() + MINUTE, 10)
        .await
        .unwrap()
        .pop()
        .unwrap();
    assert!(
        all.claim_jobs(&JobKind::ALL, s.now(), s.now() + MINUTE, 10)
            .await
            .unwrap()
            .is_empty()
    );
    s.clock.advance(MINUTE);
    let second = all
        .claim_jobs(&JobKind::ALL, s.now(), s.now() + MINUTE, 10)
        .await
        .unwrap()
        .pop()
        .unwrap();
    assert_eq!((second.id, second.attempt), (first.id, 2));
    assert!(
        !all.complete_job(&first, vec![]).await.unwrap(),
        "its lease is lost"
    );
    assert!(!all.retry_job(&first, s.now()).await.unwrap());
    assert!(all.complete_job(&second, vec![]).await.unwrap());
}

pub async fn a_retried_job_waits(s: Subject) {
    let (all, note) = (s.all(), s.note());
    s.here().events.record(note.with()).await.unwrap();
    assert!(
        all.claim_jobs(&JobKind::ALL, s.now() - MINUTE, s.now(), 10)
            .await
            .unwrap()
            .is_empty(),
        "not due yet"
    );
    let job = all
        .claim_jobs(&JobKind::ALL, s.now(), s.now() + MINUTE, 10)
        .await
        .unwrap()
        .pop()
        .unwrap();
    assert!(all.retry_job(&job, s.now() + 5 * MINUTE).await.unwrap());
    assert!(!all.retry_job(&job, s.now()).await.unwrap());
    assert!(all.has_job(job.id).await.unwrap());
    s.clock.advance(4 * MINUTE);
    assert!(
        all.claim_jobs(&JobKind::ALL, s.now(), s.now() + MINUTE, 10)
            .await
            .unwrap()
            .is_empty()
    );
    s.clock.advance(MINUTE);
    let again = all
        .claim_jobs(&JobKind::ALL, s.now(), s.now() + MINUTE, 10)
        .await
        .unwrap()
        .pop()
        .unwrap();
    assert_eq!((again.id, again.attempt), (job.id, 2));
}
