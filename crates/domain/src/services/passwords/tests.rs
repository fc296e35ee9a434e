use crate::{
    outbound::{FetchError, Fetched},
    person::PasswordRefused,
    secret::Digest,
    services::{
        registration::{SignUp, SignUpError},
        scene::Scene,
    },
    testing::FakeJudge,
};
use futures::executor::block_on;
use std::sync::Arc;

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
