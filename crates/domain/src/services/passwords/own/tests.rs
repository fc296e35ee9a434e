use super::*;
use crate::{
    acr::Method,
    id::AuthenticatorId,
    login_session::SignedInUser,
    outbound::Sealed,
    second_factor::Authenticator,
    secret::Digest,
    services::{
        passkeys::tests::Somebody,
        scene::{PASSWORD, Scene},
        second_factors::ChangeError,
    },
    stores::Alongside,
    testing::a_user,
};
use futures::executor::block_on;

const NEW: &str = "an entirely new password";
const SHORT: &str = "8 of ten";
const IDLE: Duration = Duration::from_secs(3_600);

fn service(scene: &Scene) -> &PasswordService {
    &scene.services.passwords
}

/// What the store says of who is signed in.
async fn again(somebody: &Somebody) -> Option<SignedInUser> {
    let (scene, id) = (&somebody.scene, somebody.signed_in.session().id);
    let found = scene.act.realm.stores.sessions.find_many(&[id]).await.unwrap();
    let (session, user) = found.into_iter().next()?;
    session.signed_in(user, scene.services.ports.clock.now(), IDLE)
}

async fn set(somebody: &Somebody, text: &str) -> Result<(), PasswordError> {
    let person = again(somebody).await.unwrap();
    let scene = &somebody.scene;
    let recent = person.recently_proven(scene.services.ports.clock.now()).unwrap();
    service(scene).set(&scene.act, &recent, text.to_owned()).await
}

async fn remove(somebody: &Somebody) -> Result<(), PasswordError> {
    let person = again(somebody).await.unwrap();
    let scene = &somebody.scene;
    let recent = person.recently_proven(scene.services.ports.clock.now()).unwrap();
    service(scene).remove(&scene.act, &recent).await
}

/// Gives the account an authenticator.
async fn enrol(somebody: &Somebody) {
    let (scene, user) = (&somebody.scene, somebody.user.id);
    let (now, random) = (scene.services.ports.clock.now(), &*scene.services.ports.random);
    let id = AuthenticatorId::generate(now, random);
    let sealed = Sealed {
        key_id: "fake".to_owned(),
        bytes: Vec::new(),
    };
    let pending = Authenticator {
        id,
        seed: sealed,
        created_at: now,
        last_step: 0,
        last_used_at: None,
    };
    let store = &scene.act.realm.stores.second_factors;
    store.propose(user, &pending).await.unwrap();
    assert!(
        store
            .confirm(user, id, 1, now, Alongside::default())
            .await
            .unwrap()
    );
}

async fn prove(somebody: &Somebody, methods: &[Method]) {
    let (scene, id) = (&somebody.scene, somebody.signed_in.session().id);
    let (now, with) = (scene.services.ports.clock.now(), Alongside::default());
    let sessions = &scene.act.realm.stores.sessions;
    sessions
        .reauthenticate(id, now, (methods, None), with)
        .await
        .unwrap();
}

async fn subjects(scene: &Scene) -> Vec<String> {
    let mails = scene.mails().await;
    mails.into_iter().map(|mail| mail.subject).collect()
}

#[test]
fn a_new_password_ends_every_other_session_and_keeps_this_one() {
    let somebody = Somebody::new();
    block_on(async {
        let (scene, email) = (&somebody.scene, somebody.user.email.as_str());
        let judged = scene
            .services
            .sign_in
            .password(&scene.act, email, PASSWORD.to_owned());
        let other = scene
            .session(&scene.act, Digest::of("third"), judged.await.unwrap())
            .await;
        let under_way = scene
            .services
            .sign_in
            .password(&scene.act, email, PASSWORD.to_owned());
        let under_way = under_way.await.unwrap();
        scene.clock.advance(Duration::from_secs(1));
        set(&somebody, NEW).await.unwrap();
        assert!(again(&somebody).await.is_some());
        let sessions = &scene.act.realm.stores.sessions;
        let found = sessions.find_many(&[other.id]).await.unwrap();
        assert!(found[0].0.ended_at.is_some());
        let late = scene.session(&scene.act, Digest::of("late"), under_way).await;
        let (user, now) = (&again(&somebody).await.unwrap(), scene.services.ports.clock.now());
        assert!(
            late.signed_in(user.user().clone(), now, IDLE).is_none(),
            "the old password was proven before"
        );
        assert!(scene.signs_in(email, NEW).await);
        assert!(!scene.signs_in(email, PASSWORD).await);
        let told = subjects(scene).await;
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("changed"), "{told:?}");
    });
}

