use super::*;
use crate::{
    login_session::LoginSession,
    mail::Mail,
    services::{
        registration::SignUp,
        scene::{PASSWORD, Scene},
    },
    testing::a_user,
};
use futures::executor::block_on;

const ADA: &str = "ada@example.com";

fn hers() -> Digest {
    Digest::of("her browser")
}

fn another() -> Digest {
    Digest::of("another browser")
}

async fn ask_from(scene: &Scene, who: &str, browser: Digest) -> MailFlow {
    let interaction =
        InteractionId::generate(scene.services.ports.clock.now(), &*scene.services.ports.random);
    let none = crate::work::Shown::default();
    let asked = scene
        .services
        .sign_in
        .ask_for_code(&scene.act, who, (browser, interaction), &none);
    asked.await.unwrap()
}

async fn ask(scene: &Scene) -> (MailFlow, Mail) {
    let flow = ask_from(scene, ADA, hers()).await;
    (flow, scene.mails().await.pop().unwrap())
}

fn code(mail: &Mail) -> &str {
    mail.text.lines().next().unwrap()
}

fn token(mail: &Mail) -> &str {
    let token = mail.text.split("token=").nth(1).unwrap();
    token.split('&').next().unwrap()
}

fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

async fn typed(scene: &Scene, flow: &MailFlow, browser: Digest, code: &str) -> Option<LoginSession> {
    let judged = scene
        .services
        .sign_in
        .code(&scene.act, (flow, browser), code)
        .await;
    Some(scene.session(&scene.act, browser, judged.ok()?).await)
}

async fn opened(scene: &Scene, mail: &Mail) -> Option<LoginSession> {
    let judged = scene.services.sign_in.link(&scene.act, token(mail)).await;
    Some(scene.session(&scene.act, hers(), judged.ok()?).await)
}

async fn with_ada() -> Scene {
    let scene = Scene::new();
    scene.registered(a_user().build()).await;
    scene
}

#[test]
fn a_code_signs_in_once_however_it_is_written() {
    block_on(async {
        let scene = with_ada().await;
        let (flow, mail) = ask(&scene).await;
        let written = format!(" {}-{} ", &code(&mail)[..3], &code(&mail)[3..]);
        let session = typed(&scene, &flow, hers(), &written).await.unwrap();
        assert_eq!(session.methods, [Method::MailedCode]);
        assert!(typed(&scene, &flow, hers(), code(&mail)).await.is_none());
        assert!(opened(&scene, &mail).await.is_none());
    });
}

#[test]
fn a_code_typed_in_another_browser_proves_nothing_and_costs_its_owner_no_attempt() {
    block_on(async {
        let scene = with_ada().await;
        let (flow, mail) = ask(&scene).await;
        for _ in 0..4 {
            assert!(typed(&scene, &flow, another(), code(&mail)).await.is_none());
        }
        assert!(typed(&scene, &flow, hers(), code(&mail)).await.is_some());
    });
}

#[test]
fn after_five_wrong_codes_the_right_one_is_refused_and_the_link_still_works() {
    block_on(async {
        let scene = with_ada().await;
        let (flow, mail) = ask(&scene).await;
        for _ in 0..5 {
            assert!(typed(&scene, &flow, hers(), &wrong(code(&mail))).await.is_none());
        }
        scene.clock.advance(Duration::from_secs(60));
        assert!(typed(&scene, &flow, hers(), code(&mail)).await.is_none());
        assert!(opened(&scene, &mail).await.is_some());
    });
}

#[test]
fn a_newer_mail_takes_the_place_of_an_earlier_one_and_both_end() {
    block_on(async {
        let scene = with_ada().await;
        let (first, early) = ask(&scene).await;
        let (second, late) = ask(&scene).await;
        assert!(typed(&scene, &first, hers(), code(&early)).await.is_none());
        assert!(opened(&scene, &early).await.is_none());
        assert!(typed(&scene, &first, hers(), code(&late)).await.is_none());
        assert!(typed(&scene, &second, hers(), code(&late)).await.is_some());
        let (flow, mail) = ask(&scene).await;
        scene
            .clock
            .advance(scene.act.realm.settings.lifetimes.mailed_code);
        assert!(typed(&scene, &flow, hers(), code(&mail)).await.is_none());
        assert!(opened(&scene, &mail).await.is_none());
    });
}

