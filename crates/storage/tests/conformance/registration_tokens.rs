use crate::subject::{MINUTE, Subject};
use domain::{
    client_registration::RegistrationToken,
    id::RegistrationTokenId,
    secret::Digest,
    stores::{Alongside, PageRequest, StoreError},
};

fn token(s: &Subject, text: &str, uses_left: Option<u32>) -> RegistrationToken {
    RegistrationToken {
        id: RegistrationTokenId::generate(s.now(), &s.random),
        digest: Digest::of(text),
        created_at: s.now(),
        expires_at: None,
        uses_left,
    }
}

pub async fn a_token_is_stored_listed_and_revoked(s: Subject) {
    let tokens = s.here().registration_tokens;
    let mut made = Vec::new();
    for (text, uses) in [("one", Some(2)), ("two", None), ("three", Some(0))] {
        s.clock.advance(MINUTE);
        let mut token = token(&s, text, uses);
        token.expires_at = uses.map(|_| s.now() + MINUTE);
        let note = s.note();
        tokens.create(&token, note.with()).await.unwrap();
        assert!(s.took_place(&note).await);
        assert_eq!(tokens.find(&token.digest).await.unwrap(), Some(token.clone()));
        made.push(token);
    }
    let again = tokens.create(&token(&s, "one", None), Alongside::default()).await;
    assert!(matches!(again, Err(StoreError::Conflict)));
    let first = tokens.list(&PageRequest::new(None, 2)).await.unwrap();
    assert_eq!(first.items, made[..2]);
    let rest = tokens.list(&PageRequest::new(first.next, 2)).await.unwrap();
    assert_eq!((rest.items, rest.next), (made[2..].to_vec(), None));
    for revoked in [true, false] {
        let note = s.note();
        assert_eq!(tokens.revoke(made[0].id, note.with()).await.unwrap(), revoked);
        assert_eq!(s.took_place(&note).await, revoked);
    }
    assert_eq!(tokens.find(&made[0].digest).await.unwrap(), None);
    assert!(!tokens.spend(&made[0].digest, s.now()).await.unwrap());
}

pub async fn a_token_is_spent_as_often_as_it_says_until_it_expires(s: Subject) {
    let tokens = s.here().registration_tokens;
    let (two, endless) = (token(&s, "two", Some(2)), token(&s, "endless", None));
    let mut short = token(&s, "short", None);
    short.expires_at = Some(s.now() + MINUTE);
    for token in [&two, &endless, &short] {
        tokens.create(token, Alongside::default()).await.unwrap();
    }
    for left in [true, true, false, false] {
        assert_eq!(tokens.spend(&two.digest, s.now()).await.unwrap(), left);
        assert!(tokens.spend(&endless.digest, s.now()).await.unwrap());
    }
    assert_eq!(
        tokens.find(&two.digest).await.unwrap().unwrap().uses_left,
        Some(0)
    );
    assert_eq!(
        tokens.find(&endless.digest).await.unwrap().unwrap().uses_left,
        None
    );
    assert!(tokens.spend(&short.digest, s.now()).await.unwrap());
    s.clock.advance(MINUTE);
    assert!(!tokens.spend(&short.digest, s.now()).await.unwrap());
    assert!(!tokens.spend(&Digest::of("unknown"), s.now()).await.unwrap());
}

pub async fn of_ten_uses_at_once_as_many_count_as_are_left(s: Subject) {
    let token = token(&s, "three", Some(3));
    let tokens = s.here().registration_tokens;
    tokens.create(&token, Alongside::default()).await.unwrap();
    let uses = (0..10).map(|_| {
        let (tokens, digest, now) = (tokens.clone(), token.digest, s.now());
        tokio::spawn(async move { tokens.spend(&digest, now).await.unwrap() })
    });
    let mut spent = 0;
    for used in uses.collect::<Vec<_>>() {
        spent += usize::from(used.await.unwrap());
    }
    assert_eq!(spent, 3);
}

pub async fn tokens_of_one_realm_are_not_in_another(s: Subject) {
    let token = token(&s, "one", None);
    let tokens = s.here().registration_tokens;
    tokens.create(&token, Alongside::default()).await.unwrap();
    let elsewhere = s.elsewhere().registration_tokens;
    assert_eq!(elsewhere.find(&token.digest).await.unwrap(), None);
    assert!(!elsewhere.spend(&token.digest, s.now()).await.unwrap());
    assert!(!elsewhere.revoke(token.id, Alongside::default()).await.unwrap());
    let listed = elsewhere.list(&PageRequest::new(None, 10)).await.unwrap();
    assert!(listed.items.is_empty());
    assert!(tokens.find(&token.digest).await.unwrap().is_some());
}

pub async fn expired_tokens_are_swept(s: Subject) {
    let tokens = s.here().registration_tokens;
    let endless = token(&s, "endless", Some(0));
    let mut short = token(&s, "short", None);
    short.expires_at = Some(s.now() + MINUTE);
    for token in [&endless, &short] {
        tokens.create(token, Alongside::default()).await.unwrap();
    }
    assert_eq!(s.all().sweep(s.now(), 100).await.unwrap(), 0);
    s.clock.advance(2 * MINUTE);
    assert_eq!(s.all().sweep(s.now(), 100).await.unwrap(), 1);
    assert_eq!(tokens.find(&short.digest).await.unwrap(), None);
    assert!(tokens.find(&endless.digest).await.unwrap().is_some());
}
