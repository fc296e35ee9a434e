use crate::subject::{MINUTE, Subject, at_once};
use domain::{
    budget::Lane,
    ephemeral::{CodeGrant, PushedRequest, Redemption, Settled},
    id::{AuthorizationId, InteractionId},
    interaction::{AccountPage, Continuation, Interaction, InteractionState, Requirement},
    pkce::CodeChallenge,
    redirect_uri::RedirectUri,
    secret::Digest,
};
use std::time::Duration;

pub fn grant(s: &Subject) -> CodeGrant {
    CodeGrant {
        authorization_id: AuthorizationId::generate(s.now(), &s.random),
        client_id: "app".parse().unwrap(),
        redirect_uri: RedirectUri::parse("https://app.example.com/cb").unwrap(),
        code_challenge: None::<CodeChallenge>,
        dpop_jkt: Some(Digest::of("key").into()),
        expires_at: s.now() + MINUTE,
    }
}

pub fn interaction(s: &Subject) -> Interaction {
    Interaction {
        id: InteractionId::generate(s.now(), &s.random),
        browser: Digest::of("browser"),
        enrolment_declined: None,
        offered: None,
        unaddressed: None,
        requirement: Requirement {
            max_age: Some(MINUTE),
            ..Requirement::default()
        },
        consent: None,
        continuation: Continuation::Account(AccountPage::Apps),
        state: InteractionState::AwaitingSignIn { identifier: None },
        created_at: s.now(),
        expires_at: s.now() + 60 * MINUTE,
    }
}

pub async fn a_redeemed_code_stays_readable_until_it_expires(s: Subject) {
    let codes = s.ephemeral.in_realm(s.realm).codes;
    let (code, grant) = (Digest::of("code"), grant(&s));
    codes.put(&code, &grant).await.unwrap();
    assert_eq!(codes.find(&code).await.unwrap(), Some(grant.clone()));
    assert_eq!(
        codes.redeem(&code, grant.expires_at).await.unwrap(),
        Redemption::First
    );
    assert_eq!(codes.find(&code).await.unwrap(), Some(grant.clone()));
    s.clock.set(grant.expires_at - Duration::from_micros(1));
    assert_eq!(
        codes.settle(&code, grant.expires_at).await.unwrap(),
        Settled::Alone
    );
    assert_eq!(
        codes.redeem(&code, grant.expires_at).await.unwrap(),
        Redemption::Replay
    );
    assert_eq!(codes.find(&code).await.unwrap(), Some(grant.clone()));
    s.clock.set(grant.expires_at);
    assert_eq!(codes.find(&code).await.unwrap(), None);
    assert_eq!(
        codes.redeem(&code, grant.expires_at).await.unwrap(),
        Redemption::Replay
    );
    assert_eq!(codes.find(&Digest::of("other")).await.unwrap(), None);
    s.ephemeral.ping().await.unwrap();
}

pub async fn whoever_redeems_first_learns_who_came_before_it_was_answered(s: Subject) {
    let codes = s.ephemeral.in_realm(s.realm).codes;
    let (code, grant) = (Digest::of("code"), grant(&s));
    codes.put(&code, &grant).await.unwrap();
    let redeem = || async { codes.redeem(&code, grant.expires_at).await.unwrap() };
    assert_eq!(redeem().await, Redemption::First);
    assert_eq!(redeem().await, Redemption::Meanwhile);
    assert_eq!(redeem().await, Redemption::Meanwhile);
    assert_eq!(
        codes.settle(&code, grant.expires_at).await.unwrap(),
        Settled::Replayed
    );
    assert_eq!(redeem().await, Redemption::Replay);
    assert_eq!(redeem().await, Redemption::Replay);
}

pub async fn of_fifty_redemptions_one_is_first(s: Subject) {
    let codes = s.ephemeral.in_realm(s.realm).codes;
    let (code, grant) = (Digest::of("code"), grant(&s));
    codes.put(&code, &grant).await.unwrap();
    let all = at_once(50, |_| {
        let codes = codes.clone();
        async move { codes.redeem(&code, grant.expires_at).await.unwrap() }
    })
    .await;
    assert_eq!(
        all.iter()
            .filter(|redemption| **redemption == Redemption::First)
            .count(),
        1
    );
}

