use super::*;
use crate::{
    login_session::SignedInUser,
    mail::Mail,
    secret::Digest,
    services::{
        scene::{PASSWORD, Scene},
        sign_in::SignInError,
    },
    testing::a_user,
    user::Role,
};
use futures::executor::block_on;

const ADA: &str = "ada@example.com";

async fn signed_in(scene: &Scene) -> SignedInUser {
    let proven = scene
        .services
        .sign_in
        .password(&scene.act, ADA, PASSWORD.to_owned())
        .await
        .unwrap();
    let session = scene.session(&scene.act, Digest::of("hers"), proven).await;
    let user = scene.act.realm.stores.users.find(session.user_id).await;
    let now = scene.services.ports.clock.now();
    session
        .signed_in(user.unwrap().unwrap(), now, Duration::from_secs(60))
        .unwrap()
}

async fn leave(scene: &Scene) -> Result<Timestamp, LeaveError> {
    let person = signed_in(scene).await;
    let recent = person.recently_proven(scene.services.ports.clock.now()).unwrap();
    scene.services.leaving.leave(&scene.act, recent).await
}

fn token(mails: &[Mail]) -> String {
    let mail = mails.iter().find(|mail| mail.text.contains("restore-account"));
    mail.unwrap().text.split("token=").nth(1).unwrap().to_owned()
}

async fn user(scene: &Scene) -> Option<User> {
    let found = scene.act.realm.stores.users.find_by_email(ADA).await;
    found.unwrap().map(|found| found.user)
}

#[test]
fn an_account_that_was_left_ends_at_once_and_comes_back_by_its_mail() {
    block_on(async {
        let scene = Scene::new();
        scene.registered(a_user().build()).await;
        let erase_at = leave(&scene).await.unwrap();
        assert_eq!(erase_at, scene.services.ports.clock.now() + GRACE);
        let sessions = &scene.act.realm.stores.sessions;
        let id = user(&scene).await.unwrap().id;
        assert!(sessions.list(id).await.unwrap().is_empty());
        assert!(!scene.signs_in(ADA, PASSWORD).await);
        let token = token(&scene.mails().await);
        let leaving = &scene.services.leaving;
        assert_eq!(
            leaving.restorable(&scene.act, &token).await.unwrap(),
            Some(erase_at)
        );
        leaving.restore(&scene.act, &token).await.unwrap();
        assert!(scene.signs_in(ADA, PASSWORD).await);
        let again = leaving.restore(&scene.act, &token).await;
        assert!(matches!(again, Err(RestoreError::Refused)), "{again:?}");
        scene.clock.advance(GRACE);
        scene.mails().await;
        assert!(user(&scene).await.is_some(), "what was restored is not erased");
    });
}

#[test]
fn a_link_that_was_mailed_for_something_else_restores_nothing() {
    block_on(async {
        let scene = Scene::new();
        scene.registered(a_user().build()).await;
        leave(&scene).await.unwrap();
        let user = user(&scene).await.unwrap();
        let ports = &scene.services.ports;
        let of = CodeFor {
            id: ports.flow(),
            user: user.id,
            purpose: MailedCodePurpose::ResetPassword,
            email: &user.email,
            browser: None,
        };
        let other = ports.fresh_code(&scene.act, &of);
        let leaving = &scene.services.leaving;
        assert!(scene.act.realm.stores.leaving.offer(&other.stored).await.unwrap());
        let link = other.link.expose();
        assert_eq!(leaving.restorable(&scene.act, link).await.unwrap(), None);
        let restored = leaving.restore(&scene.act, link).await;
        assert!(matches!(restored, Err(RestoreError::Refused)), "{restored:?}");
        assert!(!scene.signs_in(ADA, PASSWORD).await);
    });
}

#[test]
fn whoever_signs_in_meanwhile_is_offered_the_account_back_and_strangers_learn_nothing() {
    block_on(async {
        let scene = Scene::new();
        scene.registered(a_user().build()).await;
        leave(&scene).await.unwrap();
        let sign_in = &scene.services.sign_in;
        let wrong = sign_in.password(&scene.act, ADA, "not the password".to_owned());
        assert!(matches!(wrong.await, Err(SignInError::WrongCredentials)));
        let right = sign_in.password(&scene.act, ADA, PASSWORD.to_owned()).await;
        let Err(SignInError::Leaving(token)) = right else {
            panic!("{right:?}");
        };
        let restored = scene.services.leaving.restore(&scene.act, token.expose());
        restored.await.unwrap();
        assert!(scene.signs_in(ADA, PASSWORD).await);
    });
}

