use super::*;
use crate::{
    mail::Mail,
    passkey::UserHandle,
    second_factor::SecondFactors,
    services::{
        recovery::ResetLink,
        registration::SignUp,
        scene::{PASSWORD, Scene},
    },
    testing::{FakeWebAuthn, a_user},
    totp::step_at,
};
use futures::executor::block_on;

const ADA: &str = "ada@example.com";
const NEW: &str = "ada@elsewhere.example";
const THIRD: &str = "mallory@elsewhere.example";
const CHOSEN: &str = "another long passphrase";

fn hers() -> Digest {
    Digest::of("her browser")
}

async fn signed_in(scene: &Scene, email: &str) -> SignedInUser {
    let sign_in = &scene.services.sign_in;
    let proven = sign_in.password(&scene.act, email, PASSWORD.to_owned()).await;
    let session = scene.session(&scene.act, hers(), proven.unwrap()).await;
    let users = &scene.act.realm.stores.users;
    let user = users.find(session.user_id).await.unwrap().unwrap();
    let (now, idle) = (scene.services.ports.clock.now(), Duration::from_secs(60));
    session.signed_in(user, now, idle).unwrap()
}

async fn ask(scene: &Scene, person: &SignedInUser, new: &str) -> Result<MailFlow, AddressError> {
    let recent = person.recently_proven(scene.services.ports.clock.now()).unwrap();
    scene
        .services
        .addresses
        .ask(&scene.act, recent, (new, hers()))
        .await
}

fn code(mail: &Mail) -> String {
    mail.text.lines().next().unwrap().to_owned()
}

fn token(mail: &Mail) -> String {
    mail.text.split("token=").nth(1).unwrap().to_owned()
}

async fn change(scene: &Scene, person: &SignedInUser, flow: &MailFlow, code: &str) -> bool {
    let addresses = &scene.services.addresses;
    let changed = addresses.change(&scene.act, person, (flow, hers()), code);
    changed.await.is_ok()
}

/// Gives the person another address; the link that brings the one before back.
async fn moved(scene: &Scene, from: &str, to: &str) -> String {
    let person = signed_in(scene, from).await;
    let flow = ask(scene, &person, to).await.unwrap();
    let mail = scene.mails().await.pop().unwrap();
    assert_eq!(mail.to.as_str(), to);
    assert!(change(scene, &person, &flow, &code(&mail)).await);
    let told = scene.mails().await.pop().unwrap();
    assert_eq!(told.to.as_str(), from);
    token(&told)
}

async fn undo(scene: &Scene, token: &str) -> bool {
    let addresses = &scene.services.addresses;
    let undone = addresses.undo(&scene.act, token, CHOSEN.to_owned());
    undone.await.is_ok()
}

async fn with_ada() -> Scene {
    let scene = Scene::new();
    scene.registered(a_user().build()).await;
    scene
}

#[test]
fn an_address_counts_once_its_code_is_typed() {
    block_on(async {
        let scene = with_ada().await;
        let person = signed_in(&scene, ADA).await;
        let flow = ask(&scene, &person, NEW).await.unwrap();
        assert!(!change(&scene, &person, &flow, "000000").await);
        assert!(!scene.signs_in(NEW, PASSWORD).await);
        let mail = scene.mails().await.pop().unwrap();
        assert!(change(&scene, &person, &flow, &code(&mail)).await);
        assert!(scene.signs_in(NEW, PASSWORD).await);
        assert!(!scene.signs_in(ADA, PASSWORD).await);
        assert!(!change(&scene, &person, &flow, &code(&mail)).await, "once");
    });
}

#[test]
fn another_persons_or_browsers_flow_changes_nothing() {
    block_on(async {
        let scene = with_ada().await;
        scene.registered(a_user().number(2).email(THIRD).build()).await;
        let (ada, other) = (signed_in(&scene, ADA).await, signed_in(&scene, THIRD).await);
        let flow = ask(&scene, &ada, NEW).await.unwrap();
        let code = code(&scene.mails().await.pop().unwrap());
        assert!(!change(&scene, &other, &flow, &code).await);
        let elsewhere = (&flow, Digest::of("another browser"));
        let addresses = &scene.services.addresses;
        assert!(
            addresses
                .change(&scene.act, &ada, elsewhere, &code)
                .await
                .is_err()
        );
        assert!(scene.signs_in(ADA, PASSWORD).await && !scene.signs_in(NEW, PASSWORD).await);
        assert!(change(&scene, &ada, &flow, &code).await);
    });
}

