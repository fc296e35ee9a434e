use crate::subject::{MINUTE, Subject, at_once, next};
use domain::{
    acr::Method,
    federation::{ByIdentity, LinkedIdentity, MAX_IDENTITIES, ProviderId, Said, SeenIdentity, Vouched},
    id::{LinkedIdentityId, LoginSessionId, UserId},
    stores::{
        Alongside, EndSessions, IdentityAdded, NewUser, PasskeyRemoved, PasswordRemoved, Provisioned,
        Unlinked,
    },
    testing::{a_client, a_user, vouched},
    user::{User, UserSource},
};
use std::sync::LazyLock;

/// The providers that people may come through.
static OPEN: LazyLock<[ProviderId; 1]> = LazyLock::new(|| ["acme".parse().unwrap()]);

/// How an identity is seen later.
fn seen() -> SeenIdentity {
    let vouched = Vouched {
        groups: vec!["staff".into(), "инженеры".into()],
        attributes: [("department".to_owned(), "R&D".to_owned())].into(),
        ..vouched("renamed", "new")
    };
    SeenIdentity::of(&vouched).unwrap()
}

/// An identity that nobody has yet, for an account.
pub fn identity(s: &Subject, user: UserId, subject: &str) -> LinkedIdentity {
    let seen = SeenIdentity::of(&vouched("acme", subject)).unwrap();
    seen.linked(LinkedIdentityId::generate(s.now(), &s.random), user, s.now())
}

pub async fn linked(s: &Subject, user: UserId, subject: &str) -> LinkedIdentity {
    let identity = identity(s, user, subject);
    let answer = s
        .here()
        .identities
        .link(&identity, s.now(), Alongside::default())
        .await;
    assert_eq!(answer.unwrap(), IdentityAdded::Linked);
    identity
}

/// Somebody whom nothing lets in but what is linked: no password, and an address nobody has proven.
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

fn provided(number: u64, email: &str) -> User {
    User {
        source: UserSource::Provider,
        ..a_user().number(number).email(email).build()
    }
}

pub async fn an_identity_is_linked_found_used_and_unlinked(s: Subject) {
    let (ada, identities) = (s.ada().await, s.here().identities);
    let first = identity(&s, ada.id, "первый");
    let note = s.note();
    let answer = identities.link(&first, s.now(), note.with()).await.unwrap();
    assert_eq!(answer, IdentityAdded::Linked);
    assert!(s.took_place(&note).await);
    let found = identities
        .find(&first.issuer, &first.subject)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.identity, found.user), (first.clone(), ada.clone()));
    assert!(
        identities
            .find("https://other.example", &first.subject)
            .await
            .unwrap()
            .is_none()
    );
    s.clock.advance(MINUTE);
    let second = linked(&s, ada.id, "second").await;
    let note = s.note();
    assert!(
        identities
            .used(first.id, &seen(), s.now(), note.with())
            .await
            .unwrap()
    );
    assert!(s.took_place(&note).await);
    let used = LinkedIdentity {
        provider: "renamed".parse().unwrap(),
        label: Some("new@example.com".into()),
        last_used_at: Some(s.now()),
        said: seen().said,
        ..first.clone()
    };
    assert_eq!(identities.list(ada.id).await.unwrap(), [used, second.clone()]);
    // What is not said any more is not kept.
    let silent = SeenIdentity {
        said: Said::default(),
        ..seen()
    };
    let used = identities.used(first.id, &silent, s.now(), Alongside::default());
    assert!(used.await.unwrap());
    let stored = identities.list(ada.id).await.unwrap().remove(0);
    assert_eq!(stored.said, Said::default());
    let bob = without_password(&s).await;
    for (user, answer) in [
        (bob.id, Unlinked::Unknown),
        (ada.id, Unlinked::Unlinked),
        (ada.id, Unlinked::Unknown),
    ] {
        let note = s.note();
        assert_eq!(
            identities
                .unlink(user, first.id, &*OPEN, s.moment(), note.with())
                .await
                .unwrap(),
            answer
        );
        assert_eq!(s.took_place(&note).await, answer == Unlinked::Unlinked);
    }
    assert!(
        identities
            .find(&first.issuer, &first.subject)
            .await
            .unwrap()
            .is_none()
    );
    let note = s.note();
    assert!(
        !identities
            .used(first.id, &seen(), s.now(), note.with())
            .await
            .unwrap()
    );
    assert!(!s.took_place(&note).await);
    assert_eq!(identities.list(ada.id).await.unwrap(), [second]);
}

