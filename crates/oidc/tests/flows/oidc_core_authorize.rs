//! OpenID Connect Core §3.1.2: who must sign in, who is meant, and what is not supported.

use crate::fixture::{Browser, Idp, assert_refused};
use domain::{
    interaction::Interaction,
    testing::{a_client, a_user},
};
use oidc::{
    authorize::{AuthorizeError, Step},
    error::ErrorCode,
    jose::TokenType,
};

#[tokio::test]
async fn s3_1_2_1_none_shows_nothing_and_says_what_it_would_have_shown() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let silent = rp.request().with("prompt", "none");
    let answer = idp.authorize(&silent, &Browser::default()).await;
    assert_refused!(
        answer.response(),
        AuthorizeError::Unmet(ErrorCode::LoginRequired),
        "login_required"
    );
    let ada = idp.signed_in(a_user()).await;
    let answer = idp.authorize(&silent, &ada).await;
    assert_refused!(
        answer.response(),
        AuthorizeError::Unmet(ErrorCode::ConsentRequired),
        "consent_required"
    );
    rp.code(&ada).await;
    assert!(idp.authorize(&silent, &ada).await.response().is_ok());
    let both = idp
        .signed_in(a_user().number(2).email("bob@example.com"))
        .await
        .and(&ada);
    let answer = idp.authorize(&silent, &both).await;
    let unmet = AuthorizeError::Unmet(ErrorCode::AccountSelectionRequired);
    assert_eq!(unmet.code().as_str(), "account_selection_required");
    assert_refused!(
        answer.response(),
        AuthorizeError::Unmet(_),
        "account_selection_required"
    );
}

#[tokio::test]
async fn s3_1_2_1_prompt_is_a_set_of_known_values_and_none_stands_alone() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    for prompt in [
        "none login",
        "login none",
        "none create",
        "LOGIN",
        "login,consent",
    ] {
        let answer = idp
            .authorize(&rp.request().with("prompt", prompt), &Browser::default())
            .await;
        assert_refused!(
            answer.response(),
            AuthorizeError::Malformed("prompt"),
            "invalid_request"
        );
    }
    let answer = idp
        .authorize(
            &rp.request().with("prompt", "login  consent"),
            &Browser::default(),
        )
        .await;
    assert_eq!(answer.step().1, Step::SignIn);
}

#[tokio::test]
async fn s3_1_2_1_login_wants_a_sign_in_made_for_this_request() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    let (waiting, step) = idp
        .authorize(&rp.request().with("prompt", "login"), &browser)
        .await
        .step();
    assert!(step == Step::SignIn && waiting.requirement.fresh_sign_in);
    let chosen = waiting.clone().signed_in(browser.session(), false);
    let chosen = idp.moved(&waiting, chosen).await;
    let (waiting, step) = idp.resume(chosen, &browser).await.step();
    assert_eq!(step, Step::SignIn);
    let fresh = waiting.clone().signed_in(browser.session(), true);
    let fresh = idp.moved(&waiting, fresh).await;
    assert!(idp.resume(fresh, &browser).await.response().is_ok());
}

#[tokio::test]
async fn s3_1_2_1_select_account_asks_even_when_one_is_signed_in() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let select = rp.request().with("prompt", "select_account");
    assert_eq!(
        idp.authorize(&select, &Browser::default()).await.step().1,
        Step::SignIn
    );
    let browser = idp.signed_in(a_user()).await;
    let (waiting, step) = idp.authorize(&select, &browser).await.step();
    assert!(step == Step::SelectAccount && waiting.requirement.choose_account);
    let chosen = idp
        .moved(&waiting, waiting.clone().signed_in(browser.session(), false))
        .await;
    assert!(idp.resume(chosen, &browser).await.response().is_ok());
}

#[tokio::test]
async fn s3_1_2_1_of_several_people_signed_in_one_is_chosen() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let ada = idp.signed_in(a_user()).await;
    let both = ada
        .clone()
        .and(&idp.signed_in(a_user().number(2).email("bob@example.com")).await);
    let (_, step) = idp.authorize(&rp.request(), &both).await.step();
    assert_eq!(step, Step::SelectAccount);
    let hinted = rp.request().with("login_hint", " BOB@example.com ");
    let code = rp.code_for(&hinted, &both).await;
    let tokens = rp.redeem(&code).await.unwrap();
    let (_, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    assert_eq!(claims["email"], "bob@example.com");
}

#[tokio::test]
async fn s3_1_2_1_max_age_counts_from_the_proof_and_not_from_the_session() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    let request = rp.request().with("max_age", "300");
    idp.wait(300);
    assert!(idp.authorize(&request, &browser).await.response().is_ok());
    idp.wait(1);
    let (waiting, step) = idp.authorize(&request, &browser).await.step();
    assert_eq!(step, Step::SignIn);
    assert_eq!(waiting.requirement.max_age.map(|age| age.as_secs()), Some(300));
    let answer = idp
        .authorize(&request.clone().with("prompt", "none"), &browser)
        .await;
    assert_refused!(
        answer.response(),
        AuthorizeError::Unmet(ErrorCode::LoginRequired),
        "login_required"
    );
    idp.sign_in_again(&browser).await;
    assert!(idp.authorize(&request, &browser).await.response().is_ok());
}

