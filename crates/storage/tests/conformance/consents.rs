use crate::subject::{MINUTE, Subject};
use domain::{
    change::{Changed, Revoked},
    client::Client,
    consent::Consent,
    stores::Alongside,
    testing::{a_client, a_user},
    user::User,
};

fn consent(s: &Subject, user: &User, client: &Client, scopes: &str) -> Consent {
    Consent {
        user_id: user.id,
        client_id: client.id.clone(),
        scopes: scopes.parse().unwrap(),
        granted_at: s.now(),
        updated_at: s.now(),
    }
}

pub async fn consent_grows_and_is_found(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let consents = s.here().consents;
    let (first, note) = (consent(&s, &ada, &client, "openid"), s.note());
    consents.allow(&first, note.with()).await.unwrap();
    assert!(s.took_place(&note).await);
    assert_eq!(
        consents.find(ada.id, &client.id).await.unwrap(),
        Some(first.clone())
    );
    s.clock.advance(MINUTE);
    consents
        .allow(&consent(&s, &ada, &client, "email profile"), s.note().with())
        .await
        .unwrap();
    let found = consents.find(ada.id, &client.id).await.unwrap().unwrap();
    assert_eq!(found.scopes, "email openid profile".parse().unwrap());
    assert_eq!((found.granted_at, found.updated_at), (first.granted_at, s.now()));
    let later = s.client(a_client().id("later").build()).await;
    consents
        .allow(&consent(&s, &ada, &later, "openid"), s.note().with())
        .await
        .unwrap();
    let listed = consents.list(ada.id).await.unwrap();
    assert_eq!(
        listed
            .iter()
            .map(|consent| &consent.client_id)
            .collect::<Vec<_>>(),
        [&later.id, &client.id]
    );
}

pub async fn revoking_consent_revokes_every_authorization_of_the_pair(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let other = s.client(a_client().id("other").build()).await;
    let session = s.session(&ada).await;
    let first = s.authorization(&client, &session, "openid").await;
    let second = s.authorization(&client, &session, "offline_access").await;
    let spared = s.authorization(&other, &session, "openid").await;
    let consents = s.here().consents;
    consents
        .allow(&consent(&s, &ada, &client, "openid"), s.note().with())
        .await
        .unwrap();
    let note = s.note();
    assert!(
        consents
            .revoke(ada.id, &client.id, s.moment(), note.with())
            .await
            .unwrap()
    );
    assert!(s.took_place(&note).await);
    assert_eq!(consents.find(ada.id, &client.id).await.unwrap(), None);
    assert!(s.lives(&spared).await);
    for authorization in [first, second] {
        assert!(!s.lives(&authorization).await);
        let what = Revoked::Authorization(authorization.id);
        assert!(s.is_revoked(what.clone()).await);
        let told = |changed: &Changed| matches!(changed, Changed::Revoked(r) if r.what == what);
        assert!(s.changes().await.iter().any(|change| told(&change.changed)));
    }
    let note = s.note();
    assert!(
        !consents
            .revoke(ada.id, &client.id, s.moment(), note.with())
            .await
            .unwrap()
    );
    assert!(!s.took_place(&note).await);
}

pub async fn consents_of_one_realm_are_not_in_another(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let allowed = consent(&s, &ada, &client, "openid");
    s.here()
        .consents
        .allow(&allowed, Alongside::default())
        .await
        .unwrap();
    s.register_in(&s.elsewhere(), a_user().build()).await;
    let elsewhere = s.elsewhere();
    elsewhere
        .clients
        .create(&client, Alongside::default())
        .await
        .unwrap();
    assert_eq!(elsewhere.consents.find(ada.id, &client.id).await.unwrap(), None);
    assert!(elsewhere.consents.list(ada.id).await.unwrap().is_empty());
    let revoked = elsewhere
        .consents
        .revoke(ada.id, &client.id, s.moment(), Alongside::default())
        .await;
    assert!(!revoked.unwrap());
    assert_eq!(
        s.here().consents.find(ada.id, &client.id).await.unwrap(),
        Some(allowed)
    );
}
