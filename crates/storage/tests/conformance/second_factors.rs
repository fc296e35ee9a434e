use crate::subject::{MINUTE, Subject, at_once};
use domain::{
    id::{AuthenticatorId, LoginSessionId, TrustedDeviceId, UserId},
    outbound::Sealed,
    second_factor::{Authenticator, RecoverySheet, SecondFactors, TrustedDevice},
    secret::Digest,
    stores::{Alongside, FactorRemoved, StoreError},
};
use std::time::Duration;

fn sealed(text: &str) -> Sealed {
    Sealed {
        key_id: "k".to_owned(),
        bytes: text.as_bytes().to_vec(),
    }
}

pub fn authenticator(s: &Subject) -> Authenticator {
    s.clock.advance(Duration::from_millis(1));
    let id = AuthenticatorId::generate(s.now(), &s.random);
    Authenticator {
        id,
        seed: sealed(&id.to_string()),
        created_at: s.now(),
        last_step: 0,
        last_used_at: None,
    }
}

pub fn device(s: &Subject, user_id: UserId, text: &str) -> TrustedDevice {
    s.clock.advance(Duration::from_millis(1));
    TrustedDevice {
        id: TrustedDeviceId::generate(s.now(), &s.random),
        user_id,
        digest: Digest::of(text),
        user_agent: Some("Browser/1".to_owned()),
        created_at: s.now(),
        last_used_at: s.now(),
        expires_at: s.now() + MINUTE,
    }
}

pub fn sheet(s: &Subject) -> RecoverySheet {
    RecoverySheet {
        session: LoginSessionId::generate(s.now(), &s.random),
        codes: sealed("codes"),
        expires_at: s.now() + MINUTE,
    }
}

/// A person with an authenticator whose step 5 was used.
pub async fn enrolled(s: &Subject) -> (UserId, AuthenticatorId) {
    let (user, pending) = (s.ada().await.id, authenticator(s));
    let factors = s.here().second_factors;
    factors.propose(user, &pending).await.unwrap();
    let with = Alongside::default();
    assert!(factors.confirm(user, pending.id, 5, s.now(), with).await.unwrap());
    (user, pending.id)
}

pub async fn an_authenticator_counts_once_it_is_confirmed(s: Subject) {
    let (user, factors) = (s.ada().await.id, s.here().second_factors);
    assert_eq!(factors.find(user).await.unwrap(), SecondFactors::default());
    let (dropped, first) = (authenticator(&s), authenticator(&s));
    for pending in [&dropped, &first] {
        factors.propose(user, pending).await.unwrap();
        let found = factors.find(user).await.unwrap();
        assert_eq!(
            (found.authenticator, found.pending.as_ref()),
            (None, Some(pending))
        );
    }
    for (id, taken) in [(dropped.id, false), (first.id, true), (first.id, false)] {
        let note = s.note();
        assert_eq!(
            factors.confirm(user, id, 7, s.now(), note.with()).await.unwrap(),
            taken
        );
        assert_eq!(s.took_place(&note).await, taken);
    }
    let confirmed = Authenticator {
        last_step: 7,
        last_used_at: Some(s.now()),
        ..first
    };
    let found = factors.find(user).await.unwrap();
    assert_eq!(
        (found.authenticator, found.pending),
        (Some(confirmed.clone()), None)
    );
    let second = authenticator(&s);
    factors.propose(user, &second).await.unwrap();
    assert_eq!(factors.find(user).await.unwrap().authenticator, Some(confirmed));
    factors
        .trust(&device(&s, user, "d"), Alongside::default())
        .await
        .unwrap();
    assert!(
        factors
            .confirm(user, second.id, 8, s.now(), Alongside::default())
            .await
            .unwrap()
    );
    assert_eq!(
        factors.find(user).await.unwrap().authenticator.unwrap().id,
        second.id
    );
    assert!(factors.trusted(user, s.now()).await.unwrap().is_empty());
    let nobody = UserId::generate(s.now(), &s.random);
    assert!(factors.propose(nobody, &authenticator(&s)).await.is_err());
}

