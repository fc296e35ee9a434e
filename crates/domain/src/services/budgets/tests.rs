use super::*;
use crate::{
    clock::Timestamp,
    secret::Digest,
    services::{
        recovery::{ResetError, ResetLink},
        registration::{ConfirmError, SignUp},
        scene::Scene,
        sign_in::SignInError,
    },
    testing::a_user,
    user::User,
};
use futures::{
    executor::{block_on, block_on_stream},
    stream::FuturesUnordered,
};
use std::sync::Arc;

pub(super) const ADA: &str = "ada@example.com";
pub(super) const RIGHT: &str = crate::services::scene::PASSWORD;
pub(super) const AWAY: &str = "192.0.2.1";
pub(super) const HOME: &str = "198.51.100.7";

pub(super) async fn with_ada() -> (Scene, User) {
    let scene = Scene::new();
    let ada = scene.registered(a_user().email(ADA).build()).await;
    (scene, ada)
}

pub(super) async fn tries(
    scene: &Scene,
    act: &Act,
    identifier: &str,
    password: &str,
) -> Result<(), SignInError> {
    let sign_in = &scene.services.sign_in;
    let tried = sign_in.password(act, identifier, password.to_owned()).await;
    tried.map(drop)
}

/// Signs her in, to the end.
async fn signs_in(scene: &Scene, act: &Act) {
    let tried = scene.services.sign_in.password(act, ADA, RIGHT.to_owned()).await;
    scene.session(act, Digest::of("browser"), tried.unwrap()).await;
}

/// How long an attempt has to wait that is refused.
pub(super) fn wait<T>(tried: &Result<T, SignInError>) -> Option<u64> {
    match tried {
        Err(SignInError::TooManyAttempts { retry_after }) => Some(retry_after.as_secs()),
        Ok(_) | Err(_) => None,
    }
}

/// The act as it comes from a browser that `user` signed in on.
pub(super) fn at_home(scene: &Scene, user: &User) -> Act {
    let ports = &scene.services.ports;
    let account = (scene.act.realm.realm.id, user.id);
    let device = KnownDevice::new(&*ports.random).with(&*ports.sealer, account, ports.clock.now());
    let mut act = scene.from(HOME);
    act.origin.device = Some(device);
    act
}

#[test]
fn the_decision_follows_from_the_context() {
    let now = Timestamp::from_seconds(1_000);
    let closed = |attempts, seconds| {
        Some(Lane {
            attempts,
            begun: now,
            opens_at: now + Duration::from_secs(seconds),
        })
    };
    let cases = [
        (1, 1, vec![], None),
        (0, 0, vec![(NEARBY, None)], None),
        (FROM_ADDRESS, FROM_NETWORK, vec![(NEARBY, None)], None),
        (FROM_ADDRESS + 1, 1, vec![], Some(WINDOW.as_secs())),
        (1, FROM_NETWORK + 1, vec![], Some(WINDOW.as_secs())),
        (1, 1, vec![(NEARBY, closed(5, 30)), (EVERYWHERE, None)], Some(30)),
        (1, 1, vec![(NEARBY, None), (EVERYWHERE, closed(30, 60))], Some(60)),
        (
            1,
            1,
            vec![(NEARBY, closed(9, 480)), (EVERYWHERE, closed(30, 60))],
            Some(480),
        ),
        (1, 1, vec![(NEARBY, closed(9, 0))], None),
        (1, 1, vec![(HARD, closed(5, 1_800))], Some(1_800)),
    ];
    for (from_address, from_network, lanes, expected) in cases {
        let context = SignInContext {
            now,
            from_address,
            from_network,
            lanes,
        };
        let expected = match expected {
            None => Decision::Allow,
            Some(seconds) => Decision::Deny {
                retry_after: Duration::from_secs(seconds),
            },
        };
        assert_eq!(decide(&context), expected, "{context:?}");
    }
}

