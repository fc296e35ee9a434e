//! RFC 8252 §8.6, RFC 9700 §4.11: what a person allowed a client that registered itself is not taken for granted.

use crate::fixture::{Idp, RelyingParty, Request, an_application, assert_refused};
use domain::{
    client::Party,
    stores::Alongside,
    testing::{a_client, a_user},
};
use oidc::{authorize::AuthorizeError, error::ErrorCode};
use serde_json::json;

/// The relying party of what was registered just now.
async fn self_registered(idp: &Idp) -> RelyingParty<'_> {
    let registered = idp.registered(&an_application()).await;
    let client = idp.stored_client(registered.id()).await.unwrap();
    RelyingParty::new(idp, client)
}

fn asking(rp: &RelyingParty<'_>) -> Request {
    rp.request().with("scope", "openid")
}

#[tokio::test]
async fn who_registered_itself_is_asked_about_every_time() {
    let idp = Idp::open_to_all(|_| {}).await;
    let rp = self_registered(&idp).await;
    let browser = idp.signed_in(a_user()).await;
    for _ in 0..2 {
        let asked = idp.authorize(&asking(&rp), &browser).await.consent();
        assert!(asked.consent.as_ref().unwrap().always);
        let answer = idp.allow(asked, "openid", &browser).await;
        assert!(answer.response().is_ok());
    }
    // It was remembered all the same: the person finds it among their connected apps.
    let remembered = idp
        .realm
        .stores
        .consents
        .find(idp.user_of(&browser).await, &rp.client.id);
    assert!(remembered.await.unwrap().is_some());
}

#[tokio::test]
async fn core_s3_1_2_1_prompt_none_is_consent_required_for_who_registered_itself_and_proves_nothing() {
    let idp = Idp::open_to_all(|_| {}).await;
    let mut document = an_application();
    document["token_endpoint_auth_method"] = json!("none");
    let registered = idp.registered(&document).await;
    let rp = RelyingParty::new(&idp, idp.stored_client(registered.id()).await.unwrap());
    let browser = idp.signed_in(a_user()).await;
    let asked = idp.authorize(&asking(&rp), &browser).await.consent();
    assert!(idp.allow(asked, "openid", &browser).await.response().is_ok());
    let silently = idp.authorize(&asking(&rp).with("prompt", "none"), &browser).await;
    assert_refused!(
        silently.response(),
        AuthorizeError::Unmet(ErrorCode::ConsentRequired),
        "consent_required"
    );
    // What was allowed to one that proves who it is, or that the operator registered, is remembered, and nothing more.
    for known in [self_registered(&idp).await, idp.relying_party(a_client()).await] {
        let silent = || asking(&known).with("prompt", "none");
        let never = idp.authorize(&silent(), &browser).await.response();
        assert_refused!(
            never,
            AuthorizeError::Unmet(ErrorCode::ConsentRequired),
            "consent_required"
        );
        let asked = idp.authorize(&asking(&known), &browser).await.consent();
        assert!(idp.allow(asked, "openid", &browser).await.response().is_ok());
        assert!(idp.authorize(&silent(), &browser).await.response().is_ok());
        let more = idp
            .authorize(&silent().with("scope", "openid email"), &browser)
            .await;
        let refused = more.response();
        assert_refused!(
            refused,
            AuthorizeError::Unmet(ErrorCode::ConsentRequired),
            "consent_required"
        );
    }
}

#[tokio::test]
async fn what_the_operator_took_over_as_their_own_asks_nobody() {
    let idp = Idp::open_to_all(|_| {}).await;
    let mut rp = self_registered(&idp).await;
    rp.client.application.party = Party::First;
    let (clients, with) = (&idp.realm.stores.clients, Alongside::default());
    clients.update(&rp.client, with).await.unwrap();
    let browser = idp.signed_in(a_user()).await;
    for request in [asking(&rp), asking(&rp).with("prompt", "none")] {
        assert!(idp.authorize(&request, &browser).await.response().is_ok());
    }
}
