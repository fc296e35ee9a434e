use super::*;
use crate::{
    secret::Digest,
    services::{
        budgets::{
            BEYOND_GUESSING, FROM_ADDRESS, FROM_NETWORK, WINDOW, Whom,
            tests::{ADA, AWAY, HOME, RIGHT, at_home, tries, wait, with_ada},
        },
        mailed::CodeFor,
        passkeys::tests::Somebody,
        recovery::{ResetError, ResetLink},
        registration::ConfirmError,
        scene::Scene,
        sign_in::SignInError,
        users::CreateUser,
    },
    stores::Alongside,
    testing::FakeWebAuthn,
    user::{Role, User},
};
use futures::{
    executor::{block_on, block_on_stream},
    stream::FuturesUnordered,
};

const CHOSEN: &str = "another long passphrase";

/// What may be wrong in a lane of a known device.
fn own_lane() -> usize {
    match BEYOND_GUESSING {
        crate::budget::Allowance::Strict { attempts, .. } => attempts as usize,
        crate::budget::Allowance::Growing { .. } => unreachable!("it has an end"),
    }
}

/// What is counted where `act` comes from.
async fn counted(act: &Act) -> u64 {
    let origin = super::super::origin::Origin::count(act).await.unwrap();
    let (from_address, from_network) = origin.sums();
    origin.give_back(act).await.unwrap();
    assert_eq!(from_address, from_network, "nobody else tries in these tests");
    from_address - 1
}

/// Uses up what may come from [`HOME`] with links that do not work.
async fn flood_home(scene: &Scene) {
    for _ in 0..FROM_ADDRESS {
        let tried = scene.services.sign_in.link(&scene.from(HOME), "sgn_ml_x").await;
        assert!(matches!(tried, Err(SignInError::WrongCredentials)));
    }
    let tried = scene.services.sign_in.link(&scene.from(HOME), "sgn_ml_x").await;
    assert_eq!(wait(&tried), Some(WINDOW.as_secs()));
}

/// The token of a link that was mailed to `user` for this.
async fn link(scene: &Scene, user: &User, purpose: MailedCodePurpose) -> String {
    let ports = &scene.services.ports;
    let of = CodeFor {
        id: ports.flow(),
        user: user.id,
        purpose,
        email: &user.email,
        browser: Some(Digest::of("hers")),
    };
    let fresh = ports.fresh_code(&scene.act, &of);
    let codes = &scene.act.realm.stores.mailed_codes;
    codes.send(&fresh.stored, Alongside::default()).await.unwrap();
    fresh.link.expose().to_owned()
}

/// Tries to sign in with the passkey "one" as `act` comes in.
fn by_passkey(ada: &Somebody, act: &Act, word: &str, count: u32) -> Result<(), SignInError> {
    let interaction = ada.interaction();
    let asked = ada.ask_who(&interaction);
    let answer = FakeWebAuthn::answer(&asked.options, "one", ada.handle(), word, count);
    let sign_in = &ada.scene.services.sign_in;
    let tried = sign_in.passkey(act, &interaction, (asked.ceremony, &answer));
    block_on(tried).map(drop)
}

#[test]
fn any_number_of_right_passwords_comes_from_one_address() {
    block_on(async {
        let (scene, _) = with_ada().await;
        for number in 0..=FROM_NETWORK {
            let tried = tries(&scene, &scene.from(AWAY), ADA, RIGHT).await;
            assert!(tried.is_ok(), "{number}: {tried:?}");
        }
        assert_eq!(counted(&scene.from(AWAY)).await, 0);
    });
}

#[test]
fn any_number_of_right_passkeys_comes_from_one_address() {
    let ada = Somebody::new();
    ada.add("one");
    let away = ada.scene.from(AWAY);
    for number in 0..400 {
        let tried = by_passkey(&ada, &away, "secret", number + 2);
        assert!(tried.is_ok(), "{number}: {tried:?}");
    }
    assert_eq!(block_on(counted(&away)), 0);
}

#[test]
fn right_ones_between_wrong_ones_neither_count_nor_make_room() {
    block_on(async {
        let (scene, _) = with_ada().await;
        let away = scene.from(AWAY);
        for number in 1..FROM_ADDRESS {
            let wrong = tries(&scene, &away, &format!("{number}@example.com"), "wrong").await;
            assert!(matches!(wrong, Err(SignInError::WrongCredentials)), "{number}");
            tries(&scene, &away, ADA, RIGHT).await.unwrap();
        }
        assert_eq!(counted(&away).await, FROM_ADDRESS - 1);
        let last = tries(&scene, &away, "last@example.com", "wrong").await;
        assert!(matches!(last, Err(SignInError::WrongCredentials)));
        let full = Some(WINDOW.as_secs());
        assert_eq!(wait(&tries(&scene, &away, ADA, RIGHT).await), full);
        assert_eq!(wait(&scene.services.sign_in.link(&away, "x").await), full);
    });
}

