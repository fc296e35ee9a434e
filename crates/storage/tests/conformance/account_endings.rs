use crate::subject::{MINUTE, Subject};
use domain::{
    change::{Changed, Revoked},
    client::Status,
    stores::Alongside,
    testing::{a_client, a_user},
};

pub async fn disabling_an_account_ends_everything(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    let offline = s.authorization(&client, &session, "openid offline_access").await;
    let users = s.here().users;
    s.clock.advance(MINUTE);
    let note = s.note();
    assert!(
        users
            .set_status(ada.id, Status::Disabled, s.moment(), note.with())
            .await
            .unwrap()
    );
    assert!(s.took_place(&note).await);
    let found = users.find(ada.id).await.unwrap().unwrap();
    assert_eq!((found.status, found.not_before), (Status::Disabled, s.now()));
    assert!(s.here().sessions.list(ada.id).await.unwrap().is_empty());
    assert!(!s.lives(&offline).await);
    assert!(s.is_revoked(Revoked::User(ada.id)).await);
    let last = s.changes().await.pop().unwrap().changed;
    assert!(matches!(last, Changed::Revoked(revocation) if revocation.what == Revoked::User(ada.id)));

    let before = s.changes().await.len();
    assert!(
        users
            .set_status(ada.id, Status::Active, s.moment(), s.note().with())
            .await
            .unwrap()
    );
    assert!(users.find(ada.id).await.unwrap().unwrap().is_active());
    assert!(!s.lives(&offline).await, "enabling brings nothing back");
    assert_eq!(s.changes().await.len(), before);
    let (nobody, note) = (a_user().number(9).build().id, s.note());
    assert!(
        !users
            .set_status(nobody, Status::Disabled, s.moment(), note.with())
            .await
            .unwrap()
    );
    assert!(!s.took_place(&note).await);
}

pub async fn deleting_an_account_takes_everything(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    let authorization = s.authorization(&client, &session, "openid").await;
    let token = s.token(&authorization, "t");
    let here = s.here();
    here.authorizations
        .record(&token, Alongside::default())
        .await
        .unwrap();
    let note = s.note();
    assert!(here.users.delete(ada.id, s.moment(), note.with()).await.unwrap());
    assert!(s.took_place(&note).await);
    assert!(s.is_revoked(Revoked::User(ada.id)).await);
    assert_eq!(here.users.find(ada.id).await.unwrap(), None);
    assert!(
        here.users
            .find_by_email("ada@example.com")
            .await
            .unwrap()
            .is_none()
    );
    assert!(here.sessions.find_many(&[session.id]).await.unwrap().is_empty());
    assert_eq!(here.authorizations.find(authorization.id).await.unwrap(), None);
    assert!(
        here.authorizations
            .find_refresh_token(&token.digest)
            .await
            .unwrap()
            .is_none()
    );
    let note = s.note();
    assert!(!here.users.delete(ada.id, s.moment(), note.with()).await.unwrap());
    assert!(!s.took_place(&note).await);
    s.register(a_user().number(2).build()).await;
}
