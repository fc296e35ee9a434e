use crate::subject::{MINUTE, Subject, at_once};
use domain::{
    id::{CeremonyId, InteractionId},
    passkey::{Ceremony, CeremonyPurpose},
    secret::Digest,
};
use std::time::Duration;

fn ceremony(s: &Subject) -> Ceremony {
    Ceremony {
        browser: Digest::of("browser"),
        purpose: CeremonyPurpose::SignIn(InteractionId::generate(s.now(), &s.random)),
        state: "{\"challenge\":\"one\"}".to_owned(),
        expires_at: s.now() + MINUTE,
    }
}

pub async fn a_ceremony_is_taken_once_until_it_expires(s: Subject) {
    let ceremonies = s.ephemeral.in_realm(s.realm).ceremonies;
    let elsewhere = s.ephemeral.in_realm(s.other).ceremonies;
    let waiting = ceremony(&s);
    let [one, two, three] = [(); 3].map(|()| CeremonyId::generate(s.now(), &s.random));
    for id in [one, two, three] {
        ceremonies.put(id, &waiting).await.unwrap();
    }
    assert_eq!(elsewhere.take(one).await.unwrap(), None);
    assert_eq!(ceremonies.take(one).await.unwrap(), Some(waiting.clone()));
    assert_eq!(ceremonies.take(one).await.unwrap(), None);
    s.clock.set(waiting.expires_at - Duration::from_micros(1));
    assert_eq!(ceremonies.take(two).await.unwrap(), Some(waiting.clone()));
    s.clock.set(waiting.expires_at);
    assert_eq!(ceremonies.take(three).await.unwrap(), None);
}

pub async fn of_fifty_takers_one_gets_the_ceremony(s: Subject) {
    let ceremonies = s.ephemeral.in_realm(s.realm).ceremonies;
    let (waiting, id) = (ceremony(&s), CeremonyId::generate(s.now(), &s.random));
    ceremonies.put(id, &waiting).await.unwrap();
    let all = at_once(50, |_| {
        let ceremonies = ceremonies.clone();
        async move { ceremonies.take(id).await.unwrap() }
    });
    let taken: Vec<_> = all.await.into_iter().flatten().collect();
    assert_eq!(taken, [waiting]);
}