#[test]
fn every_right_credential_gives_its_attempt_back() {
    block_on(async {
        let (scene, ada) = with_ada().await;
        let (away, services) = (scene.from(AWAY), &scene.services);
        let token = link(&scene, &ada, MailedCodePurpose::SignIn).await;
        services.sign_in.link(&away, &token).await.unwrap();
        assert_eq!(counted(&away).await, 0, "sign-in");
        let token = link(&scene, &ada, MailedCodePurpose::ResetPassword).await;
        let by = ResetLink {
            token: &token,
            browser: Digest::of("hers"),
            told: true,
        };
        let short = services.recovery.reset(&away, by, "short".to_owned()).await;
        assert!(matches!(short, Err(ResetError::Password(_))));
        assert_eq!(counted(&away).await, 1, "what came to nothing stays counted");
        services
            .recovery
            .reset(&away, by, CHOSEN.to_owned())
            .await
            .unwrap();
        assert_eq!(counted(&away).await, 1, "reset");
        let token = link(&scene, &ada, MailedCodePurpose::UndoEmail).await;
        let undone = services.addresses.undo(&away, &token, CHOSEN.to_owned()).await;
        undone.unwrap();
        assert_eq!(counted(&away).await, 1, "undo");
        let again = services.addresses.undo(&away, &token, CHOSEN.to_owned()).await;
        assert!(again.is_err());
        assert_eq!(counted(&away).await, 2, "a link that was used");
    });
}