pub async fn removing_an_authenticator_takes_what_hangs_on_it(s: Subject) {
    let (user, _) = enrolled(&s).await;
    let factors = s.here().second_factors;
    let (codes, sheet) = ([Digest::of("a")], sheet(&s));
    factors
        .replace_recovery_codes(user, &codes, &sheet, Alongside::default())
        .await
        .unwrap();
    factors
        .trust(&device(&s, user, "d"), Alongside::default())
        .await
        .unwrap();
    factors.propose(user, &authenticator(&s)).await.unwrap();
    for removed in [FactorRemoved::Removed, FactorRemoved::Missing] {
        let note = s.note();
        assert_eq!(factors.remove(user, note.with()).await.unwrap(), removed);
        assert_eq!(s.took_place(&note).await, removed == FactorRemoved::Removed);
    }
    assert_eq!(factors.find(user).await.unwrap(), SecondFactors::default());
    assert!(factors.trusted(user, s.now()).await.unwrap().is_empty());
    assert_eq!(
        factors.take_sheet(user, sheet.session, s.now()).await.unwrap(),
        None
    );
    let spent = factors.spend_recovery_code(user, &codes[0], s.now(), Alongside::default());
    assert!(!spent.await.unwrap());
}

pub async fn of_fifty_uses_of_one_step_one_counts(s: Subject) {
    let (user, id) = enrolled(&s).await;
    let (store, now) = (s.here().second_factors, s.now());
    let spent = at_once(50, |_| {
        let store = store.clone();
        async move { store.spend_step(user, id, 6, now).await.unwrap() }
    });
    assert_eq!(spent.await.into_iter().filter(|spent| *spent).count(), 1);
    let factors = s.here().second_factors;
    for (step, counts) in [(5, false), (6, false), (8, true), (7, false)] {
        assert_eq!(
            factors.spend_step(user, id, step, s.now()).await.unwrap(),
            counts,
            "{step}"
        );
    }
    let other = AuthenticatorId::generate(s.now(), &s.random);
    assert!(!factors.spend_step(user, other, 9, s.now()).await.unwrap());
    let pending = authenticator(&s);
    factors.propose(user, &pending).await.unwrap();
    assert!(!factors.spend_step(user, pending.id, 9, s.now()).await.unwrap());
}

pub async fn of_fifty_uses_of_one_recovery_code_one_counts(s: Subject) {
    let (user, _) = enrolled(&s).await;
    let factors = s.here().second_factors;
    let codes = [Digest::of("a"), Digest::of("b")];
    factors
        .replace_recovery_codes(user, &codes, &sheet(&s), Alongside::default())
        .await
        .unwrap();
    let (store, now, code) = (factors.clone(), s.now(), codes[0]);
    let spent = at_once(50, |_| {
        let store = store.clone();
        async move {
            let spent = store.spend_recovery_code(user, &code, now, Alongside::default());
            spent.await.unwrap()
        }
    });
    assert_eq!(spent.await.into_iter().filter(|spent| *spent).count(), 1);
    assert_eq!(factors.find(user).await.unwrap().recovery_codes, 1);
    for (code, counts) in [(codes[0], false), (Digest::of("x"), false), (codes[1], true)] {
        let note = s.note();
        assert_eq!(
            factors
                .spend_recovery_code(user, &code, s.now(), note.with())
                .await
                .unwrap(),
            counts
        );
        assert_eq!(s.took_place(&note).await, counts);
    }
}

