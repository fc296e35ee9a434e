//! RFC 8707: tokens for the APIs a request names.

use crate::fixture::{Browser, Idp, RelyingParty, Request, assert_refused};
use domain::{
    api::Api,
    client::GrantType,
    signing_key::SigningAlgorithm,
    testing::{ClientBuilder, a_client, a_user},
};
use oidc::{
    authorize::AuthorizeError,
    jose::TokenType,
    pushed_authorization_request::PushError,
    resource::TargetError,
    token::{TokenError, TokenResponse},
};
use serde_json::{Value, json};
use std::time::Duration;

const ORDERS: &str = "https://orders.example.com/v1";
const STOCK: &str = "urn:example:stock";
const ISSUER: &str = "https://id.example.com";
const SCOPES: &str = "openid profile email offline_access orders:read orders:write stock:read other";

fn a_shop() -> ClientBuilder {
    a_client().scopes(SCOPES)
}

async fn orders_and_stock(idp: &Idp) -> (Api, Api) {
    (
        idp.api(ORDERS, "orders:read orders:write").await,
        idp.api(STOCK, "stock:read").await,
    )
}

/// The client's request for `scope` at these resources.
fn asking(rp: &RelyingParty<'_>, scope: &str, resources: &[&str]) -> Request {
    naming(rp.request().with("scope", scope), resources)
}

fn naming(request: Request, resources: &[&str]) -> Request {
    resources
        .iter()
        .fold(request, |request, resource| request.and("resource", resource))
}

async fn code(rp: &RelyingParty<'_>, browser: &Browser, resources: &[&str]) -> String {
    let scope = "openid orders:read stock:read other";
    rp.code_for(&asking(rp, scope, resources), browser).await
}

fn claims(idp: &Idp, tokens: &TokenResponse) -> Value {
    idp.read(TokenType::AccessToken, tokens.access_token()).1
}

#[tokio::test]
async fn s2_the_token_is_for_the_apis_that_were_asked_for() {
    let idp = Idp::start().await;
    orders_and_stock(&idp).await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.redeem(&code(&rp, &browser, &[ORDERS]).await).await.unwrap();
    let said = claims(&idp, &tokens);
    assert_eq!(
        said["aud"],
        json!([ORDERS, ISSUER]),
        "the issuer's userinfo as well"
    );
    // Scopes of the API, and what speaks of a person; RFC 8707 §2.2 allows no more.
    assert_eq!(said["scope"], "openid orders:read");
    assert_eq!(tokens.scope(), "openid orders:read");
    assert!(idp.userinfo(tokens.access_token()).await.is_ok());

    let without = rp.redeem(&code(&rp, &browser, &[]).await).await.unwrap();
    let said = claims(&idp, &without);
    assert_eq!(said["aud"], ISSUER);
    assert_eq!(said["scope"], "openid orders:read other stock:read");
}

#[tokio::test]
async fn s2_a_pushed_request_names_apis_too() {
    let idp = Idp::start().await;
    orders_and_stock(&idp).await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    let asked = asking(&rp, "openid orders:read stock:read", &[ORDERS]);
    let pushed = rp.push(&asked).await.unwrap();
    // What stands beside it does not count.
    let request = rp.referring_to(pushed.request_uri()).and("resource", STOCK);
    let code = rp.code_for(&request, &browser).await;
    let said = claims(&idp, &rp.redeem(&code).await.unwrap());
    assert_eq!(said["aud"], json!([ORDERS, ISSUER]));
    assert_eq!(said["scope"], "openid orders:read");
    let refused = rp.push(&asking(&rp, "openid", &["not an address"])).await;
    assert_refused!(
        refused,
        PushError::Request(AuthorizeError::Target(_)),
        "invalid_target"
    );
}

#[tokio::test]
async fn s2_without_openid_the_issuer_is_no_audience() {
    let idp = Idp::start().await;
    orders_and_stock(&idp).await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp
        .code_for(&asking(&rp, "orders:read email", &[ORDERS]), &browser)
        .await;
    let tokens = rp.redeem(&code).await.unwrap();
    let said = claims(&idp, &tokens);
    assert_eq!(
        (&said["aud"], &said["scope"]),
        (&json!(ORDERS), &json!("email orders:read"))
    );
    assert!(idp.userinfo(tokens.access_token()).await.is_err());
}

