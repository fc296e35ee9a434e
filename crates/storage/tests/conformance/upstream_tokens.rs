use crate::{
    identities::linked,
    subject::{MINUTE, Subject, at_once},
};
use domain::{
    federation::KeptTokens,
    id::LinkedIdentityId,
    outbound::Sealed,
    realm::RealmName,
    stores::{Alongside, Unlinked},
};

/// Tokens of a provider that are due in so many minutes.
fn tokens(s: &Subject, provider: &str, content: &str, minutes: u32) -> KeptTokens {
    KeptTokens {
        provider: provider.parse().unwrap(),
        sealed: Sealed {
            key_id: "k1".to_owned(),
            bytes: content.as_bytes().to_vec(),
        },
        kept_at: s.now(),
        due_at: s.now() + minutes * MINUTE,
    }
}

async fn due(s: &Subject, limit: u16) -> Vec<LinkedIdentityId> {
    let due = s.all().upstream_tokens_due(s.now(), limit).await.unwrap();
    assert!(due.iter().all(|(realm, _)| *realm == RealmName::Root));
    due.into_iter().map(|(_, id)| id).collect()
}

pub async fn tokens_are_kept_replaced_and_found(s: Subject) {
    let (ada, store) = (s.ada().await, s.here().upstream_tokens);
    let one = linked(&s, ada.id, "one").await;
    assert_eq!(store.find(one.id).await.unwrap(), None);
    let first = tokens(&s, "acme", "first", 1);
    assert!(
        !store.keep(one.id, &first, Some(1)).await.unwrap(),
        "there is nothing to replace"
    );
    assert!(store.keep(one.id, &first, None).await.unwrap());
    let held = store.find(one.id).await.unwrap().unwrap();
    assert_eq!((&held.identity, &held.tokens), (&one, &first));
    let second = tokens(&s, "other", "second", 2);
    for over in [None, Some(held.version + 1)] {
        assert!(!store.keep(one.id, &second, over).await.unwrap(), "{over:?}");
    }
    assert!(store.keep(one.id, &second, Some(held.version)).await.unwrap());
    assert!(!store.keep(one.id, &first, Some(held.version)).await.unwrap());
    let replaced = store.find(one.id).await.unwrap().unwrap();
    assert_eq!((replaced.tokens, replaced.attempt), (second, 0));
    assert!(
        s.elsewhere()
            .upstream_tokens
            .find(one.id)
            .await
            .unwrap()
            .is_none()
    );
    let nobodys = LinkedIdentityId::generate(s.now(), &s.random);
    assert!(!store.keep(nobodys, &first, None).await.unwrap());
}

pub async fn of_several_identities_the_one_that_signed_in_last_counts(s: Subject) {
    let (ada, store) = (s.ada().await, s.here().upstream_tokens);
    let (one, two, third) = (
        linked(&s, ada.id, "one").await,
        linked(&s, ada.id, "two").await,
        linked(&s, ada.id, "third").await,
    );
    let acme = "acme".parse().unwrap();
    assert!(store.of(ada.id, &acme).await.unwrap().is_none());
    for (identity, provider) in [(&two, "acme"), (&one, "acme"), (&third, "other")] {
        s.clock.advance(MINUTE);
        let tokens = tokens(&s, provider, "x", 1);
        assert!(store.keep(identity.id, &tokens, None).await.unwrap());
    }
    let found = store.of(ada.id, &acme).await.unwrap().unwrap();
    assert_eq!(found.identity, one);
    let bob = s
        .register(domain::testing::a_user().number(8).email("b@example.com").build())
        .await;
    assert!(store.of(bob.id, &acme).await.unwrap().is_none());
    assert!(
        s.elsewhere()
            .upstream_tokens
            .of(ada.id, &acme)
            .await
            .unwrap()
            .is_none()
    );
}