#[test]
fn after_the_grace_the_account_is_erased_and_no_link_brings_it_back() {
    block_on(async {
        let scene = Scene::new();
        scene.registered(a_user().build()).await;
        leave(&scene).await.unwrap();
        let token = token(&scene.mails().await);
        scene.clock.advance(GRACE - Duration::from_secs(1));
        scene.mails().await;
        assert!(user(&scene).await.is_some());
        scene.clock.advance(Duration::from_secs(1));
        scene.mails().await;
        assert!(user(&scene).await.is_none());
        let late = scene.services.leaving.restore(&scene.act, &token).await;
        assert!(matches!(late, Err(RestoreError::Refused)), "{late:?}");
    });
}

#[test]
fn events_of_an_erased_account_stay_as_those_of_nobody() {
    block_on(async {
        let scene = Scene::new();
        let ada = scene.registered(a_user().build()).await;
        let bob = scene
            .registered(a_user().number(2).email("bob@example.com").build())
            .await;
        assert!(scene.signs_in("bob@example.com", PASSWORD).await);
        leave(&scene).await.unwrap();
        scene.mails().await;
        let realm = scene.act.realm.realm.id;
        let count = || scene.memory.events(realm).len();
        scene.clock.advance(GRACE);
        scene.mails().await;
        let before = count();
        scene.clock.advance(Duration::from_secs(86_400));
        scene.mails().await;
        assert_eq!(count(), before, "no event is lost");
        let events = scene.memory.events(realm);
        let text = serde_json::to_string(&events).unwrap();
        assert!(!text.contains(&ada.id.to_string()), "{text}");
        let of = |kind: &str| {
            let events = events
                .iter()
                .map(|event| serde_json::to_value(&event.kind).unwrap());
            let mut of_kind =
                events.filter(|told| told["kind"] == kind && told["user"] != bob.id.to_string());
            of_kind.next().unwrap()["user"].clone()
        };
        let (signed_in, asked) = (of("user_signed_in"), of("user_deletion_asked"));
        assert_eq!(signed_in, asked, "the same person has the same pseudonym");
        assert!(scene.act.realm.stores.users.find(bob.id).await.unwrap().is_some());
    });
}

#[test]
fn the_last_administrator_stays() {
    block_on(async {
        let scene = Scene::new();
        let mut ada = a_user().build();
        ada.role = Role::Administrator;
        scene.registered(ada).await;
        assert!(matches!(leave(&scene).await, Err(LeaveError::LastAdministrator)));
        assert!(user(&scene).await.unwrap().is_active());
    });
}

#[test]
fn the_address_before_brings_an_account_back_that_a_stranger_left() {
    block_on(async {
        let scene = Scene::new();
        scene.registered(a_user().build()).await;
        let person = signed_in(&scene).await;
        let recent = person.recently_proven(scene.services.ports.clock.now()).unwrap();
        let addresses = &scene.services.addresses;
        let hers = Digest::of("hers");
        let flow = addresses
            .ask(&scene.act, recent, ("mallory@example.com", hers))
            .await;
        let flow = flow.unwrap();
        let code = scene.mails().await[0].text.lines().next().unwrap().to_owned();
        let changed = addresses.change(&scene.act, &person, (&flow, hers), &code);
        changed.await.unwrap();
        let undo = scene.mails().await;
        let undo = undo[0].text.split("token=").nth(1).unwrap().to_owned();
        scene.services.leaving.leave(&scene.act, recent).await.unwrap();
        let chosen = "another long passphrase".to_owned();
        addresses.undo(&scene.act, &undo, chosen.clone()).await.unwrap();
        assert!(scene.signs_in(ADA, &chosen).await);
        scene.clock.advance(GRACE);
        scene.mails().await;
        assert!(user(&scene).await.is_some_and(|user| user.is_active()));
    });
}

#[test]
fn who_asks_for_a_mail_to_sign_in_to_an_account_that_was_left_gets_the_way_back() {
    block_on(async {
        let scene = Scene::new();
        scene.registered(a_user().build()).await;
        leave(&scene).await.unwrap();
        let first = token(&scene.mails().await);
        scene.clock.advance(Duration::from_secs(3 * 86_400));
        let ports = &scene.services.ports;
        let interaction = crate::id::InteractionId::generate(ports.clock.now(), &*ports.random);
        let (asker, none) = ((Digest::of("hers"), interaction), crate::work::Shown::default());
        let asked = scene.services.sign_in.ask_for_code(&scene.act, ADA, asker, &none);
        asked.await.unwrap();
        let mails = scene.mails().await;
        assert_eq!(mails.len(), 1);
        let again = token(&mails);
        assert_ne!(first, again);
        let leaving = &scene.services.leaving;
        leaving.restore(&scene.act, &again).await.unwrap();
        assert!(scene.signs_in(ADA, PASSWORD).await);
        let late = leaving.restore(&scene.act, &first).await;
        assert!(matches!(late, Err(RestoreError::Refused)), "{late:?}");
    });
}