#[test]
fn after_a_few_wrong_passwords_waits_grow_and_the_right_one_waits_too() {
    block_on(async {
        let (scene, _) = with_ada().await;
        for _ in 0..5 {
            let tried = tries(&scene, &scene.from(AWAY), ADA, "wrong").await;
            assert!(matches!(tried, Err(SignInError::WrongCredentials)));
        }
        let hashed = scene.hasher.calls();
        for password in ["wrong", RIGHT] {
            let tried = tries(&scene, &scene.from(AWAY), ADA, password).await;
            assert_eq!(wait(&tried), Some(30));
        }
        assert_eq!(scene.hasher.calls(), hashed, "nothing is looked at");
        scene.clock.advance(Duration::from_secs(30));
        let tried = tries(&scene, &scene.from(AWAY), ADA, "wrong").await;
        assert!(matches!(tried, Err(SignInError::WrongCredentials)));
        let tried = tries(&scene, &scene.from(AWAY), ADA, RIGHT).await;
        assert_eq!(wait(&tried), Some(60));
        scene.clock.advance(Duration::from_secs(60));
        signs_in(&scene, &scene.from(AWAY)).await;
        let tried = tries(&scene, &scene.from(AWAY), ADA, "wrong").await;
        assert_eq!(wait(&tried), None, "forgotten with the right one");
    });
}

#[test]
fn one_account_is_counted_once_however_it_is_spelled() {
    block_on(async {
        let (scene, _) = with_ada().await;
        for spelling in [
            ADA,
            "Ada@Example.com",
            " ada@example.com ",
            "ADA@EXAMPLE.COM",
            ADA,
        ] {
            let tried = tries(&scene, &scene.from(AWAY), spelling, "wrong").await;
            assert!(matches!(tried, Err(SignInError::WrongCredentials)), "{spelling}");
        }
        let tried = tries(&scene, &scene.from(AWAY), "aDa@example.com", "wrong").await;
        assert_eq!(wait(&tried), Some(30));
    });
}

#[test]
fn right_passwords_use_nothing_up() {
    block_on(async {
        let (scene, _) = with_ada().await;
        for _ in 0..100 {
            tries(&scene, &scene.from(AWAY), ADA, RIGHT).await.unwrap();
        }
    });
}

#[test]
fn unknown_disabled_and_passwordless_accounts_wait_and_cost_the_same() {
    block_on(async {
        let scene = Scene::new();
        scene.registered(a_user().email(ADA).build()).await;
        scene
            .registered(
                a_user()
                    .number(2)
                    .email("disabled@example.com")
                    .disabled()
                    .build(),
            )
            .await;
        scene
            .without_password(a_user().number(3).email("none@example.com").build())
            .await;
        let mut seen = Vec::new();
        for who in [
            ADA,
            "disabled@example.com",
            "none@example.com",
            "nobody@example.com",
        ] {
            let mut history = Vec::new();
            for _ in 0..8 {
                let hashed = scene.hasher.calls();
                let mut waits = None;
                let attempt = async { waits = wait(&tries(&scene, &scene.from(AWAY), who, "wrong").await) };
                let cost = scene.cost(attempt).await;
                history.push((cost, scene.hasher.calls() - hashed, waits));
            }
            seen.push(history);
        }
        for other in &seen {
            assert_eq!(other, &seen[0]);
        }
        assert_eq!(seen[0][7].2, Some(30));
    });
}

#[test]
fn strangers_cannot_lock_the_owners_device_out() {
    block_on(async {
        let (scene, ada) = with_ada().await;
        // Many addresses, and the owner's own too: nobody who is unknown gets in any more.
        for number in 0..300 {
            let address = format!("2001:db8:{number:x}::1");
            let _ = tries(&scene, &scene.from(&address), ADA, "wrong").await;
            let _ = tries(&scene, &scene.from(HOME), "else@example.com", "wrong").await;
        }
        assert!(wait(&tries(&scene, &scene.from("203.0.113.9"), ADA, RIGHT).await).is_some());
        assert!(wait(&tries(&scene, &scene.from(HOME), ADA, RIGHT).await).is_some());
        let home = at_home(&scene, &ada);
        tries(&scene, &home, ADA, RIGHT).await.unwrap();
    });
}

