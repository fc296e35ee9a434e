use crate::subject::{MINUTE, Subject};
use domain::{
    access_token::{AccessToken, FoundAccessToken},
    authorization::{Authorization, Rotation},
    change::{Changed, Revoked},
    client::Client,
    secret::Digest,
    stores::{Alongside, Recorded, StoreError},
    testing::a_client,
};

struct Held {
    client: Client,
    authorization: Authorization,
}

async fn held(s: &Subject) -> Held {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    Held {
        authorization: s.authorization(&client, &session, "openid").await,
        client,
    }
}

async fn is_there(s: &Subject, token: &AccessToken) -> bool {
    let found = s.here().access_tokens.find(&token.digest).await.unwrap();
    found.is_some()
}

pub async fn an_access_token_is_stored_as_it_was(s: Subject) {
    let held = held(&s).await;
    let tokens = s.here().access_tokens;
    for (below, text) in [(Some(&held.authorization), "a person's"), (None, "its own")] {
        let (token, note) = (s.access_token(&held.client, below, text), s.note());
        let done = tokens.record(&token, note.with()).await.unwrap();
        assert_eq!(done, Recorded::Saved);
        assert!(s.took_place(&note).await);
        let expected = FoundAccessToken {
            token: token.clone(),
            authorization: below.cloned(),
        };
        assert_eq!(tokens.find(&token.digest).await.unwrap(), Some(expected));
        let note = s.note();
        let again = tokens.record(&token, note.with()).await;
        assert!(matches!(again, Err(StoreError::Conflict)));
        assert!(!s.took_place(&note).await);
    }
    assert_eq!(tokens.find(&Digest::of("x")).await.unwrap(), None);
    let nobody = a_client().id("nobody").build();
    let unheld = s.access_token(&nobody, None, "y");
    let refused = tokens.record(&unheld, Alongside::default()).await;
    assert!(matches!(refused, Err(StoreError::Conflict)));
}

pub async fn a_revoked_authorization_issues_no_access_token(s: Subject) {
    let held = held(&s).await;
    let here = s.here();
    let before = s.access_token(&held.client, Some(&held.authorization), "before");
    here.access_tokens
        .record(&before, Alongside::default())
        .await
        .unwrap();
    here.authorizations
        .revoke(held.authorization.id, s.moment(), Alongside::default())
        .await
        .unwrap();
    let (token, note) = (
        s.access_token(&held.client, Some(&held.authorization), "t"),
        s.note(),
    );
    let done = here.access_tokens.record(&token, note.with()).await.unwrap();
    assert_eq!(done, Recorded::Revoked);
    assert!(!s.took_place(&note).await);
    assert!(!is_there(&s, &token).await);
    let found = here.access_tokens.find(&before.digest).await.unwrap().unwrap();
    let root = found.authorization.unwrap();
    assert_eq!(root.revoked_at, Some(s.now()), "a look-up tells that it is over");
}

pub async fn an_access_token_is_stored_with_the_refresh_token_or_not_at_all(s: Subject) {
    let held = held(&s).await;
    let authorizations = s.here().authorizations;
    let access = |text| s.access_token(&held.client, Some(&held.authorization), text);
    let with = |token: &AccessToken| Alongside {
        access_tokens: vec![token.clone()],
        ..s.note().with()
    };
    let (first, one) = (s.token(&held.authorization, "r1"), access("a1"));
    authorizations.record(&first, with(&one)).await.unwrap();
    assert!(is_there(&s, &one).await);
    let (second, two) = (s.token(&held.authorization, "r2"), access("a2"));
    let rotated = authorizations.rotate(&first.digest, &second, s.now(), with(&two));
    assert_eq!(rotated.await.unwrap(), Rotation::Rotated);
    assert!(is_there(&s, &two).await);
    // The first again: nothing is stored.
    let (third, three) = (s.token(&held.authorization, "r3"), access("a3"));
    let again = authorizations.rotate(&first.digest, &third, s.now(), with(&three));
    assert!(matches!(again.await.unwrap(), Rotation::AlreadyRotated { .. }));
    assert!(!is_there(&s, &three).await);
    // Nor below what was revoked.
    authorizations
        .revoke(held.authorization.id, s.moment(), Alongside::default())
        .await
        .unwrap();
    let recorded = authorizations.record(&third, with(&three)).await.unwrap();
    assert_eq!(recorded, Recorded::Revoked);
    assert!(!is_there(&s, &three).await);
}

