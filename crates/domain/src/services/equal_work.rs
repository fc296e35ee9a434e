//! What an act costs, whoever the address belongs to that it names: calls of stores, rows, jobs, and hashes.

use super::{
    registration::{SignUp, SignUpError},
    scene::{PASSWORD, Scene},
    sign_in::SignInError,
};
use crate::{
    federation::SeenIdentity,
    id::{InteractionId, LinkedIdentityId, PasskeyId},
    passkey::{Aaguid, CredentialId, Passkey},
    secret::Digest,
    stores::Alongside,
    testing::{a_user, vouched},
    user::{User, UserSource},
    work::Shown,
};
use futures::executor::block_on;

/// Calls, rows, jobs and hashes.
type Cost = (usize, usize, usize, u64);

const WHOSE: [&str; 7] = [
    "somebodys",
    "nobodys",
    "without-password",
    "passkey-only",
    "federated",
    "unconfirmed",
    "disabled",
];

fn email(whose: &str) -> String {
    format!("{whose}@example.com")
}

async fn scene() -> Scene {
    let scene = Scene::new();
    let a = |number: u64, whose: &str| a_user().number(number).email(&email(whose));
    scene.registered(a(1, "somebodys").build()).await;
    scene.without_password(a(2, "without-password").build()).await;
    let holder = scene.without_password(a(3, "passkey-only").build()).await;
    let ports = &scene.services.ports;
    let passkey = Passkey {
        id: PasskeyId::generate(ports.clock.now(), &*ports.random),
        credential_id: CredentialId::new(b"credential".to_vec()).unwrap(),
        user_id: holder.id,
        name: None,
        aaguid: Aaguid([0; 16]),
        synced: false,
        sign_count: 0,
        public: String::new(),
        created_at: ports.clock.now(),
        last_used_at: None,
    };
    let passkeys = &scene.act.realm.stores.passkeys;
    passkeys
        .add(&passkey, passkey.created_at, Alongside::default())
        .await
        .unwrap();
    let federated = User {
        source: UserSource::Provider,
        ..a(6, "federated").build()
    };
    let id = LinkedIdentityId::generate(ports.clock.now(), &*ports.random);
    let seen = SeenIdentity::of(&vouched("acme", "federated")).unwrap();
    let identity = seen.linked(id, federated.id, ports.clock.now());
    let identities = &scene.act.realm.stores.identities;
    identities
        .provision(&federated, &identity, Alongside::default())
        .await
        .unwrap();
    let unconfirmed = User {
        source: UserSource::SignUp,
        ..a(4, "unconfirmed").unverified().build()
    };
    scene.registered(unconfirmed).await;
    scene.registered(a(5, "disabled").disabled().build()).await;
    scene
}

async fn cost(scene: &Scene, act: impl Future) -> Cost {
    let rows = || scene.memory.rows(scene.act.realm.realm.id);
    let (hashed, written) = (scene.hasher.calls(), rows());
    let (calls, jobs) = scene.cost(act).await;
    (calls, rows() - written, jobs, scene.hasher.calls() - hashed)
}

/// Whether too many passwords were tried.
async fn tries(scene: &Scene, whose: &str, password: &str) -> bool {
    let (act, who) = (scene.from("192.0.2.1"), email(whose));
    let sign_in = &scene.services.sign_in;
    match sign_in.password(&act, &who, password.to_owned()).await {
        Err(SignInError::WrongCredentials) => false,
        Err(SignInError::TooManyAttempts { .. }) => true,
        other => panic!("{whose}: {other:?}"),
    }
}

async fn signs_up(scene: &Scene, whose: &str, password: &str) -> Result<(), SignUpError> {
    let form = SignUp {
        email: email(whose),
        name: String::new(),
        password: password.to_owned(),
        browser: Digest::of("browser"),
        interaction: None,
        work: Shown::default(),
        terms: None,
    };
    let signed_up = scene.services.registration.sign_up(&scene.act, form);
    signed_up.await.map(drop)
}

/// What each act costs that names this address.
async fn costs(scene: &Scene, whose: &str) -> Vec<(&'static str, Cost)> {
    let (browser, who) = (Digest::of("browser"), email(whose));
    let mut costs = Vec::new();
    for (act, password) in [("wrong password", "wrong"), ("empty password", "")] {
        costs.push((act, cost(scene, tries(scene, whose, password)).await));
    }
    let too_long = "x".repeat(300);
    costs.push(("too long", cost(scene, tries(scene, whose, &too_long)).await));
    let interaction =
        InteractionId::generate(scene.services.ports.clock.now(), &*scene.services.ports.random);
    let sign_in = &scene.services.sign_in;
    let work = Shown::default();
    let code = sign_in.ask_for_code(&scene.act, &who, (browser, interaction), &work);
    costs.push(("mailed code", cost(scene, code).await));
    let forgot = scene
        .services
        .recovery
        .request(&scene.act, &who, (browser, &work));
    costs.push(("forgot password", cost(scene, forgot).await));
    for (act, password) in [
        ("sign up", "an entirely new password"),
        ("sign up, short", "short"),
    ] {
        costs.push((act, cost(scene, signs_up(scene, whose, password)).await));
    }
    costs
}

#[test]
fn nobody_is_told_by_work_whose_an_address_is() {
    block_on(async {
        for locked in [false, true] {
            let mut first = None;
            for whose in WHOSE {
                let scene = scene().await;
                for _ in 0..if locked { 5 } else { 0 } {
                    assert!(!tries(&scene, whose, "wrong").await, "{whose}");
                }
                assert_eq!(tries(&scene, whose, "wrong").await, locked, "{whose}");
                let costs = costs(&scene, whose).await;
                let hashed = costs[0].1.3;
                assert_eq!(hashed, u64::from(!locked), "{whose}");
                assert_eq!(*first.get_or_insert_with(|| costs.clone()), costs, "{whose}");
            }
        }
    });
}

#[test]
fn the_right_password_of_who_may_not_sign_in_costs_what_a_wrong_one_costs() {
    block_on(async {
        for whose in ["unconfirmed", "disabled"] {
            let (one, other) = (scene().await, scene().await);
            let right = cost(&one, tries(&one, whose, PASSWORD)).await;
            assert_eq!(
                right,
                cost(&other, tries(&other, whose, "wrong")).await,
                "{whose}"
            );
        }
    });
}
