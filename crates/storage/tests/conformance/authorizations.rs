use crate::subject::{MINUTE, Subject, at_once};
use domain::{
    authorization::{Authorization, Begun, ConsentRule, RefreshToken, RefreshTokenState, Rotation},
    change::{Changed, Revoked},
    secret::Digest,
    stores::{Alongside, EndSessions, Recorded},
    testing::{a_client, a_user},
    thumbprint::Thumbprint,
};

async fn root(s: &Subject) -> Authorization {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    s.authorization(&client, &s.session(&ada).await, "openid offline_access")
        .await
}

async fn recorded(s: &Subject, authorization: &Authorization, text: &str) -> RefreshToken {
    let token = s.token(authorization, text);
    let done = s
        .here()
        .authorizations
        .record(&token, Alongside::default())
        .await
        .unwrap();
    assert_eq!(done, Recorded::Saved);
    token
}

pub async fn a_refresh_token_is_found_with_everything_that_decides(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    let authorization = s.authorization(&client, &session, "openid offline_access").await;
    let authorizations = s.here().authorizations;
    assert_eq!(
        authorizations.find(authorization.id).await.unwrap(),
        Some(authorization.clone())
    );
    let (token, note) = (s.token(&authorization, "t"), s.note());
    assert_eq!(
        authorizations.record(&token, note.with()).await.unwrap(),
        Recorded::Saved
    );
    assert!(s.took_place(&note).await);
    let family = authorizations
        .find_refresh_token(&token.digest)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (family.token, family.authorization),
        (token.clone(), authorization)
    );
    assert_eq!(
        (family.user, family.login_session),
        (ada.clone(), Some(session.clone()))
    );
    assert!(
        authorizations
            .find_refresh_token(&Digest::of("x"))
            .await
            .unwrap()
            .is_none()
    );

    let one = EndSessions::One(session.id);
    s.here()
        .sessions
        .end(ada.id, one, s.moment(), s.note().with())
        .await
        .unwrap();
    s.clock.set(session.expires_at - MINUTE);
    let renewed = RefreshToken {
        expires_at: session.expires_at + 60 * MINUTE,
        ..s.token(&family_root(&s, &token).await, "t2")
    };
    authorizations
        .rotate(&token.digest, &renewed, s.now(), Alongside::default())
        .await
        .unwrap();
    s.clock.set(session.expires_at + MINUTE);
    while s.all().sweep(s.now(), 100).await.unwrap() > 0 {}
    let family = authorizations
        .find_refresh_token(&renewed.digest)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(family.login_session, None, "its row is gone and the token is not");
}

async fn family_root(s: &Subject, token: &RefreshToken) -> Authorization {
    s.here()
        .authorizations
        .find(token.authorization_id)
        .await
        .unwrap()
        .unwrap()
}

async fn unbound(s: &Subject) -> Authorization {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let mut authorization = s.approval(&client, &s.session(&ada).await, "openid");
    authorization.terms.refresh_jkt = None;
    let authorizations = s.here().authorizations;
    let begun = authorizations
        .begin(&authorization, ConsentRule::NotNeeded, Alongside::default())
        .await;
    assert_eq!(begun.unwrap(), Begun::Stored);
    authorization
}

pub async fn refresh_tokens_are_bound_to_one_key_for_good(s: Subject) {
    let mut authorization = unbound(&s).await;
    let authorizations = s.here().authorizations;
    let (key, another): (Thumbprint, Thumbprint) = (Digest::of("key").into(), Digest::of("another").into());
    assert!(authorizations.bind(authorization.id, &key).await.unwrap());
    assert!(authorizations.bind(authorization.id, &key).await.unwrap());
    assert!(!authorizations.bind(authorization.id, &another).await.unwrap());
    authorization.terms.refresh_jkt = Some(key.clone());
    let found = authorizations.find(authorization.id).await.unwrap();
    assert_eq!(found, Some(authorization.clone()), "nothing else changes");
    let elsewhere = s.elsewhere().authorizations;
    assert!(!elsewhere.bind(authorization.id, &key).await.unwrap());
    authorizations
        .revoke(authorization.id, s.moment(), Alongside::default())
        .await
        .unwrap();
    assert!(!authorizations.bind(authorization.id, &key).await.unwrap());
}

pub async fn of_twenty_keys_one_binds(s: Subject) {
    let authorization = unbound(&s).await;
    let authorizations = s.here().authorizations;
    let all = at_once(20, |no| {
        let (authorizations, id) = (authorizations.clone(), authorization.id);
        async move {
            let key = Digest::of(format!("key {no}")).into();
            authorizations.bind(id, &key).await.unwrap()
        }
    })
    .await;
    assert_eq!(all.into_iter().filter(|bound| *bound).count(), 1);
}

pub async fn recording_below_a_revoked_authorization_writes_nothing(s: Subject) {
    let authorization = root(&s).await;
    let authorizations = s.here().authorizations;
    authorizations
        .revoke(authorization.id, s.moment(), s.note().with())
        .await
        .unwrap();
    let (token, note) = (s.token(&authorization, "t"), s.note());
    assert_eq!(
        authorizations.record(&token, note.with()).await.unwrap(),
        Recorded::Revoked
    );
    assert!(!s.took_place(&note).await);
    assert!(
        authorizations
            .find_refresh_token(&token.digest)
            .await
            .unwrap()
            .is_none()
    );
}

