//! OpenID Connect Core §5: claims by scope, the same in userinfo and ID token.

use crate::fixture::{Idp, assert_refused};
use domain::{
    signing_key::SigningAlgorithm,
    testing::{a_client, a_user},
};
use oidc::{authorize::AuthorizeError, jose::TokenType, userinfo::UserinfoError};
use serde_json::{Value, json};

async fn told(idp: &Idp, token: &str) -> Value {
    serde_json::to_value(idp.userinfo(token).await.unwrap()).unwrap()
}

#[tokio::test]
async fn s5_4_each_scope_tells_its_claims_and_no_others() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let sub = idp.user_of(&browser).await.to_string();
    let profile = json!({
        "sub": sub, "name": "Ada Lovelace", "locale": "en", "zoneinfo": "Europe/London",
        "updated_at": 1_767_225_600,
    });
    for (scope, claims) in [
        ("openid", json!({ "sub": sub })),
        ("openid profile", profile),
        (
            "openid email",
            json!({ "sub": sub, "email": "ada@example.com", "email_verified": true }),
        ),
        ("openid offline_access", json!({ "sub": sub })),
    ] {
        let tokens = rp.tokens_for(scope, &browser).await;
        assert_eq!(told(&idp, tokens.access_token()).await, claims, "{scope}");
    }
}

/// Every claim about a person that has no other place.
pub const DESCRIBED: &str = r#"{
    "given_name": "Ada", "family_name": "Lovelace", "middle_name": "King", "nickname": "Ada",
    "preferred_username": "ada", "profile": "https://ada.example/", "picture": "https://ada.example/a.png",
    "website": "https://ada.example", "gender": "female", "birthdate": "1815-12-10",
    "phone_number": "+441632960961", "address": { "locality": "London", "country": "UK" }
}"#;

#[tokio::test]
async fn s5_4_phone_and_address_are_told_when_they_are_known_and_no_number_counts_as_proven() {
    let idp = Idp::start().await;
    let everything = "openid profile email address phone";
    let rp = idp.relying_party(a_client().scopes(everything)).await;
    let ada = idp.signed_in(a_user().described(DESCRIBED)).await;
    let bob = idp.signed_in(a_user().number(2).email("bob@example.com")).await;
    for (scope, browser, claims) in [
        (
            "openid phone",
            &ada,
            json!({ "phone_number": "+441632960961", "phone_number_verified": false }),
        ),
        (
            "openid address",
            &ada,
            json!({ "address": { "locality": "London", "country": "UK" } }),
        ),
        ("openid phone address", &bob, json!({})),
    ] {
        let tokens = rp.tokens_for(scope, browser).await;
        let mut claims = claims;
        claims["sub"] = idp.user_of(browser).await.to_string().into();
        assert_eq!(told(&idp, tokens.access_token()).await, claims, "{scope}");
    }
    let tokens = rp.tokens_for("openid profile", &ada).await;
    let told = told(&idp, tokens.access_token()).await;
    assert_eq!(
        told.as_object().unwrap().len(),
        15,
        "sub and every claim of the profile: {told}"
    );
}

#[tokio::test]
async fn s5_3_2_a_client_may_register_for_a_signed_answer() {
    let idp = Idp::start().await;
    let browser = idp.signed_in(a_user()).await;
    for alg in SigningAlgorithm::ALL {
        let client = a_client()
            .id(alg.as_str())
            .metadata(|metadata| metadata.userinfo_signed_response_alg = Some(alg));
        let rp = idp.relying_party(client).await;
        let tokens = rp.tokens_for("openid email", &browser).await;
        let jwt = idp.signed_userinfo(tokens.access_token()).await;
        let (header, claims) = idp.read(TokenType::Userinfo, &jwt);
        assert_eq!(header["alg"], alg.as_str());
        assert_eq!(
            claims,
            json!({
                "iss": idp.issuer(), "aud": alg.as_str(), "sub": idp.user_of(&browser).await.to_string(),
                "email": "ada@example.com", "email_verified": true,
            })
        );
        // It is signed like an ID token, and is none.
        let hinted = rp.request().with("id_token_hint", &jwt);
        let answer = idp.authorize(&hinted, &browser).await;
        assert_refused!(
            answer.response(),
            AuthorizeError::Malformed("id_token_hint"),
            "invalid_request"
        );
    }
}

#[tokio::test]
async fn s5_3_2_userinfo_says_what_the_id_token_said() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens(&browser).await;
    let (_, id_token) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    let told = told(&idp, tokens.access_token()).await;
    for (name, value) in told.as_object().unwrap() {
        assert_eq!(id_token[name], *value, "{name}");
    }
}

#[tokio::test]
async fn s5_1_an_address_that_is_not_proven_is_said_not_to_be() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user().unverified()).await;
    let tokens = rp.tokens(&browser).await;
    assert_eq!(told(&idp, tokens.access_token()).await["email_verified"], false);
}

#[tokio::test]
async fn s5_3_userinfo_wants_openid() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens_for("email profile", &browser).await;
    let answer = idp.userinfo(tokens.access_token()).await;
    assert_refused!(answer, UserinfoError::InsufficientScope, "insufficient_scope");
}

#[tokio::test]
async fn s5_3_a_deleted_account_has_no_claims() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens(&browser).await;
    let (user, moment) = (idp.user_of(&browser).await, idp.realm.moment(idp.now()));
    let deleted = idp.realm.stores.users.delete(user, moment, Default::default());
    assert!(deleted.await.unwrap());
    assert_refused!(
        idp.userinfo(tokens.access_token()).await,
        UserinfoError::Revoked,
        "invalid_token"
    );
    idp.realm
        .revocations
        .sweep(idp.now() + std::time::Duration::from_secs(3_600));
    assert_refused!(
        idp.userinfo(tokens.access_token()).await,
        UserinfoError::UserRefused,
        "invalid_token"
    );
}
