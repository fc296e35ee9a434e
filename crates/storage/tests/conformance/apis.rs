use crate::subject::{MINUTE, Subject};
use domain::{
    api::{Api, ScopeDescription, TokenFormat},
    change::Changed,
    id::ApiId,
    person::DisplayName,
    signing_key::SigningAlgorithm,
    stores::{Alongside, ApiStore, PageRequest, StoreError},
};
use std::sync::{Arc, Mutex};
use storage::cache::CachedApis;

fn an_api(s: &Subject, audience: &str) -> Api {
    Api {
        id: ApiId::generate(s.now(), &s.random),
        audience: audience.parse().unwrap(),
        name: DisplayName::parse("Orders").unwrap(),
        scopes: Default::default(),
        access_token_lifetime: None,
        alg: None,
        format: TokenFormat::Jwt,
        introspection_clients: Default::default(),
        created_at: s.now(),
    }
}

pub async fn an_api_is_stored_as_it_was(s: Subject) {
    let described = |name: &str, words: &str| {
        let words = ScopeDescription::parse(words).unwrap();
        (name.parse().unwrap(), words)
    };
    let full = Api {
        scopes: [
            described("orders:read", "See “orders”, and it's only that"),
            described("https://x/y?z='1'", ""),
        ]
        .into(),
        access_token_lifetime: Some(2 * MINUTE),
        alg: Some(SigningAlgorithm::EdDsa),
        format: TokenFormat::Opaque,
        introspection_clients: ["rs-1".parse().unwrap(), "rs-2".parse().unwrap()].into(),
        ..an_api(&s, "urn:example:orders")
    };
    for api in [an_api(&s, "https://api.example.com/?a='b'"), full] {
        let note = s.note();
        s.here().apis.create(&api, note.with()).await.unwrap();
        assert!(s.took_place(&note).await);
        let found = s.here().apis.find(&api.audience).await.unwrap();
        assert_eq!(found, Some(api.clone()));
        let last = s.changes().await.pop().unwrap();
        assert_eq!((last.realm, last.changed), (s.realm, Changed::Api(api.audience)));
    }
    let unknown = "nothing".parse().unwrap();
    assert_eq!(s.here().apis.find(&unknown).await.unwrap(), None);
}

pub async fn an_audience_is_taken_once_and_free_again(s: Subject) {
    let (apis, first) = (s.here().apis, an_api(&s, "orders"));
    apis.create(&first, Alongside::default()).await.unwrap();
    let note = s.note();
    let second = an_api(&s, "orders");
    let taken = apis.create(&second, note.with()).await;
    assert!(matches!(taken, Err(StoreError::Conflict)));
    assert!(!s.took_place(&note).await);
    assert_eq!(apis.find(&first.audience).await.unwrap(), Some(first.clone()));

    let note = s.note();
    assert!(apis.delete(&first.audience, note.with()).await.unwrap());
    assert!(s.took_place(&note).await);
    let last = s.changes().await.pop().unwrap();
    assert_eq!(last.changed, Changed::Api(first.audience.clone()));
    assert_eq!(apis.find(&first.audience).await.unwrap(), None);
    let note = s.note();
    assert!(!apis.delete(&first.audience, note.with()).await.unwrap());
    assert!(!s.took_place(&note).await);
    apis.create(&second, Alongside::default()).await.unwrap();
}

pub async fn pages_of_apis_follow_one_another(s: Subject) {
    let apis = s.here().apis;
    for audience in ["c", "a", "e", "b", "d"] {
        let api = an_api(&s, audience);
        apis.create(&api, Alongside::default()).await.unwrap();
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = apis.list(&PageRequest::new(after, 2)).await.unwrap();
        seen.extend(page.items.iter().map(|api| api.audience.to_string()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["a", "b", "c", "d", "e"]);
}

pub async fn apis_of_one_realm_are_not_in_another(s: Subject) {
    let api = an_api(&s, "orders");
    let (here, elsewhere) = (s.here().apis, s.elsewhere().apis);
    here.create(&api, Alongside::default()).await.unwrap();
    assert_eq!(elsewhere.find(&api.audience).await.unwrap(), None);
    let listed = elsewhere.list(&PageRequest::new(None, 10)).await.unwrap();
    assert!(listed.items.is_empty());
    assert!(
        !elsewhere
            .delete(&api.audience, Alongside::default())
            .await
            .unwrap()
    );
    let namesake = an_api(&s, "orders");
    elsewhere.create(&namesake, Alongside::default()).await.unwrap();
    assert_eq!(here.find(&api.audience).await.unwrap(), Some(api.clone()));
    assert!(s.all().delete(s.realm, s.now()).await.unwrap());
    assert_eq!(here.find(&api.audience).await.unwrap(), None);
}

pub async fn kept_apis_follow_the_feed(s: Subject) {
    let store = s.here().apis;
    let cached = Arc::new(CachedApis::new(store.clone()));
    let told = Arc::new(Mutex::new(0));
    let (listener, count) = (cached.clone(), told.clone());
    s.on_commit(Arc::new(move |changes| {
        for change in changes {
            if let Changed::Api(audience) = &change.changed {
                listener.invalidate(audience);
                *count.lock().unwrap() += 1;
            }
        }
    }));
    let words = ScopeDescription::parse("See orders").unwrap();
    let api = Api {
        scopes: [("orders:read".parse().unwrap(), words)].into(),
        ..an_api(&s, "orders")
    };
    let scope = api.scopes.keys().next().unwrap().clone();
    let worded = async || cached.words().await.unwrap().find(&scope).cloned();
    let words = api.scopes.get(&scope).cloned();
    assert!(words.is_some());
    assert_eq!(cached.find(&api.audience).await.unwrap(), None);
    assert_eq!(worded().await, None);
    // Written behind its back, as another node does.
    store.create(&api, Alongside::default()).await.unwrap();
    assert_eq!(cached.find(&api.audience).await.unwrap(), Some(api.clone()));
    assert_eq!(worded().await, words);
    store.delete(&api.audience, Alongside::default()).await.unwrap();
    assert_eq!(cached.find(&api.audience).await.unwrap(), None);
    assert_eq!(worded().await, None);
    cached.create(&api, Alongside::default()).await.unwrap();
    assert_eq!(cached.find(&api.audience).await.unwrap(), Some(api.clone()));
    assert_eq!(worded().await, words);
    assert!(cached.delete(&api.audience, Alongside::default()).await.unwrap());
    assert_eq!(cached.find(&api.audience).await.unwrap(), None);
    assert_eq!(worded().await, None);
    assert_eq!(*told.lock().unwrap(), 4);
}