pub async fn an_identity_belongs_to_one_account_of_a_realm(s: Subject) {
    let (ada, identities) = (s.ada().await, s.here().identities);
    let bob = without_password(&s).await;
    let here = linked(&s, ada.id, "one").await;
    for (user, subject, answer) in [
        (ada.id, "one", IdentityAdded::Taken),
        (bob.id, "one", IdentityAdded::Taken),
        (UserId::generate(s.now(), &s.random), "free", IdentityAdded::Over),
    ] {
        let (another, note) = (identity(&s, user, subject), s.note());
        assert_eq!(
            identities.link(&another, s.now(), note.with()).await.unwrap(),
            answer
        );
        assert!(!s.took_place(&note).await);
    }
    // A subject is told apart by its case.
    linked(&s, bob.id, "ONE").await;
    let elsewhere = s.elsewhere().identities;
    assert!(
        elsewhere
            .find(&here.issuer, &here.subject)
            .await
            .unwrap()
            .is_none()
    );
    assert!(elsewhere.list(ada.id).await.unwrap().is_empty());
    assert!(
        !elsewhere
            .used(here.id, &seen(), s.now(), Alongside::default())
            .await
            .unwrap()
    );
    let unlinked = elsewhere
        .unlink(ada.id, here.id, &*OPEN, s.moment(), Alongside::default())
        .await;
    assert_eq!(unlinked.unwrap(), Unlinked::Unknown);
    let same = s.register_in(&s.elsewhere(), a_user().build()).await;
    let answer = elsewhere
        .link(&identity(&s, same.id, "one"), s.now(), Alongside::default())
        .await;
    assert_eq!(
        answer.unwrap(),
        IdentityAdded::Linked,
        "realms share no identities"
    );
}

pub async fn of_fifty_links_of_one_identity_one_is_made(s: Subject) {
    let mut people = Vec::new();
    for number in 1..=50 {
        let user = a_user().number(number).email(&format!("{number}@example.com"));
        people.push(s.register(user.build()).await.id);
    }
    let made = at_once(50, |number| {
        let (identities, now, note) = (s.here().identities, s.now(), s.note());
        let identity = identity(&s, people[number], "one");
        async move {
            let answer = identities.link(&identity, now, note.with()).await.unwrap();
            (answer, identity)
        }
    });
    let made = made.await;
    let winners: Vec<_> = made
        .iter()
        .filter(|(answer, _)| *answer == IdentityAdded::Linked)
        .collect();
    assert_eq!(winners.len(), 1);
    assert!(
        made.iter()
            .all(|(answer, _)| matches!(answer, IdentityAdded::Linked | IdentityAdded::Taken))
    );
    let winner = &winners[0].1;
    let found = s
        .here()
        .identities
        .find(&winner.issuer, &winner.subject)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.identity, *winner);
    while s.all().sequence_events(100).await.unwrap() > 0 {}
    assert_eq!(s.all().events_for("log", 100).await.unwrap().len(), 1);
}

