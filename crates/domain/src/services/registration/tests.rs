mod signed_in;

use super::*;
use crate::{
    id::InteractionId,
    mail::Mail,
    services::scene::Scene,
    testing::a_user,
    user::{User, UserSource},
};
use futures::executor::block_on;

const ADA: &str = "ada@example.com";
const STRANGERS: &str = "a password of a stranger";
const OWN: &str = "the password of the owner";

fn browser(name: &str) -> Digest {
    Digest::of(name)
}

/// A sign-up of somebody at `scene`.
async fn sign_up(scene: &Scene, email: &str, password: &str, from: &str) -> MailFlow {
    let form = SignUp {
        email: email.to_owned(),
        name: format!("Name of {from}"),
        password: password.to_owned(),
        interaction: None,
        browser: browser(from),
        work: crate::work::Shown::default(),
        terms: None,
    };
    scene
        .services
        .registration
        .sign_up(&scene.act, form)
        .await
        .unwrap()
}

fn token(mail: &Mail) -> &str {
    let token = mail.text.split("token=").nth(1).unwrap();
    token.split(['&', '\n']).next().unwrap()
}

fn code(mail: &Mail) -> &str {
    mail.text.lines().next().unwrap()
}

fn typed(password: &str) -> Option<Typed> {
    Some(Typed {
        name: "Ada".to_owned(),
        password: password.to_owned(),
    })
}

async fn name_of(scene: &Scene, email: &str) -> Option<String> {
    let found = scene.act.realm.stores.users.find_by_email(email).await.unwrap();
    found.unwrap().user.name.map(String::from)
}

#[test]
fn the_browser_that_signed_up_confirms_by_code_or_link() {
    block_on(async {
        let scene = Scene::new();
        let registration = &scene.services.registration;
        let flow = sign_up(&scene, ADA, OWN, "hers").await;
        let mail = scene.mails().await.pop().unwrap();
        assert!(
            !scene.signs_in(ADA, OWN).await,
            "not before the address is proven"
        );
        let account = scene.act.realm.stores.users.find_by_email(ADA).await.unwrap();
        assert_eq!(account.unwrap().password, None, "it waits with the mail");
        let confirmed = registration.confirm_with_code(&scene.act, (&flow, browser("hers")), code(&mail));
        confirmed.await.unwrap();
        assert!(scene.signs_in(ADA, OWN).await);
        assert_eq!(name_of(&scene, ADA).await.as_deref(), Some("Name of hers"));

        sign_up(&scene, "bob@example.com", OWN, "his").await;
        let mail = scene.mails().await.pop().unwrap();
        let here = (token(&mail), browser("his"));
        let asked = registration
            .confirmable(&scene.act, here.0, here.1)
            .await
            .unwrap();
        assert_eq!(asked, Some(Confirmable::AsChosen));
        registration
            .confirm_with_link(&scene.act, here, None)
            .await
            .unwrap();
        assert!(scene.signs_in("bob@example.com", OWN).await);
        assert_eq!(
            registration
                .confirmable(&scene.act, here.0, here.1)
                .await
                .unwrap(),
            None
        );
    });
}

#[test]
fn what_is_typed_with_a_link_in_another_browser_takes_the_place_of_a_strangers_choice() {
    block_on(async {
        let scene = Scene::new();
        let registration = &scene.services.registration;
        sign_up(&scene, ADA, STRANGERS, "a stranger's").await;
        let mail = scene.mails().await.pop().unwrap();
        let here = (token(&mail), browser("hers"));
        let asked = registration
            .confirmable(&scene.act, here.0, here.1)
            .await
            .unwrap();
        assert_eq!(asked, Some(Confirmable::ChosenElsewhere));
        let short = registration
            .confirm_with_link(&scene.act, here, typed("short"))
            .await;
        assert!(matches!(short, Err(ConfirmError::Password(_))));
        assert!(!scene.signs_in(ADA, STRANGERS).await, "nothing was confirmed");
        registration
            .confirm_with_link(&scene.act, here, typed(OWN))
            .await
            .unwrap();
        assert!(scene.signs_in(ADA, OWN).await);
        assert!(!scene.signs_in(ADA, STRANGERS).await);
        assert_eq!(name_of(&scene, ADA).await.as_deref(), Some("Ada"));
    });
}

#[test]
fn a_link_opened_in_another_browser_confirms_what_was_chosen_where_the_person_says_so() {
    block_on(async {
        let scene = Scene::new();
        let registration = &scene.services.registration;
        sign_up(&scene, ADA, OWN, "at her desk").await;
        let mail = scene.mails().await.pop().unwrap();
        let here = (token(&mail), browser("on her phone"));
        registration
            .confirm_with_link(&scene.act, here, None)
            .await
            .unwrap();
        assert!(scene.signs_in(ADA, OWN).await);
    });
}

