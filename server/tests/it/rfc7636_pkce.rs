//! RFC 7636: who must use PKCE, and that it cannot be talked down.

use crate::support::a_client;

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn s4_4_1_required_unless_a_confidential_client_registered_otherwise() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    for client in [a_client(), a_client().public()] {
        let rp = idp.relying_party(client).await;
        let answer = idp.browser().get(&rp.authorize_url(&without)).await;
        assert_eq!(answer.redirect_parameters()["error"], "invalid_request");
    }
    let rp = idp.relying_party(a_client().pkce_optional()).await;
    let mut browser = idp.browser();
    let code = rp
        .authorize(&mut browser, ADA, &without)
        .await
        .redirect_parameters()["code"]
        .clone();
    let unexpected = rp.redeem(&mut browser, &code).await;
    assert_eq!(
        unexpected.status, 400,
        "a verifier without a challenge is a downgrade"
    );
    let no_uri = rp
        .redeem_with(
            &mut browser,
            &code,
            &[("code_verifier", ""), ("redirect_uri", "")],
        )
        .await;
    assert_eq!(no_uri.status, 400, "without PKCE the redirect URI must be sent");
    assert_eq!(
        rp.redeem_with(&mut browser, &code, &[("code_verifier", "")])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn s4_6_a_challenge_once_sent_must_be_met() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client().pkce_optional()).await;
    let mut browser = idp.browser();
    let code = rp.code(&mut browser, ADA).await;
    assert_eq!(
        rp.redeem_with(&mut browser, &code, &[("code_verifier", "")])
            .await
            .status,
        400
    );
    assert_eq!(rp.redeem(&mut browser, &code).await.status, 200);
}
