//! RFC 6749 §4.4: a client acts for itself.

use crate::fixture::{Idp, Request, assert_refused};
use domain::{
    client::GrantType,
    testing::{a_client, a_user},
};
use oidc::{jose::TokenType, token::TokenError};

fn asking() -> Request {
    Request::of(&[("grant_type", "client_credentials")])
}

#[tokio::test]
async fn s4_4_3_an_access_token_and_nothing_else() {
    let idp = Idp::start().await;
    let rp = idp
        .relying_party(a_client().scopes("openid email orders:read orders:write"))
        .await;
    let tokens = rp.token(&asking().with("scope", "orders:read")).await.unwrap();
    let answer = serde_json::to_value(&tokens).unwrap();
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["scope"], "orders:read");
    assert_eq!(
        (answer.get("refresh_token"), answer.get("id_token")),
        (None, None)
    );
    let (_, claims) = idp.read(TokenType::AccessToken, tokens.access_token());
    assert_eq!(
        (claims["sub"].as_str(), claims["client_id"].as_str()),
        (Some("app"), Some("app"))
    );
    for about_a_person in ["aid", "sid", "auth_time", "acr", "amr"] {
        assert_eq!(claims.get(about_a_person), None, "{about_a_person}");
    }
}

#[tokio::test]
async fn s3_3_without_scope_what_is_registered_except_what_speaks_of_a_person() {
    let idp = Idp::start().await;
    let rp = idp
        .relying_party(a_client().scopes("openid profile email offline_access orders:read"))
        .await;
    assert_eq!(rp.token(&asking()).await.unwrap().scope(), "orders:read");
    for refused in [
        "openid",
        "offline_access",
        "orders:write",
        "orders:read orders:write",
    ] {
        let answer = rp.token(&asking().with("scope", refused)).await;
        assert_refused!(answer, TokenError::Scope, "invalid_scope");
    }
    let plain = idp.relying_party(a_client().id("plain").scopes("openid")).await;
    let answer = serde_json::to_value(plain.token(&asking()).await.unwrap()).unwrap();
    assert_eq!(answer.get("scope"), None, "an empty scope cannot be written down");
}

#[tokio::test]
async fn s4_4_only_for_confidential_clients_that_are_registered_for_it() {
    let idp = Idp::start().await;
    let public = idp.relying_party(a_client().id("public").public()).await;
    assert_refused!(
        public.token(&asking()).await,
        TokenError::GrantNotRegistered,
        "unauthorized_client"
    );
    let other = idp
        .relying_party(a_client().grants(&[GrantType::AuthorizationCode]))
        .await;
    assert_refused!(
        other.token(&asking()).await,
        TokenError::GrantNotRegistered,
        "unauthorized_client"
    );
}

#[tokio::test]
async fn the_token_tells_nothing_about_a_person() {
    let idp = Idp::start().await;
    // Even a client whose name is an account's id.
    let browser = idp.signed_in(a_user()).await;
    let id = idp.user_of(&browser).await.to_string();
    let rp = idp.relying_party(a_client().id(&id).scopes("orders:read")).await;
    let tokens = rp.token(&asking()).await.unwrap();
    assert!(idp.userinfo(tokens.access_token()).await.is_err());
}

#[tokio::test]
async fn it_writes_nothing_but_an_event_in_bulk() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let before = idp.events().len();
    rp.token(&asking()).await.unwrap();
    assert_eq!(idp.events().len(), before, "no event of its own transaction");
}