fn pushed(s: &Subject) -> PushedRequest {
    PushedRequest {
        client_id: "app".parse().unwrap(),
        parameters: "response_type=code&state=%C3%A4".to_owned(),
        expires_at: s.now() + MINUTE,
    }
}

pub async fn a_pushed_request_is_read_until_it_expires_or_is_consumed(s: Subject) {
    let (here, there) = (
        s.ephemeral.in_realm(s.realm).pushed,
        s.ephemeral.in_realm(s.other).pushed,
    );
    let (uri, other, request) = (Digest::of("uri"), Digest::of("other"), pushed(&s));
    let until = s.now() + 60 * MINUTE;
    for uri in [&uri, &other] {
        here.put(uri, &request).await.unwrap();
        assert_eq!(here.find(uri).await.unwrap(), Some(request.clone()));
        assert_eq!(here.find(uri).await.unwrap(), Some(request.clone()));
        assert_eq!(there.find(uri).await.unwrap(), None);
    }
    assert!(there.consume(&uri, until).await.unwrap());
    assert!(here.consume(&uri, until).await.unwrap());
    assert!(!here.consume(&uri, until).await.unwrap());
    assert_eq!(here.find(&uri).await.unwrap(), None);
    s.clock.set(request.expires_at);
    assert_eq!(here.find(&other).await.unwrap(), None);
    assert!(!here.consume(&uri, until).await.unwrap());
    assert!(
        here.consume(&other, until).await.unwrap(),
        "who began with it in time may end with it"
    );
}

pub async fn of_fifty_consumers_one_is_first(s: Subject) {
    let requests = s.ephemeral.in_realm(s.realm).pushed;
    requests.put(&Digest::of("uri"), &pushed(&s)).await.unwrap();
    let until = s.now() + 60 * MINUTE;
    let all = at_once(50, |_| {
        let requests = requests.clone();
        async move { requests.consume(&Digest::of("uri"), until).await.unwrap() }
    })
    .await;
    assert_eq!(all.into_iter().filter(|first| *first).count(), 1);
}

pub async fn a_mark_is_used_first_once_until_it_ends(s: Subject) {
    let (here, there) = (
        s.ephemeral.in_realm(s.realm).replays,
        s.ephemeral.in_realm(s.other).replays,
    );
    let (mark, until) = (Digest::of("jti"), s.now() + MINUTE);
    assert!(here.first_use(&mark, until).await.unwrap());
    assert!(!here.first_use(&mark, until + MINUTE).await.unwrap());
    assert!(here.first_use(&Digest::of("another"), until).await.unwrap());
    assert!(there.first_use(&mark, until).await.unwrap());
    s.clock.set(until - Duration::from_micros(1));
    assert!(!here.first_use(&mark, until).await.unwrap());
    s.clock.set(until + MINUTE);
    assert!(here.first_use(&mark, until + 2 * MINUTE).await.unwrap());
    there.forget(&mark).await.unwrap();
    assert!(!here.first_use(&mark, until + 2 * MINUTE).await.unwrap());
    here.forget(&mark).await.unwrap();
    assert!(here.first_use(&mark, until + 2 * MINUTE).await.unwrap());
}

pub async fn marks_of_proofs_are_apart_from_others(s: Subject) {
    let realm = s.ephemeral.in_realm(s.realm);
    let (mark, until) = (Digest::of("jti"), s.now() + MINUTE);
    for marks in [realm.replays, realm.proofs] {
        assert!(marks.first_use(&mark, until).await.unwrap());
        assert!(!marks.first_use(&mark, until).await.unwrap());
    }
}

pub async fn of_fifty_uses_of_a_mark_one_is_first(s: Subject) {
    let replays = s.ephemeral.in_realm(s.realm).replays;
    let until = s.now() + MINUTE;
    let all = at_once(50, |_| {
        let replays = replays.clone();
        async move { replays.first_use(&Digest::of("jti"), until).await.unwrap() }
    })
    .await;
    assert_eq!(all.into_iter().filter(|first| *first).count(), 1);
}