#[test]
fn a_link_tells_where_it_was_asked_for_and_looking_uses_nothing_up() {
    block_on(async {
        let scene = with_ada().await;
        let (_, mail) = ask(&scene).await;
        let sign_in = &scene.services.sign_in;
        for (browser, elsewhere) in [(hers(), false), (another(), true)] {
            let offer = sign_in.link_offer(&scene.act, token(&mail), browser).await;
            let offer = offer.unwrap().unwrap();
            assert_eq!((offer.email.as_str(), offer.elsewhere), (ADA, elsewhere));
        }
        assert!(opened(&scene, &mail).await.is_some());
        let offer = sign_in.link_offer(&scene.act, token(&mail), hers()).await;
        assert!(offer.unwrap().is_none());
    });
}

#[test]
fn links_of_other_mails_sign_nobody_in_and_this_one_sets_no_password() {
    block_on(async {
        let scene = with_ada().await;
        let recovery = &scene.services.recovery;
        recovery
            .request(&scene.act, ADA, (hers(), &crate::work::Shown::default()))
            .await
            .unwrap();
        let reset = scene.mails().await.pop().unwrap();
        assert!(opened(&scene, &reset).await.is_none());
        let (_, mail) = ask(&scene).await;
        let link = crate::services::recovery::ResetLink {
            token: token(&mail),
            browser: hers(),
            told: true,
        };
        let set = recovery.reset(&scene.act, link, "another long passphrase".to_owned());
        assert!(set.await.is_err());
        assert!(scene.signs_in(ADA, PASSWORD).await);
    });
}

#[test]
fn asking_and_typing_cost_the_same_whoever_it_is() {
    block_on(async {
        let scene = with_ada().await;
        let ann = a_user().number(2).email("ann@example.com").disabled();
        scene.registered(ann.build()).await;
        let mut costs = Vec::new();
        for who in [ADA, "ann@example.com", "amy@example.com"] {
            let (calls, jobs) = scene.cost(ask_from(&scene, who, hers())).await;
            assert_eq!((calls, jobs), (1, 1), "{who}: one call, one job");
            let flow = ask_from(&scene, who, hers()).await;
            scene.mails().await;
            costs.push(scene.cost(typed(&scene, &flow, hers(), "000000")).await);
        }
        assert_eq!(costs[0], costs[1]);
        assert_eq!(costs[0], costs[2]);
        assert_eq!(scene.hasher.calls(), 0);
    });
}

#[test]
fn mails_to_one_address_are_bounded_by_the_hour_and_by_the_day() {
    block_on(async {
        let scene = with_ada().await;
        let mut mails = 0;
        for _ in 0..6 {
            for _ in 0..9 {
                ask_from(&scene, ADA, hers()).await;
            }
            mails += scene.mails().await.len();
            scene.clock.advance(HOUR);
        }
        assert_eq!(mails, 4 * 6, "six an hour until the day's are gone");
    });
}

#[test]
fn codes_are_guessed_no_more_often_than_passwords() {
    block_on(async {
        let scene = with_ada().await;
        let act = scene.from("2001:db8:1:1::7");
        let mut judged = 0;
        for _ in 0..MAILS_PER_HOUR {
            let (flow, mail) = ask(&scene).await;
            let code = wrong(code(&mail));
            match scene.services.sign_in.code(&act, (&flow, hers()), &code).await {
                Err(SignInError::WrongCredentials) => judged += 1,
                refused => assert!(matches!(refused, Err(SignInError::TooManyAttempts { .. }))),
            }
            scene.clock.advance(Duration::from_millis(1));
        }
        assert_eq!(judged, 5, "whoever asks for new codes guesses no more");
    });
}

