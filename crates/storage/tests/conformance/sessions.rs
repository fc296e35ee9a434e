use crate::subject::{MINUTE, Subject};
use domain::{
    acr::Method,
    change::{Changed, Revoked},
    secret::Digest,
    stores::{Alongside, Concerning, EndSessions, PageRequest, StoreError},
    testing::{a_client, a_user},
};

pub async fn sessions_are_found_with_their_users(s: Subject) {
    let (ada, grace) = (
        s.ada().await,
        s.register(a_user().number(2).email("g@example.com").build())
            .await,
    );
    let (first, second) = (s.session(&ada).await, s.session(&grace).await);
    let unknown = domain::id::LoginSessionId::generate(s.now(), &s.random);
    let sessions = s.here().sessions;
    let mut found = sessions.find_many(&[first.id, unknown, second.id]).await.unwrap();
    found.sort_by_key(|(session, _)| session.id != first.id);
    assert_eq!(found, [(first, ada), (second.clone(), grace)]);
    assert!(sessions.find_many(&[]).await.unwrap().is_empty());
    let again = sessions.begin(&second, Alongside::default()).await;
    assert!(matches!(again, Err(StoreError::Conflict)));
}

pub async fn ended_sessions_stay_ended(s: Subject) {
    let ada = s.ada().await;
    let (kept, session) = (s.session(&ada).await, s.session(&ada).await);
    let sessions = s.here().sessions;
    s.clock.advance(MINUTE);
    sessions.touch(session.id, s.now()).await.unwrap();
    sessions.touch(session.id, session.last_seen_at).await.unwrap();
    let listed = sessions.list(ada.id).await.unwrap();
    assert_eq!(
        listed.iter().map(|session| session.id).collect::<Vec<_>>(),
        [session.id, kept.id]
    );
    assert_eq!(listed[0].last_seen_at, s.now());

    s.clock.advance(MINUTE);
    let (note, acme) = (s.note(), "acme".parse().unwrap());
    sessions
        .reauthenticate(
            session.id,
            s.now(),
            (&[Method::Password, Method::Federated], Some(&acme)),
            note.with(),
        )
        .await
        .unwrap();
    assert!(s.took_place(&note).await);
    let (found, _) = sessions.find_many(&[session.id]).await.unwrap().pop().unwrap();
    assert_eq!((found.authenticated_at, found.last_seen_at), (s.now(), s.now()));
    assert_eq!(found.methods, [Method::Password, Method::Federated]);
    assert_eq!(found.provider, Some(acme));

    let one = EndSessions::One(session.id);
    let note = s.note();
    assert_eq!(
        sessions.end(ada.id, one, s.moment(), note.with()).await.unwrap(),
        [session.id]
    );
    assert!(s.took_place(&note).await);
    let ended_at = s.now();
    s.clock.advance(MINUTE);
    let note = s.note();
    assert!(
        sessions
            .end(ada.id, one, s.moment(), note.with())
            .await
            .unwrap()
            .is_empty()
    );
    assert!(!s.took_place(&note).await);
    sessions.touch(session.id, s.now()).await.unwrap();
    let again = sessions
        .reauthenticate(session.id, s.now(), (&[Method::Password], None), note.with())
        .await;
    assert!(matches!(again, Err(StoreError::Conflict)));
    assert!(!s.took_place(&note).await);
    let (found, _) = sessions.find_many(&[session.id]).await.unwrap().pop().unwrap();
    assert_eq!((found.ended_at, found.last_seen_at), (Some(ended_at), ended_at));
}

pub async fn ending_a_session_spares_offline_authorizations(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let (session, other) = (s.session(&ada).await, s.session(&ada).await);
    let bound = s.authorization(&client, &session, "openid").await;
    let offline = s.authorization(&client, &session, "openid offline_access").await;
    let elsewhere = s.authorization(&client, &other, "openid").await;
    let one = EndSessions::One(session.id);
    s.here()
        .sessions
        .end(ada.id, one, s.moment(), s.note().with())
        .await
        .unwrap();
    assert!(!s.lives(&bound).await);
    assert!(s.lives(&offline).await);
    assert!(s.lives(&elsewhere).await);
    assert!(s.is_revoked(Revoked::LoginSession(session.id)).await);
    let last = s.changes().await.pop().unwrap().changed;
    assert!(matches!(last, Changed::Revoked(r) if r.what == Revoked::LoginSession(session.id)));
}

pub async fn ending_all_but_one(s: Subject) {
    let (ada, grace) = (
        s.ada().await,
        s.register(a_user().number(2).email("g@example.com").build())
            .await,
    );
    let (kept, a, b) = (
        s.session(&ada).await,
        s.session(&ada).await,
        s.session(&ada).await,
    );
    let hers = s.session(&grace).await;
    let sessions = s.here().sessions;
    let which = EndSessions::AllBut(kept.id);
    let mut ended = sessions
        .end(ada.id, which, s.moment(), s.note().with())
        .await
        .unwrap();
    ended.sort();
    let mut expected = [a.id, b.id];
    expected.sort();
    assert_eq!(ended, expected);
    let foreign = EndSessions::One(hers.id);
    assert!(
        sessions
            .end(ada.id, foreign, s.moment(), s.note().with())
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        sessions
            .end(ada.id, EndSessions::All, s.moment(), s.note().with())
            .await
            .unwrap(),
        [kept.id]
    );
    assert_eq!(sessions.list(grace.id).await.unwrap(), [hers]);
}