pub async fn rotation_tells_the_state_of_the_token(s: Subject) {
    let authorization = root(&s).await;
    let authorizations = s.here().authorizations;
    let first = recorded(&s, &authorization, "1").await;
    let (second, note) = (s.token(&authorization, "2"), s.note());
    let at = s.now();
    let rotated = authorizations
        .rotate(&first.digest, &second, at, note.with())
        .await
        .unwrap();
    assert_eq!(rotated, Rotation::Rotated);
    assert!(s.took_place(&note).await);
    let found = authorizations
        .find_refresh_token(&first.digest)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        found.token.state,
        RefreshTokenState::Rotated {
            at,
            successor: second.digest
        }
    );
    let found = authorizations
        .find_refresh_token(&second.digest)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.token, second);

    s.clock.advance(MINUTE);
    let (third, late) = (s.token(&authorization, "3"), s.note());
    let again = authorizations
        .rotate(&first.digest, &third, s.now(), late.with())
        .await
        .unwrap();
    let unused = |successor_unused| Rotation::AlreadyRotated {
        at,
        successor: second.digest,
        successor_unused,
    };
    assert_eq!(again, unused(true));
    assert!(!s.took_place(&late).await);
    assert!(
        authorizations
            .find_refresh_token(&third.digest)
            .await
            .unwrap()
            .is_none()
    );
    authorizations
        .rotate(&second.digest, &third, s.now(), Alongside::default())
        .await
        .unwrap();
    let again = authorizations
        .rotate(&first.digest, &s.token(&authorization, "4"), s.now(), late.with())
        .await;
    assert_eq!(again.unwrap(), unused(false));

    authorizations
        .revoke(authorization.id, s.moment(), s.note().with())
        .await
        .unwrap();
    let last = authorizations
        .rotate(&third.digest, &s.token(&authorization, "5"), s.now(), late.with())
        .await;
    assert_eq!(last.unwrap(), Rotation::Revoked);
    assert!(!s.took_place(&late).await);
    let kept = authorizations
        .find_refresh_token(&third.digest)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.token.state, RefreshTokenState::Active);
}

pub async fn of_fifty_rotations_one_wins(s: Subject) {
    let authorization = root(&s).await;
    let old = recorded(&s, &authorization, "old").await;
    let authorizations = s.here().authorizations;
    let at = s.now();
    let all = at_once(50, |number| {
        let (authorizations, new, old) = (
            authorizations.clone(),
            s.token(&authorization, &format!("new {number}")),
            old.digest,
        );
        async move {
            let rotation = authorizations
                .rotate(&old, &new, at, Alongside::default())
                .await
                .unwrap();
            (rotation, new.digest)
        }
    })
    .await;
    let winners: Vec<_> = all
        .iter()
        .filter(|(rotation, _)| *rotation == Rotation::Rotated)
        .collect();
    let [(_, winner)] = winners.as_slice() else {
        panic!("{} won", winners.len())
    };
    for (rotation, digest) in all.iter().filter(|(_, digest)| digest != winner) {
        let expected = Rotation::AlreadyRotated {
            at,
            successor: *winner,
            successor_unused: true,
        };
        assert_eq!(*rotation, expected);
        assert!(authorizations.find_refresh_token(digest).await.unwrap().is_none());
    }
}

pub async fn revoking_happens_once_and_is_remembered(s: Subject) {
    let authorization = root(&s).await;
    let authorizations = s.here().authorizations;
    let (moment, note) = (s.moment(), s.note());
    assert!(
        authorizations
            .revoke(authorization.id, moment, note.with())
            .await
            .unwrap()
    );
    assert!(s.took_place(&note).await);
    let found = authorizations.find(authorization.id).await.unwrap().unwrap();
    assert_eq!(found.revoked_at, Some(moment.at));
    let what = Revoked::Authorization(authorization.id);
    assert!(s.is_revoked(what.clone()).await);
    let last = s.changes().await.pop().unwrap();
    assert_eq!(last.realm, s.realm);
    assert!(matches!(last.changed, Changed::Revoked(r) if r.what == what && r.until == moment.tokens_until));
    let note = s.note();
    assert!(
        !authorizations
            .revoke(authorization.id, s.moment(), note.with())
            .await
            .unwrap()
    );
    let unknown = domain::id::AuthorizationId::generate(s.now(), &s.random);
    assert!(
        !authorizations
            .revoke(unknown, s.moment(), note.with())
            .await
            .unwrap()
    );
    assert!(!s.took_place(&note).await);
}

pub async fn authorizations_of_one_realm_are_not_in_another(s: Subject) {
    let authorization = root(&s).await;
    let token = recorded(&s, &authorization, "t").await;
    s.register_in(&s.elsewhere(), a_user().build()).await;
    let elsewhere = s.elsewhere().authorizations;
    let none = Alongside::default;
    assert_eq!(elsewhere.find(authorization.id).await.unwrap(), None);
    assert!(
        elsewhere
            .find_refresh_token(&token.digest)
            .await
            .unwrap()
            .is_none()
    );
    let new = s.token(&authorization, "new");
    assert_eq!(elsewhere.record(&new, none()).await.unwrap(), Recorded::Revoked);
    assert_eq!(
        elsewhere
            .rotate(&token.digest, &new, s.now(), none())
            .await
            .unwrap(),
        Rotation::Revoked
    );
    assert!(
        !elsewhere
            .revoke(authorization.id, s.moment(), none())
            .await
            .unwrap()
    );
    assert!(s.lives(&authorization).await);
    let kept = s
        .here()
        .authorizations
        .find_refresh_token(&token.digest)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.token, token);
}
