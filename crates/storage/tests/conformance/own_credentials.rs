use crate::{
    identities::linked,
    passkeys::added,
    second_factors::{authenticator, device, enrolled, sheet},
    subject::{MINUTE, Subject},
};
use domain::{
    id::UserId,
    secret::Digest,
    stores::{Alongside, SeenCredentials},
    testing::a_user,
};
use std::time::Duration;

async fn seen(s: &Subject, user: UserId) -> SeenCredentials {
    s.here().own.credentials(user, s.now()).await.unwrap()
}

pub async fn what_guards_an_account_is_seen_one_by_one(s: Subject) {
    let (user, id) = enrolled(&s).await;
    let bob = s
        .register(a_user().number(2).email("bob@example.com").build())
        .await;
    let factors = s.here().second_factors;
    let pending = authenticator(&s);
    factors.propose(user, &pending).await.unwrap();
    let (codes, sheet) = (["a", "b", "c"].map(Digest::of), sheet(&s));
    for user in [user, bob.id] {
        let codes = factors.replace_recovery_codes(user, &codes, &sheet, Alongside::default());
        codes.await.unwrap();
    }
    let spent = factors.spend_recovery_code(user, &codes[1], s.now(), Alongside::default());
    assert!(spent.await.unwrap());
    let (mut passkeys, mut devices, mut identities) = (Vec::new(), Vec::new(), Vec::new());
    for text in ["one", "two", "three"] {
        s.clock.advance(Duration::from_millis(1));
        passkeys.push(added(&s, user, text).await);
        identities.push(linked(&s, user, text).await.provider);
        devices.insert(0, device(&s, user, text));
        factors.trust(&devices[0], Alongside::default()).await.unwrap();
    }
    added(&s, bob.id, "his").await;
    linked(&s, bob.id, "his").await;
    let his = device(&s, bob.id, "his");
    factors.trust(&his, Alongside::default()).await.unwrap();

    let found = seen(&s, user).await;
    assert_eq!(found.passkeys, passkeys);
    assert_eq!(found.trusted_devices, devices);
    assert_eq!(found.identities, identities);
    assert_eq!(found.sheet_of, Some(sheet.session));
    assert_eq!(found.factors, factors.find(user).await.unwrap());
    let confirmed = found.factors.authenticator.map(|one| (one.id, one.last_step));
    assert_eq!(confirmed, Some((id, 5)));
    assert_eq!(
        (found.factors.pending, found.factors.recovery_codes),
        (Some(pending), 2)
    );
    let facts = found.password.unwrap();
    let set_at = s.here().own.guards(user).await.unwrap().password_set_at;
    assert_eq!((Some(facts.set_at), facts.needs_second_factor), (set_at, false));
    let found = seen(&s, bob.id).await;
    let counts = (
        found.passkeys.len(),
        found.trusted_devices.len(),
        found.identities.len(),
    );
    assert_eq!((counts, found.factors.recovery_codes), ((1, 1, 1), 3));
    assert_eq!((found.factors.authenticator, found.factors.pending), (None, None));
    let elsewhere = s.elsewhere().own.credentials(user, s.now()).await.unwrap();
    assert_eq!(elsewhere, SeenCredentials::default());
    let nobody = a_user().number(9).build();
    assert_eq!(seen(&s, nobody.id).await, SeenCredentials::default());
}

pub async fn what_has_expired_guards_no_account(s: Subject) {
    let user = s.ada().await.id;
    let factors = s.here().second_factors;
    let (codes, sheet) = ([Digest::of("a")], sheet(&s));
    let replaced = factors.replace_recovery_codes(user, &codes, &sheet, Alongside::default());
    replaced.await.unwrap();
    let known = device(&s, user, "d");
    factors.trust(&known, Alongside::default()).await.unwrap();
    for (at, sheets, devices) in [
        (sheet.expires_at - Duration::from_micros(1), 1, 1),
        (sheet.expires_at, 0, 1),
        (known.expires_at, 0, 0),
    ] {
        let found = s.here().own.credentials(user, at).await.unwrap();
        let counts = (found.sheet_of.iter().count(), found.trusted_devices.len());
        assert_eq!(counts, (sheets, devices), "{at:?}");
    }
    s.clock.advance(MINUTE);
    let shown = factors.take_sheet(user, sheet.session, s.now()).await.unwrap();
    assert_eq!(shown, None, "what is not seen is not shown either");
}

pub async fn of_many_trusted_browsers_the_newest_are_seen(s: Subject) {
    let user = s.ada().await.id;
    let factors = s.here().second_factors;
    for number in 0..203 {
        let device = device(&s, user, &number.to_string());
        factors.trust(&device, Alongside::default()).await.unwrap();
    }
    let found = seen(&s, user).await.trusted_devices;
    assert_eq!(found.len(), 200);
    assert_eq!(found[0].digest, Digest::of("202"));
    assert_eq!(found, factors.trusted(user, s.now()).await.unwrap());
}
