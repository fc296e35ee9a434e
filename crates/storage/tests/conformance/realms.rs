use crate::subject::{MINUTE, Subject};
use domain::{
    change::Changed,
    realm::RealmName,
    secret::Digest,
    stores::{Alongside, PageRequest, StoreError},
    testing::{a_client, a_realm},
};

pub async fn realms_are_found_by_name_and_listed(s: Subject) {
    let all = s.all();
    let third = a_realm("acme-2".parse().unwrap());
    let note = s.note_in(third.id);
    all.create(&third, note.with()).await.unwrap();
    assert!(s.took_place(&note).await);
    let last = s.changes().await.pop().unwrap();
    assert_eq!((last.realm, last.changed), (third.id, Changed::Realm));
    assert_eq!(all.find(&third.name).await.unwrap(), Some(third.clone()));
    let mut strict = third.clone();
    strict.require_pushed_authorization_requests = true;
    strict.theme.accent = "#7a0019".parse().ok();
    strict.theme.logo = Some(Digest::of("logo"));
    let note = s.note_in(third.id);
    assert!(all.update(&strict, note.with()).await.unwrap());
    assert!(s.took_place(&note).await);
    let last = s.changes().await.pop().unwrap();
    assert_eq!((last.realm, last.changed), (third.id, Changed::Realm));
    assert_eq!(all.find(&third.name).await.unwrap(), Some(strict.clone()));
    assert!(
        !all.find(&RealmName::Root)
            .await
            .unwrap()
            .unwrap()
            .require_pushed_authorization_requests
    );
    assert!(all.update(&third, Default::default()).await.unwrap());
    strict.id = domain::id::RealmId::generate(s.now(), &s.random);
    assert!(!all.update(&strict, Default::default()).await.unwrap());
    assert_eq!(all.find(&"nobody".parse().unwrap()).await.unwrap(), None);
    assert_eq!(all.find(&RealmName::Root).await.unwrap().unwrap().id, s.realm);
    let mut again = third.clone();
    again.id = domain::id::RealmId::generate(s.now(), &s.random);
    let note = s.note();
    assert!(matches!(
        all.create(&again, note.with()).await,
        Err(StoreError::Conflict)
    ));
    assert!(!s.took_place(&note).await);
    let first = all.list(&PageRequest::new(None, 2)).await.unwrap();
    let names = |page: &domain::stores::Page<domain::realm::Realm>| {
        page.items
            .iter()
            .map(|realm| realm.name.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&first), ["acme-2", "other"]);
    let rest = all.list(&PageRequest::new(first.next, 2)).await.unwrap();
    assert_eq!((names(&rest), rest.next), (vec!["root".to_owned()], None));
    all.ping().await.unwrap();
}

pub async fn a_deleted_realm_leaves_nothing(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    let authorization = s.authorization(&client, &session, "openid").await;
    let (here, note) = (s.here(), s.note());
    here.authorizations
        .record(&s.token(&authorization, "t"), note.with())
        .await
        .unwrap();
    here.browsers
        .save(&Digest::of("c"), b"x", s.now() + MINUTE)
        .await
        .unwrap();
    here.authorizations
        .revoke(authorization.id, s.moment(), Alongside::default())
        .await
        .unwrap();
    let kept = s.register_in(&s.elsewhere(), ada.clone()).await;
    assert!(s.all().delete(s.realm, s.now()).await.unwrap());
    let last = s.changes().await.pop().unwrap();
    assert_eq!((last.realm, last.changed), (s.realm, Changed::Realm));
    assert_eq!(s.all().find(&RealmName::Root).await.unwrap(), None);
    assert_eq!(here.users.find(ada.id).await.unwrap(), None);
    assert_eq!(here.clients.find(&client.id).await.unwrap(), None);
    assert!(
        here.authorizations
            .find_refresh_token(&Digest::of("t"))
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(here.browsers.load(&Digest::of("c"), s.now()).await.unwrap(), None);
    assert!(s.all().revocations(s.realm, s.now()).await.unwrap().is_empty());
    assert!(!s.took_place(&note).await, "events and jobs go as well");
    assert_eq!(s.elsewhere().users.find(ada.id).await.unwrap(), Some(kept));
    assert!(!s.all().delete(s.realm, s.now()).await.unwrap());
}
