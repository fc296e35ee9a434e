use crate::subject::{MINUTE, Subject, at_once, next};
use domain::{
    id::{PasskeyId, UserId},
    mail::{MailedCodePurpose, MailedProof},
    passkey::{Aaguid, CredentialId, MAX_PASSKEYS, OfferState, Passkey, PasskeyUse},
    person::DisplayName,
    stores::{Alongside, MailedOutcome, NewUser, PasskeyAdded, PasskeyRemoved},
    testing::a_user,
    user::User,
};

fn passkey(s: &Subject, user: UserId, credential: &str) -> Passkey {
    Passkey {
        id: PasskeyId::generate(s.now(), &s.random),
        credential_id: CredentialId::new(credential.as_bytes().to_vec()).unwrap(),
        user_id: user,
        name: None,
        aaguid: Aaguid(*b"sixteen bytes..."),
        synced: true,
        sign_count: 0,
        public: "{\"key\":1}".to_owned(),
        created_at: s.now(),
        last_used_at: None,
    }
}

pub async fn added(s: &Subject, user: UserId, credential: &str) -> Passkey {
    let passkey = passkey(s, user, credential);
    let answer = s
        .here()
        .passkeys
        .add(&passkey, s.now(), Alongside::default())
        .await
        .unwrap();
    assert_eq!(answer, PasskeyAdded::Added);
    passkey
}

/// Somebody whom nothing but passkeys lets in: no password, and an address nobody has proven.
async fn without_password(s: &Subject) -> User {
    let user = a_user().number(7).email("bob@example.com").unverified().build();
    let new = NewUser {
        user: user.clone(),
        password: None,
        mailed_code: None,
    };
    s.here().users.register(new, Alongside::default()).await.unwrap();
    user
}

fn told(s: &Subject, sign_count: u32) -> PasskeyUse {
    PasskeyUse {
        sign_count,
        synced: false,
        public: format!("{{\"key\":{sign_count}}}"),
        at: s.now(),
    }
}

pub async fn a_passkey_is_stored_found_named_and_removed(s: Subject) {
    let (ada, passkeys) = (s.ada().await, s.here().passkeys);
    let first = passkey(&s, ada.id, "one");
    let note = s.note();
    assert_eq!(
        passkeys.add(&first, s.now(), note.with()).await.unwrap(),
        PasskeyAdded::Added
    );
    assert!(s.took_place(&note).await);
    let found = passkeys.find(&first.credential_id).await.unwrap().unwrap();
    assert_eq!((found.passkey, found.user), (first.clone(), ada.clone()));
    s.clock.advance(MINUTE);
    let second = added(&s, ada.id, "two").await;
    assert_eq!(
        passkeys.list(ada.id).await.unwrap(),
        [first.clone(), second.clone()]
    );

    let bob = without_password(&s).await;
    let name = DisplayName::parse("Laptop").unwrap();
    for (user, named) in [(bob.id, false), (ada.id, true)] {
        let note = s.note();
        let renamed = passkeys
            .rename(user, first.id, Some(name.clone()), note.with())
            .await;
        assert_eq!(renamed.unwrap(), named);
        assert_eq!(s.took_place(&note).await, named);
    }
    assert_eq!(passkeys.list(ada.id).await.unwrap()[0].name, Some(name));

    for (user, answer) in [
        (bob.id, PasskeyRemoved::Unknown),
        (ada.id, PasskeyRemoved::Removed),
        (ada.id, PasskeyRemoved::Unknown),
    ] {
        let note = s.note();
        assert_eq!(
            passkeys.remove(user, first.id, &[], note.with()).await.unwrap(),
            answer
        );
        assert_eq!(s.took_place(&note).await, answer == PasskeyRemoved::Removed);
    }
    assert!(passkeys.find(&first.credential_id).await.unwrap().is_none());
    assert!(
        !passkeys
            .used(first.id, &told(&s, 1), Alongside::default())
            .await
            .unwrap()
    );
    assert_eq!(passkeys.list(ada.id).await.unwrap(), [second]);
}

pub async fn a_credential_belongs_to_one_account_of_a_realm(s: Subject) {
    let (ada, passkeys) = (s.ada().await, s.here().passkeys);
    let bob = without_password(&s).await;
    added(&s, ada.id, "one").await;
    for user in [ada.id, bob.id, UserId::generate(s.now(), &s.random)] {
        let credential = if user == ada.id || user == bob.id {
            "one"
        } else {
            "free"
        };
        let note = s.note();
        let again = passkeys
            .add(&passkey(&s, user, credential), s.now(), note.with())
            .await
            .unwrap();
        assert_eq!(again, PasskeyAdded::Taken);
        assert!(!s.took_place(&note).await);
    }
    let races = at_once(10, |_| {
        let (passkeys, new, now) = (s.here().passkeys, passkey(&s, bob.id, "two"), s.now());
        async move { passkeys.add(&new, now, Alongside::default()).await.unwrap() }
    });
    let won = races
        .await
        .into_iter()
        .filter(|answer| *answer == PasskeyAdded::Added);
    assert_eq!(won.count(), 1);
}

