use crate::subject::{MINUTE, Subject};
use domain::{
    authorization::{Begun, ConsentRule},
    change::{Changed, Revoked},
    client::Client,
    consent::Consent,
    scope::ScopeSet,
    stores::{Alongside, Concerning, PageRequest},
    testing::{a_client, a_user},
    user::User,
};

fn consent(s: &Subject, user: &User, client: &Client, scopes: &str) -> Consent {
    Consent {
        user_id: user.id,
        client_id: client.id.clone(),
        scopes: scopes.parse().unwrap(),
        declined: Default::default(),
        granted_at: s.now(),
        updated_at: s.now(),
        expires_at: None,
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

pub async fn what_was_declined_is_found_until_it_is_allowed(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let (consents, set) = (s.here().consents, |text: &str| text.parse::<ScopeSet>().unwrap());
    let declining = |scopes, declined| Consent {
        declined: set(declined),
        ..consent(&s, &ada, &client, scopes)
    };
    let found = async || {
        let found = consents.find(ada.id, &client.id).await.unwrap().unwrap();
        let page = consents
            .page(&Concerning::default(), &PageRequest::new(None, 9))
            .await;
        assert_eq!(page.unwrap().items, std::slice::from_ref(&found));
        (found.scopes.to_string(), found.declined.to_string())
    };
    let told = |scopes: &str, declined: &str| (scopes.to_owned(), declined.to_owned());
    let first = declining("openid", "email phone");
    consents.allow(&first, s.note().with()).await.unwrap();
    assert_eq!(found().await, told("openid", "email phone"));
    let second = declining("email", "profile");
    consents.allow(&second, s.note().with()).await.unwrap();
    assert_eq!(found().await, told("email openid", "phone profile"));
    let kept = set("openid");
    let narrowed = consents.narrow(ada.id, &client.id, &kept, s.moment(), s.note().with());
    assert!(narrowed.await.unwrap());
    assert_eq!(found().await, told("openid", "email phone profile"));
}

pub async fn consent_ends_with_its_authorizations_and_is_swept(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let (session, here) = (s.session(&ada).await, s.here());
    let ending = |after| Consent {
        expires_at: Some(s.now() + after),
        ..consent(&s, &ada, &client, "openid")
    };
    let begun = async || {
        let root = s.approval(&client, &session, "openid");
        let begun = here
            .authorizations
            .begin(&root, ConsentRule::MustCover, Alongside::default());
        begun.await.map(|begun| (begun, root.id)).unwrap()
    };
    let end = async |id| here.authorizations.find(id).await.unwrap().unwrap().expires_at;
    let short = ending(MINUTE);
    here.consents.allow(&short, s.note().with()).await.unwrap();
    let (stored, first) = begun().await;
    assert_eq!((stored, end(first).await), (Begun::Stored, short.expires_at));
    let longer = ending(MINUTE * 2);
    here.consents.allow(&longer, s.note().with()).await.unwrap();
    assert_eq!(end(first).await, longer.expires_at);
    s.clock.advance(MINUTE * 2);
    assert_eq!(begun().await.0, Begun::ConsentWithdrawn);
    let again = Consent {
        scopes: "email".parse().unwrap(),
        ..ending(MINUTE)
    };
    here.consents.allow(&again, s.note().with()).await.unwrap();
    let found = here.consents.find(ada.id, &client.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&again), "nothing of before comes back");
    assert_eq!(end(first).await, longer.expires_at);
    while s.all().sweep(s.now(), 100).await.unwrap() > 0 {}
    assert_eq!(here.consents.find(ada.id, &client.id).await.unwrap(), found);
    s.clock.advance(MINUTE);
    while s.all().sweep(s.now(), 100).await.unwrap() > 0 {}
    assert_eq!(here.consents.find(ada.id, &client.id).await.unwrap(), None);
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

pub async fn operators_see_what_was_allowed(s: Subject) {
    let ada = s.ada().await;
    let grace = s
        .register(a_user().number(2).email("g@example.com").build())
        .await;
    let (app, other) = (
        s.client(a_client().build()).await,
        s.client(a_client().id("other").build()).await,
    );
    let consents = s.here().consents;
    let mut all = Vec::new();
    for (user, client) in [(&ada, &app), (&ada, &other), (&grace, &app)] {
        let allowed = consent(&s, user, client, "openid");
        consents.allow(&allowed, Alongside::default()).await.unwrap();
        all.push(allowed);
    }
    all.sort_by_key(|consent| (consent.user_id, consent.client_id.clone()));
    let listed = async |user: Option<&User>, client: Option<&Client>, after: Option<String>| {
        let which = Concerning {
            user: user.map(|user| user.id),
            client: client.map(|client| client.id.clone()),
        };
        let page = PageRequest::new(after, 2);
        consents.page(&which, &page).await.unwrap()
    };
    let first = listed(None, None, None).await;
    assert_eq!(first.items, all[..2]);
    let rest = listed(None, None, first.next).await;
    assert_eq!((rest.items.as_slice(), rest.next), (&all[2..], None));
    assert!(listed(None, None, Some("x".to_owned())).await.items.is_empty());
    let of = |chosen: &dyn Fn(&Consent) -> bool| {
        let chosen = all.iter().filter(|consent| chosen(consent));
        chosen.cloned().collect::<Vec<_>>()
    };
    let of_ada = of(&|consent| consent.user_id == ada.id);
    assert_eq!(listed(Some(&ada), None, None).await.items, of_ada);
    let of_app = of(&|consent| consent.client_id == app.id);
    assert_eq!(listed(None, Some(&app), None).await.items, of_app);
    assert!(listed(Some(&grace), Some(&other), None).await.items.is_empty());
    let elsewhere = s.elsewhere().consents;
    let page = PageRequest::new(None, 9);
    let page = elsewhere.page(&Concerning::default(), &page).await.unwrap();
    assert!(page.items.is_empty());
}
