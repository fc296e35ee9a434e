//! RFC 9700 §4.14.2: refresh tokens are rotated at every use, and end.

use crate::fixture::{Idp, assert_refused};
use domain::{
    event::EventKind,
    testing::{a_client, a_user},
};
use oidc::{
    token::{TokenError, TokenResponse},
    userinfo::UserinfoError,
};
use std::time::Duration;

const DAY: u64 = 86_400;

fn refresh_token(tokens: &TokenResponse) -> &str {
    tokens.refresh_token().unwrap()
}

#[tokio::test]
async fn s6_every_use_gives_new_tokens_and_a_new_refresh_token() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let first = rp.tokens(&browser).await;
    idp.wait(5);
    let second = rp.refresh(refresh_token(&first)).await.unwrap();
    assert_ne!(second.access_token(), first.access_token());
    assert_ne!(refresh_token(&second), refresh_token(&first));
    assert_eq!(second.scope(), first.scope());
    assert!(rp.refresh(refresh_token(&second)).await.is_ok());
}

#[tokio::test]
async fn contract_6_within_the_grace_the_same_token_gets_the_same_successor() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let first = rp.tokens(&browser).await;
    let second = rp.refresh(refresh_token(&first)).await.unwrap();
    idp.clock.advance(Duration::from_micros(9_999_999));
    let again = rp.refresh(refresh_token(&first)).await.unwrap();
    assert_eq!(refresh_token(&again), refresh_token(&second));
    assert!(rp.refresh(refresh_token(&second)).await.is_ok());
}

#[tokio::test]
async fn s4_14_2_a_used_token_after_the_grace_ends_the_family() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let first = rp.tokens(&browser).await;
    let second = rp.refresh(refresh_token(&first)).await.unwrap();
    idp.wait(10);
    let answer = rp.refresh(refresh_token(&first)).await;
    assert_refused!(answer, TokenError::RefreshTokenReused, "invalid_grant");
    let answer = rp.refresh(refresh_token(&second)).await;
    assert_refused!(answer, TokenError::AuthorizationRevoked, "invalid_grant");
    for token in [first.access_token(), second.access_token()] {
        assert_refused!(idp.userinfo(token).await, UserinfoError::Revoked, "invalid_token");
    }
    assert!(
        idp.events()
            .iter()
            .any(|event| matches!(event, EventKind::ReplayDetected { .. }))
    );
}

#[tokio::test]
async fn s4_14_2_a_used_token_whose_successor_was_used_ends_the_family() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let first = rp.tokens(&browser).await;
    let second = rp.refresh(refresh_token(&first)).await.unwrap();
    let third = rp.refresh(refresh_token(&second)).await.unwrap();
    let answer = rp.refresh(refresh_token(&first)).await;
    assert_refused!(answer, TokenError::RefreshTokenReused, "invalid_grant");
    let answer = rp.refresh(refresh_token(&third)).await;
    assert_refused!(answer, TokenError::AuthorizationRevoked, "invalid_grant");
}

#[tokio::test]
async fn contract_6_without_grace_the_second_use_ends_the_family() {
    let idp = Idp::start_with(|settings| settings.lifetimes.refresh_grace = Duration::ZERO).await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let first = rp.tokens(&browser).await;
    rp.refresh(refresh_token(&first)).await.unwrap();
    let answer = rp.refresh(refresh_token(&first)).await;
    assert_refused!(answer, TokenError::RefreshTokenReused, "invalid_grant");
}

#[tokio::test]
async fn contract_6_unused_for_forty_five_days_it_ends() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let mut tokens = rp.tokens_for("openid offline_access", &browser).await;
    for _ in 0..2 {
        idp.wait(45 * DAY - 1);
        tokens = rp.refresh(refresh_token(&tokens)).await.unwrap();
    }
    idp.wait(45 * DAY);
    let answer = rp.refresh(refresh_token(&tokens)).await;
    assert_refused!(answer, TokenError::RefreshTokenExpired, "invalid_grant");
}

#[tokio::test]
async fn contract_6_however_often_it_is_used_it_ends_after_a_hundred_and_eighty_days() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let mut tokens = rp.tokens_for("openid offline_access", &browser).await;
    for _ in 0..5 {
        idp.wait(35 * DAY);
        tokens = rp.refresh(refresh_token(&tokens)).await.unwrap();
    }
    idp.wait(5 * DAY - 1);
    tokens = rp.refresh(refresh_token(&tokens)).await.unwrap();
    idp.wait(1);
    let answer = rp.refresh(refresh_token(&tokens)).await;
    assert_refused!(answer, TokenError::RefreshTokenExpired, "invalid_grant");
}