pub async fn an_account_has_so_many_passkeys_and_no_more(s: Subject) {
    let ada = s.ada().await;
    for number in 2..MAX_PASSKEYS {
        added(&s, ada.id, &format!("number {number}")).await;
    }
    let races = at_once(8, |number| {
        let new = passkey(&s, ada.id, &format!("race {number}"));
        let (passkeys, now) = (s.here().passkeys, s.now());
        async move { passkeys.add(&new, now, Alongside::default()).await.unwrap() }
    });
    let answers = races.await;
    let won = answers.iter().filter(|answer| **answer == PasskeyAdded::Added);
    assert_eq!(won.count(), 2);
    assert!(answers.contains(&PasskeyAdded::TooMany));
    assert_eq!(
        s.here().passkeys.list(ada.id).await.unwrap().len() as u64,
        MAX_PASSKEYS
    );
}

pub async fn a_count_that_goes_back_is_refused(s: Subject) {
    let (ada, passkeys) = (s.ada().await, s.here().passkeys);
    let id = added(&s, ada.id, "one").await.id;
    let top = u32::MAX;
    for (count, accepted) in [
        (0, true),
        (0, true),
        (3, true),
        (3, false),
        (2, false),
        (0, false),
        (top, true),
        (top, false),
    ] {
        s.clock.advance(MINUTE);
        let (note, told) = (s.note(), told(&s, count));
        assert_eq!(
            passkeys.used(id, &told, note.with()).await.unwrap(),
            accepted,
            "{count}"
        );
        assert_eq!(s.took_place(&note).await, accepted);
        if accepted {
            let kept = passkeys.list(ada.id).await.unwrap().remove(0);
            let kept = (kept.sign_count, kept.synced, kept.public, kept.last_used_at);
            assert_eq!(kept, (count, false, told.public, Some(told.at)));
        }
    }
}

pub async fn of_ten_uses_with_one_count_one_is_accepted(s: Subject) {
    let ada = s.ada().await;
    let id = added(&s, ada.id, "one").await.id;
    let uses = at_once(10, |_| {
        let (passkeys, told) = (s.here().passkeys, told(&s, 7));
        async move { passkeys.used(id, &told, Alongside::default()).await.unwrap() }
    });
    assert_eq!(uses.await.into_iter().filter(|accepted| *accepted).count(), 1);
}

pub async fn the_last_way_in_is_not_removed(s: Subject) {
    let passkeys = s.here().passkeys;
    let bob = without_password(&s).await;
    let (one, two) = (added(&s, bob.id, "one").await, added(&s, bob.id, "two").await);
    let removed = passkeys
        .remove(bob.id, one.id, &[], Alongside::default())
        .await
        .unwrap();
    assert_eq!(removed, PasskeyRemoved::Removed);
    let note = s.note();
    let refused = passkeys.remove(bob.id, two.id, &[], note.with()).await.unwrap();
    assert_eq!(refused, PasskeyRemoved::LastWayIn);
    assert!(!s.took_place(&note).await);
    assert_eq!(passkeys.list(bob.id).await.unwrap(), [two]);
    let ada = s.ada().await;
    let only = added(&s, ada.id, "three").await;
    let removed = passkeys
        .remove(ada.id, only.id, &[], Alongside::default())
        .await
        .unwrap();
    assert_eq!(removed, PasskeyRemoved::Removed, "there is the password");
}

pub async fn a_proven_address_is_a_way_in(s: Subject) {
    let bob = without_password(&s).await;
    let (passkeys, codes) = (s.here().passkeys, s.here().mailed_codes);
    let only = added(&s, bob.id, "one").await;
    let code = s.mailed(&bob, MailedCodePurpose::SignIn, "a code");
    codes.send(&code, Alongside::default()).await.unwrap();
    let remove = || passkeys.remove(bob.id, only.id, &[], Alongside::default());
    assert_eq!(remove().await.unwrap(), PasskeyRemoved::LastWayIn);
    let proof = MailedProof::Link { link: code.link };
    let proven = codes.sign_in(proof, s.now(), Alongside::default()).await;
    assert!(matches!(proven.unwrap(), MailedOutcome::Redeemed(_)));
    assert_eq!(remove().await.unwrap(), PasskeyRemoved::Removed);
}