#[test]
fn a_password_that_is_refused_changes_nothing() {
    let somebody = Somebody::new();
    block_on(async {
        let (scene, email) = (&somebody.scene, somebody.user.email.as_str());
        let own = format!("this is {email}");
        for (text, refused) in [
            (SHORT, PasswordRefused::TooShort { min: 15 }),
            (own.as_str(), PasswordRefused::EasilyGuessed),
        ] {
            let tried = set(&somebody, text).await;
            assert!(matches!(tried, Err(PasswordError::Password(why)) if why == refused));
        }
        assert!(scene.signs_in(email, PASSWORD).await);
        assert!(subjects(scene).await.is_empty());
    });
}

#[test]
fn a_short_password_lives_and_goes_with_a_second_factor() {
    let somebody = Somebody::new();
    block_on(async {
        let scene = &somebody.scene;
        enrol(&somebody).await;
        let one = set(&somebody, SHORT).await;
        assert!(matches!(one, Err(PasswordError::NotProven)), "{one:?}");
        prove(&somebody, &[Method::Password, Method::Totp]).await;
        let seven = set(&somebody, "7 chars").await;
        let refused = PasswordRefused::TooShort { min: 8 };
        assert!(matches!(seven, Err(PasswordError::Password(why)) if why == refused));
        set(&somebody, SHORT).await.unwrap();
        assert!(scene.signs_in(somebody.user.email.as_str(), SHORT).await);
        let without = async || {
            let person = again(&somebody).await.unwrap();
            let recent = person.recently_proven(scene.services.ports.clock.now()).unwrap();
            let factors = &scene.services.second_factors;
            factors.remove(&scene.act, &recent).await
        };
        assert!(matches!(without().await, Err(ChangeError::PasswordTooShort)));
        set(&somebody, NEW).await.unwrap();
        without().await.unwrap();
        let alone = set(&somebody, SHORT).await;
        let refused = PasswordRefused::TooShort { min: 15 };
        assert!(matches!(alone, Err(PasswordError::Password(why)) if why == refused));
    });
}

#[test]
fn a_password_is_removed_only_where_another_way_in_is_left() {
    let somebody = Somebody::of(a_user().unverified().build());
    let scene = &somebody.scene;
    let refused = block_on(remove(&somebody));
    assert!(matches!(refused, Err(PasswordError::LastWayIn)));
    assert!(block_on(scene.signs_in(somebody.user.email.as_str(), PASSWORD)));
    somebody.add("credential");
    block_on(async {
        subjects(scene).await;
        let of = async || {
            let person = again(&somebody).await.unwrap();
            let seen = scene.services.account.credentials(&scene.act, &person).await;
            seen.unwrap().password
        };
        assert!(of().await.present.is_some() && of().await.can_be_removed);
        remove(&somebody).await.unwrap();
        assert!(!scene.signs_in(somebody.user.email.as_str(), PASSWORD).await);
        assert!(of().await.present.is_none() && !of().await.can_be_removed);
        assert!(matches!(remove(&somebody).await, Err(PasswordError::Missing)));
        assert!(subjects(scene).await[0].starts_with("password removed"));
        set(&somebody, NEW).await.unwrap();
        assert!(scene.signs_in(somebody.user.email.as_str(), NEW).await);
    });
    let proven = Somebody::new();
    block_on(remove(&proven)).unwrap();
}

#[test]
fn the_history_counts_when_a_password_is_changed() {
    let mut somebody = Somebody::new();
    let scene = &mut somebody.scene;
    scene.change_settings(|settings| settings.password = PasswordPolicy::ENTERPRISE);
    block_on(async {
        let nth = |n: usize| format!("Password no. {n}");
        for n in 1..=13 {
            somebody.scene.clock.advance(Duration::from_secs(20));
            set(&somebody, &nth(n)).await.unwrap();
        }
        for n in [2, 13] {
            let tried = set(&somebody, &nth(n)).await;
            let refused = PasswordRefused::UsedBefore;
            assert!(matches!(tried, Err(PasswordError::Password(why)) if why == refused));
        }
        set(&somebody, &nth(1)).await.unwrap();
    });
}