pub async fn new_recovery_codes_replace_all_and_are_shown_once(s: Subject) {
    let (user, _) = enrolled(&s).await;
    let factors = s.here().second_factors;
    let (old, new, first) = (Digest::of("old"), Digest::of("new"), sheet(&s));
    factors
        .replace_recovery_codes(user, &[old], &first, Alongside::default())
        .await
        .unwrap();
    let (second, note) = (sheet(&s), s.note());
    factors
        .replace_recovery_codes(user, &[new, Digest::of("c")], &second, note.with())
        .await
        .unwrap();
    assert!(s.took_place(&note).await);
    assert_eq!(factors.find(user).await.unwrap().recovery_codes, 2);
    assert!(
        !factors
            .spend_recovery_code(user, &old, s.now(), Alongside::default())
            .await
            .unwrap()
    );
    assert_eq!(
        factors.take_sheet(user, first.session, s.now()).await.unwrap(),
        None
    );
    assert_eq!(
        factors
            .take_sheet(user, second.session, s.now() + MINUTE)
            .await
            .unwrap(),
        None
    );
    for shown in [Some(second.clone()), None] {
        assert_eq!(
            factors.take_sheet(user, second.session, s.now()).await.unwrap(),
            shown
        );
    }
    let nobody = UserId::generate(s.now(), &s.random);
    let refused = factors
        .replace_recovery_codes(nobody, &[new], &second, Alongside::default())
        .await;
    assert!(matches!(refused, Err(StoreError::Conflict)));
}

pub async fn trusted_browsers_are_listed_until_they_expire_or_are_forgotten(s: Subject) {
    let (user, factors) = (s.ada().await.id, s.here().second_factors);
    let devices = ["one", "two", "three"].map(|text| device(&s, user, text));
    for device in &devices {
        let note = s.note();
        factors.trust(device, note.with()).await.unwrap();
        assert!(s.took_place(&note).await);
    }
    s.clock.advance(Duration::from_secs(1));
    factors.touch_trusted(user, devices[0].id, s.now()).await.unwrap();
    let [first, second, third] = devices;
    let first = TrustedDevice {
        last_used_at: s.now(),
        ..first
    };
    let expected = [third.clone(), second, first.clone()];
    assert_eq!(factors.trusted(user, s.now()).await.unwrap(), expected);
    for (which, forgotten) in [(Some(third.id), 1), (Some(third.id), 0), (None, 2), (None, 0)] {
        let note = s.note();
        assert_eq!(
            factors.forget_trusted(user, which, note.with()).await.unwrap(),
            forgotten
        );
        assert_eq!(s.took_place(&note).await, forgotten > 0);
    }
    let last = device(&s, user, "last");
    factors.trust(&last, Alongside::default()).await.unwrap();
    assert!(factors.trusted(user, last.expires_at).await.unwrap().is_empty());
}

pub async fn second_factors_of_one_realm_are_not_in_another_and_go_with_the_account(s: Subject) {
    let (user, id) = enrolled(&s).await;
    let (factors, elsewhere) = (s.here().second_factors, s.elsewhere().second_factors);
    let (code, sheet) = (Digest::of("a"), sheet(&s));
    factors
        .replace_recovery_codes(user, &[code], &sheet, Alongside::default())
        .await
        .unwrap();
    let known = device(&s, user, "d");
    factors.trust(&known, Alongside::default()).await.unwrap();
    assert_eq!(elsewhere.find(user).await.unwrap(), SecondFactors::default());
    assert!(!elsewhere.spend_step(user, id, 9, s.now()).await.unwrap());
    assert!(
        !elsewhere
            .spend_recovery_code(user, &code, s.now(), Alongside::default())
            .await
            .unwrap()
    );
    assert_eq!(
        elsewhere.take_sheet(user, sheet.session, s.now()).await.unwrap(),
        None
    );
    assert!(elsewhere.trusted(user, s.now()).await.unwrap().is_empty());
    assert_eq!(
        elsewhere
            .forget_trusted(user, None, Alongside::default())
            .await
            .unwrap(),
        0
    );
    let removed = elsewhere.remove(user, Alongside::default()).await;
    assert_eq!(removed.unwrap(), FactorRemoved::Missing);
    assert_eq!(factors.trusted(user, s.now()).await.unwrap(), [known]);
    s.here()
        .users
        .delete(user, s.moment(), Alongside::default())
        .await
        .unwrap();
    assert_eq!(factors.find(user).await.unwrap(), SecondFactors::default());
    assert!(factors.trusted(user, s.now()).await.unwrap().is_empty());
}
