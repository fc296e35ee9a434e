//! RFC 8628 §3.3, §5: a person types the code, sees whose device it is, and decides; guessing leads nowhere.

use crate::fixture::{Idp, Request};
use domain::{
    client::{GrantType, Status},
    consent::Validity,
    door::{Door, Refusal},
    event::EventKind,
    interaction::InteractionState,
    services::{
        budgets::KnownDevice,
        devices::{DeviceError, Opened},
    },
    testing::{a_client, a_user},
};

const NOBODYS: &str = "BBBB-BBBB";

#[tokio::test]
async fn s3_3_the_person_sees_who_asks_for_what_and_from_where() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let device = rp.device("openid email").await;
    let typed = device.answer.user_code.to_lowercase().replace('-', " ");
    let interaction = idp.enter(&typed, &browser).await.unwrap();
    let waiting = idp.waiting(&interaction, &browser).await;
    assert_eq!(waiting.client, rp.client);
    assert_eq!(waiting.device.scopes.to_string(), "email openid");
    assert_eq!(waiting.device.origin.address, Some("192.0.2.1".parse().unwrap()));
    assert_eq!(waiting.device.created_at, idp.now());
}

#[tokio::test]
async fn s3_3_nobody_is_approved_for_without_a_decision() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    let device = rp.device("openid").await;
    let interaction = device.entered(&browser).await.unwrap();
    idp.waiting(&interaction, &browser).await;
    let poll = device.poll().await;
    assert!(poll.is_err(), "also for the operator's own clients");
    idp.allow_device(&interaction, &browser).await.unwrap();
    assert!(device.poll().await.is_ok());
    let user = idp.user_of(&browser).await;
    let consent = idp.realm.stores.consents.find(user, rp.id()).await.unwrap();
    assert_eq!(consent, None, "the operator's own clients need none");
}

#[tokio::test]
async fn consent_is_remembered_and_the_device_asks_again_all_the_same() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    rp.device("openid email").await.allow(&browser).await.unwrap();
    let (user, client) = (idp.user_of(&browser).await, rp.id().clone());
    let consent = idp.realm.stores.consents.find(user, &client).await.unwrap();
    assert_eq!(consent.unwrap().scopes.to_string(), "email openid");
    let granted = EventKind::ConsentGranted { user, client };
    assert!(idp.events().contains(&granted));
    let code = idp
        .authorize(&rp.request().with("scope", "openid email"), &browser)
        .await;
    assert!(
        code.response().is_ok(),
        "what a device was allowed is not asked again"
    );
    let next = rp.device("openid email").await;
    next.entered(&browser).await.unwrap();
    assert!(next.poll().await.is_err());
}

#[tokio::test]
async fn whoever_is_not_signed_in_learns_nothing_until_they_are() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let device = rp.device("openid").await;
    let nobody = crate::fixture::Browser::default();
    for code in [NOBODYS, &device.answer.user_code] {
        let interaction = idp.enter(code, &nobody).await.unwrap();
        assert_eq!(interaction.consent, None);
        assert_eq!(
            interaction.state,
            InteractionState::AwaitingSignIn { identifier: None }
        );
    }
    let browser = idp.signed_in(a_user()).await;
    let wrong = idp.enter(NOBODYS, &nobody).await.unwrap();
    assert!(matches!(
        idp.opened(&wrong, &browser).await,
        Err(DeviceError::Unknown)
    ));
    let right = idp.enter(&device.answer.user_code, &nobody).await.unwrap();
    let unseen = idp.allow_device(&right, &browser).await;
    assert!(
        matches!(unseen, Err(DeviceError::Unknown)),
        "nobody decides about what they did not see"
    );
    idp.waiting(&right, &browser).await;
    let seen = idp.stored(&right).await;
    idp.allow_device(&seen, &browser).await.unwrap();
    assert!(device.poll().await.is_ok());
}

#[tokio::test]
async fn what_was_decided_is_shown_and_stays() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    for allow in [true, false] {
        let device = rp.device("openid").await;
        let interaction = device.entered(&browser).await.unwrap();
        if allow {
            idp.allow_device(&interaction, &browser).await.unwrap();
        } else {
            idp.deny_device(&interaction, &browser).await.unwrap();
        }
        let after = idp.stored(&interaction).await;
        let opened = idp.opened(&after, &browser).await.unwrap();
        assert!(matches!(opened, Opened::Decided { allowed } if allowed == allow));
        for again in [&interaction, &after] {
            assert!(idp.allow_device(again, &browser).await.is_err());
            assert!(idp.deny_device(again, &browser).await.is_err());
        }
        assert_eq!(device.poll().await.is_ok(), allow);
    }
}

#[tokio::test]
async fn s5_1_unknown_used_and_expired_codes_look_the_same() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let (old, denied, allowed) = (
        rp.device("openid").await,
        rp.device("openid").await,
        rp.device("openid").await,
    );
    denied.deny(&browser).await.unwrap();
    allowed.allow(&browser).await.unwrap();
    let tell = async |code: &str| match idp.enter(code, &browser).await {
        Err(error) => error.to_string(),
        Ok(_) => panic!("{code} works"),
    };
    let unknown = tell(NOBODYS).await;
    for used in [&denied, &allowed] {
        assert_eq!(tell(&used.answer.user_code).await, unknown);
    }
    idp.wait(600);
    assert_eq!(tell(&old.answer.user_code).await, unknown);
}

