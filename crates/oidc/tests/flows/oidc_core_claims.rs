//! OpenID Connect Core §5.5: claims asked for by name, and §3.1.2.1: languages and pages asked for.

use crate::{
    fixture::{Browser, Idp, RelyingParty, Request, assert_refused},
    oidc_core_userinfo::DESCRIBED,
};
use domain::testing::{a_client, a_user};
use oidc::{
    authorize::{AuthorizeError, Step},
    error::ErrorCode,
    jose::TokenType,
    token::TokenResponse,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ABOUT_THE_TOKEN: [&str; 11] = [
    "iss",
    "aud",
    "azp",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "at_hash",
    "sid",
];

/// What userinfo and the ID token tell about the person.
async fn told(idp: &Idp, tokens: &TokenResponse) -> [BTreeSet<String>; 2] {
    let userinfo = serde_json::to_value(idp.userinfo(tokens.access_token()).await.unwrap()).unwrap();
    let (_, id_token) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    [userinfo, id_token].map(|claims| {
        let names = claims.as_object().unwrap().keys().cloned();
        names
            .filter(|name| !ABOUT_THE_TOKEN.contains(&name.as_str()))
            .collect()
    })
}

fn names(text: &str) -> BTreeSet<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn asking(rp: &RelyingParty<'_>, claims: &Value) -> Request {
    rp.request()
        .with("scope", "openid")
        .with("claims", &claims.to_string())
}

#[tokio::test]
async fn s5_5_claims_are_told_where_they_are_asked_for_and_alone() {
    let idp = Idp::start().await;
    let everything = "openid profile email address phone offline_access";
    let rp = idp
        .relying_party(a_client().first_party().scopes(everything))
        .await;
    let browser = idp.signed_in(a_user().described(DESCRIBED)).await;
    for (claims, userinfo, id_token) in [
        (
            json!({ "userinfo": { "name": { "essential": true } } }),
            "sub name",
            "sub",
        ),
        (json!({ "id_token": { "email": null } }), "sub", "sub email"),
        (
            json!({ "userinfo": { "phone_number": { "value": "+1" }, "address": null, "unheard_of": null },
                    "id_token": { "given_name": { "values": ["Ada", "Bob"] } }, "unheard_of": 1 }),
            "sub phone_number address",
            "sub given_name",
        ),
        (json!({ "userinfo": null, "id_token": {} }), "sub", "sub"),
    ] {
        let code = rp.code_for(&asking(&rp, &claims), &browser).await;
        let tokens = rp.redeem(&code).await.unwrap();
        assert_eq!(tokens.scope(), "openid", "a claim is no scope");
        let told = told(&idp, &tokens).await;
        assert_eq!(told, [names(userinfo), names(id_token)], "{claims}");
    }
}

#[tokio::test]
async fn s5_5_they_add_to_what_the_scopes_stand_for_and_survive_a_refresh() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    let claims = json!({ "userinfo": { "name": null }, "id_token": { "locale": null } });
    let request = asking(&rp, &claims).with("scope", "openid email offline_access");
    let tokens = rp.redeem(&rp.code_for(&request, &browser).await).await.unwrap();
    let expected = [
        names("sub email email_verified name"),
        names("sub email email_verified locale"),
    ];
    assert_eq!(told(&idp, &tokens).await, expected);
    let tokens = rp.refresh(tokens.refresh_token().unwrap()).await.unwrap();
    assert_eq!(told(&idp, &tokens).await, expected);
}

#[tokio::test]
async fn s5_4_a_client_may_have_the_claims_of_its_scopes_from_userinfo_alone() {
    let idp = Idp::start().await;
    let slim = a_client()
        .first_party()
        .metadata(|metadata| metadata.slim_id_token = true);
    let rp = idp.relying_party(slim).await;
    let browser = idp.signed_in(a_user()).await;
    let claims = json!({ "id_token": { "name": null } });
    let request = asking(&rp, &claims).with("scope", "openid email");
    let tokens = rp.redeem(&rp.code_for(&request, &browser).await).await.unwrap();
    let expected = [names("sub email email_verified"), names("sub name")];
    assert_eq!(told(&idp, &tokens).await, expected);
}

#[tokio::test]
async fn s5_5_the_person_is_asked_in_the_words_of_the_scope_and_may_say_no() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let claims = json!({ "userinfo": { "name": null, "email": { "essential": true } } });
    let request = asking(&rp, &claims);
    let asked = idp.authorize(&request, &browser).await.consent();
    let scopes = asked.consent.as_ref().unwrap().scopes.to_string();
    assert_eq!(scopes, "email openid profile");
    let response = idp
        .allow(asked, "openid email", &browser)
        .await
        .response()
        .unwrap();
    let tokens = rp.redeem(response.code()).await.unwrap();
    assert_eq!(told(&idp, &tokens).await, [names("sub email"), names("sub")]);
    // What was refused is refused until the client says that it asks anew.
    for prompt in ["", "none"] {
        let answer = idp
            .authorize(&request.clone().with("prompt", prompt), &browser)
            .await;
        let tokens = rp.redeem(answer.response().unwrap().code()).await.unwrap();
        assert_eq!(told(&idp, &tokens).await, [names("sub email"), names("sub")]);
    }
    let anew = idp.authorize(&request.with("prompt", "consent"), &browser).await;
    assert_eq!(anew.step().1, Step::Consent);
}

