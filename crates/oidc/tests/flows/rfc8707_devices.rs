//! RFC 8707 with RFC 8628: a device names the APIs it wants tokens for, as an authorization request does.

use crate::fixture::{Browser, Device, Idp, RelyingParty, Request, assert_refused};
use domain::{
    authorization::Terms,
    testing::{ClientBuilder, a_client, a_user},
};
use oidc::{
    device::DeviceError,
    jose::TokenType,
    resource::TargetError,
    token::{TokenError, TokenResponse},
};
use serde_json::{Value, json};

const ORDERS: &str = "https://orders.example.com/v1";
const STOCK: &str = "urn:example:stock";
const ISSUER: &str = "https://id.example.com";

fn a_till() -> ClientBuilder {
    a_client().scopes("openid offline_access orders:read orders:write stock:read")
}

fn asking(resources: &[&str]) -> Request {
    let request = Request::of(&[("scope", "openid offline_access orders:read stock:read")]);
    naming(request, resources)
}

fn naming(request: Request, resources: &[&str]) -> Request {
    let names = resources.iter();
    names.fold(request, |request, resource| request.and("resource", resource))
}

async fn with_apis() -> Idp {
    let idp = Idp::start().await;
    idp.api(ORDERS, "orders:read orders:write").await;
    idp.api(STOCK, "stock:read").await;
    idp
}

/// A device that asked for both and was allowed.
async fn allowed<'a>(rp: &'a RelyingParty<'a>, browser: &Browser, resources: &[&str]) -> Device<'a> {
    let answer = rp.device_authorization(&asking(resources)).await.unwrap();
    let device = Device { rp, answer };
    device.allow(browser).await.unwrap();
    device
}

fn audience(idp: &Idp, tokens: &TokenResponse) -> Value {
    idp.read(TokenType::AccessToken, tokens.access_token()).1["aud"].clone()
}

#[tokio::test]
async fn s2_1_a_device_gets_tokens_for_what_it_named() {
    let idp = with_apis().await;
    let rp = idp.relying_party(a_till()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = allowed(&rp, &browser, &[ORDERS]).await.poll().await.unwrap();
    assert_eq!(audience(&idp, &tokens), json!([ORDERS, ISSUER]));
    assert_eq!(tokens.scope(), "offline_access openid orders:read");
    let later = rp.refresh(tokens.refresh_token().unwrap()).await.unwrap();
    assert_eq!(audience(&idp, &later), json!([ORDERS, ISSUER]));
    let plain = allowed(&rp, &browser, &[]).await.poll().await.unwrap();
    assert_eq!(audience(&idp, &plain), ISSUER);
}

#[tokio::test]
async fn s2_2_the_poll_names_some_of_it() {
    let idp = with_apis().await;
    let rp = idp.relying_party(a_till()).await;
    let browser = idp.signed_in(a_user()).await;
    let device = allowed(&rp, &browser, &[ORDERS, STOCK]).await;
    let tokens = rp.token(&naming(device.polling(), &[STOCK])).await.unwrap();
    assert_eq!(audience(&idp, &tokens), json!([STOCK, ISSUER]));
    assert_eq!(tokens.scope(), "offline_access openid stock:read");
    // The refresh token keeps all that was granted.
    let later = rp.refresh(tokens.refresh_token().unwrap()).await.unwrap();
    assert_eq!(audience(&idp, &later), json!([ORDERS, STOCK, ISSUER]));
    for (granted, beyond) in [(&[ORDERS][..], &[STOCK][..]), (&[ORDERS], &[ORDERS, STOCK])] {
        let device = allowed(&rp, &browser, granted).await;
        let answer = rp.token(&naming(device.polling(), beyond)).await;
        assert_refused!(
            answer,
            TokenError::Target(TargetError::NotGranted),
            "invalid_target"
        );
    }
}

#[tokio::test]
async fn s2_what_is_not_open_to_the_client_gets_no_codes() {
    let idp = with_apis().await;
    idp.api("urn:example:payroll", "payroll:read").await;
    let rp = idp.relying_party(a_till()).await;
    for resources in [
        &["https://nobody.example.com"][..],
        &[ORDERS, "urn:example:payroll"],
        &["orders"],
        &["https://orders.example.com/v1#part"],
    ] {
        let answer = rp.device_authorization(&asking(resources)).await;
        assert_refused!(
            answer,
            DeviceError::Target(TargetError::Unknown | TargetError::NotOpen | TargetError::Malformed),
            "invalid_target"
        );
    }
}

#[tokio::test]
async fn what_a_device_named_is_kept_with_what_the_person_looks_at() {
    let idp = with_apis().await;
    let rp = idp.relying_party(a_till()).await;
    let browser = idp.signed_in(a_user()).await;
    let answer = rp.device_authorization(&asking(&[ORDERS, STOCK])).await.unwrap();
    let device = Device { rp: &rp, answer };
    let interaction = device.entered(&browser).await.unwrap();
    let waiting = idp.waiting(&interaction, &browser).await;
    let named = Terms {
        resources: [ORDERS, STOCK].map(str::to_owned).into(),
        ..Terms::default()
    };
    assert_eq!(waiting.device.terms, named);
}