#[tokio::test]
async fn s2_2_a_token_request_names_some_of_what_was_granted() {
    let idp = Idp::start().await;
    orders_and_stock(&idp).await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    let both = code(&rp, &browser, &[ORDERS, STOCK]).await;
    let first = naming(rp.redemption(&both), &[STOCK]);
    let first = rp.token(&first).await.unwrap();
    assert_eq!(claims(&idp, &first)["aud"], json!([STOCK, ISSUER]));
    assert_eq!(first.scope(), "openid stock:read");
    // The refresh token keeps all that was granted.
    let second = naming(rp.refreshing(first.refresh_token().unwrap()), &[ORDERS]);
    let second = rp.token(&second).await.unwrap();
    assert_eq!(claims(&idp, &second)["aud"], json!([ORDERS, ISSUER]));
    assert_eq!(second.scope(), "openid orders:read");
    let third = rp.refresh(second.refresh_token().unwrap()).await.unwrap();
    assert_eq!(claims(&idp, &third)["aud"], json!([ORDERS, STOCK, ISSUER]));
    assert_eq!(third.scope(), "openid orders:read stock:read");
    let narrow = rp
        .refreshing(third.refresh_token().unwrap())
        .with("scope", "orders:read stock:read");
    let narrow = rp.token(&naming(narrow, &[ORDERS])).await.unwrap();
    assert_eq!(claims(&idp, &narrow)["aud"], ORDERS, "one name needs no list");
}

#[tokio::test]
async fn s2_2_what_was_not_granted_is_an_invalid_target() {
    let idp = Idp::start().await;
    orders_and_stock(&idp).await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.redeem(&code(&rp, &browser, &[ORDERS]).await).await.unwrap();
    for beyond in [&[STOCK][..], &[ORDERS, STOCK]] {
        let redemption = rp.redemption(&code(&rp, &browser, &[ORDERS]).await);
        let refreshing = rp.refreshing(tokens.refresh_token().unwrap());
        for request in [redemption, refreshing] {
            let answer = rp.token(&naming(request, beyond)).await;
            assert_refused!(
                answer,
                TokenError::Target(TargetError::NotGranted),
                "invalid_target"
            );
        }
    }
    assert!(
        rp.refresh(tokens.refresh_token().unwrap()).await.is_ok(),
        "a refusal uses nothing up"
    );
}