pub async fn sessions_of_one_realm_are_not_in_another(s: Subject) {
    let ada = s.ada().await;
    let session = s.session(&ada).await;
    s.register_in(&s.elsewhere(), a_user().build()).await;
    let sessions = s.elsewhere().sessions;
    assert!(sessions.find_many(&[session.id]).await.unwrap().is_empty());
    assert!(sessions.list(ada.id).await.unwrap().is_empty());
    s.clock.advance(MINUTE);
    sessions.touch(session.id, s.now()).await.unwrap();
    let again = sessions
        .reauthenticate(
            session.id,
            s.now(),
            (&[Method::Password], None),
            Alongside::default(),
        )
        .await;
    assert!(matches!(again, Err(StoreError::Conflict)));
    let ended = sessions
        .end(ada.id, EndSessions::All, s.moment(), Alongside::default())
        .await
        .unwrap();
    assert!(ended.is_empty());
    assert_eq!(s.here().sessions.list(ada.id).await.unwrap(), [session]);
}

pub async fn browsers_remember_until_they_expire(s: Subject) {
    let browsers = s.here().browsers;
    let (cookie, end) = (Digest::of("cookie"), s.now() + MINUTE);
    browsers.save(&cookie, b"one", end).await.unwrap();
    browsers.save(&cookie, b"two", end).await.unwrap();
    assert_eq!(
        browsers.load(&cookie, s.now()).await.unwrap(),
        Some((b"two".to_vec(), end))
    );
    assert_eq!(browsers.load(&cookie, end).await.unwrap(), None);
    browsers.delete(&cookie).await.unwrap();
    assert_eq!(browsers.load(&cookie, s.now()).await.unwrap(), None);
    browsers.delete(&cookie).await.unwrap();
}

pub async fn browsers_of_one_realm_are_not_in_another(s: Subject) {
    let (cookie, end) = (Digest::of("cookie"), s.now() + MINUTE);
    s.here().browsers.save(&cookie, b"here", end).await.unwrap();
    let elsewhere = s.elsewhere().browsers;
    assert_eq!(elsewhere.load(&cookie, s.now()).await.unwrap(), None);
    elsewhere.save(&cookie, b"there", end).await.unwrap();
    elsewhere.delete(&cookie).await.unwrap();
    let (data, _) = s.here().browsers.load(&cookie, s.now()).await.unwrap().unwrap();
    assert_eq!(data, b"here");
}

pub async fn operators_see_sessions_that_are_alive(s: Subject) {
    let ada = s.ada().await;
    let grace = s
        .register(a_user().number(2).email("g@example.com").build())
        .await;
    let (app, other) = (
        s.client(a_client().build()).await,
        s.client(a_client().id("other").build()).await,
    );
    let sessions = s.here().sessions;
    let idle = s.session(&ada).await;
    s.clock.advance(MINUTE);
    let since = idle.last_seen_at;
    let (one, two, three) = (
        s.session(&ada).await,
        s.session(&ada).await,
        s.session(&grace).await,
    );
    let ended = s.session(&grace).await;
    let end = EndSessions::One(ended.id);
    let with = Alongside::default();
    sessions.end(grace.id, end, s.moment(), with).await.unwrap();
    s.authorization(&app, &one, "openid").await;
    s.authorization(&app, &one, "openid").await;
    s.authorization(&app, &three, "openid").await;
    s.authorization(&other, &two, "openid").await;
    let mut all = [one.id, two.id, three.id];
    all.sort();

    let listed = async |which: Concerning, now, limit, after| {
        let page = PageRequest::new(after, limit);
        let page = sessions.page(&which, now, since, &page).await.unwrap();
        let ids: Vec<_> = page.items.iter().map(|session| session.id).collect();
        (ids, page.next)
    };
    let whose = |user: Option<&domain::user::User>, client: Option<&domain::client::Client>| Concerning {
        user: user.map(|user| user.id),
        client: client.map(|client| client.id.clone()),
    };
    let everything = whose(None, None);
    assert_eq!(
        listed(everything.clone(), s.now(), 9, None).await,
        (all.to_vec(), None)
    );
    assert_eq!(
        listed(whose(Some(&grace), None), s.now(), 9, None).await.0,
        [three.id]
    );
    let mut of_app = vec![one.id, three.id];
    of_app.sort();
    assert_eq!(listed(whose(None, Some(&app)), s.now(), 9, None).await.0, of_app);
    assert_eq!(
        listed(whose(Some(&ada), Some(&app)), s.now(), 9, None).await.0,
        [one.id]
    );
    assert!(
        listed(whose(Some(&grace), Some(&other)), s.now(), 9, None)
            .await
            .0
            .is_empty()
    );
    let expired = one.expires_at;
    assert!(listed(everything.clone(), expired, 9, None).await.0.is_empty());

    let (first, next) = listed(everything.clone(), s.now(), 2, None).await;
    assert_eq!(first, all[..2]);
    assert_eq!(
        listed(everything.clone(), s.now(), 2, next).await,
        (all[2..].to_vec(), None)
    );
    let nonsense = Some("nonsense".to_owned());
    assert!(
        listed(everything.clone(), s.now(), 2, nonsense)
            .await
            .0
            .is_empty()
    );
    let elsewhere = s.elsewhere().sessions;
    let page = PageRequest::new(None, 9);
    let page = elsewhere.page(&everything, s.now(), since, &page).await.unwrap();
    assert!(page.items.is_empty());
}
