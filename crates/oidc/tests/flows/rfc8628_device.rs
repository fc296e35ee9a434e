//! RFC 8628 §3.1–§3.5: a device asks, polls, and gets what a person allowed, once.

use crate::fixture::{Browser, Device, Idp, Request, assert_refused};
use domain::{
    client::{GrantType, Status},
    event::EventKind,
    testing::{a_client, a_user},
};
use oidc::{device::DeviceError, jose::TokenType, token::TokenError};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

#[tokio::test]
async fn s3_2_a_device_gets_both_codes_and_where_they_are_typed() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().public()).await;
    let device = rp.device("openid").await;
    let answer = serde_json::to_value(&device.answer).unwrap();
    let code = answer["user_code"].as_str().unwrap();
    assert_eq!(answer["verification_uri"], format!("{}/device", idp.issuer()));
    assert_eq!(
        answer["verification_uri_complete"],
        format!("{}/device?user_code={code}", idp.issuer())
    );
    assert_eq!(
        (answer["expires_in"].as_u64(), answer["interval"].as_u64()),
        (Some(600), Some(5))
    );
    assert!(answer["device_code"].as_str().unwrap().starts_with("sgn_dc_"));
    assert!(!format!("{:?}", device.answer).contains(code));
    let other = rp.device("openid").await;
    assert_ne!(other.answer.user_code, code);
    assert_ne!(other.answer.device_code, device.answer.device_code);
}

#[tokio::test]
async fn s3_1_only_registered_clients_and_scopes() {
    let idp = Idp::start().await;
    let web = a_client().id("web").grants(&GrantType::DEFAULT);
    let web = idp.relying_party(web).await;
    assert_refused!(
        web.device_authorization(&Request::default()).await,
        DeviceError::GrantNotRegistered,
        "unauthorized_client"
    );
    let rp = idp.relying_party(a_client().scopes("openid email")).await;
    for scope in ["openid phone", "\"", "offline_access"] {
        let asked = rp.device_authorization(&Request::of(&[("scope", scope)])).await;
        assert_refused!(asked, DeviceError::Scope, "invalid_scope");
    }
    let twice = Request::of(&[("scope", "openid"), ("scope", "email")]);
    assert_refused!(
        rp.device_authorization(&twice).await,
        DeviceError::Repeated,
        "invalid_request"
    );
}

#[tokio::test]
async fn s3_1_without_scope_what_is_registered_but_not_offline_access() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let answer = rp.device_authorization(&Request::default()).await.unwrap();
    let device = Device { rp: &rp, answer };
    device.allow(&browser).await.unwrap();
    assert_eq!(device.poll().await.unwrap().scope(), "email openid profile");
}

#[tokio::test]
async fn s3_4_what_a_person_allows_comes_at_the_next_poll_and_once() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().public()).await;
    let browser = idp.signed_in(a_user()).await;
    let device = rp.device("openid email").await;
    assert_refused!(
        device.poll().await,
        TokenError::AuthorizationPending,
        "authorization_pending"
    );
    idp.wait(1);
    device.allow(&browser).await.unwrap();
    let tokens = device.poll().await.unwrap();
    assert_eq!(tokens.scope(), "email openid");
    let (_, id) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    assert_eq!(id["sub"], idp.user_of(&browser).await.to_string());
    assert_eq!((id["aud"].as_str(), id.get("nonce")), (Some("app"), None));
    assert_eq!(id["sid"], browser.session().to_string());
    assert!(idp.userinfo(tokens.access_token()).await.is_ok());
    assert!(rp.refresh(tokens.refresh_token().unwrap()).await.is_ok());
    assert_refused!(
        device.poll().await,
        TokenError::DeviceCodeRedeemed,
        "invalid_grant"
    );
    assert!(
        idp.userinfo(tokens.access_token()).await.is_ok(),
        "asking again ends nothing"
    );
}

#[tokio::test]
async fn s3_5_polling_too_often_is_answered_with_slow_down_and_costs_five_seconds() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let device = rp.device("openid").await;
    let pending = async || {
        let answer = device.poll().await;
        assert_refused!(answer, TokenError::AuthorizationPending, "authorization_pending");
    };
    let slow_down = async || {
        assert_refused!(device.poll().await, TokenError::PolledTooSoon, "slow_down");
    };
    pending().await;
    idp.wait(5);
    pending().await;
    idp.wait(4);
    slow_down().await;
    idp.wait(9);
    slow_down().await;
    idp.wait(15);
    pending().await;
    device.allow(&browser).await.unwrap();
    assert!(
        device.poll().await.is_ok(),
        "whoever may have tokens need not wait"
    );
}

#[tokio::test]
async fn s3_5_a_denial_is_final() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let device = rp.device("openid").await;
    device.deny(&browser).await.unwrap();
    assert!(device.allow(&browser).await.is_err());
    for _ in 0..2 {
        assert_refused!(device.poll().await, TokenError::DeviceDenied, "access_denied");
    }
    let user = idp.user_of(&browser).await;
    let client = rp.id().clone();
    assert!(idp.events().contains(&EventKind::ConsentDenied { user, client }));
}

