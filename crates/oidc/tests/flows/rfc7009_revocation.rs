//! RFC 7009: revocation.

use crate::fixture::{Idp, RelyingParty, Request, assert_refused};
use domain::{
    api::TokenFormat,
    event::EventKind,
    testing::{a_client, a_user},
};
use oidc::{revocation::RevocationError, token::TokenError, userinfo::UserinfoError};

fn token(token: &str) -> Request {
    Request::of(&[("token", token)])
}

#[tokio::test]
async fn s2_1_either_token_ends_both_and_what_was_renewed() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    for (by_refresh_token, hint) in [
        (true, "refresh_token"),
        (true, "access_token"),
        (false, "access_token"),
        (false, "refresh_token"),
        (false, "x"),
    ] {
        let first = rp.tokens(&browser).await;
        let second = rp.refresh(first.refresh_token().unwrap()).await.unwrap();
        let given = if by_refresh_token {
            second.refresh_token().unwrap()
        } else {
            second.access_token()
        };
        rp.revoke(&token(given).and("token_type_hint", hint))
            .await
            .unwrap();
        let answer = rp.refresh(second.refresh_token().unwrap()).await;
        assert_refused!(answer, TokenError::AuthorizationRevoked, "invalid_grant");
        for access in [first.access_token(), second.access_token()] {
            assert_refused!(
                idp.userinfo(access).await,
                UserinfoError::Revoked,
                "invalid_token"
            );
        }
    }
}

#[tokio::test]
async fn s2_1_a_client_revokes_its_own_tokens_only() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let other = idp.relying_party(a_client().id("other").public()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens(&browser).await;
    for given in [tokens.access_token(), tokens.refresh_token().unwrap()] {
        let answer = other.revoke(&token(given)).await;
        assert_refused!(answer, RevocationError::ClientMismatch, "invalid_grant");
    }
    assert!(idp.userinfo(tokens.access_token()).await.is_ok());
    assert!(rp.refresh(tokens.refresh_token().unwrap()).await.is_ok());
}

#[tokio::test]
async fn s2_2_what_cannot_be_used_any_more_is_not_an_error() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    let tokens = rp.redeem(&code).await.unwrap();
    for given in ["x", "sgn_rt_x", "a.b.c", &code, tokens.id_token().unwrap()] {
        assert!(rp.revoke(&token(given)).await.is_ok(), "{given}");
    }
    assert!(
        idp.userinfo(tokens.access_token()).await.is_ok(),
        "nothing was revoked"
    );
    for _ in 0..2 {
        assert!(rp.revoke(&token(tokens.access_token())).await.is_ok());
    }
    let revoked = |event: &&EventKind| matches!(event, EventKind::AuthorizationRevoked { .. });
    assert_eq!(idp.events().iter().filter(revoked).count(), 1);
}

#[tokio::test]
async fn s2_1_an_expired_access_token_still_ends_its_family() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens(&browser).await;
    idp.wait(3_600);
    rp.revoke(&token(tokens.access_token())).await.unwrap();
    let answer = rp.refresh(tokens.refresh_token().unwrap()).await;
    assert_refused!(answer, TokenError::AuthorizationRevoked, "invalid_grant");
}

#[tokio::test]
async fn s2_1_a_token_of_another_realm_is_unknown() {
    let idp = Idp::start().await;
    let acme = idp.realm("acme");
    let rp = idp.relying_party(a_client()).await;
    let namesake = acme.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens(&browser).await;
    for given in [tokens.access_token(), tokens.refresh_token().unwrap()] {
        assert!(namesake.revoke(&token(given)).await.is_ok());
    }
    assert!(idp.userinfo(tokens.access_token()).await.is_ok());
}

#[tokio::test]
async fn s2_1_one_token_is_named_once() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    for missing in [Request::default(), token("")] {
        assert_refused!(
            rp.revoke(&missing).await,
            RevocationError::Missing,
            "invalid_request"
        );
    }
    for name in ["token", "token_type_hint"] {
        let twice = token("x")
            .without(name)
            .and("token", "x")
            .and(name, "x")
            .and(name, "x");
        assert_refused!(
            rp.revoke(&twice).await,
            RevocationError::Repeated,
            "invalid_request"
        );
    }
}

async fn own_token(rp: &RelyingParty<'_>) -> String {
    let request = Request::of(&[("grant_type", "client_credentials"), ("resource", "orders")]);
    rp.token(&request).await.unwrap().access_token().to_owned()
}

#[tokio::test]
async fn s2_1_a_token_a_client_got_for_itself_ends_alone() {
    for format in TokenFormat::ALL {
        let idp = Idp::start().await;
        idp.api_with("orders", "orders:read", |api| api.format = format)
            .await;
        let rp = idp.relying_party(a_client().scopes("orders:read")).await;
        let other = idp.relying_party(a_client().id("other")).await;
        let (first, second) = (own_token(&rp).await, own_token(&rp).await);
        let answer = other.revoke(&token(&first)).await;
        assert_refused!(answer, RevocationError::ClientMismatch, "invalid_grant");
        assert!(rp.sees(&first).await, "{format:?}");
        for _ in 0..2 {
            rp.revoke(&token(&first)).await.unwrap();
            assert!(!rp.sees(&first).await, "{format:?}");
        }
        assert!(rp.sees(&second).await, "{format:?}");
        let revoked = |event: &&EventKind| matches!(event, EventKind::TokenRevoked { .. });
        assert_eq!(idp.events().iter().filter(revoked).count(), 1);
    }
}

#[tokio::test]
async fn s2_1_an_opaque_token_of_a_person_ends_its_family() {
    let idp = Idp::start().await;
    idp.api_with("orders", "orders:read", |api| api.format = TokenFormat::Opaque)
        .await;
    let rp = idp
        .relying_party(a_client().scopes("openid offline_access orders:read"))
        .await;
    let other = idp.relying_party(a_client().id("other")).await;
    let browser = idp.signed_in(a_user()).await;
    let request = rp.request().with("scope", "openid offline_access orders:read");
    let code = rp.code_for(&request.and("resource", "orders"), &browser).await;
    let tokens = rp.redeem(&code).await.unwrap();
    let (access, refresh) = (tokens.access_token(), tokens.refresh_token().unwrap());
    let answer = other.revoke(&token(access)).await;
    assert_refused!(answer, RevocationError::ClientMismatch, "invalid_grant");
    assert!(rp.sees(access).await);
    rp.revoke(&token(access)).await.unwrap();
    assert!(!rp.sees(access).await);
    let answer = rp.refresh(refresh).await;
    assert_refused!(answer, TokenError::AuthorizationRevoked, "invalid_grant");
}

#[tokio::test]
async fn an_expired_token_of_a_client_itself_is_not_remembered() {
    let idp = Idp::start().await;
    idp.api("orders", "orders:read").await;
    let rp = idp.relying_party(a_client().scopes("orders:read")).await;
    let access = own_token(&rp).await;
    idp.wait(601);
    rp.revoke(&token(&access)).await.unwrap();
    let revoked = |event: &EventKind| matches!(event, EventKind::TokenRevoked { .. });
    assert!(!idp.events().iter().any(revoked));
}
