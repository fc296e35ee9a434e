use crate::{
    outbound::{FetchError, Fetched},
    person::{PasswordPolicy, PasswordRefused},
    secret::Digest,
    services::{
        recovery::{ResetError, ResetLink},
        registration::{SignUp, SignUpError},
        scene::Scene,
        sign_in::SignInError,
    },
    testing::{FakeJudge, a_user},
};
use futures::executor::block_on;
use std::{sync::Arc, time::Duration};

/// A password, and the address of the range its SHA-1 falls in, which goes on with [`REST`].
const PASSWORD: &str = "a password that leaked";
const RANGE: &str = "https://leaked.example/range/BC5E5";
const REST: &str = "095332DD43F79360BBE80D6094711B94888";

fn scene() -> Scene {
    let mut scene = Scene::new();
    let realm = Arc::get_mut(&mut scene.act.realm).unwrap();
    realm.settings.leaked_passwords = Some("https://leaked.example/range/".parse().unwrap());
    scene
}

fn sign_up(scene: &Scene, password: &str) -> Result<(), SignUpError> {
    let form = SignUp {
        email: "ada@example.com".to_owned(),
        name: String::new(),
        password: password.to_owned(),
        browser: Digest::of("browser"),
        work: crate::work::Shown::default(),
        terms: None,
        interaction: None,
    };
    block_on(scene.services.registration.sign_up(&scene.act, form)).map(drop)
}

#[test]
fn a_password_that_leaked_is_refused_and_only_five_letters_of_its_hash_are_told() {
    let scene = scene();
    let range = format!("0000000000000000000000000000000000A:3\r\n{REST}:17\r\n");
    scene.http.answer_with(RANGE, "text/plain", range);
    assert!(matches!(
        sign_up(&scene, PASSWORD),
        Err(SignUpError::Password(PasswordRefused::Common))
    ));
    let asked: Vec<String> = scene
        .http
        .asked()
        .iter()
        .map(|request| request.url.to_string())
        .collect();
    assert_eq!(asked, [RANGE]);
}

#[test]
fn padding_and_the_rest_of_a_range_refuse_nothing() {
    let scene = scene();
    let range = format!("{REST}:0\r\n0000000000000000000000000000000000A:3\r\n");
    scene.http.answer_with(RANGE, "text/plain", range);
    assert!(sign_up(&scene, PASSWORD).is_ok());
}

#[test]
fn a_service_that_does_not_answer_keeps_nobody_out() {
    let failures = [
        Err(FetchError::Refused("closed")),
        Ok(Fetched {
            status: 503,
            body: format!("{REST}:17").into_bytes(),
            ..Fetched::default()
        }),
    ];
    for failure in failures {
        let scene = scene();
        scene.http.answer(RANGE, failure);
        assert!(sign_up(&scene, PASSWORD).is_ok());
        assert_eq!(scene.http.times_asked(RANGE), 1);
    }
}

#[test]
fn nobody_is_asked_unless_the_operator_wants_it() {
    let scene = Scene::new();
    assert!(sign_up(&scene, PASSWORD).is_ok());
    assert!(scene.http.asked().is_empty());
}

#[test]
fn a_password_that_many_have_or_that_is_the_address_is_refused() {
    let scene = Scene::new();
    for (text, refused) in [
        (FakeJudge::KNOWN, PasswordRefused::Common),
        ("ada@example.com", PasswordRefused::EasilyGuessed),
    ] {
        let tried = sign_up(&scene, text);
        assert!(
            matches!(tried, Err(SignUpError::Password(why)) if why == refused),
            "{tried:?}"
        );
    }
}

fn enterprise() -> Scene {
    let mut scene = Scene::new();
    let realm = Arc::get_mut(&mut scene.act.realm).unwrap();
    realm.settings.password = PasswordPolicy::ENTERPRISE;
    scene
}

async fn reset(scene: &Scene, email: &str, password: &str) -> Result<(), ResetError> {
    let (recovery, act) = (&scene.services.recovery, &scene.act);
    recovery
        .request(
            act,
            email,
            (Digest::of("browser"), &crate::work::Shown::default()),
        )
        .await
        .unwrap();
    let mails = scene.mails().await;
    let text = &mails.last().unwrap().text;
    let token = text
        .split("token=")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap();
    let by = ResetLink {
        token,
        browser: Digest::of("browser"),
        told: false,
    };
    recovery.reset(act, by, password.to_owned()).await
}

#[test]
fn none_of_the_last_twelve_passwords_can_be_chosen_again_and_the_one_before_can() {
    block_on(async {
        let scene = enterprise();
        let user = scene.registered(a_user().build()).await;
        let email = user.email.as_str();
        let nth = |n: usize| format!("Password no. {n}");
        for n in 1..=13 {
            scene.clock.advance(Duration::from_secs(3_600));
            reset(&scene, email, &nth(n)).await.unwrap();
        }
        for n in 2..=13 {
            scene.clock.advance(Duration::from_secs(3_600));
            let tried = reset(&scene, email, &nth(n)).await;
            assert!(
                matches!(tried, Err(ResetError::Password(PasswordRefused::UsedBefore))),
                "{n}: {tried:?}"
            );
        }
        scene.clock.advance(Duration::from_secs(3_600));
        reset(&scene, email, &nth(1)).await.unwrap();
    });
}

#[test]
fn a_password_is_good_for_ninety_days() {
    block_on(async {
        let scene = enterprise();
        let user = scene.registered(a_user().build()).await;
        let email = user.email.as_str();
        scene.clock.advance(Duration::from_secs(1));
        reset(&scene, email, "Password no. 1").await.unwrap();
        scene.clock.advance(Duration::from_secs(90 * 86_400));
        assert!(scene.signs_in(email, "Password no. 1").await);
        scene.clock.advance(Duration::from_secs(1));
        let sign_in = &scene.services.sign_in;
        for (password, expired) in [("Password no. 1", true), ("Password no. 2", false)] {
            let tried = sign_in.password(&scene.act, email, password.to_owned()).await;
            let told = matches!(tried, Err(SignInError::PasswordExpired));
            assert_eq!(told, expired, "{tried:?}");
        }
        reset(&scene, email, "Password no. 2").await.unwrap();
        assert!(scene.signs_in(email, "Password no. 2").await);
    });
}
