//! How long a person allows something: everything that descends from it ends with it.

use crate::fixture::{Browser, Idp, RelyingParty, Request, assert_refused};
use domain::{
    api::{Api, TokenFormat},
    consent::{Consent, Validity},
    testing::{a_client, a_user},
    user::User,
};
use oidc::{
    authorize::AuthorizeError,
    error::ErrorCode,
    token::{TokenError, TokenResponse},
};
use std::time::Duration;

const DAY: u64 = 86_400;
const ORDERS: &str = "https://orders.example.com";
const SCOPES: &str = "openid email offline_access orders:read";

/// A relying party with access to an API whose tokens are of this format and live an hour.
async fn scene(idp: &Idp, format: TokenFormat) -> (RelyingParty<'_>, User) {
    let long = |api: &mut Api| {
        api.format = format;
        api.access_token_lifetime = Some(Duration::from_secs(3_600));
        api.introspection_clients.insert("orders-rs".parse().unwrap());
    };
    idp.api_with(ORDERS, "orders:read", long).await;
    let rp = idp.relying_party(a_client().scopes(SCOPES)).await;
    (rp, idp.person(a_user()).await)
}

fn request(rp: &RelyingParty<'_>) -> Request {
    rp.request().with("scope", SCOPES)
}

/// Tokens that come of allowing [`SCOPES`] for so long.
async fn allowed_for(
    idp: &Idp,
    rp: &RelyingParty<'_>,
    browser: &Browser,
    validity: Validity,
) -> TokenResponse {
    let request = request(rp).and("resource", ORDERS).with("prompt", "consent");
    let asked = idp.authorize(&request, browser).await.consent();
    let answer = idp.allow_for(asked, (SCOPES, validity), browser).await;
    rp.redeem(answer.response().unwrap().code()).await.unwrap()
}

fn seconds(tokens: &TokenResponse) -> u64 {
    serde_json::to_value(tokens).unwrap()["expires_in"]
        .as_u64()
        .unwrap()
}

async fn remembered(idp: &Idp, rp: &RelyingParty<'_>, browser: &Browser) -> Option<Consent> {
    let user = idp.user_of(browser).await;
    idp.realm.stores.consents.find(user, &rp.client.id).await.unwrap()
}

#[tokio::test]
async fn a_person_is_asked_again_once_it_ended() {
    let idp = Idp::start().await;
    let (rp, ada) = scene(&idp, TokenFormat::Jwt).await;
    let browser = idp.sign_in(&ada).await;
    allowed_for(&idp, &rp, &browser, Validity::Day).await;
    assert!(idp.authorize(&request(&rp), &browser).await.response().is_ok());
    idp.wait(DAY);
    let again = idp.sign_in(&ada).await;
    let silently = idp.authorize(&request(&rp).with("prompt", "none"), &again).await;
    assert_refused!(
        silently.response(),
        AuthorizeError::Unmet(ErrorCode::ConsentRequired),
        "consent_required"
    );
    let asked = idp.authorize(&request(&rp), &again).await.consent();
    assert!(idp.allow(asked, "openid", &again).await.response().is_ok());
    let now = remembered(&idp, &rp, &again).await.unwrap();
    assert_eq!(now.scopes.to_string(), "openid", "what ended does not come back");
    assert_eq!(now.expires_at, None);
}

#[tokio::test]
async fn access_tokens_and_what_is_told_of_them_end_with_it() {
    for format in TokenFormat::ALL {
        let idp = Idp::start().await;
        let (rp, ada) = scene(&idp, format).await;
        let browser = idp.sign_in(&ada).await;
        let rs = idp.relying_party(a_client().id("orders-rs")).await;
        let first = allowed_for(&idp, &rp, &browser, Validity::Day).await;
        assert_eq!(seconds(&first), 3_600);
        idp.wait(DAY - 60);
        let last = rp.refresh(first.refresh_token().unwrap()).await.unwrap();
        assert_eq!(seconds(&last), 60, "{format:?}");
        assert!(rs.sees(last.access_token()).await);
        idp.wait(60);
        assert!(!rs.sees(last.access_token()).await, "{format:?}");
        let refreshed = rp.refresh(last.refresh_token().unwrap()).await;
        assert_refused!(refreshed, TokenError::AuthorizationRevoked, "invalid_grant");
    }
}

#[tokio::test]
async fn whoever_is_allowed_for_shorter_loses_what_was_issued_before() {
    let idp = Idp::start().await;
    let (rp, ada) = scene(&idp, TokenFormat::Opaque).await;
    let browser = idp.sign_in(&ada).await;
    let before = allowed_for(&idp, &rp, &browser, Validity::UntilRemoved).await;
    allowed_for(&idp, &rp, &browser, Validity::Day).await;
    idp.wait(DAY);
    let refreshed = rp.refresh(before.refresh_token().unwrap()).await;
    assert_refused!(refreshed, TokenError::AuthorizationRevoked, "invalid_grant");
}

#[tokio::test]
async fn whoever_is_allowed_for_longer_keeps_what_still_counts_and_gets_nothing_back() {
    let idp = Idp::start().await;
    let (rp, ada) = scene(&idp, TokenFormat::Opaque).await;
    let browser = idp.sign_in(&ada).await;
    let lost = allowed_for(&idp, &rp, &browser, Validity::Day).await;
    idp.wait(DAY);
    let again = idp.sign_in(&ada).await;
    allowed_for(&idp, &rp, &again, Validity::UntilRemoved).await;
    let refreshed = rp.refresh(lost.refresh_token().unwrap()).await;
    assert_refused!(refreshed, TokenError::AuthorizationRevoked, "invalid_grant");
    let kept = allowed_for(&idp, &rp, &again, Validity::Day).await;
    allowed_for(&idp, &rp, &again, Validity::Month).await;
    let kept = rp.refresh(kept.refresh_token().unwrap()).await.unwrap();
    idp.wait(DAY * 2);
    assert!(rp.refresh(kept.refresh_token().unwrap()).await.is_ok());
}