#[test]
fn a_link_is_good_for_what_it_was_mailed_for() {
    block_on(async {
        let scene = Scene::new();
        let (registration, recovery) = (&scene.services.registration, &scene.services.recovery);
        sign_up(&scene, ADA, OWN, "hers").await;
        let confirm = scene.mails().await.pop().unwrap();
        recovery
            .request(&scene.act, ADA, (browser("hers"), &crate::work::Shown::default()))
            .await
            .unwrap();
        let reset = scene.mails().await.pop().unwrap();
        assert!(reset.subject.starts_with("reset"));
        let asked = recovery
            .asked_in(&scene.act, token(&confirm), browser("hers"))
            .await;
        assert_eq!(asked.unwrap(), None);
        let here = (token(&reset), browser("hers"));
        let asked = registration.confirmable(&scene.act, here.0, here.1).await;
        assert_eq!(asked.unwrap(), None);
        let crossed = registration
            .confirm_with_link(&scene.act, here, typed("short"))
            .await;
        assert!(matches!(crossed, Err(ConfirmError::Refused)));
    });
}

#[test]
fn a_code_typed_in_another_browser_is_refused_and_costs_no_attempt() {
    block_on(async {
        let scene = Scene::new();
        let registration = &scene.services.registration;
        let flow = sign_up(&scene, ADA, STRANGERS, "a stranger's").await;
        let mail = scene.mails().await.pop().unwrap();
        for _ in 0..3 {
            let there = (&flow, browser("hers"));
            let refused = registration
                .confirm_with_code(&scene.act, there, code(&mail))
                .await;
            assert!(matches!(refused, Err(ConfirmError::Refused)));
        }
        assert!(!scene.signs_in(ADA, STRANGERS).await);
        let here = (&flow, browser("a stranger's"));
        registration
            .confirm_with_code(&scene.act, here, code(&mail))
            .await
            .unwrap();
    });
}

#[test]
fn of_two_sign_ups_with_one_address_the_first_does_not_win() {
    block_on(async {
        let scene = Scene::new();
        let registration = &scene.services.registration;
        let first = sign_up(&scene, ADA, STRANGERS, "a stranger's").await;
        let to_first = scene.mails().await.pop().unwrap();
        let second = sign_up(&scene, ADA, OWN, "hers").await;
        let to_second = scene.mails().await.pop().unwrap();
        assert!(
            to_second.subject.starts_with("confirm"),
            "a code again, not “you have an account”"
        );
        let there = (&first, browser("a stranger's"));
        let refused = registration
            .confirm_with_code(&scene.act, there, code(&to_first))
            .await;
        assert!(matches!(refused, Err(ConfirmError::Refused)));
        let here = (&second, browser("hers"));
        registration
            .confirm_with_code(&scene.act, here, code(&to_second))
            .await
            .unwrap();
        assert!(scene.signs_in(ADA, OWN).await);
        assert!(!scene.signs_in(ADA, STRANGERS).await);
        assert_eq!(name_of(&scene, ADA).await.as_deref(), Some("Name of hers"));

        // Once it is proven, a further sign-up changes nothing and its owner is told.
        sign_up(&scene, ADA, STRANGERS, "a stranger's").await;
        let mail = scene.mails().await.pop().unwrap();
        assert!(mail.subject.starts_with("already registered"));
        assert!(scene.signs_in(ADA, OWN).await);
    });
}

#[test]
fn an_account_that_an_operator_made_or_disabled_is_not_signed_up_to() {
    block_on(async {
        let scene = Scene::new();
        scene.registered(a_user().unverified().build()).await;
        let disabled = User {
            source: UserSource::SignUp,
            ..a_user()
                .number(2)
                .email("ann@example.com")
                .unverified()
                .disabled()
                .build()
        };
        scene.registered(disabled).await;
        sign_up(&scene, ADA, STRANGERS, "a stranger's").await;
        let mails = scene.mails().await;
        assert!(mails.len() == 1 && mails[0].subject.starts_with("already registered"));
        sign_up(&scene, "ann@example.com", STRANGERS, "a stranger's").await;
        let mails = scene.mails().await;
        assert!(mails.len() == 1 && mails[0].subject.starts_with("already registered"));
    });
}

#[test]
fn a_mail_sent_again_belongs_to_the_flow_that_is_answered() {
    block_on(async {
        let scene = Scene::new();
        let registration = &scene.services.registration;
        let flow = sign_up(&scene, ADA, OWN, "hers").await;
        let first = scene.mails().await.pop().unwrap();
        let interaction =
            InteractionId::generate(scene.services.ports.clock.now(), &*scene.services.ports.random);
        let resend = registration.resend(&scene.act, &flow, browser("hers"), Some(interaction));
        let again = resend.await.unwrap();
        assert_ne!(again, flow);
        let mail = scene.mails().await.pop().unwrap();
        assert!(
            mail.text.contains(&format!("&interaction={interaction}")),
            "{}",
            mail.text
        );
        assert!(!first.text.contains("interaction="));
        for (flow, mail) in [(&flow, &first), (&flow, &mail), (&again, &first)] {
            let refused = registration
                .confirm_with_code(&scene.act, (flow, browser("hers")), code(mail))
                .await;
            assert!(refused.is_err());
        }
        let confirmed = registration.confirm_with_code(&scene.act, (&again, browser("hers")), code(&mail));
        confirmed.await.unwrap();
        assert!(
            scene.signs_in(ADA, OWN).await,
            "what was chosen moved on with the flow"
        );
    });
}

