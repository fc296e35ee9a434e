use crate::subject::{MINUTE, Subject, at_once};
use domain::{
    federation::{AttemptPurpose, OpenAttempt},
    id::InteractionId,
    outbound::Sealed,
    secret::Digest,
};
use std::time::Duration;

fn attempt(s: &Subject) -> OpenAttempt {
    OpenAttempt {
        browser: Digest::of("browser"),
        provider: "acme".parse().unwrap(),
        purpose: AttemptPurpose::SignIn(InteractionId::generate(s.now(), &s.random)),
        sealed: Sealed {
            key_id: "1".into(),
            bytes: vec![0, 255],
        },
        expires_at: s.now() + MINUTE,
    }
}

pub async fn an_attempt_is_taken_once_until_it_expires(s: Subject) {
    let attempts = s.ephemeral.in_realm(s.realm).attempts;
    let elsewhere = s.ephemeral.in_realm(s.other).attempts;
    let waiting = attempt(&s);
    let [one, two, three] = ["one", "two", "three"].map(Digest::of);
    for state in [one, two, three] {
        attempts.put(&state, &waiting).await.unwrap();
    }
    assert_eq!(elsewhere.take(&one).await.unwrap(), None);
    assert_eq!(attempts.take(&one).await.unwrap(), Some(waiting.clone()));
    assert_eq!(attempts.take(&one).await.unwrap(), None);
    s.clock.set(waiting.expires_at - Duration::from_micros(1));
    assert_eq!(attempts.take(&two).await.unwrap(), Some(waiting.clone()));
    s.clock.set(waiting.expires_at);
    assert_eq!(attempts.take(&three).await.unwrap(), None);
}

pub async fn of_fifty_takers_one_gets_the_attempt(s: Subject) {
    let attempts = s.ephemeral.in_realm(s.realm).attempts;
    let (waiting, state) = (attempt(&s), Digest::of("one"));
    attempts.put(&state, &waiting).await.unwrap();
    let all = at_once(50, |_| {
        let attempts = attempts.clone();
        async move { attempts.take(&state).await.unwrap() }
    });
    let taken: Vec<_> = all.await.into_iter().flatten().collect();
    assert_eq!(taken, [waiting]);
}
