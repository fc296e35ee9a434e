//! RFC 6749 §6, RFC 9700 §4.14, OpenID Connect Core §11, §12: the refresh token grant.

use crate::fixture::{Idp, Request, assert_refused};
use domain::{
    authorization::{RefreshToken, RefreshTokenState},
    client::Status,
    id::RefreshTokenId,
    opaque::{OpaqueKind, OpaqueToken},
    stores::{Alongside, Recorded},
    testing::{a_client, a_user},
};
use oidc::{
    client_auth::ClientAuthError,
    jose::TokenType,
    token::{TokenError, TokenResponse},
    userinfo::UserinfoError,
};

fn refresh_token(tokens: &TokenResponse) -> &str {
    tokens.refresh_token().unwrap()
}

#[tokio::test]
async fn core_s12_2_the_renewed_id_token_is_about_the_same_sign_in() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let first = rp.tokens(&browser).await;
    idp.wait(100);
    let second = rp.refresh(refresh_token(&first)).await.unwrap();
    let (_, before) = idp.read(TokenType::IdToken, first.id_token().unwrap());
    let (_, after) = idp.read(TokenType::IdToken, second.id_token().unwrap());
    for same in ["iss", "sub", "aud", "azp", "auth_time", "sid", "acr", "amr"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert_eq!(
        after["iat"].as_i64().unwrap(),
        before["iat"].as_i64().unwrap() + 100
    );
    assert!(before.get("nonce").is_some() && after.get("nonce").is_none());
}

#[tokio::test]
async fn s6_a_token_is_named_once() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let missing = Request::of(&[("grant_type", "refresh_token")]);
    assert_refused!(
        rp.token(&missing).await,
        TokenError::Missing("refresh_token"),
        "invalid_request"
    );
    for name in ["grant_type", "refresh_token", "scope"] {
        let twice = rp.refreshing("x").with("scope", "openid").and(name, "again");
        assert_refused!(rp.token(&twice).await, TokenError::Repeated, "invalid_request");
    }
}

#[tokio::test]
async fn s6_what_is_not_a_refresh_token_is_unknown() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    let tokens = rp.redeem(&code).await.unwrap();
    let right = refresh_token(&tokens);
    for guess in [
        "x",
        &code,
        tokens.access_token(),
        &right[..right.len() - 1],
        &right.to_uppercase(),
    ] {
        assert_refused!(
            rp.refresh(guess).await,
            TokenError::RefreshTokenUnknown,
            "invalid_grant"
        );
    }
    assert!(rp.refresh(right).await.is_ok());
}

#[tokio::test]
async fn s6_a_refresh_token_is_good_for_its_client_only() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let other = idp.relying_party(a_client().id("other")).await;
    let browser = idp.signed_in(a_user()).await;
    let first = rp.tokens(&browser).await;
    let answer = other.refresh(refresh_token(&first)).await;
    assert_refused!(answer, TokenError::ClientMismatch, "invalid_grant");
    let second = rp.refresh(refresh_token(&first)).await.unwrap();
    idp.wait(3_600);
    // A stranger who shows a used token ends nothing.
    let answer = other.refresh(refresh_token(&first)).await;
    assert_refused!(answer, TokenError::ClientMismatch, "invalid_grant");
    assert!(rp.refresh(refresh_token(&second)).await.is_ok());
}

#[tokio::test]
async fn s6_scopes_may_shrink_but_not_grow() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens_for("openid email", &browser).await;
    let ask = |token: &str, scope: &str| rp.refreshing(token).with("scope", scope);
    for wider in [
        "openid email profile",
        "profile",
        "offline_access openid",
        "op\"enid",
        " ",
    ] {
        let answer = rp.token(&ask(refresh_token(&tokens), wider)).await;
        assert_refused!(answer, TokenError::Scope, "invalid_scope");
    }
    let fewer = rp.token(&ask(refresh_token(&tokens), "email")).await.unwrap();
    assert_eq!((fewer.scope(), fewer.id_token()), ("email", None));
    assert_refused!(
        idp.userinfo(fewer.access_token()).await,
        UserinfoError::InsufficientScope,
        "insufficient_scope"
    );
    let all = rp.refresh(refresh_token(&fewer)).await.unwrap();
    assert_eq!(
        all.scope(),
        "email openid",
        "the refresh token keeps what was granted"
    );
}

