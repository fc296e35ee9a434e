use super::*;
use crate::{
    outbound::PasswordJudge,
    person::PasswordPolicy,
    secret::Digest,
    services::{
        passwords::PasswordService,
        scene::{PASSWORD, Scene},
    },
    testing::{FakeJudge, a_user},
};
use futures::executor::block_on;
use std::{sync::Arc, time::Duration};

async fn typed(scene: &Scene, email: &str, text: &str) -> Strength {
    let who = WhoTypes::Typed(Personal { email, name: "" });
    let passwords = &scene.services.passwords;
    passwords
        .strength(&scene.act, who, text.to_owned())
        .await
        .unwrap()
}

#[test]
fn what_is_said_while_typing_is_what_the_judge_says_when_it_is_sent() {
    let (scene, long) = (Scene::new(), "a".repeat(257));
    let cases = [
        ("", "too short", PasswordRefused::TooShort { min: 15 }),
        ("", FakeJudge::KNOWN, PasswordRefused::Common),
        (
            "ada@example.com",
            "I am ada@example.com",
            PasswordRefused::EasilyGuessed,
        ),
        ("", long.as_str(), PasswordRefused::TooLong),
    ];
    block_on(async {
        for (email, text, refused) in cases {
            assert_eq!(typed(&scene, email, text).await, Strength::Refused(refused));
        }
        assert_eq!(
            typed(&scene, "", "I am ada@example.com").await,
            Strength::Good,
            "whose address that is nobody said"
        );
        assert_eq!(scene.hasher.calls(), 0);
        assert_eq!(scene.memory.calls(scene.act.realm.realm.id), 0);
    });
}

#[test]
fn an_address_too_long_to_be_one_is_not_looked_at() {
    let scene = Scene::new();
    for (length, strength) in [
        (256, Strength::Refused(PasswordRefused::EasilyGuessed)),
        (257, Strength::Refused(PasswordRefused::TooLong)),
    ] {
        let email = "a".repeat(length);
        assert_eq!(block_on(typed(&scene, &email, &email)), strength);
    }
    let name = "ä".repeat(129);
    assert_eq!(block_on(typed(&scene, &name, &name)), Strength::Good);
}

#[test]
fn whoever_is_signed_in_is_known_and_judged_by_what_is_asked_of_them() {
    block_on(async {
        let mut scene = Scene::new();
        let user = scene.registered(a_user().build()).await;
        let tried = scene
            .services
            .sign_in
            .password(&scene.act, user.email.as_str(), PASSWORD.to_owned());
        let session = scene
            .session(&scene.act, Digest::of("browser"), tried.await.unwrap())
            .await;
        let now = scene.services.ports.clock.now();
        let person = session
            .signed_in(user.clone(), now, Duration::from_secs(60))
            .unwrap();
        let own = format!("this is {}", user.email.as_str());
        let passwords = &scene.services.passwords;
        let judged = passwords.strength(&scene.act, WhoTypes::Person(&person), own);
        let refused = Strength::Refused(PasswordRefused::EasilyGuessed);
        assert_eq!(judged.await.unwrap(), refused);
        scene.change_settings(|settings| settings.password = PasswordPolicy::ENTERPRISE);
        let judged = scene.services.passwords.strength(
            &scene.act,
            WhoTypes::Person(&person),
            "only small letters".to_owned(),
        );
        let refused = Strength::Refused(PasswordRefused::TooFewKinds { min: 4 });
        assert_eq!(judged.await.unwrap(), refused);
    });
}

/// Hardly guesses anything.
struct Clueless;

impl PasswordJudge for Clueless {
    fn guess(&self, _: &crate::person::TypedPassword, _: Personal<'_>) -> Guessed {
        Guessed::Hardly
    }
}

#[test]
fn what_nobody_guesses_is_excellent() {
    let scene = Scene::new();
    let mut ports = scene.services.ports.clone();
    ports.password_judge = Arc::new(Clueless);
    let who = WhoTypes::Typed(Personal::default());
    let passwords = PasswordService::new(ports);
    let judged = passwords.strength(&scene.act, who, "a long enough text".to_owned());
    assert_eq!(block_on(judged).unwrap(), Strength::Excellent);
}