#[test]
fn whether_an_address_has_an_account_shows_in_no_wait() {
    block_on(async {
        let mut seen = Vec::new();
        for who in [ADA, "amy@example.com", "no address"] {
            let scene = with_ada().await;
            let act = scene.from("192.0.2.1");
            let mut waits = Vec::new();
            for number in 0..9 {
                // A new code each time, which the budget of the address outlives.
                let flow = ask_from(&scene, who, hers()).await;
                scene.mails().await;
                let sign_in = &scene.services.sign_in;
                let refused = match number % 2 {
                    0 => sign_in.code(&act, (&flow, hers()), "x").await,
                    _ => sign_in.password(&act, who, "wrong".to_owned()).await,
                };
                waits.push(format!("{:?}", refused.unwrap_err()));
            }
            seen.push(waits);
        }
        assert!(seen[0][5].contains("TooManyAttempts"), "{seen:?}");
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[0], seen[2]);
    });
}

#[test]
fn a_flow_that_somebody_made_up_is_none() {
    block_on(async {
        let scene = with_ada().await;
        let (flow, mail) = ask(&scene).await;
        let other = ask_from(&scene, "amy@example.com", hers()).await;
        let (text, others) = (flow.to_string(), other.to_string());
        assert_eq!(text.parse(), Ok(flow.clone()));
        let (id, rest) = text.split_once('.').unwrap();
        let (_, of_amy) = others.split_once('.').unwrap();
        for forged in [format!("{id}.{of_amy}"), format!("{}.{rest}", other.id())] {
            let forged: MailFlow = forged.parse().unwrap();
            assert!(typed(&scene, &forged, hers(), code(&mail)).await.is_none());
        }
        let long = format!("{text}{}", "x".repeat(600));
        for none in ["", id, "..", &long, &format!("{text}\"")] {
            assert!(none.parse::<MailFlow>().is_err(), "{none}");
        }
        assert!(typed(&scene, &flow, hers(), code(&mail)).await.is_some());
    });
}

#[test]
fn a_sign_up_is_confirmed_without_what_a_stranger_chose_for_it() {
    block_on(async {
        let scene = Scene::new();
        let form = SignUp {
            email: ADA.to_owned(),
            name: "A name of a stranger".to_owned(),
            password: "a password of a stranger".to_owned(),
            interaction: None,
            browser: another(),
            work: crate::work::Shown::default(),
            terms: None,
        };
        let flow = scene
            .services
            .registration
            .sign_up(&scene.act, form)
            .await
            .unwrap();
        let confirm = scene.mails().await.pop().unwrap();
        let (asked, mail) = ask(&scene).await;
        assert!(typed(&scene, &asked, hers(), code(&mail)).await.is_some());
        let users = &scene.act.realm.stores.users;
        let found = users.find_by_email(ADA).await.unwrap().unwrap();
        assert!(found.user.email_verified());
        assert!(found.password.is_none() && found.user.name.is_none());
        let late =
            scene
                .services
                .registration
                .confirm_with_code(&scene.act, (&flow, another()), code(&confirm));
        assert!(late.await.is_err());
        assert!(!scene.signs_in(ADA, "a password of a stranger").await);
    });
}

#[test]
fn whoever_was_disabled_or_moved_meanwhile_is_not_signed_in() {
    block_on(async {
        let scene = with_ada().await;
        let (flow, mail) = ask(&scene).await;
        let users = &scene.act.realm.stores.users;
        let ada = users.find_by_email(ADA).await.unwrap().unwrap().user;
        let off = scene
            .services
            .users
            .set_status(&scene.act, ada.id, crate::client::Status::Disabled);
        off.await.unwrap();
        assert!(typed(&scene, &flow, hers(), code(&mail)).await.is_none());
    });
}
