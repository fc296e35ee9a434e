//! Terms of use that an operator asks people to agree to: nobody who did not gets a code or allows a device.

use crate::fixture::{Browser, Idp, assert_refused};
use domain::{
    services::{devices::DeviceError, terms::TermsService},
    terms_of_use::TermsOfUse,
    testing::{a_client, a_user},
};
use oidc::{
    authorize::{AuthorizeError, Step},
    error::ErrorCode,
};

fn terms(version: &str) -> TermsOfUse {
    TermsOfUse {
        version: version.parse().unwrap(),
        uri: "https://example.com/terms".parse().unwrap(),
    }
}

async fn start() -> Idp {
    Idp::start_with(|settings| settings.terms_of_use = Some(terms("1"))).await
}

async fn agree(idp: &Idp, browser: &Browser) {
    let people = idp.sessions(browser).await;
    let agreed = TermsService::new(idp.ports.clone());
    agreed.accept(&idp.act(), &people[0], "1").await.unwrap();
}

#[tokio::test]
async fn whoever_did_not_agree_is_asked_before_anything_else_and_gets_no_code() {
    let idp = start().await;
    for client in [a_client().first_party(), a_client().id("third")] {
        let rp = idp.relying_party(client).await;
        let email = format!("{}@example.com", rp.client.id.as_str());
        let browser = idp
            .signed_in(a_user().number(7 + email.len() as u64).email(&email))
            .await;
        let (interaction, step) = idp.authorize(&rp.request(), &browser).await.step();
        assert_eq!(step, Step::Terms);
        assert_eq!(interaction.session(), Some(browser.session()));
        // Going on by hand leads back.
        let (interaction, step) = idp.resume(interaction, &browser).await.step();
        assert_eq!(step, Step::Terms);
        // So does having allowed the app.
        let allowed = idp.allow(interaction, "openid", &browser).await;
        let (interaction, step) = allowed.step();
        assert_eq!(step, Step::Terms);
        agree(&idp, &browser).await;
        assert!(idp.resume(interaction, &browser).await.response().is_ok());
        assert!(
            idp.authorize(&rp.request().with("scope", "openid"), &browser)
                .await
                .response()
                .is_ok()
        );
    }
}

#[tokio::test]
async fn s3_1_2_6_a_silent_request_learns_that_interaction_is_required() {
    let idp = start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    let silent = rp.request().with("prompt", "none");
    assert_refused!(
        idp.authorize(&silent, &browser).await.response(),
        AuthorizeError::Unmet(ErrorCode::InteractionRequired),
        "interaction_required"
    );
    agree(&idp, &browser).await;
    assert!(idp.authorize(&silent, &browser).await.response().is_ok());
}

#[tokio::test]
async fn who_declined_is_access_denied_to_the_app() {
    let idp = start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let (interaction, _) = idp.authorize(&rp.request(), &browser).await.step();
    let denied = idp.moved(&interaction, interaction.clone().denied()).await;
    idp.sign_out(&browser).await;
    assert_refused!(
        idp.resume(denied, &browser).await.response(),
        AuthorizeError::Unmet(ErrorCode::AccessDenied),
        "access_denied"
    );
}

#[tokio::test]
async fn nobody_allows_a_device_before_they_agreed() {
    let idp = start().await;
    let rp = idp.relying_party(a_client()).await;
    let device = rp.device("openid").await;
    let browser = idp.signed_in(a_user()).await;
    assert!(matches!(
        device.allow(&browser).await,
        Err(DeviceError::TermsOwed)
    ));
    assert!(device.poll().await.is_err());
    agree(&idp, &browser).await;
    device.allow(&browser).await.unwrap();
    idp.wait(5);
    assert!(device.poll().await.is_ok());
}