#[tokio::test]
async fn core_s11_without_offline_access_it_dies_with_the_session() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let ada = idp.person(a_user()).await;
    let browser = idp.sign_in(&ada).await;
    let online = rp.tokens(&browser).await;
    let offline = rp.tokens_for("openid offline_access", &browser).await;
    idp.sign_out(&browser).await;
    let answer = rp.refresh(refresh_token(&online)).await;
    assert_refused!(answer, TokenError::AuthorizationRevoked, "invalid_grant");
    assert_refused!(
        idp.userinfo(online.access_token()).await,
        UserinfoError::Revoked,
        "invalid_token"
    );
    assert!(idp.userinfo(offline.access_token()).await.is_ok());
    assert!(rp.refresh(refresh_token(&offline)).await.is_ok());
    let browser = idp.sign_in(&ada).await;
    let online = rp.tokens(&browser).await;
    idp.wait(28_800);
    let answer = rp.refresh(refresh_token(&online)).await;
    assert_refused!(answer, TokenError::SessionEnded, "invalid_grant");
}

#[tokio::test]
async fn s6_a_disabled_person_refreshes_nothing_then_or_later() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens_for("openid offline_access", &browser).await;
    let ada = idp.user_of(&browser).await;
    idp.wait(1);
    for status in [Status::Disabled, Status::Active] {
        idp.set_user(ada, status).await;
        let answer = rp.refresh(refresh_token(&tokens)).await;
        assert_refused!(answer, TokenError::AuthorizationRevoked, "invalid_grant");
        let answer = idp.userinfo(tokens.access_token()).await;
        assert_refused!(answer, UserinfoError::Revoked, "invalid_token");
    }
}

#[tokio::test]
async fn s6_a_disabled_client_refreshes_nothing_then_or_later() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens_for("openid offline_access", &browser).await;
    idp.set_client(rp.id(), Status::Disabled).await;
    assert_refused!(
        rp.authenticated().await,
        ClientAuthError::Disabled,
        "invalid_client"
    );
    assert_refused!(
        idp.userinfo(tokens.access_token()).await,
        UserinfoError::Revoked,
        "invalid_token"
    );
    idp.set_client(rp.id(), Status::Active).await;
    let answer = rp.refresh(refresh_token(&tokens)).await;
    assert_refused!(answer, TokenError::AuthorizationRevoked, "invalid_grant");
}

#[tokio::test]
async fn s6_withdrawn_consent_ends_what_it_allowed() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let other = idp.relying_party(a_client().id("other")).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens_for("openid offline_access", &browser).await;
    let kept = other.tokens_for("openid offline_access", &browser).await;
    idp.revoke_consent(idp.user_of(&browser).await, rp.id()).await;
    let answer = rp.refresh(refresh_token(&tokens)).await;
    assert_refused!(answer, TokenError::AuthorizationRevoked, "invalid_grant");
    assert_refused!(
        idp.userinfo(tokens.access_token()).await,
        UserinfoError::Revoked,
        "invalid_token"
    );
    assert!(other.refresh(refresh_token(&kept)).await.is_ok());
    idp.authorize(&rp.request(), &browser).await.consent();
}

#[tokio::test]
async fn contract_6_a_person_whose_address_is_no_longer_proven_refreshes_nothing() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user().unverified()).await;
    let tokens = rp.tokens(&browser).await;
    let (_, claims) = idp.read(TokenType::AccessToken, tokens.access_token());
    // As if the token had been issued while the address still was proven.
    let token = OpaqueToken::generate(OpaqueKind::RefreshToken, &*idp.ports.random);
    let row = RefreshToken {
        id: RefreshTokenId::generate(idp.now(), &*idp.ports.random),
        digest: token.digest(),
        authorization_id: claims["aid"].as_str().unwrap().parse().unwrap(),
        created_at: idp.now(),
        expires_at: idp.now() + std::time::Duration::from_secs(60),
        state: RefreshTokenState::Active,
    };
    let recorded = idp.realm.stores.authorizations.record(&row, Alongside::default());
    assert_eq!(recorded.await.unwrap(), Recorded::Saved);
    let answer = rp.refresh(token.expose()).await;
    assert_refused!(answer, TokenError::UserRefused, "invalid_grant");
}