pub async fn an_interaction_is_replaced_only_when_unchanged(s: Subject) {
    let interactions = s.ephemeral.in_realm(s.realm).interactions;
    let old = interaction(&s);
    interactions.put(&old).await.unwrap();
    assert_eq!(interactions.find(old.id).await.unwrap(), Some(old.clone()));
    let new = old.clone().identified("ada@example.com".to_owned());
    assert!(interactions.replace(&old, &new).await.unwrap());
    assert!(!interactions.replace(&old, &old.clone().denied()).await.unwrap());
    let foreign = interaction(&s);
    assert!(
        !interactions.replace(&new, &foreign).await.unwrap(),
        "one is not another"
    );
    assert_eq!(interactions.find(old.id).await.unwrap(), Some(new.clone()));
    s.clock.set(old.expires_at);
    assert_eq!(interactions.find(old.id).await.unwrap(), None);
    assert_eq!(interactions.take(old.id).await.unwrap(), None);
}

pub async fn of_fifty_takers_one_gets_the_interaction(s: Subject) {
    let interactions = s.ephemeral.in_realm(s.realm).interactions;
    let waiting = interaction(&s);
    interactions.put(&waiting).await.unwrap();
    let all = at_once(50, |_| {
        let (interactions, id) = (interactions.clone(), waiting.id);
        async move { interactions.take(id).await.unwrap() }
    })
    .await;
    let taken: Vec<_> = all.into_iter().flatten().collect();
    assert_eq!(taken.as_slice(), std::slice::from_ref(&waiting));
    assert!(
        !interactions
            .replace(&waiting, &waiting.clone().denied())
            .await
            .unwrap()
    );
}

pub async fn of_fifty_replacements_one_takes_place(s: Subject) {
    let interactions = s.ephemeral.in_realm(s.realm).interactions;
    let old = interaction(&s);
    interactions.put(&old).await.unwrap();
    let named = |number: usize| old.clone().identified(format!("{number}@example.com"));
    let all = at_once(50, |number| {
        let (interactions, old, new) = (interactions.clone(), old.clone(), named(number));
        async move { interactions.replace(&old, &new).await.unwrap() }
    })
    .await;
    let winners: Vec<_> = (0..50).filter(|number| all[*number]).collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(interactions.find(old.id).await.unwrap(), Some(named(winners[0])));
}

pub async fn fifty_attempts_are_counted_one_by_one(s: Subject) {
    let limits = s.ephemeral.in_realm(s.realm).limits;
    let mut counts = at_once(50, |_| {
        let limits = limits.clone();
        async move { limits.count("sign in", MINUTE).await.unwrap() }
    })
    .await;
    counts.sort_unstable();
    assert_eq!(counts, (1..=50).collect::<Vec<u64>>());
}

pub async fn counters_end_with_their_window(s: Subject) {
    let limits = s.ephemeral.in_realm(s.realm).limits;
    for expected in 1..=3 {
        assert_eq!(limits.count("sign in", MINUTE).await.unwrap(), expected);
        s.clock.advance(Duration::from_secs(15));
    }
    assert_eq!(limits.count("other", MINUTE).await.unwrap(), 1);
    s.clock.advance(Duration::from_secs(15));
    assert_eq!(
        limits.count("sign in", MINUTE).await.unwrap(),
        1,
        "the window began with the first attempt"
    );
}

pub async fn what_is_given_back_lowers_its_own_window_only(s: Subject) {
    let limits = s.ephemeral.in_realm(s.realm).limits;
    let first = limits.counted("sign in", MINUTE).await.unwrap();
    assert_eq!(limits.count("sign in", MINUTE).await.unwrap(), 2);
    limits.give_back("sign in", first.until).await.unwrap();
    let again = limits.counted("sign in", MINUTE).await.unwrap();
    assert_eq!(again, domain::ephemeral::Counted { sum: 2, ..first });
    for _ in 0..5 {
        limits.give_back("sign in", first.until).await.unwrap();
    }
    assert_eq!(
        limits.count("sign in", MINUTE).await.unwrap(),
        1,
        "never below zero"
    );
    // Nobody else's counter: not that of another name, not that of another realm.
    assert_eq!(limits.count("other", MINUTE).await.unwrap(), 1);
    let there = s.ephemeral.in_realm(s.other).limits;
    assert_eq!(there.count("sign in", MINUTE).await.unwrap(), 1);
    for elsewhere in [&limits, &there] {
        elsewhere.give_back("another", first.until).await.unwrap();
    }
    limits.give_back("sign in", first.until).await.unwrap();
    assert_eq!(limits.count("other", MINUTE).await.unwrap(), 2);
    assert_eq!(there.count("sign in", MINUTE).await.unwrap(), 2);
    // The window is over, and the next has begun.
    s.clock.set(first.until);
    limits.give_back("sign in", first.until).await.unwrap();
    let next = limits.counted("sign in", MINUTE).await.unwrap();
    assert_eq!((next.sum, next.until), (1, first.until + MINUTE));
    limits.give_back("sign in", first.until).await.unwrap();
    assert_eq!(limits.count("sign in", MINUTE).await.unwrap(), 2);
}

