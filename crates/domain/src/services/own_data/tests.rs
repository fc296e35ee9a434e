use super::*;
use crate::{
    client::ClientId,
    consent::Consent,
    id::{LoginSessionId, UserId},
    login_session::{LoginSession, RequestOrigin, SignedInUser},
    scope::ScopeSet,
    services::scene::{PASSWORD, Scene},
    stores::Alongside,
    testing::{a_client, a_user},
};
use futures::executor::block_on;
use std::{collections::BTreeSet, time::Duration};

async fn session(scene: &Scene, user: UserId, number: u64) -> LoginSession {
    let now = scene.services.ports.clock.now();
    let session = LoginSession {
        id: LoginSessionId::generate(now, &*scene.services.ports.random),
        user_id: user,
        created_at: now,
        authenticated_at: now,
        methods: vec![crate::acr::Method::Password],
        provider: None,
        last_seen_at: now,
        expires_at: now + Duration::from_secs(3_600),
        ended_at: None,
        origin: RequestOrigin {
            user_agent: Some(format!("Browser \"{number}\"")),
            ..RequestOrigin::default()
        },
    };
    let sessions = &scene.act.realm.stores.sessions;
    sessions.begin(&session, Alongside::default()).await.unwrap();
    session
}

async fn exported(scene: &Scene, person: &SignedInUser) -> (Value, usize) {
    let recent = person.recently_proven(scene.services.ports.clock.now()).unwrap();
    let mut document = scene.services.own_data.export(&scene.act, recent).await.unwrap();
    let (mut text, mut longest) = (String::new(), 0);
    while let Some(piece) = document.piece().await.unwrap() {
        longest = longest.max(piece.len());
        text.push_str(&piece);
    }
    (serde_json::from_str(&text).expect("one JSON document"), longest)
}

#[test]
fn everything_that_is_kept_is_handed_out_in_bounded_pieces() {
    block_on(async {
        let scene = Scene::new();
        let ada = scene.registered(a_user().build()).await;
        let bob = scene
            .registered(a_user().number(2).email("bob@example.com").build())
            .await;
        let mut ids = BTreeSet::new();
        for number in 0..450 {
            ids.insert(session(&scene, ada.id, number).await.id.to_string());
        }
        let others = session(&scene, bob.id, 0).await;
        let here = session(&scene, ada.id, 450).await;
        ids.insert(here.id.to_string());
        let stores = &scene.act.realm.stores;
        let now = scene.services.ports.clock.now();
        for number in 0..3 {
            let client: ClientId = format!("app-{number}").parse().unwrap();
            let app = a_client().id(client.as_str()).build();
            stores.clients.create(&app, Alongside::default()).await.unwrap();
            let consent = Consent {
                user_id: ada.id,
                client_id: client,
                scopes: "openid email".parse::<ScopeSet>().unwrap(),
                declined: Default::default(),
                granted_at: now,
                updated_at: now,
                expires_at: None,
            };
            stores
                .consents
                .allow(&consent, Alongside::default())
                .await
                .unwrap();
        }
        let person = here.signed_in(ada.clone(), now, Duration::from_secs(60)).unwrap();
        let account = &scene.services.account;
        let set = account.set_picture(&scene.act, &person, b"pixels".to_vec(), ada.version);
        set.await.unwrap();
        let recent = person.recently_proven(scene.services.ports.clock.now()).unwrap();
        let new = ("new@example.com", crate::secret::Digest::of("hers"));
        scene
            .services
            .addresses
            .ask(&scene.act, recent, new)
            .await
            .unwrap();
        scene.mails().await;
        scene.clock.advance(Duration::from_secs(1));
        let (document, longest) = exported(&scene, &person).await;
        assert!(longest < 120_000, "{longest}");
        assert_eq!(document["profile"]["id"], ada.id.to_string());
        assert_eq!(document["identifiers"][0]["value"], "ada@example.com");
        let told = |name: &str, field: &str| -> BTreeSet<String> {
            let items = document[name].as_array().unwrap().iter();
            items
                .map(|item| item[field].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(told("sessions", "id"), ids);
        assert_eq!(document["sessions"].as_array().unwrap().len(), 451);
        assert_eq!(told("consents", "client_id").len(), 3);
        assert_eq!(document["passkeys"], json!([]));
        assert_eq!(document["picture"]["content"], "cGl4ZWxz");
        assert!(document["password"]["set_at"].is_string());
        assert_eq!(document["passwords_remembered"], 1);
        assert_eq!(
            (&document["mails"][0]["purpose"], &document["mails"][0]["to"]),
            (&json!("change_email"), &json!("new@example.com"))
        );
        assert_eq!(document["events"][0]["what"]["kind"], "user_exported");
        let text = document.to_string();
        assert!(!text.contains("bob@") && !text.contains(&others.id.to_string()));
        assert!(!text.contains(PASSWORD) && !text.contains("fake$"));
        let mails = scene.mails().await;
        assert!(mails.iter().any(|mail| mail.subject.starts_with("exported")));
    });
}