pub async fn of_fifty_arrivals_of_somebody_new_one_makes_the_account(s: Subject) {
    let made = at_once(50, |number| {
        let (identities, note) = (s.here().identities, s.note());
        let user = provided(number as u64 + 1, "new@example.com");
        let identity = identity(&s, user.id, "new");
        async move { identities.provision(&user, &identity, note.with()).await.unwrap() }
    });
    let made = made.await;
    let new = made.iter().filter(|answer| **answer == Provisioned::Provisioned);
    assert_eq!(new.count(), 1);
    let found = s
        .here()
        .identities
        .find("https://acme.example", "new")
        .await
        .unwrap()
        .unwrap();
    let holder = s
        .here()
        .users
        .find_by_email("new@example.com")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.user, holder.user);
    while s.all().sequence_events(100).await.unwrap() > 0 {}
    assert_eq!(s.all().events_for("log", 100).await.unwrap().len(), 1);
}

pub async fn an_account_is_made_for_an_identity_and_an_address_that_are_nobodys(s: Subject) {
    let (ada, identities) = (s.ada().await, s.here().identities);
    linked(&s, ada.id, "adas").await;
    for (email, subject, answer) in [
        (ada.email.as_str(), "free", Provisioned::AddressTaken),
        ("free@example.com", "adas", Provisioned::IdentityTaken),
    ] {
        let user = provided(8, email);
        let note = s.note();
        let made = identities
            .provision(&user, &identity(&s, user.id, subject), note.with())
            .await;
        assert_eq!(made.unwrap(), answer);
        assert!(!s.took_place(&note).await);
        assert!(s.here().users.find(user.id).await.unwrap().is_none());
    }
    let user = provided(9, "New@example.com");
    let made = identities
        .provision(&user, &identity(&s, user.id, "free"), Alongside::default())
        .await;
    assert_eq!(made.unwrap(), Provisioned::Provisioned);
    assert_eq!(s.here().users.find(user.id).await.unwrap(), Some(user));
}

pub async fn a_sign_up_nobody_confirmed_gives_way_to_a_vouched_address(s: Subject) {
    let waiting = User {
        source: UserSource::SignUp,
        ..a_user().number(1).email("ada@example.com").unverified().build()
    };
    let waiting = s.register(waiting).await;
    let user = provided(2, "ada@example.com");
    let identity = identity(&s, user.id, "ada");
    let made = s
        .here()
        .identities
        .provision(&user, &identity, Alongside::default())
        .await;
    assert_eq!(made.unwrap(), Provisioned::Provisioned);
    assert!(s.here().users.find(waiting.id).await.unwrap().is_none());
}

pub async fn an_account_has_so_many_identities_and_no_more(s: Subject) {
    let (ada, identities) = (s.ada().await, s.here().identities);
    for number in 1..MAX_IDENTITIES {
        linked(&s, ada.id, &number.to_string()).await;
    }
    let made = at_once(4, |number| {
        let (identities, now) = (identities.clone(), s.now());
        let one = identity(&s, ada.id, &format!("last {number}"));
        async move { identities.link(&one, now, Alongside::default()).await.unwrap() }
    });
    let mut answers = made.await;
    answers.sort_by_key(|answer| *answer != IdentityAdded::Linked);
    assert_eq!(answers[0], IdentityAdded::Linked);
    assert!(
        answers[1..]
            .iter()
            .all(|answer| *answer == IdentityAdded::TooMany)
    );
}

pub async fn what_was_begun_before_sessions_ended_links_nothing(s: Subject) {
    let ada = s.ada().await;
    let (began, late) = (s.now(), identity(&s, ada.id, "late"));
    s.clock.advance(MINUTE);
    let disabled = domain::client::Status::Disabled;
    let users = s.here().users;
    assert!(
        users
            .set_status(ada.id, disabled, s.moment(), Alongside::default())
            .await
            .unwrap()
    );
    let answer = s.here().identities.link(&late, began, Alongside::default()).await;
    assert_eq!(answer.unwrap(), IdentityAdded::Over);
}