#[test]
fn a_stolen_device_gets_no_more_than_its_own_budget() {
    block_on(async {
        let (scene, ada) = with_ada().await;
        scene
            .registered(a_user().number(2).email("eve@example.com").build())
            .await;
        let stolen = at_home(&scene, &ada);
        for _ in 0..5 {
            let tried = tries(&scene, &stolen, ADA, "wrong").await;
            assert!(matches!(tried, Err(SignInError::WrongCredentials)));
        }
        assert_eq!(wait(&tries(&scene, &stolen, ADA, RIGHT).await), Some(30));
        let another = at_home(&scene, &ada);
        tries(&scene, &another, ADA, RIGHT).await.unwrap();
        // With other accounts it is as unknown as any.
        for _ in 0..5 {
            let _ = tries(&scene, &stolen, "eve@example.com", "wrong").await;
        }
        let elsewhere = Act {
            origin: scene.from(HOME).origin,
            ..scene.act.clone()
        };
        assert_eq!(
            wait(&tries(&scene, &elsewhere, "eve@example.com", RIGHT).await),
            Some(30)
        );
    });
}

#[test]
fn a_realm_that_locks_hard_closes_every_lane_for_half_an_hour() {
    block_on(async {
        let (mut scene, ada) = with_ada().await;
        scene.change_settings(|settings| settings.hard_lockout = true);
        for number in 0..5 {
            let tried = tries(&scene, &scene.from(&format!("192.0.2.{number}")), ADA, "wrong").await;
            assert!(matches!(tried, Err(SignInError::WrongCredentials)));
        }
        let home = at_home(&scene, &ada);
        assert_eq!(wait(&tries(&scene, &home, ADA, RIGHT).await), Some(1_800));
        scene.clock.advance(Duration::from_secs(1_799));
        assert_eq!(wait(&tries(&scene, &home, ADA, RIGHT).await), Some(1));
        scene.clock.advance(Duration::from_secs(1));
        tries(&scene, &home, ADA, RIGHT).await.unwrap();
    });
}

#[test]
fn an_attempt_is_counted_before_the_password_is_looked_at() {
    let (scene, _) = block_on(with_ada());
    let scene = Arc::new(scene);
    // All begin before any has been judged.
    let all: FuturesUnordered<_> = (0..1_000)
        .map(|_| {
            let scene = scene.clone();
            async move { tries(&scene, &scene.from(AWAY), ADA, "wrong").await }
        })
        .collect();
    let judged = block_on_stream(all).filter(|tried| wait(tried).is_none());
    assert_eq!(judged.count(), 5);
    assert_eq!(scene.hasher.calls(), 5);
}

#[test]
fn each_wait_is_recorded_once() {
    block_on(async {
        let (scene, ada) = with_ada().await;
        for _ in 0..50 {
            let _ = tries(&scene, &scene.from(AWAY), ADA, "wrong").await;
        }
        let events = scene.memory.events(scene.act.realm.realm.id);
        let told = events
            .iter()
            .filter(|event| event.kind == EventKind::TooManyAttempts { user: Some(ada.id) });
        assert_eq!(told.count(), 1);
        let failed = events
            .iter()
            .filter(|event| matches!(event.kind, EventKind::SignInFailed { .. }));
        assert_eq!(failed.count(), 5);
    });
}

#[test]
fn a_mailed_code_is_guessed_on_the_accounts_budget() {
    block_on(async {
        let scene = Scene::new();
        let registration = &scene.services.registration;
        let browser = Digest::of("hers");
        let form = SignUp {
            email: ADA.to_owned(),
            name: String::new(),
            password: RIGHT.to_owned(),
            interaction: None,
            browser,
            work: crate::work::Shown::default(),
            terms: None,
        };
        let flow = registration.sign_up(&scene.act, form).await.unwrap();
        for _ in 0..3 {
            let tried = registration
                .confirm_with_code(&scene.act, (&flow, browser), "000000")
                .await;
            assert!(matches!(tried, Err(ConfirmError::Refused)));
        }
        for _ in 0..2 {
            assert_eq!(wait(&tries(&scene, &scene.act, ADA, "wrong").await), None);
        }
        let tried = registration
            .confirm_with_code(&scene.act, (&flow, browser), "000000")
            .await;
        assert!(
            matches!(tried, Err(ConfirmError::TooManyAttempts { retry_after }) if retry_after.as_secs() == 30)
        );
        // Sending the mail again, or signing up again, gives no further tries.
        let again = registration
            .resend(&scene.act, &flow, browser, None)
            .await
            .unwrap();
        let tried = registration
            .confirm_with_code(&scene.act, (&again, browser), "000000")
            .await;
        assert!(matches!(tried, Err(ConfirmError::TooManyAttempts { .. })));
    });
}

