//! RFC 6750 §2, §3.1: how an access token is sent, and which ones are refused.

use crate::fixture::{Idp, Request, assert_refused};
use domain::{
    client::Status,
    signing_key::SigningAlgorithm,
    testing::{a_client, a_user},
};
use oidc::{
    bearer::{BearerError, access_token},
    error::ErrorCode,
    jose::TokenType,
    userinfo::UserinfoError,
};
use serde_json::{Value, json};

#[test]
fn s2_a_token_comes_in_one_way_and_never_in_two() {
    let form = Request::of(&[("access_token", "a.b-c_d~e+f/g=")]).parameters();
    let token = Ok("a.b-c_d~e+f/g=");
    for header in [
        "Bearer a.b-c_d~e+f/g=",
        "bearer a.b-c_d~e+f/g=",
        "BEARER   a.b-c_d~e+f/g=",
    ] {
        assert_eq!(
            access_token(Some(header), None).map(|presented| presented.token),
            token,
            "{header}"
        );
    }
    let in_form = access_token(None, Some(&form));
    assert_eq!(in_form.map(|presented| presented.token), token);
    let malformed = Err(BearerError::Malformed);
    assert_eq!(access_token(Some("Bearer x"), Some(&form)), malformed);
    let twice = Request::of(&[("access_token", "a"), ("access_token", "a")]).parameters();
    assert_eq!(access_token(None, Some(&twice)), malformed);
    for header in [
        "Bearer",
        "Bearer ",
        "Bearer a b",
        "Bearer a,b",
        "Bearer \"a\"",
        "Bearer \u{e4}",
    ] {
        assert_eq!(access_token(Some(header), None), malformed, "{header}");
    }
    let long = format!("Bearer {}", "a".repeat(8_193));
    assert_eq!(access_token(Some(&long), None), malformed);
}

#[test]
fn s3_without_credentials_there_is_no_error_code() {
    assert_eq!(access_token(None, None).map_err(BearerError::code), Err(None));
    assert_eq!(
        access_token(Some("Basic YTpi"), None).map_err(BearerError::code),
        Err(None)
    );
    assert_eq!(BearerError::Malformed.code(), Some(ErrorCode::InvalidRequest));
}

#[tokio::test]
async fn s3_1_an_access_token_expires() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens(&browser).await;
    idp.wait(599);
    assert!(idp.userinfo(tokens.access_token()).await.is_ok());
    idp.wait(1);
    assert_refused!(
        idp.userinfo(tokens.access_token()).await,
        UserinfoError::Expired,
        "invalid_token"
    );
}

#[tokio::test]
async fn s3_1_what_is_not_an_access_token_of_this_realm_is_refused() {
    let idp = Idp::start().await;
    let acme = idp.realm("acme");
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens(&browser).await;
    let access = tokens.access_token();
    assert_refused!(
        acme.userinfo(access).await,
        UserinfoError::NotOurs,
        "invalid_token"
    );
    let (signed, _) = access.rsplit_once('.').unwrap();
    let unsigned = format!(
        "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{}.",
        signed.split('.').nth(1).unwrap()
    );
    let long = "a".repeat(8_193);
    for token in [
        "",
        "x",
        tokens.id_token().unwrap(),
        tokens.refresh_token().unwrap(),
        signed,
        &unsigned,
        &long,
    ] {
        assert_refused!(idp.userinfo(token).await, UserinfoError::NotOurs, "invalid_token");
    }
}

#[tokio::test]
async fn rfc9068_s4_audience_type_and_issuer_are_checked() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let (_, claims) = idp.read(TokenType::AccessToken, rp.tokens(&browser).await.access_token());
    let changed = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let es256 = SigningAlgorithm::Es256;
    let same = idp.mint(es256, TokenType::AccessToken, &claims).await;
    assert!(idp.userinfo(&same).await.is_ok());
    for wrong in [
        changed("aud", json!("https://api.example.com")),
        changed("aud", json!("app")),
        changed("iss", json!("https://id.example.com/realms/acme")),
        changed("iss", json!("https://id.example.com/")),
        changed("sub", json!("nobody")),
        changed("scope", json!("open\"id")),
        changed("exp", Value::Null),
    ] {
        let token = idp.mint(es256, TokenType::AccessToken, &wrong).await;
        assert_refused!(
            idp.userinfo(&token).await,
            UserinfoError::NotOurs,
            "invalid_token"
        );
    }
    let id_token = idp.mint(es256, TokenType::IdToken, &claims).await;
    assert_refused!(
        idp.userinfo(&id_token).await,
        UserinfoError::NotOurs,
        "invalid_token"
    );
}

#[tokio::test]
async fn s3_1_a_revoked_token_is_refused_and_its_neighbour_is_not() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let (revoked, kept) = (rp.tokens(&browser).await, rp.tokens(&browser).await);
    let token = Request::of(&[("token", revoked.access_token())]);
    rp.revoke(&token).await.unwrap();
    assert_refused!(
        idp.userinfo(revoked.access_token()).await,
        UserinfoError::Revoked,
        "invalid_token"
    );
    assert!(idp.userinfo(kept.access_token()).await.is_ok());
}

#[tokio::test]
async fn s3_1_tokens_from_before_an_ending_stay_refused_although_the_list_forgot() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let ada = idp.person(a_user()).await;
    let old = rp.tokens(&idp.sign_in(&ada).await).await;
    idp.wait(2);
    idp.set_user(ada.id, Status::Disabled).await;
    idp.realm
        .revocations
        .sweep(idp.now() + std::time::Duration::from_secs(3_600));
    assert_refused!(
        idp.userinfo(old.access_token()).await,
        UserinfoError::UserRefused,
        "invalid_token"
    );
    idp.set_user(ada.id, Status::Active).await;
    assert_refused!(
        idp.userinfo(old.access_token()).await,
        UserinfoError::UserRefused,
        "invalid_token"
    );
    idp.wait(1);
    let new = rp.tokens(&idp.sign_in(&ada).await).await;
    assert!(idp.userinfo(new.access_token()).await.is_ok());
}

#[tokio::test]
async fn s3_1_a_token_from_the_second_in_which_the_account_was_disabled_is_refused() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let ada = idp.person(a_user()).await;
    let tokens = rp.tokens(&idp.sign_in(&ada).await).await;
    idp.set_user(ada.id, Status::Disabled).await;
    idp.realm
        .revocations
        .sweep(idp.now() + std::time::Duration::from_secs(3_600));
    let answer = idp.userinfo(tokens.access_token()).await;
    assert_refused!(answer, UserinfoError::UserRefused, "invalid_token");
}
