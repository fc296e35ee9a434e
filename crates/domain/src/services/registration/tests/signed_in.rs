use super::*;
use crate::{
    acr::{Acr, Method},
    client::Status,
    mail::WaitingSignUp,
    services::sign_in::Proven,
};

async fn by_code(scene: &Scene, flow: &MailFlow, from: &str, mail: &Mail) -> Option<Proven> {
    let registration = &scene.services.registration;
    let confirmed = registration.confirm_with_code(&scene.act, (flow, browser(from)), code(mail));
    confirmed.await.unwrap()
}

async fn by_link(scene: &Scene, from: &str, mail: &Mail, typed: Option<Typed>) -> Option<Proven> {
    let registration = &scene.services.registration;
    let confirmed = registration.confirm_with_link(&scene.act, (token(mail), browser(from)), typed);
    confirmed.await.unwrap()
}

#[test]
fn who_confirms_in_the_browser_that_signed_up_is_proven_by_the_mail_alone() {
    block_on(async {
        let scene = Scene::new();
        let flow = sign_up(&scene, ADA, OWN, "hers").await;
        let mail = scene.mails().await.pop().unwrap();
        let by_code = by_code(&scene, &flow, "hers", &mail).await.unwrap();
        sign_up(&scene, "bob@example.com", OWN, "his").await;
        let mail = scene.mails().await.pop().unwrap();
        let by_link = by_link(&scene, "his", &mail, None).await.unwrap();
        for (proven, email) in [(by_code, ADA), (by_link, "bob@example.com")] {
            assert_eq!(proven.user().email.as_str(), email);
            assert_eq!(proven.methods(), [Method::MailedCode]);
            assert_eq!(proven.acr(), Some(Acr::OneFactor));
            let session = scene.session(&scene.act, browser("hers"), proven.clone()).await;
            assert_eq!(session.user_id, proven.user().id);
        }
    });
}

#[test]
fn a_link_in_another_browser_signs_nobody_in_whoever_chose_the_password() {
    block_on(async {
        for own in [None, typed(OWN)] {
            let scene = Scene::new();
            sign_up(&scene, ADA, OWN, "at her desk").await;
            let mail = scene.mails().await.pop().unwrap();
            assert!(by_link(&scene, "on her phone", &mail, own).await.is_none());
            assert!(scene.signs_in(ADA, OWN).await, "it is confirmed all the same");
        }
    });
}

#[test]
fn neither_does_the_link_of_a_mail_sent_again_from_another_browser() {
    block_on(async {
        for from in ["hers", "a stranger's"] {
            let scene = Scene::new();
            let flow = sign_up(&scene, ADA, STRANGERS, "a stranger's").await;
            scene.mails().await;
            let registration = &scene.services.registration;
            let resend = registration.resend(&scene.act, &flow, browser("hers"), None);
            resend.await.unwrap();
            let mail = scene.mails().await.pop().unwrap();
            assert!(by_link(&scene, from, &mail, typed(OWN)).await.is_none());
        }
    });
}

#[test]
fn an_account_that_keeps_its_own_password_lets_nobody_in() {
    block_on(async {
        let scene = Scene::new();
        let owner = User {
            source: UserSource::SignUp,
            ..a_user().build()
        };
        scene.registered(owner.clone()).await;
        let chosen = Chosen {
            password: crate::testing::FakeHasher::hash_of(STRANGERS),
            name: None,
            terms: None,
        };
        let late = WaitingSignUp {
            browser: browser("a stranger's"),
            chosen,
        };
        let registration = &scene.services.registration;
        let id = registration.ports.flow();
        let sent = registration.mail_code(&scene.act, &owner, (id, Some(Box::new(late))), None);
        sent.await.unwrap();
        let flow = registration.ports.flow_about(id, &owner.email.normalised());
        let mail = scene.mails().await.pop().unwrap();
        assert!(by_code(&scene, &flow, "a stranger's", &mail).await.is_none());
        assert!(!scene.signs_in(ADA, STRANGERS).await);
    });
}

#[test]
fn an_account_that_was_disabled_meanwhile_lets_nobody_in() {
    block_on(async {
        let scene = Scene::new();
        let flow = sign_up(&scene, ADA, OWN, "hers").await;
        let mail = scene.mails().await.pop().unwrap();
        let found = scene.act.realm.stores.users.find_by_email(ADA).await.unwrap();
        let (users, id) = (&scene.services.users, found.unwrap().user.id);
        assert!(users.set_status(&scene.act, id, Status::Disabled).await.unwrap());
        assert!(by_code(&scene, &flow, "hers", &mail).await.is_none());
    });
}