pub async fn an_identity_is_a_way_in_and_the_last_one_stays(s: Subject) {
    let (bob, here) = (without_password(&s).await, s.here());
    let one = linked(&s, bob.id, "one").await;
    let passkey = crate::passkeys::added(&s, bob.id, "a credential").await;
    let removed = here
        .passkeys
        .remove(bob.id, passkey.id, &*OPEN, Alongside::default())
        .await;
    assert_eq!(removed.unwrap(), PasskeyRemoved::Removed, "the identity is left");
    let session = s.session(&bob).await.id;
    let hash = domain::stores::ChosenPassword {
        next: next("$hash"),
        needs_second_factor: false,
    };
    let set = here
        .passwords
        .set(bob.id, &hash, session, s.moment(), Alongside::default());
    assert_eq!(set.await.unwrap(), domain::stores::PasswordSet::Set);
    let removed = here
        .passwords
        .remove(bob.id, session, (&*OPEN, 0), s.moment(), Alongside::default());
    assert_eq!(
        removed.await.unwrap(),
        PasswordRemoved::Removed,
        "the identity is left"
    );
    let note = s.note();
    let unlinked = here
        .identities
        .unlink(bob.id, one.id, &*OPEN, s.moment(), note.with())
        .await;
    assert_eq!(unlinked.unwrap(), Unlinked::LastWayIn);
    assert!(!s.took_place(&note).await);
    for turn in 0..5 {
        linked(&s, bob.id, &format!("another {turn}")).await;
        let ids: Vec<_> = here.identities.list(bob.id).await.unwrap();
        let removals = at_once(2, |number| {
            let (identities, id, moment) = (s.here().identities, ids[number].id, s.moment());
            async move {
                let unlinked = identities.unlink(bob.id, id, &*OPEN, moment, Alongside::default());
                unlinked.await.unwrap()
            }
        });
        let mut answers = removals.await;
        answers.sort_by_key(|answer| *answer == Unlinked::LastWayIn);
        assert_eq!(answers, [Unlinked::Unlinked, Unlinked::LastWayIn]);
    }
    // A proven address is a way in, too.
    let ada = s.ada().await;
    let hers = linked(&s, ada.id, "hers").await;
    let unlinked = here
        .identities
        .unlink(ada.id, hers.id, &*OPEN, s.moment(), Alongside::default())
        .await;
    assert_eq!(unlinked.unwrap(), Unlinked::Unlinked);
}

pub async fn sessions_are_found_by_the_identity_that_began_them(s: Subject) {
    let (ada, identities) = (s.ada().await, s.here().identities);
    let (one, other) = (linked(&s, ada.id, "one").await, linked(&s, ada.id, "other").await);
    let [first, second, third] = [
        s.session(&ada).await,
        s.session(&ada).await,
        s.session(&ada).await,
    ];
    let by = |identity: &LinkedIdentity, session: &str| ByIdentity {
        identity: identity.id,
        provider: identity.provider.clone(),
        session: Some(session.to_owned()),
    };
    identities.remember(first.id, &by(&one, "a")).await.unwrap();
    identities.remember(second.id, &by(&one, "b")).await.unwrap();
    identities.remember(third.id, &by(&one, "c")).await.unwrap();
    // Proven anew by another identity, it is that one's.
    identities.remember(third.id, &by(&other, "b")).await.unwrap();
    let of_session = async |id| identities.of_session(id).await.unwrap().map(|of| of.id);
    assert_eq!(of_session(first.id).await, Some(one.id));
    assert_eq!(of_session(third.id).await, Some(other.id));
    assert_eq!(of_session(s.session(&ada).await.id).await, None);
    assert!(
        s.elsewhere()
            .identities
            .of_session(first.id)
            .await
            .unwrap()
            .is_none()
    );
    let issuer = one.issuer.as_str();
    let found = async |subject, session| {
        let mut found = identities.sessions(issuer, subject, session).await.unwrap();
        found.sort();
        found
    };
    let sorted = |mut ids: Vec<_>| {
        ids.sort();
        ids.into_iter().map(|id| (ada.id, id)).collect::<Vec<_>>()
    };
    assert_eq!(found(Some("one"), None).await, sorted(vec![first.id, second.id]));
    assert_eq!(found(None, Some("b")).await, sorted(vec![second.id, third.id]));
    assert_eq!(found(Some("one"), Some("b")).await, sorted(vec![second.id]));
    assert_eq!(
        found(None, None).await,
        sorted(vec![first.id, second.id, third.id])
    );
    assert!(
        identities
            .sessions("https://other.example", None, None)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        s.elsewhere()
            .identities
            .sessions(issuer, None, None)
            .await
            .unwrap()
            .is_empty()
    );
    let (sessions, end) = (s.here().sessions, EndSessions::One(first.id));
    sessions
        .end(ada.id, end, s.moment(), Alongside::default())
        .await
        .unwrap();
    assert_eq!(
        found(Some("one"), None).await,
        sorted(vec![second.id]),
        "it has ended"
    );
    identities
        .unlink(ada.id, one.id, &*OPEN, s.moment(), Alongside::default())
        .await
        .unwrap();
    assert!(found(Some("one"), None).await.is_empty());
    assert_eq!(of_session(second.id).await, None, "it is linked no more");
    // What is gone meanwhile is not remembered.
    assert!(!identities.remember(second.id, &by(&one, "b")).await.unwrap());
    assert_eq!(found(None, Some("b")).await, sorted(vec![third.id]));
}