#[test]
fn codes_for_an_address_are_guessed_on_one_budget_whoever_has_it_and_whoever_tries() {
    block_on(async {
        let mut seen = Vec::new();
        for wanted in [NEW, "taken@elsewhere.example"] {
            let scene = with_ada().await;
            let taken = a_user().number(99).email("taken@elsewhere.example");
            scene.registered(taken.build()).await;
            let mut judged = Vec::new();
            for number in 0..10_u64 {
                let email = format!("mallory{number}@example.com");
                let mallory = a_user().number(number + 10).email(&email);
                scene.registered(mallory.build()).await;
                let person = signed_in(&scene, &email).await;
                // One mail in ten minutes.
                scene.clock.advance(Duration::from_secs(600));
                let person = match person.recently_proven(scene.services.ports.clock.now()) {
                    Some(_) => person,
                    None => signed_in(&scene, &email).await,
                };
                let flow = ask(&scene, &person, wanted).await.unwrap();
                for _ in 0..6 {
                    let addresses = &scene.services.addresses;
                    let tried = addresses.change(&scene.act, &person, (&flow, hers()), "x").await;
                    judged.push(matches!(tried, Err(AddressError::Refused)));
                }
            }
            seen.push(judged);
        }
        assert_eq!(
            seen[0], seen[1],
            "the same waits, whether anything was mailed or not"
        );
        assert_eq!(
            seen[0].chunks(6).next().unwrap(),
            [true, true, true, true, true, false]
        );
        let judged = seen[0].iter().filter(|judged| **judged).count();
        assert!((30..36).contains(&judged), "{judged}");
    });
}

#[test]
fn an_address_of_somebody_else_is_told_to_its_mailbox_only() {
    block_on(async {
        let scene = with_ada().await;
        scene.registered(a_user().number(2).email(THIRD).build()).await;
        let person = signed_in(&scene, ADA).await;
        let taken = scene.cost(ask(&scene, &person, THIRD)).await;
        let mail = scene.mails().await.pop().unwrap();
        assert_eq!(mail.to.as_str(), THIRD);
        assert!(mail.subject.starts_with("address taken") && !mail.text.contains("token="));
        let free = scene.cost(ask(&scene, &person, NEW)).await;
        assert_eq!(taken, free);
        assert!(matches!(
            ask(&scene, &person, " Ada@Example.com ").await,
            Err(AddressError::Same)
        ));
    });
}

#[test]
fn a_sign_up_that_nobody_confirmed_keeps_an_address_from_nobody() {
    block_on(async {
        let scene = with_ada().await;
        let form = SignUp {
            email: NEW.to_owned(),
            name: String::new(),
            password: "a password of a stranger".to_owned(),
            interaction: None,
            browser: hers(),
            work: crate::work::Shown::default(),
            terms: None,
        };
        scene
            .services
            .registration
            .sign_up(&scene.act, form)
            .await
            .unwrap();
        scene.mails().await;
        moved(&scene, ADA, NEW).await;
        assert!(scene.signs_in(NEW, PASSWORD).await);
    });
}

#[test]
fn the_old_address_brings_itself_back_for_three_days_and_ends_everything() {
    block_on(async {
        let scene = with_ada().await;
        let token = moved(&scene, ADA, NEW).await;
        let thief = signed_in(&scene, NEW).await;
        scene.clock.advance(UNDO - Duration::from_secs(1));
        let short = scene
            .services
            .addresses
            .undo(&scene.act, &token, "short".to_owned());
        assert!(matches!(short.await, Err(UndoError::Password(_))));
        assert!(undo(&scene, &token).await);
        assert!(scene.signs_in(ADA, CHOSEN).await);
        assert!(!scene.signs_in(NEW, CHOSEN).await && !scene.signs_in(ADA, PASSWORD).await);
        let sessions = &scene.act.realm.stores.sessions;
        let held = sessions.find_many(&[thief.session().id]).await.unwrap();
        assert!(held.iter().all(|(session, _)| session.ended_at.is_some()));
        assert!(!undo(&scene, &token).await, "once");
        let told = scene.mails().await.pop().unwrap();
        assert!(told.subject.starts_with("address restored") && told.to.as_str() == ADA);
    });
}