#[test]
fn a_mail_asked_for_in_another_browser_leaves_the_choice_behind() {
    block_on(async {
        let scene = Scene::new();
        let registration = &scene.services.registration;
        let flow = sign_up(&scene, ADA, STRANGERS, "a stranger's").await;
        scene.mails().await;
        let resend = registration.resend(&scene.act, &flow, browser("hers"), None);
        let again = resend.await.unwrap();
        let mail = scene.mails().await.pop().unwrap();
        for name in ["hers", "a stranger's"] {
            let by_code = registration.confirm_with_code(&scene.act, (&again, browser(name)), code(&mail));
            assert!(by_code.await.is_err(), "{name}");
            let asked = registration
                .confirmable(&scene.act, token(&mail), browser(name))
                .await
                .unwrap();
            assert_eq!(asked, Some(Confirmable::WithChoice), "{name}");
        }
    });
}

#[test]
fn signing_up_costs_the_same_whoever_has_the_address() {
    block_on(async {
        let scene = Scene::new();
        scene.registered(a_user().build()).await;
        sign_up(&scene, "bob@example.com", STRANGERS, "a stranger's").await;
        scene.mails().await;
        let hashed = scene.hasher.calls();
        for (who, whose) in [
            (ADA, "taken"),
            ("bob@example.com", "unproven"),
            ("new@example.com", "nobody's"),
        ] {
            let cost = scene.cost(sign_up(&scene, who, OWN, "hers")).await;
            assert_eq!(cost, (1, 1), "{whose}: a write, one job");
        }
        assert_eq!(scene.hasher.calls(), hashed + 3);
        assert_eq!(scene.mails().await.len(), 3);
    });
}

#[test]
fn a_sign_up_whose_job_runs_twice_is_one_account_with_one_mail() {
    block_on(async {
        let scene = Scene::new();
        let registration = &scene.services.registration;
        let flow = sign_up(&scene, ADA, OWN, "hers").await;
        let job = scene.jobs().await.pop().unwrap();
        for _ in 0..2 {
            let wanted = registration.open(&job).unwrap();
            let taken_up = registration.take_up(scene.act.realm.clone(), wanted);
            taken_up.await.unwrap();
        }
        let [mail] = &scene.mails().await[..] else {
            panic!("one mail");
        };
        let confirmed = registration.confirm_with_code(&scene.act, (&flow, browser("hers")), code(mail));
        confirmed.await.unwrap();
        assert!(scene.signs_in(ADA, OWN).await);
    });
}

#[test]
fn of_two_sign_ups_that_wait_the_later_counts() {
    block_on(async {
        let scene = Scene::new();
        let registration = &scene.services.registration;
        let first = sign_up(&scene, ADA, STRANGERS, "a stranger's").await;
        scene.clock.advance(Duration::from_micros(1));
        let late = sign_up(&scene, ADA, OWN, "hers").await;
        let mails = scene.mails().await;
        let mut confirmed = Vec::new();
        for mail in &mails {
            for (flow, from) in [(&first, "a stranger's"), (&late, "hers")] {
                let typed = registration.confirm_with_code(&scene.act, (flow, browser(from)), code(mail));
                confirmed.extend(typed.await.is_ok().then_some(from));
            }
        }
        assert_eq!((mails.len(), &confirmed[..]), (2, &["hers"][..]));
        assert!(scene.signs_in(ADA, OWN).await);
    });
}

#[test]
fn mails_to_one_address_and_sign_ups_of_one_network_are_bounded() {
    block_on(async {
        let mut scene = Scene::new();
        scene.change_settings(|settings| settings.work_after = None);
        let mut mails = Vec::new();
        for _ in 0..10 {
            sign_up(&scene, ADA, OWN, "hers").await;
            mails.push(scene.mails().await.len());
        }
        assert_eq!(mails, [1, 1, 1, 1, 1, 1, 0, 0, 0, 0]);

        let attempt = |act: Act, number: u32| {
            let registration = &scene.services.registration;
            let form = SignUp {
                email: format!("{number}@example.com"),
                name: String::new(),
                password: OWN.to_owned(),
                interaction: None,
                browser: browser("hers"),
                work: crate::work::Shown::default(),
                terms: None,
            };
            async move { registration.sign_up(&act, form).await }
        };
        for number in 0..60 {
            let act = scene.from(&format!("2001:db8:1:1::{number:x}"));
            attempt(act, number).await.unwrap();
        }
        let same = attempt(scene.from("2001:db8:1:1:ffff::1"), 60).await;
        assert!(matches!(same, Err(SignUpError::TooMany { .. })));
        attempt(scene.from("2001:db8:1:2::1"), 61).await.unwrap();
    });
}