#[tokio::test]
async fn s5_5_claims_of_scopes_that_are_not_the_client_s_are_not_told() {
    let idp = Idp::start().await;
    let rp = idp
        .relying_party(a_client().first_party().scopes("openid email"))
        .await;
    let browser = idp.signed_in(a_user().described(DESCRIBED)).await;
    let both = json!({ "name": null, "email": null, "phone_number": null });
    let claims = json!({ "userinfo": both, "id_token": both });
    let code = rp.code_for(&asking(&rp, &claims), &browser).await;
    let tokens = rp.redeem(&code).await.unwrap();
    assert_eq!(
        told(&idp, &tokens).await,
        [names("sub email"), names("sub email")]
    );
    // Without openid it is no OpenID Connect request, and nothing is to be allowed.
    let third = idp
        .relying_party(a_client().id("third").scopes("profile email"))
        .await;
    let request = asking(&third, &claims).with("scope", "email");
    let asked = idp.authorize(&request, &browser).await.consent();
    assert_eq!(asked.consent.unwrap().scopes.to_string(), "email");
}

#[tokio::test]
async fn s3_1_2_2_a_sub_that_is_asked_for_is_the_one_or_nobody() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let ada = idp.signed_in(a_user()).await;
    let bob = idp.signed_in(a_user().number(2).email("bob@example.com")).await;
    let of = |sub: &str| asking(&rp, &json!({ "id_token": { "sub": { "value": sub } } }));
    let request = of(&idp.user_of(&ada).await.to_string());
    let code = rp.code_for(&request, &ada.clone().and(&bob)).await;
    let tokens = rp.redeem(&code).await.unwrap();
    let (_, id_token) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    assert_eq!(id_token["sub"], idp.user_of(&ada).await.to_string());
    let silent = request.clone().with("prompt", "none");
    let other_hint =
        of(&idp.user_of(&bob).await.to_string()).with("id_token_hint", tokens.id_token().unwrap());
    for (request, browser) in [(&silent, &bob), (&of("nobody"), &ada), (&other_hint, &ada)] {
        assert_refused!(
            idp.authorize(request, browser).await.response(),
            AuthorizeError::Unmet(ErrorCode::LoginRequired),
            "login_required"
        );
    }
    let (waiting, step) = idp.authorize(&request, &bob).await.step();
    assert_eq!(step, Step::SignIn);
    let as_bob = idp
        .moved(&waiting, waiting.clone().signed_in(bob.session(), true))
        .await;
    assert_refused!(
        idp.resume(as_bob, &bob).await.response(),
        AuthorizeError::Unmet(ErrorCode::LoginRequired),
        "login_required"
    );
}

#[tokio::test]
async fn s5_5_what_is_no_claims_request_is_refused() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let long = json!({ "userinfo": { "a".repeat(8_192): null } }).to_string();
    for claims in [
        "x",
        "[]",
        "null",
        "1",
        r#"{"userinfo":1}"#,
        r#"{"userinfo":{"name":true}}"#,
        r#"{"id_token":{"acr":[]}}"#,
        r#"{"id_token":{"acr":{"values":1}}}"#,
        &long,
    ] {
        let answer = idp
            .authorize(&rp.request().with("claims", claims), &Browser::default())
            .await;
        assert_refused!(
            answer.response(),
            AuthorizeError::Malformed("claims"),
            "invalid_request"
        );
    }
}

#[tokio::test]
async fn s3_1_2_1_display_and_locales_refuse_nobody_and_reach_the_pages() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let nobody = Browser::default();
    for (name, value) in [
        ("display", "page"),
        ("display", "popup"),
        ("display", "hologram"),
        ("claims_locales", "fr-CA fr en"),
        ("ui_locales", "fr-CA fr en"),
    ] {
        let (waiting, step) = idp
            .authorize(&rp.request().with(name, value), &nobody)
            .await
            .step();
        assert_eq!(step, Step::SignIn);
        let kept = (name == "ui_locales").then_some(value);
        assert_eq!(waiting.requirement.ui_locales.as_deref(), kept);
        let repeated = rp.request().and(name, value).and(name, value);
        let answer = idp.authorize(&repeated, &nobody).await;
        assert_refused!(answer.response(), AuthorizeError::Repeated, "invalid_request");
    }
}