#[test]
fn what_a_thief_added_goes_with_the_change_and_is_told() {
    block_on(async {
        let scene = with_ada().await;
        let token = moved(&scene, ADA, NEW).await;
        let thief = signed_in(&scene, NEW).await;
        let (user, now) = (thief.user().id, scene.services.ports.clock.now());
        let recent = thief.recently_proven(now).unwrap();
        let passkeys = &scene.services.passkeys;
        let asked = passkeys.ask(&scene.act, hers(), recent).await.unwrap();
        let handle = UserHandle::of(scene.act.realm.realm.id, user);
        let made = FakeWebAuthn::answer(&asked.options, "thief's", handle, "secret", 1);
        let answer = (asked.ceremony, made.as_str());
        passkeys.add(&scene.act, hers(), recent, answer).await.unwrap();
        let factors = &scene.services.second_factors;
        factors.propose(&scene.act, &recent).await.unwrap();
        let seed = factors.proposed(&scene.act, &recent).await.unwrap().unwrap();
        let code = seed.code(step_at(now));
        factors.confirm(&scene.act, &recent, code.expose()).await.unwrap();
        scene.clock.advance(Duration::from_secs(60));
        scene.mails().await;
        assert!(undo(&scene, &token).await);
        let stores = &scene.act.realm.stores;
        assert!(stores.passkeys.list(user).await.unwrap().is_empty());
        assert_eq!(
            stores.second_factors.find(user).await.unwrap(),
            SecondFactors::default()
        );
        let told = scene.mails().await;
        assert!(
            told.iter()
                .any(|mail| mail.subject.starts_with("address restored"))
        );
    });
}

#[test]
fn after_three_days_the_change_stays() {
    block_on(async {
        let scene = with_ada().await;
        let token = moved(&scene, ADA, NEW).await;
        scene.clock.advance(UNDO);
        assert!(!undo(&scene, &token).await);
        let addresses = &scene.services.addresses;
        assert!(addresses.undoable(&scene.act, &token).await.unwrap().is_none());
        assert!(scene.signs_in(NEW, PASSWORD).await);
    });
}

#[test]
fn no_further_change_or_reset_by_a_thief_takes_the_way_back() {
    block_on(async {
        let scene = with_ada().await;
        let owners = moved(&scene, ADA, NEW).await;
        scene.clock.advance(Duration::from_secs(60));
        let thiefs = moved(&scene, NEW, THIRD).await;
        let recovery = &scene.services.recovery;
        recovery
            .request(&scene.act, THIRD, (hers(), &crate::work::Shown::default()))
            .await
            .unwrap();
        let mail = scene.mails().await.pop().unwrap();
        let reset = token(&mail);
        let link = ResetLink {
            token: &reset,
            browser: hers(),
            told: false,
        };
        let thief = "a password of the thief".to_owned();
        recovery.reset(&scene.act, link, thief).await.unwrap();
        assert!(undo(&scene, &owners).await);
        assert!(!undo(&scene, &thiefs).await, "what came later is gone with it");
        assert!(scene.signs_in(ADA, CHOSEN).await);
    });
}

#[test]
fn bringing_the_later_address_back_leaves_the_earlier_ones_link() {
    block_on(async {
        let scene = with_ada().await;
        let owners = moved(&scene, ADA, NEW).await;
        scene.clock.advance(Duration::from_secs(60));
        let thiefs = moved(&scene, NEW, THIRD).await;
        assert!(undo(&scene, &thiefs).await);
        assert!(undo(&scene, &owners).await);
        assert!(scene.signs_in(ADA, CHOSEN).await);
    });
}

#[test]
fn mails_to_the_old_address_open_nothing_once_it_changed() {
    block_on(async {
        let scene = with_ada().await;
        let person = signed_in(&scene, ADA).await;
        let recovery = &scene.services.recovery;
        recovery
            .request(&scene.act, ADA, (hers(), &crate::work::Shown::default()))
            .await
            .unwrap();
        let reset = token(&scene.mails().await.pop().unwrap());
        let flow = ask(&scene, &person, NEW).await.unwrap();
        let mail = scene.mails().await.pop().unwrap();
        assert!(change(&scene, &person, &flow, &code(&mail)).await);
        let link = ResetLink {
            token: &reset,
            browser: hers(),
            told: true,
        };
        assert!(recovery.reset(&scene.act, link, CHOSEN.to_owned()).await.is_err());
    });
}

#[test]
fn mails_about_a_change_are_bounded() {
    block_on(async {
        let scene = with_ada().await;
        let person = signed_in(&scene, ADA).await;
        for number in 0..6 {
            ask(&scene, &person, &format!("a{number}@example.com"))
                .await
                .unwrap();
        }
        let late = ask(&scene, &person, "a6@example.com").await;
        assert!(matches!(late, Err(AddressError::TooMany { .. })));
    });
}