#[tokio::test]
async fn s3_1_2_1_max_age_zero_is_prompt_login() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    let request = rp.request().with("max_age", "0");
    let (waiting, step) = idp.authorize(&request, &browser).await.step();
    assert!(step == Step::SignIn && waiting.requirement.fresh_sign_in);
    let answer = idp.authorize(&request.with("prompt", "none"), &browser).await;
    assert_refused!(
        answer.response(),
        AuthorizeError::Unmet(ErrorCode::LoginRequired),
        "login_required"
    );
}

#[tokio::test]
async fn s3_1_2_1_what_is_too_long_or_malformed_is_refused() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let (long_nonce, long_hint) = ("n".repeat(513), "h".repeat(255));
    for (name, value) in [
        ("max_age", "-1"),
        ("max_age", "+1"),
        ("max_age", "1.5"),
        ("max_age", "4294967296"),
        ("nonce", &long_nonce),
        ("nonce", "a\nb"),
        ("login_hint", &long_hint),
        ("login_hint", "a\u{0}"),
        ("id_token_hint", "x"),
    ] {
        let answer = idp
            .authorize(&rp.request().with(name, value), &Browser::default())
            .await;
        assert_refused!(answer.response(), AuthorizeError::Malformed(_), "invalid_request");
    }
}

#[tokio::test]
async fn s3_1_2_1_login_hint_reaches_the_sign_in() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let request = rp.request().with("login_hint", "ada@example.com");
    let (waiting, _) = idp.authorize(&request, &Browser::default()).await.step();
    assert_eq!(waiting.requirement.login_hint.as_deref(), Some("ada@example.com"));
}

#[tokio::test]
async fn idp_hint_reaches_the_sign_in_if_it_can_name_a_provider() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    for (hint, named) in [
        ("acme", Some("acme")),
        ("password", None),
        ("../acme", None),
        ("", None),
    ] {
        let request = rp.request().with("idp_hint", hint);
        let (waiting, _) = idp.authorize(&request, &Browser::default()).await.step();
        let provider = waiting.requirement.provider.as_ref().map(ToString::to_string);
        assert_eq!(provider.as_deref(), named, "{hint}");
    }
}

#[tokio::test]
async fn s3_1_2_1_id_token_hint_binds_the_request_to_its_person() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let ada = idp.signed_in(a_user()).await;
    let tokens = rp.tokens(&ada).await;
    let hinted = rp.request().with("id_token_hint", tokens.id_token().unwrap());
    let silent = hinted.clone().with("prompt", "none");
    idp.wait(3_600);
    assert!(
        idp.authorize(&silent, &ada).await.response().is_ok(),
        "an expired hint is a hint"
    );
    let bob = idp.signed_in(a_user().number(2).email("bob@example.com")).await;
    let answer = idp.authorize(&silent, &bob).await;
    assert_refused!(
        answer.response(),
        AuthorizeError::Unmet(ErrorCode::LoginRequired),
        "login_required"
    );
    assert!(
        idp.authorize(&silent, &bob.clone().and(&ada))
            .await
            .response()
            .is_ok()
    );
}

#[tokio::test]
async fn s3_1_2_2_somebody_else_who_signs_in_is_not_the_hinted_person() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let ada = idp.signed_in(a_user()).await;
    let bob = idp.signed_in(a_user().number(2).email("bob@example.com")).await;
    let tokens = rp.tokens(&ada).await;
    let hinted = rp.request().with("id_token_hint", tokens.id_token().unwrap());
    let (waiting, _) = idp.authorize(&hinted, &bob).await.step();
    let as_bob: Interaction = idp
        .moved(&waiting, waiting.clone().signed_in(bob.session(), true))
        .await;
    let answer = idp.resume(as_bob, &bob).await;
    assert_refused!(
        answer.response(),
        AuthorizeError::Unmet(ErrorCode::LoginRequired),
        "login_required"
    );
    let answer = idp
        .authorize(&rp.request().with("id_token_hint", tokens.access_token()), &ada)
        .await;
    assert_refused!(
        answer.response(),
        AuthorizeError::Malformed("id_token_hint"),
        "invalid_request"
    );
}

#[tokio::test]
async fn s7_registration_is_refused_by_name() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let nobody = Browser::default();
    let answer = idp
        .authorize(&rp.request().with("registration", "{}"), &nobody)
        .await;
    assert_refused!(
        answer.response(),
        AuthorizeError::Registration,
        "registration_not_supported"
    );
}