#[test]
fn links_are_tried_within_the_budget_of_their_address() {
    block_on(async {
        let scene = Scene::new();
        let act = scene.from(AWAY);
        let recovery = &scene.services.recovery;
        let by = ResetLink {
            token: "sgn_ml_x",
            browser: Digest::of("browser"),
            told: false,
        };
        for _ in 0..FROM_ADDRESS {
            let tried = recovery.reset(&act, by, RIGHT.to_owned()).await;
            assert!(matches!(tried, Err(ResetError::Refused)));
        }
        let tried = recovery.reset(&act, by, RIGHT.to_owned()).await;
        assert!(matches!(tried, Err(ResetError::TooManyAttempts { .. })));
        let tried = scene
            .services
            .registration
            .confirm_with_link(&act, ("x", Digest::of("b")), None)
            .await;
        assert!(matches!(tried, Err(ConfirmError::TooManyAttempts { .. })));
        assert!(wait(&tries(&scene, &act, ADA, RIGHT).await).is_some());
    });
}

#[test]
fn whether_an_address_has_an_account_shows_in_no_wait_of_a_sign_up() {
    block_on(async {
        let mut seen = Vec::new();
        for who in [ADA, "amy@example.com"] {
            let (scene, _) = with_ada().await;
            let (registration, browser) = (&scene.services.registration, Digest::of("browser"));
            let mut judged = Vec::new();
            for _ in 0..3 {
                let form = SignUp {
                    email: who.to_owned(),
                    name: String::new(),
                    password: "another long passphrase".to_owned(),
                    interaction: None,
                    browser,
                    work: crate::work::Shown::default(),
                    terms: None,
                };
                let flow = registration.sign_up(&scene.act, form).await.unwrap();
                for _ in 0..2 {
                    let tried = registration.confirm_with_code(&scene.act, (&flow, browser), "x");
                    judged.push(matches!(tried.await, Err(ConfirmError::Refused)));
                }
            }
            seen.push(judged);
        }
        assert_eq!(seen[0], [true, true, true, true, true, false]);
        assert_eq!(seen[0], seen[1]);
    });
}

#[test]
fn what_is_refused_is_told_by_door_and_reason() {
    block_on(async {
        let (scene, _) = with_ada().await;
        scene
            .registered(a_user().number(2).email("off@example.com").disabled().build())
            .await;
        let act = scene.from(AWAY);
        for _ in 0..7 {
            let _ = tries(&scene, &act, ADA, "wrong").await;
        }
        let _ = tries(&scene, &act, "off@example.com", RIGHT).await;
        tries(&scene, &scene.from(HOME), ADA, RIGHT).await.unwrap();
        let count = |why| scene.refusals.count(Door::Password, why);
        let counted: Vec<usize> = Refusal::ALL.into_iter().map(count).collect();
        assert_eq!(counted, [5, 1, 0, 2], "wrong, not allowed, expired, too many");
    });
}

#[test]
fn failures_close_their_own_lane_and_open_it_again() {
    block_on(async {
        let (scene, minute) = (Scene::new(), Duration::from_secs(60));
        let (act, budgets) = (&scene.act, &scene.services.budgets);
        let of = |key: &str| FailureLane {
            door: Door::Client,
            key: key.to_owned(),
            allowance: Allowance::Strict {
                attempts: 5,
                within: 15 * minute,
                closed: 60 * minute,
            },
        };
        let lane = of("app");
        for _ in 0..5 {
            budgets.is_open(act, &lane).await.unwrap();
            budgets.failed(act, &lane, Refusal::Wrong).await.unwrap();
        }
        let closed =
            |tried| matches!(tried, Err(BudgetError::Spent { retry_after }) if retry_after == 60 * minute);
        assert!(closed(budgets.is_open(act, &lane).await));
        assert!(closed(budgets.failed(act, &lane, Refusal::Wrong).await));
        let count = |why| scene.refusals.count(Door::Client, why);
        assert_eq!((count(Refusal::Wrong), count(Refusal::TooMany)), (5, 2));
        budgets.is_open(act, &of("another")).await.unwrap();
        scene.clock.advance(60 * minute);
        budgets.is_open(act, &lane).await.unwrap();
    });
}
