//! Initiating User Registration via OpenID Connect 1.0: `prompt=create`.

use crate::fixture::{Browser, Idp, assert_refused};
use domain::testing::{a_client, a_user};
use oidc::authorize::{AuthorizeError, Step};

#[tokio::test]
async fn s4_1_create_leads_to_the_sign_up_whoever_is_signed_in() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let ada = idp.signed_in(a_user()).await;
    let request = rp.request().with("prompt", "create");
    for browser in [&ada, &Browser::default()] {
        let (waiting, step) = idp.authorize(&request, browser).await.step();
        assert_eq!(step, Step::SignUp);
        assert_eq!(idp.resume(waiting, browser).await.step().1, Step::SignUp);
    }
    let (waiting, _) = idp.authorize(&request, &ada).await.step();
    let bob = idp.signed_in(a_user().number(2).email("bob@example.com")).await;
    let signed_up = waiting.clone().signed_in(bob.session(), true);
    let signed_up = idp.moved(&waiting, signed_up).await;
    let both = ada.and(&bob);
    let response = idp.resume(signed_up, &both).await.response().unwrap();
    let tokens = rp.redeem(response.code()).await.unwrap();
    let userinfo = idp.userinfo(tokens.access_token()).await.unwrap();
    assert_eq!(userinfo.about["email"], "bob@example.com");
}

#[tokio::test]
async fn s4_1_create_contradicts_what_needs_an_account() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    for prompt in ["create none", "create login", "select_account create"] {
        let answer = idp
            .authorize(&rp.request().with("prompt", prompt), &Browser::default())
            .await;
        assert_refused!(
            answer.response(),
            AuthorizeError::Malformed("prompt"),
            "invalid_request"
        );
    }
    let request = rp.request().with("prompt", "create consent");
    let (_, step) = idp.authorize(&request, &Browser::default()).await.step();
    assert_eq!(step, Step::SignUp);
}