#[tokio::test]
async fn s3_5_an_expired_code_says_so_also_when_it_was_allowed() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let (waiting, allowed) = (rp.device("openid").await, rp.device("openid").await);
    allowed.allow(&browser).await.unwrap();
    idp.wait(600);
    for device in [waiting, allowed] {
        assert!(device.allow(&browser).await.is_err());
        assert_refused!(
            device.poll().await,
            TokenError::DeviceCodeExpired,
            "expired_token"
        );
    }
}

#[tokio::test]
async fn s3_4_a_code_belongs_to_one_client_and_one_realm() {
    let idp = Idp::start().await;
    let (rp, other) = (
        idp.relying_party(a_client()).await,
        idp.relying_party(a_client().id("other")).await,
    );
    let browser = idp.signed_in(a_user()).await;
    let device = rp.device("openid").await;
    device.allow(&browser).await.unwrap();
    assert_refused!(
        other.token(&device.polling()).await,
        TokenError::ClientMismatch,
        "invalid_grant"
    );
    let elsewhere = idp.realm("acme");
    let twin = elsewhere.relying_party(a_client()).await;
    assert_refused!(
        twin.token(&device.polling()).await,
        TokenError::CodeUnknown,
        "invalid_grant"
    );
    assert!(device.poll().await.is_ok(), "nothing of that used it up");
}

#[tokio::test]
async fn a_device_code_is_never_taken_for_another_secret() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let device = rp.device("openid").await;
    let secret = &device.answer.device_code;
    assert_refused!(rp.redeem(secret).await, TokenError::CodeUnknown, "invalid_grant");
    assert_refused!(
        rp.refresh(secret).await,
        TokenError::RefreshTokenUnknown,
        "invalid_grant"
    );
    let tokens = rp.tokens(&browser).await;
    for wrong in [
        &rp.code(&browser).await,
        tokens.refresh_token().unwrap(),
        &device.answer.user_code,
    ] {
        let poll = rp.token(&device.polling().with("device_code", wrong)).await;
        assert_refused!(poll, TokenError::CodeUnknown, "invalid_grant");
    }
    let missing = rp.token(&Request::of(&[("grant_type", GRANT)])).await;
    assert_refused!(missing, TokenError::Missing(_), "invalid_request");
}

#[tokio::test]
async fn what_ended_between_approval_and_poll_gives_nothing() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let user = idp.user_of(&browser).await;
    let approved = async |browser: &Browser| {
        let device = rp.device("openid").await;
        device.allow(browser).await.unwrap();
        idp.wait(1);
        device
    };
    let device = approved(&browser).await;
    idp.revoke_consent(user, rp.id()).await;
    assert_refused!(
        device.poll().await,
        TokenError::AuthorizationRevoked,
        "invalid_grant"
    );

    let device = approved(&browser).await;
    idp.sign_out(&browser).await;
    assert!(device.poll().await.is_err());

    let found = idp.realm.stores.users.find(user).await.unwrap().unwrap();
    let browser = idp.sign_in(&found).await;
    let device = approved(&browser).await;
    idp.set_user(user, Status::Disabled).await;
    idp.set_user(user, Status::Active).await;
    assert!(device.poll().await.is_err());

    idp.wait(1);
    let browser = idp.sign_in(&found).await;
    let device = approved(&browser).await;
    idp.set_client(rp.id(), Status::Disabled).await;
    idp.set_client(rp.id(), Status::Active).await;
    assert!(device.poll().await.is_err());
}

#[tokio::test]
async fn refresh_tokens_and_offline_access_follow_the_rules_of_every_grant() {
    let idp = Idp::start().await;
    let without = a_client().id("tv").grants(&[GrantType::DeviceCode]);
    let rp = idp.relying_party(without).await;
    let browser = idp.signed_in(a_user()).await;
    let device = rp.device("openid offline_access").await;
    device.allow(&browser).await.unwrap();
    let tokens = device.poll().await.unwrap();
    assert_eq!((tokens.scope(), tokens.refresh_token()), ("openid", None));

    let rp = idp.relying_party(a_client()).await;
    let device = rp.device("openid offline_access").await;
    device.allow(&browser).await.unwrap();
    let tokens = device.poll().await.unwrap();
    idp.sign_out(&browser).await;
    assert!(rp.refresh(tokens.refresh_token().unwrap()).await.is_ok());
}

#[tokio::test]
async fn codes_are_stored_as_digests() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let device = rp.device("openid").await;
    let interaction = device.entered(&browser).await.unwrap();
    let waiting = idp.waiting(&interaction, &browser).await;
    let stored = format!("{:?}", waiting.device) + &format!("{interaction:?}");
    let code = device.answer.user_code.clone();
    assert!(!stored.contains(&device.answer.device_code) && !stored.contains(&code));
    assert_eq!(waiting.code.shown(), code);
}
