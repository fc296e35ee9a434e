//! RFC 8252 §8.6: what was allowed to one program on a device says nothing of the next that uses its name.

use crate::fixture::Idp;
use domain::testing::{ClientBuilder, a_client, a_user};
use oidc::authorize::Step;

/// Whether the person is asked once more after they allowed it, and what is said where they cannot be.
async fn asks_again(client: ClientBuilder) -> bool {
    let idp = Idp::start().await;
    let rp = idp.relying_party(client).await;
    let browser = idp.signed_in(a_user()).await;
    rp.code(&browser).await;
    let again = idp.authorize(&rp.request(), &browser).await;
    let asked = matches!(again.step_or_response(), Ok((_, Step::Consent)));
    let silent = rp.request().with("prompt", "none");
    let silent = idp.authorize(&silent, &browser).await.response();
    let code = silent.as_ref().map_err(|error| error.code().as_str().to_owned());
    match asked {
        true => assert_eq!(code.unwrap_err(), "consent_required"),
        false => assert!(code.is_ok()),
    }
    asked
}

#[tokio::test]
async fn s8_6_public_clients_that_any_program_can_be_ask_every_time() {
    for uri in [
        "com.example.app:/cb",
        "http://127.0.0.1/cb",
        "http://[::1]:8080/cb",
    ] {
        assert!(asks_again(a_client().public().redirect_uri(uri)).await, "{uri}");
    }
}

#[tokio::test]
async fn s8_6_those_whose_address_or_secret_is_theirs_alone_do_not() {
    for uri in ["https://app.example.com/cb", "http://localhost:3000/cb"] {
        assert!(!asks_again(a_client().public().redirect_uri(uri)).await, "{uri}");
    }
    for uri in ["com.example.app:/cb", "http://127.0.0.1/cb"] {
        assert!(!asks_again(a_client().redirect_uri(uri)).await, "{uri}");
        let own = a_client().public().first_party().redirect_uri(uri);
        assert!(!asks_again(own).await, "{uri}");
    }
}