pub async fn a_session_that_was_ended_adds_no_passkey(s: Subject) {
    let (ada, passkeys) = (s.ada().await, s.here().passkeys);
    let (began, hash) = (s.now(), next("$new"));
    let late = passkey(&s, ada.id, "late");
    s.clock.advance(MINUTE);
    let reset = s.mailed(&ada, MailedCodePurpose::ResetPassword, "a reset");
    let codes = s.here().mailed_codes;
    codes.send(&reset, Alongside::default()).await.unwrap();
    let proof = MailedProof::Link { link: reset.link };
    let ended = codes.reset_password(proof, &hash, s.moment(), Alongside::default());
    assert!(matches!(ended.await.unwrap(), MailedOutcome::Redeemed(_)));
    let note = s.note();
    let answer = passkeys.add(&late, began, note.with()).await.unwrap();
    assert_eq!(answer, PasskeyAdded::Taken);
    assert!(!s.took_place(&note).await);
    let answer = passkeys.add(&late, s.now(), Alongside::default()).await;
    assert_eq!(answer.unwrap(), PasskeyAdded::Added);
}

pub async fn of_two_passkeys_removed_at_once_one_stays(s: Subject) {
    let bob = without_password(&s).await;
    for turn in 0..5 {
        let mut ids = Vec::new();
        for number in s.here().passkeys.list(bob.id).await.unwrap().len()..2 {
            added(&s, bob.id, &format!("{turn} {number}")).await;
        }
        for passkey in s.here().passkeys.list(bob.id).await.unwrap() {
            ids.push(passkey.id);
        }
        let removals = at_once(2, |number| {
            let (passkeys, id) = (s.here().passkeys, ids[number]);
            async move {
                passkeys
                    .remove(bob.id, id, &[], Alongside::default())
                    .await
                    .unwrap()
            }
        });
        let mut answers = removals.await;
        answers.sort_by_key(|answer| *answer == PasskeyRemoved::LastWayIn);
        assert_eq!(answers, [PasskeyRemoved::Removed, PasskeyRemoved::LastWayIn]);
        assert_eq!(s.here().passkeys.list(bob.id).await.unwrap().len(), 1);
    }
}

pub async fn passkeys_of_one_realm_are_not_in_another(s: Subject) {
    let ada = s.ada().await;
    let here = added(&s, ada.id, "one").await;
    let elsewhere = s.elsewhere().passkeys;
    assert!(elsewhere.find(&here.credential_id).await.unwrap().is_none());
    assert!(elsewhere.list(ada.id).await.unwrap().is_empty());
    assert!(
        !elsewhere
            .used(here.id, &told(&s, 1), Alongside::default())
            .await
            .unwrap()
    );
    assert!(
        !elsewhere
            .rename(ada.id, here.id, None, Alongside::default())
            .await
            .unwrap()
    );
    let removed = elsewhere
        .remove(ada.id, here.id, &[], Alongside::default())
        .await
        .unwrap();
    assert_eq!(removed, PasskeyRemoved::Unknown);
    let same = s.register_in(&s.elsewhere(), a_user().build()).await;
    let answer = elsewhere
        .add(&passkey(&s, same.id, "one"), s.now(), Alongside::default())
        .await;
    assert_eq!(
        answer.unwrap(),
        PasskeyAdded::Added,
        "realms share no credentials"
    );
    let found = s
        .here()
        .passkeys
        .find(&here.credential_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.passkey, found.user), (here, ada));
}

pub async fn passkeys_go_with_their_account(s: Subject) {
    let ada = s.ada().await;
    let only = added(&s, ada.id, "one").await;
    s.here().passkeys.decline(ada.id, s.now()).await.unwrap();
    assert!(
        s.here()
            .users
            .delete(ada.id, s.moment(), Alongside::default())
            .await
            .unwrap()
    );
    assert!(
        s.here()
            .passkeys
            .find(&only.credential_id)
            .await
            .unwrap()
            .is_none()
    );
    assert!(s.here().passkeys.list(ada.id).await.unwrap().is_empty());
    assert_eq!(
        s.here().passkeys.offer(ada.id).await.unwrap(),
        OfferState::default()
    );
}

pub async fn declining_a_passkey_is_remembered(s: Subject) {
    let (ada, passkeys) = (s.ada().await, s.here().passkeys);
    assert_eq!(passkeys.offer(ada.id).await.unwrap(), OfferState::default());
    for until in [s.now() + MINUTE, s.now() + 2 * MINUTE] {
        passkeys.decline(ada.id, until).await.unwrap();
        let state = passkeys.offer(ada.id).await.unwrap();
        assert_eq!((state.passkeys, state.not_before), (0, Some(until)));
    }
    added(&s, ada.id, "one").await;
    assert_eq!(passkeys.offer(ada.id).await.unwrap().passkeys, 1);
}
