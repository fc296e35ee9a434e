//! RFC 9207: every authorization response says whose it is. The fixture asserts it of every other response.

use crate::fixture::{Browser, Idp};
use domain::testing::{a_client, a_user};

#[tokio::test]
async fn s2_codes_and_errors_carry_the_issuer_of_their_realm() {
    let idp = Idp::start().await;
    for (idp, issuer) in [
        (&idp, "https://id.example.com"),
        (&idp.realm("acme"), "https://id.example.com/realms/acme"),
    ] {
        let rp = idp.relying_party(a_client().first_party()).await;
        let browser = idp.signed_in(a_user()).await;
        for mode in ["query", "form_post"] {
            let request = rp.request().with("response_mode", mode);
            let response = idp.authorize(&request, &browser).await.response().unwrap();
            assert_eq!(response.get("iss"), Some(issuer));
            let silent = request.with("prompt", "none");
            let (told, error) = idp.authorize(&silent, &Browser::default()).await.told();
            assert_eq!((told.get("iss"), error.is_some()), (Some(issuer), true));
        }
    }
}
