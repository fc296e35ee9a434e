//! RFC 8693 §2.1, §2.2.1: whom an exchanged token is for, in which format, and for how long.

use crate::fixture::{
    Browser, Idp, JWT, RelyingParty, Request, acted, assert_refused, exchanger, exchanging,
};
use domain::{
    api::TokenFormat,
    testing::{ClientBuilder, a_client, a_user},
};
use oidc::{resource::TargetError, token::TokenError};
use serde_json::{Value, json};
use std::time::Duration;

const ORDERS: &str = "https://orders.example.com/v1";
const STOCK: &str = "urn:example:stock";
const ISSUER: &str = "https://id.example.com";

/// The client that the person approves.
fn a_shop() -> ClientBuilder {
    a_client().scopes("openid orders:read orders:write stock:read")
}

async fn orders_and_stock(idp: &Idp) {
    idp.api(ORDERS, "orders:read orders:write").await;
    idp.api(STOCK, "stock:read").await;
}

/// An access token for these resources.
async fn approved(rp: &RelyingParty<'_>, scope: &str, resources: &[&str], browser: &Browser) -> String {
    let request = rp.request().with("scope", scope);
    let request = naming(request, "resource", resources);
    let tokens = rp.redeem(&rp.code_for(&request, browser).await).await;
    tokens.unwrap().access_token().to_owned()
}

fn naming(request: Request, parameter: &str, resources: &[&str]) -> Request {
    let names = resources.iter();
    names.fold(request, |request, name| request.and(parameter, name))
}

#[tokio::test]
async fn s2_1_the_audience_is_within_the_tokens() {
    let idp = Idp::start().await;
    orders_and_stock(&idp).await;
    idp.api("urn:example:bills", "bills").await;
    let rp = idp.relying_party(a_shop()).await;
    let backend = idp.relying_party(exchanger("backend", &["app"])).await;
    let browser = idp.signed_in(a_user()).await;
    let scope = "openid orders:read stock:read";
    let both = approved(&rp, scope, &[ORDERS, STOCK], &browser).await;
    for parameter in ["resource", "audience"] {
        let request = naming(exchanging(&both), parameter, &[ORDERS]);
        let (_, claims) = backend.exchanged(&request).await;
        assert_eq!(
            (&claims["aud"], &claims["scope"]),
            (&json!(ORDERS), &json!("orders:read"))
        );
    }
    let request = naming(exchanging(&both), "resource", &[ORDERS]);
    let (_, claims) = backend.exchanged(&naming(request, "audience", &[STOCK])).await;
    assert_eq!(claims["aud"], json!([ORDERS, STOCK]));
    let (_, claims) = backend.exchanged(&exchanging(&both)).await;
    assert_eq!(claims["aud"], json!([ORDERS, STOCK]));
    let (_, claims) = rp.exchanged(&exchanging(&both)).await;
    assert_eq!(claims["aud"], json!([ORDERS, STOCK, ISSUER]));

    let one = approved(&rp, scope, &[ORDERS], &browser).await;
    for parameter in ["resource", "audience"] {
        for beyond in [&[STOCK][..], &[ORDERS, STOCK], &["urn:unknown"], &["a b"]] {
            let answer = backend.token(&naming(exchanging(&one), parameter, beyond)).await;
            assert_refused!(answer, TokenError::Target(_), "invalid_target");
        }
    }
    let many: Vec<String> = (0..21).map(|n| format!("urn:x:{n}")).collect();
    let request = many
        .iter()
        .enumerate()
        .fold(exchanging(&one), |request, (n, name)| {
            request.and(["resource", "audience"][n % 2], name)
        });
    assert_refused!(
        backend.token(&request).await,
        TokenError::Target(TargetError::Malformed),
        "invalid_target"
    );
}

#[tokio::test]
async fn s2_1_without_a_target_those_that_are_open_to_the_client_or_else_the_issuer() {
    let idp = Idp::start().await;
    orders_and_stock(&idp).await;
    let rp = idp.relying_party(a_shop()).await;
    let stocker = exchanger("stocker", &["app"]).scopes("stock:read");
    let stocker = idp.relying_party(stocker).await;
    let browser = idp.signed_in(a_user()).await;
    let scope = "openid orders:read stock:read";
    let both = approved(&rp, scope, &[ORDERS, STOCK], &browser).await;
    assert_eq!(stocker.exchanged(&exchanging(&both)).await.1["aud"], STOCK);
    let orders = approved(&rp, scope, &[ORDERS], &browser).await;
    assert_eq!(stocker.exchanged(&exchanging(&orders)).await.1["aud"], ISSUER);
    // The issuer would be one audience more.
    let orders = approved(&rp, "orders:read", &[ORDERS], &browser).await;
    for request in [exchanging(&orders), exchanging(&orders).with("resource", ORDERS)] {
        assert_refused!(
            stocker.token(&request).await,
            TokenError::Target(TargetError::NotOpen),
            "invalid_target"
        );
    }
}

#[tokio::test]
async fn s2_2_1_it_ends_no_later_than_the_token_it_was_exchanged_for() {
    let idp = Idp::start().await;
    idp.api_with(ORDERS, "orders:read", |api| {
        api.access_token_lifetime = Some(Duration::from_secs(120));
    })
    .await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    let subject = approved(&rp, "openid orders:read", &[ORDERS], &browser).await;
    let end = idp.claims_of(&subject)["exp"].clone();
    idp.wait(50);
    let tokens = rp.exchange(&subject).await.unwrap();
    assert_eq!(idp.claims_of(tokens.access_token())["exp"], end);
    assert_eq!(serde_json::to_value(&tokens).unwrap()["expires_in"], 70);
    // One that lives longer gives no longer life than the API wants.
    let both = approved(&rp, "openid orders:read", &[], &browser).await;
    let (_, claims) = rp.exchanged(&exchanging(&both)).await;
    assert_eq!(lifetime(&claims), 600);
}

fn lifetime(claims: &Value) -> i64 {
    claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()
}

#[tokio::test]
async fn opaque_tokens_are_exchanged_and_given_where_nobody_else_acts() {
    let idp = Idp::start().await;
    idp.api_with(ORDERS, "orders:read", |api| api.format = TokenFormat::Opaque)
        .await;
    let rp = idp.relying_party(a_shop()).await;
    let backend = idp.relying_party(exchanger("backend", &["app"])).await;
    let stocker = exchanger("stocker", &["app"]).scopes("stock:read");
    let stocker = idp.relying_party(stocker).await;
    let browser = idp.signed_in(a_user()).await;
    let subject = approved(&rp, "openid orders:read", &[ORDERS], &browser).await;
    assert!(subject.starts_with("sgn_at_"));
    let own = rp.exchange(&subject).await.unwrap();
    assert!(own.access_token().starts_with("sgn_at_"));
    assert!(rp.sees(own.access_token()).await);
    let signed = exchanging(&subject).with("requested_token_type", JWT);
    for answer in [
        rp.token(&signed).await,
        rp.token(&acted(exchanging(&subject), &rp.own_token().await))
            .await,
        backend.exchange(&subject).await,
    ] {
        assert_refused!(answer, TokenError::OpaqueTarget, "invalid_target");
    }
    let (_, claims) = stocker.exchanged(&exchanging(&subject)).await;
    assert_eq!(
        (&claims["aud"], &claims["act"]["sub"]),
        (&json!(ISSUER), &json!("stocker"))
    );
}