pub async fn identities_go_with_their_account(s: Subject) {
    let (ada, here) = (s.ada().await, s.here());
    let only = linked(&s, ada.id, "one").await;
    let session = s.session(&ada).await;
    let by = ByIdentity {
        identity: only.id,
        provider: only.provider.clone(),
        session: None,
    };
    here.identities.remember(session.id, &by).await.unwrap();
    assert!(
        here.users
            .delete(ada.id, s.moment(), Alongside::default())
            .await
            .unwrap()
    );
    assert!(
        here.identities
            .find(&only.issuer, &only.subject)
            .await
            .unwrap()
            .is_none()
    );
    assert!(here.identities.list(ada.id).await.unwrap().is_empty());
}

/// A session that rests on `provider`, and on the identity that is remembered.
async fn resting(s: &Subject, user: &User, provider: &str, on: Option<&LinkedIdentity>) -> LoginSessionId {
    let (session, provider) = (s.session(user).await, provider.parse().unwrap());
    let (here, methods) = (s.here(), [Method::Federated]);
    let proof = (&methods[..], Some(&provider));
    let proven = here
        .sessions
        .reauthenticate(session.id, s.now(), proof, Alongside::default());
    proven.await.unwrap();
    if let Some(identity) = on {
        let by = ByIdentity {
            identity: identity.id,
            provider,
            session: None,
        };
        assert!(here.identities.remember(session.id, &by).await.unwrap());
    }
    session.id
}

pub async fn what_rests_on_an_unlinked_identity_ends_with_it(s: Subject) {
    let (ada, here) = (s.ada().await, s.here());
    let (one, other) = (linked(&s, ada.id, "one").await, linked(&s, ada.id, "other").await);
    let rests = resting(&s, &ada, "acme", Some(&one)).await;
    let forgotten = resting(&s, &ada, "acme", None).await;
    let [on_another, elsewhere] = [
        resting(&s, &ada, "acme", Some(&other)).await,
        resting(&s, &ada, "other", None).await,
    ];
    // Something else was proven in this one since.
    let since = resting(&s, &ada, "acme", Some(&one)).await;
    let proof = (&[Method::Password][..], None);
    let proven = here
        .sessions
        .reauthenticate(since, s.now(), proof, Alongside::default());
    proven.await.unwrap();
    let client = s.client(a_client().build()).await;
    let session = here.sessions.find_many(&[rests]).await.unwrap().remove(0).0;
    let root = s.authorization(&client, &session, "openid").await;
    let offline = s.authorization(&client, &session, "openid offline_access").await;
    let note = s.note();
    let unlinked = here
        .identities
        .unlink(ada.id, one.id, &*OPEN, s.moment(), note.with());
    assert_eq!(unlinked.await.unwrap(), Unlinked::Unlinked);
    assert!(s.took_place(&note).await);
    let ended = async |id| here.sessions.find_many(&[id]).await.unwrap()[0].0.ended_at;
    for id in [rests, forgotten] {
        assert_eq!(ended(id).await, Some(s.now()));
    }
    for id in [on_another, elsewhere, since] {
        assert_eq!(ended(id).await, None);
    }
    let revoked = async |id| here.authorizations.find(id).await.unwrap().unwrap().revoked_at;
    assert_eq!(revoked(root.id).await, Some(s.now()));
    assert_eq!(revoked(offline.id).await, None, "it outlives sessions");
}

