use super::{ApiError, NewApi};
use crate::{
    api::TokenFormat,
    event::EventKind,
    services::scene::Scene,
    stores::{Alongside, PageRequest},
    testing::a_client,
};
use futures::executor::block_on;
use std::time::Duration;

fn orders() -> NewApi {
    NewApi {
        audience: "https://orders.example.com".to_owned(),
        name: "Orders".to_owned(),
        scopes: vec![("orders:read".to_owned(), "Read orders".to_owned())],
        access_token_lifetime: None,
        alg: None,
        format: TokenFormat::Jwt,
        introspection_clients: Vec::new(),
    }
}

fn kinds(scene: &Scene) -> Vec<EventKind> {
    let events = scene.memory.events(scene.act.realm.realm.id);
    events.into_iter().map(|event| event.kind).collect()
}

#[test]
fn an_api_is_registered_once_and_deleted_once() {
    block_on(async {
        let scene = Scene::new();
        let apis = &scene.services.apis;
        let api = apis.create(&scene.act, orders()).await.unwrap();
        assert!(matches!(
            apis.create(&scene.act, orders()).await,
            Err(ApiError::Taken)
        ));
        let listed = apis.list(&scene.act, &PageRequest::new(None, 10)).await.unwrap();
        assert_eq!(listed.items, std::slice::from_ref(&api));
        assert!(apis.delete(&scene.act, &api.audience).await.unwrap());
        assert!(!apis.delete(&scene.act, &api.audience).await.unwrap());
        let expected = [
            EventKind::ApiCreated { api: api.id },
            EventKind::ApiDeleted { api: api.id },
        ];
        assert_eq!(kinds(&scene), expected);
    });
}

#[test]
fn a_scope_is_told_in_the_words_that_its_apis_agree_on() {
    block_on(async {
        let scene = Scene::new();
        for (audience, scopes) in [
            ("a", [("both", "Same"), ("apart", "One"), ("own", "Own")]),
            ("b", [("both", "Same"), ("apart", "Other"), ("silent", "")]),
        ] {
            let pair = |(name, words): (&str, &str)| (name.to_owned(), words.to_owned());
            let new = NewApi {
                audience: audience.to_owned(),
                scopes: scopes.map(pair).into(),
                ..orders()
            };
            scene.services.apis.create(&scene.act, new).await.unwrap();
        }
        let asked = "both apart own silent unknown".parse().unwrap();
        let told = scene.services.apis.describe(&scene.act, &asked).await.unwrap();
        let told: Vec<_> = told
            .iter()
            .map(|(scope, words)| (scope.as_str(), words.as_str()))
            .collect();
        assert_eq!(told, [("both", "Same"), ("own", "Own")]);
    });
}

#[test]
fn what_cannot_be_registered_is_refused() {
    block_on(async {
        let scene = Scene::new();
        let issuer = scene.act.realm.issuer.as_str().to_owned();
        let pair = |name: &str, words: &str| (name.to_owned(), words.to_owned());
        let many = (0..65).map(|n| pair(&format!("s{n}"), "")).collect();
        for (new, fact) in [
            (
                NewApi {
                    audience: "a b".to_owned(),
                    ..orders()
                },
                "Audience",
            ),
            (
                NewApi {
                    audience: issuer,
                    ..orders()
                },
                "Issuer",
            ),
            (
                NewApi {
                    name: String::new(),
                    ..orders()
                },
                "Name",
            ),
            (
                NewApi {
                    scopes: vec![pair("a b", "")],
                    ..orders()
                },
                "Scope",
            ),
            (
                NewApi {
                    scopes: vec![pair("a", "x"), pair("a", "y")],
                    ..orders()
                },
                "Scope",
            ),
            (
                NewApi {
                    scopes: vec![pair("a", "\n\u{7}x")],
                    ..orders()
                },
                "Scope",
            ),
            (
                NewApi {
                    scopes: many,
                    ..orders()
                },
                "Scope",
            ),
        ] {
            let refused = scene.services.apis.create(&scene.act, new).await.unwrap_err();
            assert_eq!(format!("{refused:?}"), fact);
        }
        assert!(kinds(&scene).is_empty());
    });
}

#[test]
fn a_token_lives_no_longer_than_its_revocation_is_remembered() {
    block_on(async {
        let scene = Scene::new();
        let now = scene.services.ports.clock.now();
        let remembered = scene.act.realm.moment(now).tokens_until.since(now);
        for (format, longest) in [
            (TokenFormat::Jwt, remembered.as_secs()),
            (TokenFormat::Opaque, 86_400),
        ] {
            for (seconds, fits) in [(0, false), (1, true), (longest, true), (longest + 1, false)] {
                let new = NewApi {
                    audience: format!("{}-{seconds}", format.as_str()),
                    format,
                    access_token_lifetime: Some(Duration::from_secs(seconds)),
                    ..orders()
                };
                let made = scene.services.apis.create(&scene.act, new).await;
                assert_eq!(made.is_ok(), fits, "{format:?} {seconds}: {made:?}");
            }
        }
    });
}

#[test]
fn rfc7662_s4_only_a_client_that_can_prove_who_it_is_may_ask() {
    block_on(async {
        let scene = Scene::new();
        let clients = &scene.act.realm.stores.clients;
        for client in [a_client().id("rs"), a_client().id("spa").public()] {
            clients
                .create(&client.build(), Alongside::default())
                .await
                .unwrap();
        }
        for (id, may) in [("spa", false), ("nobody", false), ("rs", true)] {
            let new = NewApi {
                introspection_clients: vec![id.parse().unwrap()],
                ..orders()
            };
            let made = scene.services.apis.create(&scene.act, new).await;
            assert_eq!(made.is_ok(), may, "{id}");
        }
        let new = NewApi {
            audience: "crowded".to_owned(),
            introspection_clients: vec!["rs".parse().unwrap(); 101],
            ..orders()
        };
        let made = scene.services.apis.create(&scene.act, new).await;
        assert!(matches!(made, Err(ApiError::IntrospectionClient)));
    });
}
