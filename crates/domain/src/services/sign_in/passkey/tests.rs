use super::*;
use crate::{
    client::Status, login_session::LoginSession, services::passkeys::tests::Somebody, testing::FakeWebAuthn,
};
use futures::executor::block_on;

/// Tries to sign in with the credential "one" under a fresh challenge.
fn try_with(ada: &Somebody, word: &str, count: u32) -> Result<LoginSession, SignInError> {
    let interaction = ada.interaction();
    let asked = ada.ask_who(&interaction);
    let answer = FakeWebAuthn::answer(&asked.options, "one", ada.handle(), word, count);
    ada.sign_in(&interaction, asked.ceremony, &answer)
}

fn refused(tried: &Result<LoginSession, SignInError>) -> bool {
    matches!(tried, Err(SignInError::WrongCredentials))
}

#[test]
fn a_passkey_signs_in_and_counts_as_two_factors() {
    let ada = Somebody::new();
    let passkey = ada.add("one");
    let session = try_with(&ada, "secret", 2).unwrap();
    assert_eq!(session.methods, [Method::Passkey]);
    assert_eq!(session.user_id, ada.user.id);
    assert_ne!(
        session.id,
        ada.signed_in.session().id,
        "another browser's session is another one"
    );
    let used = EventKind::PasskeyUsed {
        user: ada.user.id,
        passkey: passkey.id,
    };
    assert!(ada.kinds().contains(&used));
}

#[test]
fn s7_2_whatever_is_wrong_gets_the_same_answer() {
    let ada = Somebody::new();
    assert!(refused(&try_with(&ada, "secret", 1)), "unknown");
    ada.add("one");
    assert!(refused(&try_with(&ada, "guess", 2)), "wrong signature");
    let interaction = ada.interaction();
    let asked = ada.ask_who(&interaction);
    let nobody = UserHandle::of(
        ada.scene.act.realm.realm.id,
        crate::id::UserId::from_uuid(uuid::Uuid::nil()),
    );
    let answer = FakeWebAuthn::answer(&asked.options, "one", nobody, "secret", 2);
    assert!(
        refused(&ada.sign_in(&interaction, asked.ceremony, &answer)),
        "another's handle"
    );
    assert!(
        refused(&ada.sign_in(&interaction, asked.ceremony, "{}")),
        "no answer at all"
    );
    let users = &ada.scene.act.realm.stores.users;
    let moment = ada.scene.act.realm.moment(ada.scene.services.ports.clock.now());
    let disabled = users.set_status(ada.user.id, Status::Disabled, moment, Alongside::default());
    assert!(block_on(disabled).unwrap());
    assert!(refused(&try_with(&ada, "secret", 2)), "disabled");
    let reasons: Vec<_> = ada
        .kinds()
        .into_iter()
        .filter_map(|kind| {
            let EventKind::SignInFailed { reason, .. } = kind else {
                return None;
            };
            Some(reason)
        })
        .collect();
    let expected = [
        SignInFailure::UnknownPasskey,
        SignInFailure::WrongPasskey,
        SignInFailure::WrongPasskey,
        SignInFailure::Disabled,
    ];
    assert_eq!(reasons, expected);
}

#[test]
fn s13_4_3_a_challenge_is_good_once_in_its_browser_and_for_its_request() {
    let mut ada = Somebody::new();
    ada.add("one");
    let interaction = ada.interaction();
    let answer =
        |asked: &Asked, count| FakeWebAuthn::answer(&asked.options, "one", ada.handle(), "secret", count);
    let asked = ada.ask_who(&interaction);
    assert!(
        ada.sign_in(&interaction, asked.ceremony, &answer(&asked, 2))
            .is_ok()
    );
    assert!(
        refused(&ada.sign_in(&interaction, asked.ceremony, &answer(&asked, 3))),
        "replayed"
    );
    let (asked, other) = (ada.ask_who(&interaction), ada.interaction());
    assert!(
        refused(&ada.sign_in(&other, asked.ceremony, &answer(&asked, 3))),
        "another request"
    );
    let (asked, stale) = (ada.ask_who(&interaction), ada.ask_who(&interaction));
    let (given, late) = (answer(&asked, 3), answer(&stale, 3));
    ada.browser = crate::secret::Digest::of("another browser");
    let elsewhere = Interaction {
        browser: ada.browser,
        ..interaction.clone()
    };
    assert!(
        refused(&ada.sign_in(&elsewhere, asked.ceremony, &given)),
        "another browser"
    );
    ada.scene
        .clock
        .advance(ada.scene.act.realm.settings.lifetimes.interaction);
    assert!(
        refused(&ada.sign_in(&interaction, stale.ceremony, &late)),
        "expired"
    );
}

#[test]
fn s7_2_a_count_that_goes_back_is_refused_and_recorded() {
    let ada = Somebody::new();
    let passkey = ada.add("one");
    assert!(try_with(&ada, "secret", 5).is_ok());
    for count in [5, 4, 0] {
        assert!(refused(&try_with(&ada, "secret", count)), "{count}");
    }
    let went_back = EventKind::PasskeyCountWentBack {
        user: ada.user.id,
        passkey: passkey.id,
    };
    assert_eq!(ada.kinds().iter().filter(|kind| **kind == went_back).count(), 3);
    assert!(try_with(&ada, "secret", 6).is_ok());
}

#[test]
fn a_removed_passkey_signs_nobody_in() {
    let ada = Somebody::new();
    let passkey = ada.add("one");
    let interaction = ada.interaction();
    let asked = ada.ask_who(&interaction);
    let answer = FakeWebAuthn::answer(&asked.options, "one", ada.handle(), "secret", 2);
    let removed = ada
        .scene
        .services
        .passkeys
        .remove(&ada.scene.act, ada.proven(), passkey.id);
    block_on(removed).unwrap();
    assert!(refused(&ada.sign_in(&interaction, asked.ceremony, &answer)));
}

#[test]
fn without_a_relying_party_nothing_is_asked() {
    let mut ada = Somebody::new();
    ada.scene.services.ports.web_authn = std::sync::Arc::new(FakeWebAuthn::off());
    let services = crate::services::Services::new(ada.scene.services.ports.clone());
    let interaction = ada.interaction();
    let asked = block_on(services.sign_in.ask_for_passkey(&ada.scene.act, &interaction));
    assert!(asked.unwrap().is_none());
    let offered = block_on(
        services
            .passkeys
            .is_offered(&ada.scene.act, ada.signed_in.session()),
    );
    assert!(!offered.unwrap());
}
