use super::*;
use crate::{
    id::LoginSessionId,
    login_session::LoginSession,
    secret::Digest,
    services::{
        registration::{SignUp, SignUpError, Typed},
        scene::{PASSWORD, Scene},
    },
    testing::a_user,
    user::User,
    work::Shown,
};
use futures::executor::block_on;
use std::time::Duration;

const ADA: &str = "ada@example.com";

fn terms(version: &str) -> TermsOfUse {
    TermsOfUse {
        version: version.parse().unwrap(),
        uri: "https://example.com/terms".parse().unwrap(),
    }
}

fn scene_with(version: &str) -> Scene {
    let mut scene = Scene::new();
    scene.change_settings(|settings| settings.terms_of_use = Some(terms(version)));
    scene
}

fn signed_in(scene: &Scene, user: &User) -> SignedInUser {
    let ports = &scene.services.ports;
    let (now, hour) = (ports.clock.now(), Duration::from_secs(3_600));
    let session = LoginSession {
        id: LoginSessionId::generate(now, &*ports.random),
        user_id: user.id,
        authenticated_at: now,
        methods: Vec::new(),
        provider: None,
        created_at: now,
        last_seen_at: now,
        expires_at: now + hour,
        ended_at: None,
        origin: Default::default(),
    };
    session.signed_in(user.clone(), now, hour).unwrap()
}

async fn owes(scene: &Scene, user: &User) -> bool {
    let owed = scene.services.terms.owed(&scene.act, user.id).await;
    owed.unwrap().is_some()
}

fn agreements(scene: &Scene) -> Vec<EventKind> {
    let events = scene.memory.events(scene.act.realm.realm.id);
    for event in &events {
        let written = serde_json::to_string(event).unwrap();
        let read: crate::event::Event = serde_json::from_str(&written).unwrap();
        assert_eq!(read, *event, "{written}");
    }
    let kinds = events.into_iter().map(|event| event.kind);
    kinds
        .filter(|kind| matches!(kind, EventKind::TermsAccepted { .. }))
        .collect()
}

fn form(terms: Option<&str>) -> SignUp {
    SignUp {
        email: ADA.to_owned(),
        name: String::new(),
        password: PASSWORD.to_owned(),
        interaction: None,
        browser: Digest::of("hers"),
        work: Shown::default(),
        terms: terms.map(str::to_owned),
    }
}

async fn ada(scene: &Scene) -> User {
    let users = &scene.act.realm.stores.users;
    users.find_by_email(ADA).await.unwrap().unwrap().user
}

fn code(mail: &crate::mail::Mail) -> String {
    mail.text.lines().next().unwrap().to_owned()
}

#[test]
fn nobody_owes_anything_where_there_are_no_terms() {
    block_on(async {
        let scene = Scene::new();
        let ada = scene.registered(a_user().email(ADA).build()).await;
        assert!(!owes(&scene, &ada).await);
        let person = signed_in(&scene, &ada);
        let accepted = scene.services.terms.accept(&scene.act, &person, "1").await;
        assert!(matches!(accepted, Err(TermsError::NotInForce)));
    });
}

#[test]
fn each_person_agrees_once_to_each_version_and_the_time_is_kept() {
    block_on(async {
        let mut scene = scene_with("1");
        let ada = scene.registered(a_user().email(ADA).build()).await;
        let bob = a_user().number(2).email("bob@example.com").build();
        let bob = scene.registered(bob).await;
        let person = signed_in(&scene, &ada);
        assert!(owes(&scene, &ada).await);
        let at = scene.services.ports.clock.now();
        for _ in 0..2 {
            let accepted = scene.services.terms.accept(&scene.act, &person, "1").await;
            accepted.unwrap();
            scene.clock.advance(Duration::from_secs(1));
        }
        assert!(!owes(&scene, &ada).await);
        assert!(owes(&scene, &bob).await, "for herself alone");
        let kept = &scene.act.realm.stores.terms;
        let version = terms("1").version;
        assert_eq!(kept.accepted(ada.id, &version).await.unwrap(), Some(at));
        let recorded = EventKind::TermsAccepted {
            user: ada.id,
            terms: version,
        };
        assert_eq!(agreements(&scene), [recorded]);

        scene.change_settings(|settings| settings.terms_of_use = Some(terms("2")));
        assert!(owes(&scene, &ada).await);
        let old = scene.services.terms.accept(&scene.act, &person, "1").await;
        assert!(matches!(old, Err(TermsError::NotInForce)));
        assert!(owes(&scene, &ada).await);
        let new = scene.services.terms.accept(&scene.act, &person, "2").await;
        new.unwrap();
        assert!(!owes(&scene, &ada).await);
    });
}

#[test]
fn nobody_signs_up_without_agreeing_to_the_version_in_force() {
    block_on(async {
        let scene = scene_with("2");
        for shown in [None, Some(""), Some("1"), Some("on")] {
            let signed_up = scene.services.registration.sign_up(&scene.act, form(shown)).await;
            assert!(
                matches!(signed_up, Err(SignUpError::TermsNotAccepted)),
                "{shown:?}"
            );
        }
        assert_eq!(scene.hasher.calls(), 0);
        let registration = &scene.services.registration;
        registration.sign_up(&scene.act, form(Some("2"))).await.unwrap();
    });
}

#[test]
fn what_was_agreed_to_when_signing_up_counts_once_the_address_is_proven() {
    block_on(async {
        let scene = scene_with("1");
        let registration = &scene.services.registration;
        let at = scene.services.ports.clock.now();
        let flow = registration.sign_up(&scene.act, form(Some("1"))).await.unwrap();
        scene.clock.advance(Duration::from_secs(60));
        let mail = scene.mails().await.pop().unwrap();
        assert!(
            owes(&scene, &ada(&scene).await).await,
            "anybody could have typed her address"
        );
        assert!(agreements(&scene).is_empty());
        let (hers, code) = (Digest::of("hers"), code(&mail));
        let confirmed = registration.confirm_with_code(&scene.act, (&flow, hers), &code);
        confirmed.await.unwrap();
        let ada = ada(&scene).await;
        assert!(!owes(&scene, &ada).await);
        let version = terms("1").version;
        let kept = scene.act.realm.stores.terms.accepted(ada.id, &version).await;
        assert_eq!(kept.unwrap(), Some(at));
        assert_eq!(
            agreements(&scene),
            [EventKind::TermsAccepted {
                user: ada.id,
                terms: version
            }]
        );
    });
}

#[test]
fn who_chooses_anew_in_another_browser_is_asked_when_signing_in() {
    block_on(async {
        let scene = scene_with("1");
        let registration = &scene.services.registration;
        registration.sign_up(&scene.act, form(Some("1"))).await.unwrap();
        let mail = scene.mails().await.pop().unwrap();
        let token = mail.text.split("token=").nth(1).unwrap();
        let token = token.split(['&', '\n']).next().unwrap();
        let typed = Typed {
            name: String::new(),
            password: "another long passphrase".to_owned(),
        };
        let link = (token, Digest::of("another browser"));
        let confirmed = registration
            .confirm_with_link(&scene.act, link, Some(typed))
            .await;
        confirmed.unwrap();
        assert!(owes(&scene, &ada(&scene).await).await);
        assert!(agreements(&scene).is_empty());
    });
}