pub async fn deleting_an_access_token_happens_once(s: Subject) {
    let held = held(&s).await;
    let tokens = s.here().access_tokens;
    let all = [
        s.access_token(&held.client, None, "one"),
        s.access_token(&held.client, None, "other"),
    ];
    for token in &all {
        tokens.record(token, Alongside::default()).await.unwrap();
    }
    for (first, note) in [(true, s.note()), (false, s.note())] {
        let done = tokens.delete(&all[0].digest, note.with()).await.unwrap();
        assert_eq!((done, s.took_place(&note).await), (first, first));
        assert!(!is_there(&s, &all[0]).await);
    }
    assert!(is_there(&s, &all[1]).await);
}

pub async fn a_signed_token_is_revoked_by_its_name(s: Subject) {
    let note = s.note();
    let tokens = s.here().access_tokens;
    tokens.revoke("jti-1", s.moment(), note.with()).await.unwrap();
    assert!(s.took_place(&note).await);
    assert!(s.is_revoked(Revoked::Token("jti-1".to_owned())).await);
    assert!(!s.is_revoked(Revoked::Token("jti-2".to_owned())).await);
    let last = s.changes().await.pop().unwrap();
    assert!(
        matches!(last.changed, Changed::Revoked(told) if told.what == Revoked::Token("jti-1".to_owned()))
    );
    let elsewhere = s.all().revocations(s.other, s.now()).await.unwrap();
    assert!(elsewhere.is_empty());
    s.clock.advance(11 * MINUTE);
    assert!(!s.is_revoked(Revoked::Token("jti-1".to_owned())).await);
}

pub async fn an_access_token_goes_with_what_it_descends_from(s: Subject) {
    let held = held(&s).await;
    let other = s.client(a_client().id("other").build()).await;
    let here = s.here();
    let below = s.access_token(&held.client, Some(&held.authorization), "below");
    let own = s.access_token(&held.client, None, "own");
    let others = s.access_token(&other, None, "others");
    for token in [&below, &own, &others] {
        here.access_tokens
            .record(token, Alongside::default())
            .await
            .unwrap();
    }
    let user = held.authorization.user_id;
    assert!(
        here.users
            .delete(user, s.moment(), Alongside::default())
            .await
            .unwrap()
    );
    assert!(!is_there(&s, &below).await, "the person is gone");
    assert!(is_there(&s, &own).await);
    assert!(
        here.clients
            .delete(&held.client.id, s.moment(), Alongside::default())
            .await
            .unwrap()
    );
    assert!(!is_there(&s, &own).await, "the client is gone");
    assert!(is_there(&s, &others).await);
    assert!(s.all().delete(s.realm, s.now()).await.unwrap());
    assert!(!is_there(&s, &others).await, "the realm is gone");
}

pub async fn access_tokens_of_one_realm_are_not_in_another(s: Subject) {
    let held = held(&s).await;
    let token = s.access_token(&held.client, None, "t");
    let (here, elsewhere) = (s.here().access_tokens, s.elsewhere().access_tokens);
    here.record(&token, Alongside::default()).await.unwrap();
    assert_eq!(elsewhere.find(&token.digest).await.unwrap(), None);
    assert!(
        !elsewhere
            .delete(&token.digest, Alongside::default())
            .await
            .unwrap()
    );
    assert!(is_there(&s, &token).await);
}