#[tokio::test]
async fn s2_1_an_unknown_or_malformed_resource_is_an_invalid_target() {
    let idp = Idp::start().await;
    orders_and_stock(&idp).await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    let many: Vec<String> = (0..21).map(|n| format!("urn:x:{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let fragment = format!("{ORDERS}#f");
    for wrong in [
        &["https://unknown.example.com"][..],
        &[ORDERS, "urn:unknown"],
        &[&fragment],
        &["a b"],
        // The issuer is meant by naming nothing.
        &[ISSUER],
        &many,
    ] {
        let answer = idp.authorize(&asking(&rp, "openid", wrong), &browser).await;
        assert_refused!(answer.response(), AuthorizeError::Target(_), "invalid_target");
        let own = Request::of(&[("grant_type", "client_credentials")]);
        let answer = rp.token(&naming(own, wrong)).await;
        assert_refused!(answer, TokenError::Target(_), "invalid_target");
    }
}

#[tokio::test]
async fn s2_an_api_is_open_to_clients_registered_for_one_of_its_scopes() {
    let idp = Idp::start().await;
    orders_and_stock(&idp).await;
    idp.api("urn:example:plain", "").await;
    let rp = idp.relying_party(a_client().scopes("openid stock:read")).await;
    let browser = idp.signed_in(a_user()).await;
    let answer = idp.authorize(&asking(&rp, "openid", &[ORDERS]), &browser).await;
    assert_refused!(
        answer.response(),
        AuthorizeError::Target(TargetError::NotOpen),
        "invalid_target"
    );
    // An API without scopes is open to all.
    for open in [STOCK, "urn:example:plain"] {
        let code = rp.code_for(&asking(&rp, "openid", &[open]), &browser).await;
        let tokens = rp.redeem(&code).await.unwrap();
        assert_eq!(claims(&idp, &tokens)["aud"], json!([open, ISSUER]));
    }
}

#[tokio::test]
async fn s3_scopes_of_apis_are_had_only_if_they_are_registered_for_the_client() {
    let idp = Idp::start().await;
    orders_and_stock(&idp).await;
    let rp = idp.relying_party(a_client().scopes("openid orders:read")).await;
    let browser = idp.signed_in(a_user()).await;
    let request = asking(&rp, "orders:write", &[ORDERS]);
    let answer = idp.authorize(&request, &browser).await;
    assert_refused!(answer.response(), AuthorizeError::Scope, "invalid_scope");
    let own = Request::of(&[("grant_type", "client_credentials"), ("scope", "orders:write")]);
    let answer = rp.token(&naming(own, &[ORDERS])).await;
    assert_refused!(answer, TokenError::Scope, "invalid_scope");
}

#[tokio::test]
async fn s2_2_a_client_acting_for_itself_names_apis_too() {
    let idp = Idp::start().await;
    orders_and_stock(&idp).await;
    let rp = idp.relying_party(a_shop()).await;
    let own = Request::of(&[("grant_type", "client_credentials")]);
    let tokens = rp.token(&naming(own.clone(), &[ORDERS])).await.unwrap();
    assert_eq!(claims(&idp, &tokens)["aud"], ORDERS);
    assert_eq!(tokens.scope(), "orders:read orders:write");
    let both = rp.token(&naming(own, &[STOCK, ORDERS, STOCK])).await.unwrap();
    assert_eq!(claims(&idp, &both)["aud"], json!([ORDERS, STOCK]));
}

#[tokio::test]
async fn a_token_lives_and_is_signed_as_its_api_wants() {
    let idp = Idp::start().await;
    idp.api_with(ORDERS, "orders:read", |api| {
        api.alg = Some(SigningAlgorithm::EdDsa);
        api.access_token_lifetime = Some(Duration::from_secs(120));
    })
    .await;
    idp.api_with("urn:example:bills", "other", |api| {
        api.alg = Some(SigningAlgorithm::EdDsa);
    })
    .await;
    idp.api_with("urn:example:long", "stock:read", |api| {
        api.access_token_lifetime = Some(Duration::from_secs(9_999_999));
    })
    .await;
    let rp = idp.relying_party(a_shop()).await;
    let own = Request::of(&[("grant_type", "client_credentials")]);
    for (resources, alg, lifetime) in [
        (&[ORDERS][..], "EdDSA", 120),
        (&["urn:example:bills"], "EdDSA", 600),
        // Of several the shortest counts.
        (&[ORDERS, "urn:example:bills"], "EdDSA", 120),
        // No longer than its revocation would be remembered.
        (&["urn:example:long"], "ES256", 3_600),
    ] {
        let tokens = rp.token(&naming(own.clone(), resources)).await.unwrap();
        let (header, claims) = idp.read(TokenType::AccessToken, tokens.access_token());
        assert_eq!(header["alg"], alg, "{resources:?}");
        let (exp, iat) = (claims["exp"].as_i64().unwrap(), claims["iat"].as_i64().unwrap());
        assert_eq!(exp - iat, lifetime, "{resources:?}");
        assert_eq!(serde_json::to_value(&tokens).unwrap()["expires_in"], lifetime);
    }
}

#[tokio::test]
async fn apis_that_take_different_tokens_are_asked_for_one_at_a_time() {
    let idp = Idp::start().await;
    idp.api_with(ORDERS, "orders:read", |api| {
        api.alg = Some(SigningAlgorithm::Rs256)
    })
    .await;
    idp.api(STOCK, "stock:read").await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    // Asking for both at first is fine: they are told apart when tokens are asked for.
    let both = code(&rp, &browser, &[ORDERS, STOCK]).await;
    let tokens = rp.token(&naming(rp.redemption(&both), &[STOCK])).await.unwrap();
    let refresh = tokens.refresh_token().unwrap();
    assert_refused!(
        rp.refresh(refresh).await,
        TokenError::Target(TargetError::Conflict),
        "invalid_target"
    );
    let one = rp
        .token(&naming(rp.refreshing(refresh), &[ORDERS]))
        .await
        .unwrap();
    let (header, _) = idp.read(TokenType::AccessToken, one.access_token());
    assert_eq!(header["alg"], "RS256");
}

#[tokio::test]
async fn a_deleted_api_gets_no_more_tokens() {
    let idp = Idp::start().await;
    let (orders, _) = orders_and_stock(&idp).await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    let (code, waiting) = (
        code(&rp, &browser, &[ORDERS]).await,
        asking(&rp, "openid", &[ORDERS]),
    );
    let tokens = rp.redeem(&code).await.unwrap();
    idp.delete_api(&orders).await;
    assert_refused!(
        rp.refresh(tokens.refresh_token().unwrap()).await,
        TokenError::Target(TargetError::Unknown),
        "invalid_target"
    );
    let answer = idp.authorize(&waiting, &browser).await;
    assert_refused!(answer.response(), AuthorizeError::Target(_), "invalid_target");
}

#[tokio::test]
async fn an_api_deleted_while_a_person_was_busy_is_an_invalid_target() {
    let idp = Idp::start().await;
    let (orders, _) = orders_and_stock(&idp).await;
    let rp = idp
        .relying_party(a_shop().grants(&[GrantType::AuthorizationCode]))
        .await;
    let browser = idp.signed_in(a_user()).await;
    let request = asking(&rp, "openid orders:read", &[ORDERS]);
    let (asked, _) = idp
        .authorize(&request, &browser)
        .await
        .step_or_response()
        .unwrap_or_else(|response| panic!("{response:?}"));
    idp.delete_api(&orders).await;
    let answer = idp.allow(asked, "openid orders:read", &browser).await;
    assert_refused!(answer.response(), AuthorizeError::Target(_), "invalid_target");
}