pub async fn of_fifty_attempts_given_back_at_once_each_counts_once(s: Subject) {
    let limits = s.ephemeral.in_realm(s.realm).limits;
    for _ in 0..60 {
        limits.count("sign in", MINUTE).await.unwrap();
    }
    at_once(50, |number| {
        let limits = limits.clone();
        async move {
            let counted = limits.counted("sign in", MINUTE).await.unwrap();
            // Every other one was wrong.
            if number % 2 == 0 {
                limits.give_back("sign in", counted.until).await.unwrap();
            }
        }
    })
    .await;
    assert_eq!(limits.count("sign in", MINUTE).await.unwrap(), 60 + 25 + 1);
}

pub async fn of_fifty_attempts_that_saw_one_lane_one_takes_it(s: Subject) {
    let limits = s.ephemeral.in_realm(s.realm).limits;
    let lane = |attempts| Lane {
        attempts,
        begun: s.now(),
        opens_at: s.now(),
    };
    let until = s.now() + MINUTE;
    for old in [None, Some(lane(1))] {
        let new = lane(old.map_or(1, |old| old.attempts + 1));
        let all = at_once(50, |_| {
            let limits = limits.clone();
            async move {
                limits
                    .replace_lane("ada", old.as_ref(), &new, until)
                    .await
                    .unwrap()
            }
        })
        .await;
        assert_eq!(all.into_iter().filter(|took| *took).count(), 1);
        assert_eq!(limits.lane("ada").await.unwrap(), Some(new));
    }
    assert_eq!(limits.lane("bob").await.unwrap(), None);
    assert_eq!(
        s.ephemeral.in_realm(s.other).limits.lane("ada").await.unwrap(),
        None
    );
    // A counter of the same name is something else.
    assert_eq!(limits.count("ada", MINUTE).await.unwrap(), 1);
}

pub async fn a_lane_is_forgotten_at_its_end(s: Subject) {
    let limits = s.ephemeral.in_realm(s.realm).limits;
    let lane = Lane {
        attempts: 3,
        begun: s.now(),
        opens_at: s.now() + MINUTE,
    };
    let until = s.now() + 2 * MINUTE;
    assert!(limits.replace_lane("ada", None, &lane, until).await.unwrap());
    assert!(!limits.replace_lane("ada", None, &lane, until).await.unwrap());
    s.clock.set(until);
    assert_eq!(limits.lane("ada").await.unwrap(), None);
    let later = until + MINUTE;
    assert!(
        !limits
            .replace_lane("ada", Some(&lane), &lane, later)
            .await
            .unwrap()
    );
    assert!(limits.replace_lane("ada", None, &lane, later).await.unwrap());
}

pub async fn ephemeral_values_of_one_realm_are_not_in_another(s: Subject) {
    let (here, there) = (s.ephemeral.in_realm(s.realm), s.ephemeral.in_realm(s.other));
    let (code, grant, waiting) = (Digest::of("code"), grant(&s), interaction(&s));
    here.codes.put(&code, &grant).await.unwrap();
    here.interactions.put(&waiting).await.unwrap();
    here.limits.count("k", MINUTE).await.unwrap();
    assert_eq!(there.codes.find(&code).await.unwrap(), None);
    assert_eq!(
        there.codes.redeem(&code, grant.expires_at).await.unwrap(),
        Redemption::First
    );
    assert_eq!(
        here.codes.redeem(&code, grant.expires_at).await.unwrap(),
        Redemption::First
    );
    assert_eq!(there.interactions.find(waiting.id).await.unwrap(), None);
    assert_eq!(there.interactions.take(waiting.id).await.unwrap(), None);
    assert!(
        !there
            .interactions
            .replace(&waiting, &waiting.clone().denied())
            .await
            .unwrap()
    );
    assert_eq!(here.interactions.find(waiting.id).await.unwrap(), Some(waiting));
    assert_eq!(there.limits.count("k", MINUTE).await.unwrap(), 1);
}