#[test]
fn the_set_up_link_and_that_of_a_sign_up_give_their_attempt_back() {
    block_on(async {
        let (scene, _) = with_ada().await;
        let (away, services) = (scene.from(AWAY), &scene.services);
        let form = crate::services::registration::SignUp {
            email: "amy@example.com".to_owned(),
            name: String::new(),
            password: CHOSEN.to_owned(),
            interaction: None,
            browser: Digest::of("hers"),
            work: crate::work::Shown::default(),
            terms: None,
        };
        services.registration.sign_up(&scene.act, form).await.unwrap();
        let mail = scene.mails().await.pop().unwrap();
        let token = mail
            .text
            .split("token=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap();
        let opened = (token, Digest::of("hers"));
        let confirmed = services.registration.confirm_with_link(&away, opened, None);
        assert!(confirmed.await.unwrap().is_some());
        assert_eq!(counted(&away).await, 0);
        let again = services.registration.confirm_with_link(&away, opened, None).await;
        assert!(matches!(again, Err(ConfirmError::Refused)));
        assert_eq!(counted(&away).await, 1);
        let token = services.users.setup_token(&scene.act).await.unwrap().unwrap();
        let new = || CreateUser {
            email: "root@example.com".to_owned(),
            name: String::new(),
            password: Some(CHOSEN.to_owned()),
            verified: true,
            role: Role::Administrator,
            claims: serde_json::Map::new(),
        };
        let made = services
            .users
            .create_first_administrator(&away, token.expose(), new());
        made.await.unwrap();
        assert_eq!(counted(&away).await, 1);
        let late = services
            .users
            .create_first_administrator(&away, token.expose(), new());
        assert!(late.await.is_err());
        assert_eq!(counted(&away).await, 2);
    });
}

#[test]
fn the_way_back_to_an_account_gives_its_attempt_back() {
    let ada = Somebody::new();
    ada.add("one");
    let (away, leaving) = (ada.scene.from(AWAY), &ada.scene.services.leaving);
    block_on(leaving.leave(&ada.scene.act, ada.proven())).unwrap();
    let offered = by_passkey(&ada, &away, "secret", 2);
    assert!(matches!(offered, Err(SignInError::Leaving(_))), "{offered:?}");
    assert_eq!(block_on(counted(&away)), 0, "the passkey was right");
    block_on(async {
        let token = link(&ada.scene, &ada.user, MailedCodePurpose::RestoreAccount).await;
        leaving.restore(&away, &token).await.unwrap();
        assert_eq!(counted(&away).await, 0);
        assert!(leaving.restore(&away, &token).await.is_err(), "once");
        assert_eq!(counted(&away).await, 1);
    });
}

#[test]
fn what_is_given_back_lowers_no_later_window() {
    block_on(async {
        let (scene, _) = with_ada().await;
        let (away, budgets) = (scene.from(AWAY), &scene.services.budgets);
        let slow = budgets.arrive(&away, Door::Passkey, None).await.unwrap();
        scene.clock.advance(WINDOW);
        for _ in 0..FROM_ADDRESS {
            let wrong = budgets.arrive(&away, Door::Passkey, None).await.unwrap();
            budgets.keep(&away, wrong).await.unwrap();
        }
        budgets.give_back(&away, slow).await.unwrap();
        assert_eq!(counted(&away).await, FROM_ADDRESS);
        assert!(budgets.arrive(&away, Door::Passkey, None).await.is_err());
    });
}

#[test]
fn what_is_given_back_to_a_lane_opens_no_later_one() {
    block_on(async {
        let (scene, ada) = with_ada().await;
        let (home, budgets) = (at_home(&scene, &ada), &scene.services.budgets);
        let arrive = || budgets.arrive(&home, Door::Passkey, Some(ada.id));
        let slow = arrive().await.unwrap();
        scene.clock.advance(WINDOW);
        for _ in 0..own_lane() {
            budgets.keep(&home, arrive().await.unwrap()).await.unwrap();
        }
        budgets.give_back(&home, slow).await.unwrap();
        assert!(arrive().await.is_err());
    });
}

#[test]
fn a_known_device_is_let_in_while_strangers_flood_its_address() {
    let ada = Somebody::new();
    ada.add("one");
    let scene = &ada.scene;
    block_on(flood_home(scene));
    let home = at_home(scene, &ada.user);
    by_passkey(&ada, &home, "secret", 2).unwrap();
    // An unknown browser there is shut out, and so is one that somebody else signed in on.
    let full = Some(WINDOW.as_secs());
    assert_eq!(wait(&by_passkey(&ada, &scene.from(HOME), "secret", 3)), full);
    let stranger = User {
        id: crate::id::UserId::from_uuid(uuid::Uuid::nil()),
        ..ada.user.clone()
    };
    assert_eq!(
        wait(&by_passkey(&ada, &at_home(scene, &stranger), "secret", 3)),
        full
    );
    block_on(async {
        let (sign_in, recovery) = (&scene.services.sign_in, &scene.services.recovery);
        let token = link(scene, &ada.user, MailedCodePurpose::SignIn).await;
        assert_eq!(wait(&sign_in.link(&scene.from(HOME), &token).await), full);
        sign_in.link(&home, &token).await.unwrap();
        let token = link(scene, &ada.user, MailedCodePurpose::ResetPassword).await;
        let by = ResetLink {
            token: &token,
            browser: Digest::of("hers"),
            told: true,
        };
        let shut = recovery.reset(&scene.from(HOME), by, CHOSEN.to_owned()).await;
        assert!(matches!(shut, Err(ResetError::TooManyAttempts { .. })));
        recovery.reset(&home, by, CHOSEN.to_owned()).await.unwrap();
        let token = link(scene, &ada.user, MailedCodePurpose::UndoEmail).await;
        let undone = scene.services.addresses.undo(&home, &token, CHOSEN.to_owned());
        undone.await.unwrap();
    });
}

#[test]
fn a_browser_that_is_sent_back_by_a_provider_is_let_in_while_strangers_flood_its_address() {
    block_on(async {
        let (scene, ada) = with_ada().await;
        flood_home(&scene).await;
        let (home, away, budgets) = (at_home(&scene, &ada), scene.from(HOME), &scene.services.budgets);
        let nobody = crate::id::UserId::from_uuid(uuid::Uuid::nil());
        let come = |act: &Act, accounts: &[crate::id::UserId]| {
            let (act, accounts) = (act.clone(), accounts.to_vec());
            async move { budgets.arrive_among(&act, Door::Provider, &accounts).await }
        };
        // Neither what a browser remembers nor its cookie alone is enough.
        for (act, accounts) in [(&away, vec![ada.id]), (&home, vec![nobody]), (&home, vec![])] {
            assert!(come(act, &accounts).await.is_err(), "{accounts:?}");
        }
        for _ in 0..own_lane() {
            let wrong = come(&home, &[nobody, ada.id]).await.unwrap();
            budgets.keep(&home, wrong).await.unwrap();
        }
        assert!(come(&home, &[ada.id]).await.is_err());
        let _own = budgets.arrive(&home, Door::Passkey, Some(ada.id)).await.unwrap();
        // Where nobody floods the address, that is left.
        scene.clock.advance(WINDOW / 2);
        let mut moved = at_home(&scene, &ada);
        moved.origin.address = scene.from(AWAY).origin.address;
        moved.origin.device.clone_from(&home.origin.device);
        let _there = come(&moved, &[ada.id]).await.unwrap();
        assert_eq!(counted(&moved).await, 1);
    });
}

#[test]
fn who_is_signed_in_at_home_sets_a_password_while_strangers_flood_the_address() {
    let ada = Somebody::new();
    let scene = &ada.scene;
    block_on(async {
        let home = at_home(scene, &ada.user);
        let passwords = &scene.services.passwords;
        passwords
            .set(&home, &ada.proven(), CHOSEN.to_owned())
            .await
            .unwrap();
        assert_eq!(counted(&home).await, 0, "neighbours pay nothing for it");
        flood_home(scene).await;
        passwords
            .set(&home, &ada.proven(), RIGHT.to_owned())
            .await
            .unwrap();
    });
}

#[test]
fn a_realm_that_locks_hard_knows_no_device() {
    block_on(async {
        let (mut scene, ada) = with_ada().await;
        scene.change_settings(|settings| settings.hard_lockout = true);
        flood_home(&scene).await;
        let home = at_home(&scene, &ada);
        let token = link(&scene, &ada, MailedCodePurpose::SignIn).await;
        let tried = scene.services.sign_in.link(&home, &token).await;
        assert_eq!(wait(&tried), Some(WINDOW.as_secs()));
        let budgets = &scene.services.budgets;
        let sent = budgets.arrive_among(&home, Door::Provider, &[ada.id]).await;
        assert!(sent.is_err());
    });
}

#[test]
fn a_known_device_that_floods_is_put_off_alone_and_told_once() {
    let ada = Somebody::new();
    ada.add("one");
    let stolen = at_home(&ada.scene, &ada.user);
    for number in 0..own_lane() {
        let tried = by_passkey(&ada, &stolen, "guess", 2);
        assert!(matches!(tried, Err(SignInError::WrongCredentials)), "{number}");
    }
    for word in ["guess", "secret"] {
        let tried = by_passkey(&ada, &stolen, word, 2);
        assert_eq!(wait(&tried), Some(WINDOW.as_secs()));
    }
    let told = crate::event::EventKind::TooManyAttempts {
        user: Some(ada.user.id),
    };
    assert_eq!(ada.kinds().iter().filter(|kind| **kind == told).count(), 1);
    // It took nothing of its neighbours', of the owner's other devices, nor of what is guessed on it.
    assert_eq!(block_on(counted(&stolen)), 0);
    by_passkey(&ada, &at_home(&ada.scene, &ada.user), "secret", 2).unwrap();
    let email = ada.user.email.as_str();
    block_on(tries(&ada.scene, &stolen, email, RIGHT)).unwrap();
    ada.scene.clock.advance(WINDOW);
    by_passkey(&ada, &stolen, "secret", 3).unwrap();
}

#[test]
fn wrong_passwords_on_a_device_leave_its_passkey_alone() {
    let ada = Somebody::new();
    ada.add("one");
    let home = at_home(&ada.scene, &ada.user);
    let email = ada.user.email.as_str();
    for _ in 0..5 {
        let _ = block_on(tries(&ada.scene, &home, email, "wrong"));
    }
    assert!(wait(&block_on(tries(&ada.scene, &home, email, RIGHT))).is_some());
    by_passkey(&ada, &home, "secret", 2).unwrap();
}

#[test]
fn of_a_thousand_at_once_a_known_device_gets_its_lane_and_an_address_its_count() {
    let (scene, ada) = block_on(with_ada());
    let (home, away) = (at_home(&scene, &ada), scene.from(AWAY));
    let budgets = &scene.services.budgets;
    let let_in = |act: &Act, whose| {
        let all: FuturesUnordered<_> = (0..1_000)
            .map(|number| {
                let act = act.clone();
                async move {
                    let Ok(reserved) = budgets.arrive(&act, Door::Passkey, whose).await else {
                        return false;
                    };
                    // Right ones among them make no room for wrong ones.
                    let right = number % 2 == 0;
                    budgets.judged(&act, reserved, Some(right)).await.unwrap();
                    !right
                }
            })
            .collect();
        block_on_stream(all).filter(|wrong| *wrong).count()
    };
    assert_eq!(let_in(&home, Some(ada.id)), own_lane());
    assert_eq!(let_in(&away, Some(ada.id)) as u64, FROM_ADDRESS);
}

#[test]
fn guesses_and_what_nobody_guesses_share_the_count_of_an_address() {
    block_on(async {
        let (scene, _) = with_ada().await;
        let (away, budgets) = (scene.from(AWAY), &scene.services.budgets);
        for number in 0..FROM_ADDRESS {
            let who = number.to_string();
            let reserved = budgets.reserve(&away, Door::Password, Whom::Nobody(&who)).await;
            budgets.keep(&away, reserved.unwrap()).await.unwrap();
        }
        assert!(budgets.arrive(&away, Door::Passkey, None).await.is_err());
    });
}
