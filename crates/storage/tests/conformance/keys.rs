use crate::subject::{MINUTE, Subject};
use domain::{
    change::Changed,
    outbound::Sealed,
    signing_key::{
        KeyState,
        SigningAlgorithm::{self, Es256, Rs256},
        StoredKey,
    },
    stores::{Alongside, StoreError},
};

fn key(s: &Subject, kid: &str, alg: SigningAlgorithm, state: KeyState) -> StoredKey {
    StoredKey {
        kid: kid.to_owned(),
        alg,
        public_jwk: serde_json::json!({"kid": kid, "kty": "EC"}),
        private: Sealed {
            key_id: "master".to_owned(),
            bytes: vec![0, 255, 7],
        },
        state,
        created_at: s.now(),
    }
}

async fn states(s: &Subject) -> Vec<(String, &'static str)> {
    let mut keys = s.here().keys.list().await.unwrap();
    keys.sort_by(|a, b| a.kid.cmp(&b.kid));
    keys.into_iter().map(|key| (key.kid, key.state.name())).collect()
}

async fn pair(s: &Subject) {
    let keys = s.here().keys;
    assert!(
        keys.add_if_missing(&key(s, "a", Es256, KeyState::Active))
            .await
            .unwrap()
    );
    assert!(
        keys.add_if_missing(&key(s, "b", Es256, KeyState::Next))
            .await
            .unwrap()
    );
}

pub async fn the_first_key_in_a_state_wins(s: Subject) {
    let keys = s.here().keys;
    pair(&s).await;
    let before = s.changes().await;
    assert_eq!(before.last().unwrap().changed, Changed::Keys);
    assert!(
        !keys
            .add_if_missing(&key(&s, "c", Es256, KeyState::Active))
            .await
            .unwrap()
    );
    assert_eq!(s.changes().await.len(), before.len());
    assert!(
        keys.add_if_missing(&key(&s, "r", Rs256, KeyState::Active))
            .await
            .unwrap()
    );
    let all = keys.list().await.unwrap();
    assert_eq!(all.len(), 3);
    let stored = all.iter().find(|key| key.kid == "a").unwrap();
    assert_eq!(stored.public_jwk, serde_json::json!({"kid": "a", "kty": "EC"}));
    assert_eq!(
        (&stored.private.key_id, &stored.private.bytes),
        (&"master".to_owned(), &vec![0, 255, 7])
    );
    assert_eq!((stored.alg, stored.created_at), (Es256, s.now()));
}

pub async fn rotating_needs_an_active_and_a_next_key(s: Subject) {
    let keys = s.here().keys;
    let (until, note) = (s.now() + MINUTE, s.note());
    let alone = keys
        .rotate(Es256, until, &key(&s, "x", Es256, KeyState::Next), note.with())
        .await;
    assert!(matches!(alone, Err(StoreError::Conflict)));
    pair(&s).await;
    let wrong = keys
        .rotate(Es256, until, &key(&s, "x", Rs256, KeyState::Next), note.with())
        .await;
    assert!(matches!(wrong, Err(StoreError::Conflict)));
    assert!(!s.took_place(&note).await);
    keys.rotate(Es256, until, &key(&s, "c", Es256, KeyState::Next), note.with())
        .await
        .unwrap();
    assert!(s.took_place(&note).await);
    let named = |all: [(&str, &'static str); 3]| all.map(|(kid, state)| (kid.to_owned(), state)).to_vec();
    assert_eq!(
        states(&s).await,
        named([("a", "retiring"), ("b", "active"), ("c", "next")])
    );
    assert_eq!(s.changes().await.last().unwrap().changed, Changed::Keys);
    keys.rotate(
        Es256,
        until,
        &key(&s, "d", Es256, KeyState::Next),
        s.note().with(),
    )
    .await
    .unwrap();
    assert_eq!(
        states(&s)
            .await
            .iter()
            .filter(|(_, state)| *state == "retiring")
            .count(),
        2
    );
}

pub async fn only_retired_keys_are_swept(s: Subject) {
    let keys = s.here().keys;
    pair(&s).await;
    let until = s.now() + MINUTE;
    keys.rotate(
        Es256,
        until,
        &key(&s, "c", Es256, KeyState::Next),
        s.note().with(),
    )
    .await
    .unwrap();
    assert_eq!(keys.sweep(s.now()).await.unwrap(), 0);
    assert_eq!(keys.sweep(until).await.unwrap(), 1);
    let left: Vec<_> = states(&s).await.into_iter().map(|(kid, _)| kid).collect();
    assert_eq!(left, ["b", "c"]);
}

pub async fn a_withdrawn_key_is_gone_and_another_takes_its_place(s: Subject) {
    let keys = s.here().keys;
    pair(&s).await;
    let next = |kid| key(&s, kid, Es256, KeyState::Next);
    let named = |all: &[(&str, &'static str)]| {
        let owned = all.iter().map(|(kid, state)| ((*kid).to_owned(), *state));
        owned.collect::<Vec<_>>()
    };
    let note = s.note();
    let until = s.now() + MINUTE;
    assert!(!keys.withdraw("nobody's", &next("c"), note.with()).await.unwrap());
    let wrong = key(&s, "c", Rs256, KeyState::Next);
    let wrong = keys.withdraw("a", &wrong, note.with()).await;
    assert!(matches!(wrong, Err(StoreError::Conflict)));
    let elsewhere = s.elsewhere().keys;
    assert!(!elsewhere.withdraw("a", &next("c"), note.with()).await.unwrap());
    assert!(!s.took_place(&note).await);
    assert_eq!(states(&s).await, named(&[("a", "active"), ("b", "next")]));

    assert!(keys.withdraw("a", &next("c"), note.with()).await.unwrap());
    assert!(s.took_place(&note).await);
    assert_eq!(states(&s).await, named(&[("b", "active"), ("c", "next")]));
    assert_eq!(s.changes().await.last().unwrap().changed, Changed::Keys);
    assert!(keys.withdraw("c", &next("d"), s.note().with()).await.unwrap());
    assert_eq!(states(&s).await, named(&[("b", "active"), ("d", "next")]));
    keys.rotate(Es256, until, &next("e"), s.note().with())
        .await
        .unwrap();
    assert!(keys.withdraw("b", &next("f"), s.note().with()).await.unwrap());
    assert_eq!(
        states(&s).await,
        named(&[("d", "active"), ("e", "next")]),
        "nothing takes the place of what retires"
    );
}

pub async fn keys_of_one_realm_are_not_in_another(s: Subject) {
    pair(&s).await;
    let elsewhere = s.elsewhere().keys;
    assert!(elsewhere.list().await.unwrap().is_empty());
    let next = key(&s, "n", Es256, KeyState::Next);
    let rotated = elsewhere
        .rotate(Es256, s.now(), &next, Alongside::default())
        .await;
    assert!(matches!(rotated, Err(StoreError::Conflict)));
    s.here()
        .keys
        .rotate(Es256, s.now(), &next, Alongside::default())
        .await
        .unwrap();
    assert_eq!(elsewhere.sweep(s.now() + MINUTE).await.unwrap(), 0);
    assert!(
        elsewhere
            .add_if_missing(&key(&s, "a", Es256, KeyState::Active))
            .await
            .unwrap()
    );
    assert_eq!(s.here().keys.list().await.unwrap().len(), 3);
}
