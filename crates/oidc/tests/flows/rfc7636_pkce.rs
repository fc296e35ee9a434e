//! RFC 7636 and RFC 9700 §2.1.1: proof key for code exchange, S256 only.

use crate::fixture::{Browser, Idp, VERIFIER, assert_refused};
use domain::testing::{a_client, a_user};
use oidc::{
    authorize::{AuthorizeError, Step},
    token::TokenError,
};

#[tokio::test]
async fn s4_4_1_a_challenge_is_required_unless_a_confidential_client_may_do_without() {
    let idp = Idp::start().await;
    let nobody = Browser::default();
    for client in [
        a_client().id("strict"),
        a_client().id("public").public(),
        a_client().id("never").public().without_pkce(),
    ] {
        let rp = idp.relying_party(client).await;
        let answer = idp.authorize(&rp.request_without_pkce(), &nobody).await;
        assert_refused!(
            answer.response(),
            AuthorizeError::ChallengeMissing,
            "invalid_request"
        );
    }
    let rp = idp.relying_party(a_client().without_pkce()).await;
    let answer = idp.authorize(&rp.request_without_pkce(), &nobody).await;
    assert_eq!(answer.step().1, Step::SignIn);
}

#[tokio::test]
async fn s4_2_plain_is_not_offered_by_name_or_by_silence() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().without_pkce()).await;
    for request in [
        rp.request().with("code_challenge_method", "plain"),
        rp.request().with("code_challenge_method", "s256"),
        rp.request().with("code_challenge_method", "S512"),
        rp.request().without("code_challenge_method"),
        rp.request().without("code_challenge"),
    ] {
        let answer = idp.authorize(&request, &Browser::default()).await;
        assert_refused!(
            answer.response(),
            AuthorizeError::ChallengeMethod,
            "invalid_request"
        );
    }
    let too_long = format!("{VERIFIER}A");
    for challenge in [
        "short",
        VERIFIER.trim_end_matches('k'),
        &too_long,
        &"=".repeat(43),
    ] {
        let answer = idp
            .authorize(
                &rp.request().with("code_challenge", challenge),
                &Browser::default(),
            )
            .await;
        assert_refused!(
            answer.response(),
            AuthorizeError::Malformed("code_challenge"),
            "invalid_request"
        );
    }
}

#[tokio::test]
async fn s4_6_a_wrong_verifier_gets_nothing_and_burns_nothing() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().public()).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    let right = rp.redemption(&code);
    for verifier in [
        "A".repeat(43),
        VERIFIER.to_lowercase(),
        "A".repeat(42),
        "A".repeat(129),
        "\u{e4}".repeat(43),
    ] {
        let answer = rp.token(&right.clone().with("code_verifier", &verifier)).await;
        assert_refused!(answer, TokenError::VerifierMismatch, "invalid_grant");
    }
    assert!(rp.token(&right).await.is_ok());
}

#[tokio::test]
async fn rfc9700_s2_1_1_a_challenge_needs_its_verifier() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().without_pkce()).await;
    let browser = idp.signed_in(a_user()).await;
    let right = rp.redemption(&rp.code(&browser).await);
    let answer = rp.token(&right.clone().without("code_verifier")).await;
    assert_refused!(answer, TokenError::VerifierMismatch, "invalid_grant");
    assert!(rp.token(&right).await.is_ok());
}

#[tokio::test]
async fn rfc9700_s2_1_1_a_verifier_without_a_challenge_is_a_downgrade() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().without_pkce()).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code_for(&rp.request_without_pkce(), &browser).await;
    let with_verifier = rp.redemption(&code);
    let answer = rp.token(&with_verifier).await;
    assert_refused!(answer, TokenError::VerifierMismatch, "invalid_grant");
    assert!(rp.token(&with_verifier.without("code_verifier")).await.is_ok());
}