#[tokio::test]
async fn s5_1_after_five_wrong_codes_an_account_waits_longer_and_longer() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let (ada, bob) = (
        idp.signed_in(a_user()).await,
        idp.signed_in(a_user().number(2).email("bob@example.com")).await,
    );
    let device = rp.device("openid").await;
    for _ in 0..5 {
        assert!(matches!(
            idp.enter(NOBODYS, &ada).await,
            Err(DeviceError::Unknown)
        ));
    }
    for expected in [30, 60, 120] {
        let right = device.entered(&ada).await;
        assert!(
            matches!(right, Err(DeviceError::TooManyAttempts { retry_after }) if retry_after.as_secs() == expected),
            "not even the right one is looked at"
        );
        idp.wait(expected);
        assert!(idp.enter(NOBODYS, &ada).await.is_err());
    }
    assert!(device.entered(&bob).await.is_ok(), "nobody else is locked out");
    assert_eq!(idp.refusals.count(Door::UserCode, Refusal::Wrong), 8);
    assert_eq!(idp.refusals.count(Door::UserCode, Refusal::TooMany), 3);
    idp.wait(240);
    assert!(rp.device("openid").await.entered(&ada).await.is_ok());
}

#[tokio::test]
async fn s5_1_whoever_signs_in_on_many_devices_guesses_no_more() {
    let idp = Idp::start().await;
    let mut judged = 0;
    let browser = idp.signed_in(a_user()).await;
    let account = (idp.realm.realm.id, idp.user_of(&browser).await);
    for number in 0..20 {
        let mut act = idp.act_from(&format!("2001:db8:{number:x}::1"));
        let device = KnownDevice::new(&*idp.ports.random);
        act.origin.device = Some(device.with(&*idp.ports.sealer, account, idp.now()));
        let guess = idp.enter_in(&act, NOBODYS, &browser).await;
        judged += usize::from(matches!(guess, Err(DeviceError::Unknown)));
    }
    assert_eq!(judged, 5);
}

#[tokio::test]
async fn s5_1_guesses_behind_a_sign_in_count_too_and_right_codes_do_not() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let nobody = crate::fixture::Browser::default();
    let browser = idp.signed_in(a_user()).await;
    let device = rp.device("openid").await;
    for _ in 0..20 {
        let known = device.entered(&browser).await.unwrap();
        idp.waiting(&known, &browser).await;
    }
    for _ in 0..5 {
        let guess = idp.enter(NOBODYS, &nobody).await.unwrap();
        assert!(matches!(
            idp.opened(&guess, &browser).await,
            Err(DeviceError::Unknown)
        ));
    }
    let right = idp.enter(&device.answer.user_code, &nobody).await.unwrap();
    assert!(matches!(
        idp.opened(&right, &browser).await,
        Err(DeviceError::TooManyAttempts { .. })
    ));
}

#[tokio::test]
async fn s5_1_where_accounts_lock_hard_five_codes_are_typed_in_half_an_hour() {
    let idp = Idp::start_with(|settings| settings.hard_lockout = true).await;
    let browser = idp.signed_in(a_user()).await;
    for _ in 0..5 {
        assert!(matches!(
            idp.enter(NOBODYS, &browser).await,
            Err(DeviceError::Unknown)
        ));
    }
    let refused = idp.enter(NOBODYS, &browser).await;
    assert!(
        matches!(refused, Err(DeviceError::TooManyAttempts { retry_after }) if retry_after.as_secs() == 1_800)
    );
}

#[tokio::test]
async fn s5_1_a_network_types_three_hundred_codes_in_a_quarter_of_an_hour_at_most() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    for number in 0..60 {
        let guesser = a_user()
            .number(100 + number)
            .email(&format!("g{number}@example.com"));
        let browser = idp.signed_in(guesser).await;
        for _ in 0..5 {
            assert!(matches!(
                idp.enter(NOBODYS, &browser).await,
                Err(DeviceError::Unknown)
            ));
        }
    }
    let ada = idp.signed_in(a_user()).await;
    let device = rp.device("openid").await;
    assert!(matches!(
        device.entered(&ada).await,
        Err(DeviceError::TooManyAttempts { .. })
    ));
    let elsewhere = idp.act_from("198.51.100.9");
    let entered = idp.enter_in(&elsewhere, &device.answer.user_code, &ada).await;
    assert!(entered.is_ok());
}

#[tokio::test]
async fn what_a_client_may_no_longer_ask_is_not_shown() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let device = rp.device("openid").await;
    let interaction = device.entered(&browser).await.unwrap();
    idp.wait(1);
    idp.set_client(rp.id(), Status::Disabled).await;
    assert!(device.entered(&browser).await.is_err());
    idp.set_client(rp.id(), Status::Active).await;
    assert!(
        device.entered(&browser).await.is_err(),
        "it was withdrawn meanwhile"
    );
    assert!(idp.allow_device(&interaction, &browser).await.is_err());
    idp.wait(1);
    let fresh = rp.device("openid").await;
    assert!(fresh.allow(&browser).await.is_ok());
    let web = idp
        .relying_party(a_client().id("web").grants(&[GrantType::AuthorizationCode]))
        .await;
    assert!(web.device_authorization(&Request::default()).await.is_err());
}

#[tokio::test]
async fn whoever_signed_out_meanwhile_allows_nothing() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let device = rp.device("openid").await;
    let interaction = device.entered(&browser).await.unwrap();
    let person = idp.sessions(&browser).await.remove(0);
    idp.sign_out(&browser).await;
    let allowed = idp
        .devices()
        .allow(&idp.act(), &interaction, &person, Validity::UntilRemoved)
        .await;
    assert!(matches!(allowed, Err(DeviceError::SignedOut)));
    assert!(device.poll().await.is_err());
    let (user, client) = (person.user().id, rp.id());
    let consent = idp.realm.stores.consents.find(user, client).await.unwrap();
    assert_eq!(consent, None, "nothing is remembered either");
}