pub async fn sessions_that_rest_on_a_provider_that_is_gone_are_found(s: Subject) {
    let (ada, here) = (s.ada().await, s.here());
    let (acme, other) = (
        resting(&s, &ada, "acme", None).await,
        resting(&s, &ada, "other", None).await,
    );
    s.session(&ada).await;
    let strays = async |open: &[ProviderId]| {
        let mut found = s.here().identities.strays(open).await.unwrap();
        found.sort();
        found
    };
    let mut both = vec![(ada.id, acme), (ada.id, other)];
    both.sort();
    assert_eq!(strays(&[]).await, both);
    assert_eq!(strays(&*OPEN).await, [(ada.id, other)]);
    assert!(s.elsewhere().identities.strays(&[]).await.unwrap().is_empty());
    let (user, one, moment) = (ada.id, EndSessions::One(other), s.moment());
    let ended = here.sessions.end(user, one, moment, Alongside::default());
    assert_eq!(ended.await.unwrap(), [other]);
    assert!(strays(&*OPEN).await.is_empty());
}

pub async fn an_identity_at_a_provider_that_is_gone_is_no_way_in(s: Subject) {
    let (bob, here) = (without_password(&s).await, s.here());
    let one = linked(&s, bob.id, "one").await;
    let passkey = crate::passkeys::added(&s, bob.id, "a passkey").await;
    let removed = here
        .passkeys
        .remove(bob.id, passkey.id, &[], Alongside::default());
    assert_eq!(removed.await.unwrap(), PasskeyRemoved::LastWayIn);
    let unlinked = here
        .identities
        .unlink(bob.id, one.id, &[], s.moment(), Alongside::default());
    assert_eq!(unlinked.await.unwrap(), Unlinked::Unlinked);
    let (one, two) = (linked(&s, bob.id, "two").await, linked(&s, bob.id, "three").await);
    let removed = here
        .passkeys
        .remove(bob.id, passkey.id, &*OPEN, Alongside::default());
    assert_eq!(removed.await.unwrap(), PasskeyRemoved::Removed);
    let session = s.session(&bob).await.id;
    let hash = domain::stores::ChosenPassword {
        next: next("$hash"),
        needs_second_factor: false,
    };
    let set = here
        .passwords
        .set(bob.id, &hash, session, s.moment(), Alongside::default());
    assert_eq!(set.await.unwrap(), domain::stores::PasswordSet::Set);
    for (open, outcome) in [
        (&[][..], PasswordRemoved::LastWayIn),
        (&OPEN[..], PasswordRemoved::Removed),
    ] {
        let removed = here
            .passwords
            .remove(bob.id, session, (open, 0), s.moment(), Alongside::default());
        assert_eq!(removed.await.unwrap(), outcome);
    }
    // With nothing but two that are no ways in, neither goes: the provider may come back.
    for id in [one.id, two.id] {
        let unlinked = here
            .identities
            .unlink(bob.id, id, &[], s.moment(), Alongside::default());
        assert_eq!(unlinked.await.unwrap(), Unlinked::LastWayIn);
    }
}