pub async fn of_twenty_who_refresh_tokens_one_gets_them(s: Subject) {
    let (ada, store) = (s.ada().await, s.here().upstream_tokens);
    let one = linked(&s, ada.id, "one").await;
    store
        .keep(one.id, &tokens(&s, "acme", "x", 1), None)
        .await
        .unwrap();
    let held = store.find(one.id).await.unwrap().unwrap();
    assert!(due(&s, 10).await.is_empty());
    assert!(
        store
            .claim(&held, s.now(), s.now() + MINUTE)
            .await
            .unwrap()
            .is_none(),
        "not due yet"
    );
    s.clock.advance(MINUTE);
    assert_eq!(due(&s, 10).await, [one.id]);
    let (now, until) = (s.now(), s.now() + MINUTE);
    let (racing, seen) = (store.clone(), held.clone());
    let claimed = at_once(20, move |_| {
        let (store, held) = (racing.clone(), seen.clone());
        async move { store.claim(&held, now, until).await.unwrap() }
    })
    .await;
    let claimed: Vec<_> = claimed.into_iter().flatten().collect();
    let [claimed] = claimed.as_slice() else {
        panic!("{claimed:?}");
    };
    assert_eq!(store.find(one.id).await.unwrap().as_ref(), Some(claimed));
    assert_eq!((claimed.attempt, claimed.tokens.due_at), (1, until));
    assert!(due(&s, 10).await.is_empty(), "somebody has them in hand");
    assert!(store.claim(claimed, now, until).await.unwrap().is_none());
    s.clock.advance(MINUTE);
    let again = store
        .claim(claimed, s.now(), s.now() + MINUTE)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(again.attempt, 2, "who had them was held up");
    let new = tokens(&s, "acme", "new", 5);
    assert!(!store.keep(one.id, &new, Some(claimed.version)).await.unwrap());
    assert!(store.keep(one.id, &new, Some(again.version)).await.unwrap());
    assert_eq!(store.find(one.id).await.unwrap().unwrap().attempt, 0);
}

pub async fn what_changed_meanwhile_is_neither_postponed_nor_forgotten(s: Subject) {
    let (ada, store) = (s.ada().await, s.here().upstream_tokens);
    let one = linked(&s, ada.id, "one").await;
    store
        .keep(one.id, &tokens(&s, "acme", "old", 0), None)
        .await
        .unwrap();
    let old = store.find(one.id).await.unwrap().unwrap();
    store
        .keep(one.id, &tokens(&s, "acme", "new", 0), Some(old.version))
        .await
        .unwrap();
    assert!(!store.postpone(&old, s.now() + MINUTE).await.unwrap());
    assert!(!store.forget(&old).await.unwrap());
    assert!(
        store
            .claim(&old, s.now(), s.now() + MINUTE)
            .await
            .unwrap()
            .is_none()
    );
    let new = store.find(one.id).await.unwrap().unwrap();
    assert_eq!(new.tokens.sealed.bytes, b"new");
    assert!(!s.elsewhere().upstream_tokens.forget(&new).await.unwrap());
    assert!(store.postpone(&new, s.now() + MINUTE).await.unwrap());
    assert!(due(&s, 10).await.is_empty());
    assert!(store.forget(&new).await.unwrap());
    assert!(!store.forget(&new).await.unwrap());
    assert!(store.find(one.id).await.unwrap().is_none());
}

pub async fn tokens_that_wait_longest_are_looked_at_first(s: Subject) {
    let (ada, store) = (s.ada().await, s.here().upstream_tokens);
    let (one, two, third) = (
        linked(&s, ada.id, "one").await,
        linked(&s, ada.id, "two").await,
        linked(&s, ada.id, "third").await,
    );
    for (identity, minutes) in [(&one, 3), (&two, 1), (&third, 2)] {
        let tokens = tokens(&s, "acme", "x", minutes);
        assert!(store.keep(identity.id, &tokens, None).await.unwrap());
    }
    s.clock.advance(3 * MINUTE);
    assert_eq!(due(&s, 10).await, [two.id, third.id, one.id]);
    assert_eq!(due(&s, 2).await, [two.id, third.id]);
}

pub async fn tokens_go_with_their_identity_and_its_account(s: Subject) {
    let (ada, here) = (s.ada().await, s.here());
    let (one, two) = (linked(&s, ada.id, "one").await, linked(&s, ada.id, "two").await);
    for identity in [&one, &two] {
        let tokens = tokens(&s, "acme", "x", 0);
        assert!(
            here.upstream_tokens
                .keep(identity.id, &tokens, None)
                .await
                .unwrap()
        );
    }
    let open = ["acme".parse().unwrap()];
    let unlinked = here
        .identities
        .unlink(ada.id, one.id, &open, s.moment(), Alongside::default())
        .await;
    assert_eq!(unlinked.unwrap(), Unlinked::Unlinked);
    assert!(here.upstream_tokens.find(one.id).await.unwrap().is_none());
    assert_eq!(due(&s, 10).await, [two.id]);
    let deleted = here.users.delete(ada.id, s.moment(), Alongside::default()).await;
    assert!(deleted.unwrap());
    assert!(here.upstream_tokens.find(two.id).await.unwrap().is_none());
    assert!(due(&s, 10).await.is_empty());
}
