//! OpenID Connect Core §3.1.2.4, §11: what the person allowed.

use crate::fixture::{Browser, Idp, RelyingParty, assert_refused};
use domain::{
    client::GrantType,
    clock::Clock as _,
    consent::Validity,
    event::EventKind,
    stores::Alongside,
    testing::{a_client, a_user},
};
use oidc::{
    authorize::{AuthorizeError, Step},
    error::ErrorCode,
    token::TokenResponse,
};

#[tokio::test]
async fn s3_1_2_4_a_third_party_asks_once_for_each_scope() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let request = |scope: &str| rp.request().with("scope", scope);
    let asked = idp.authorize(&request("openid email"), &browser).await.consent();
    assert!(
        idp.allow(asked, "openid email", &browser)
            .await
            .response()
            .is_ok()
    );
    for allowed in ["openid email", "openid", "email"] {
        assert!(
            idp.authorize(&request(allowed), &browser)
                .await
                .response()
                .is_ok()
        );
    }
    let asked = idp
        .authorize(&request("openid profile"), &browser)
        .await
        .consent();
    assert!(
        idp.allow(asked, "openid profile", &browser)
            .await
            .response()
            .is_ok()
    );
    let all = request("openid profile email");
    assert!(idp.authorize(&all, &browser).await.response().is_ok());
    let bob = idp.signed_in(a_user().number(2).email("bob@example.com")).await;
    idp.authorize(&all, &bob).await.consent();
}

#[tokio::test]
async fn s3_1_2_4_the_operators_own_client_does_not_ask_unless_it_says_so() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    assert!(idp.authorize(&rp.request(), &browser).await.response().is_ok());
    for _ in 0..2 {
        let asked = idp
            .authorize(&rp.request().with("prompt", "consent"), &browser)
            .await
            .consent();
        assert!(asked.consent.as_ref().unwrap().always);
        assert!(
            idp.allow(asked, "openid profile email", &browser)
                .await
                .response()
                .is_ok()
        );
    }
}

#[tokio::test]
async fn s3_1_2_4_the_person_may_allow_less_but_not_more() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let asked = idp.authorize(&rp.request(), &browser).await.consent();
    let response = idp
        .allow(asked, "email offline_access", &browser)
        .await
        .response()
        .unwrap();
    let tokens = rp.redeem(response.code()).await.unwrap();
    assert_eq!(tokens.scope(), "email openid");
}

/// Tokens of the answer to a request that asked nobody.
async fn unasked(idp: &Idp, rp: &RelyingParty<'_>, scope: &str, browser: &Browser) -> TokenResponse {
    let request = rp.request().with("scope", scope).with("prompt", "none");
    let response = idp.authorize(&request, browser).await.response().unwrap();
    rp.redeem(response.code()).await.unwrap()
}

#[tokio::test]
async fn s3_1_2_4_what_was_left_out_is_not_asked_for_again_until_the_client_asks_for_more() {
    let idp = Idp::start().await;
    let rp = idp
        .relying_party(a_client().scopes("openid profile email phone"))
        .await;
    let browser = idp.signed_in(a_user()).await;
    let request = |scope: &str| rp.request().with("scope", scope);
    let all = request("openid profile email");
    let asked = idp.authorize(&all, &browser).await.consent();
    assert!(
        idp.allow(asked, "openid email", &browser)
            .await
            .response()
            .is_ok()
    );
    for (scope, granted) in [
        ("openid profile email", "email openid"),
        ("openid profile", "openid"),
    ] {
        let tokens = unasked(&idp, &rp, scope, &browser).await;
        assert_eq!(tokens.scope(), granted);
    }
    let only_declined = idp.authorize(&request("profile"), &browser).await.consent();
    assert_eq!(only_declined.consent.unwrap().scopes.to_string(), "profile");
    let more = request("openid profile email phone");
    let silently = idp
        .authorize(&more.clone().with("prompt", "none"), &browser)
        .await;
    assert_refused!(
        silently.response(),
        AuthorizeError::Unmet(ErrorCode::ConsentRequired),
        "consent_required"
    );
    let asked = idp.authorize(&more, &browser).await.consent();
    assert!(
        idp.allow(asked, "openid email profile", &browser)
            .await
            .response()
            .is_ok()
    );
    let tokens = unasked(&idp, &rp, "openid profile email phone", &browser).await;
    assert_eq!(
        tokens.scope(),
        "email openid profile",
        "the phone is declined now"
    );
}

#[tokio::test]
async fn s3_1_2_1_prompt_consent_asks_for_what_was_left_out_and_takes_back_what_is_left_out_now() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let anew = rp.request().with("prompt", "consent");
    let asked = idp.authorize(&anew, &browser).await.consent();
    let response = idp
        .allow(asked, "openid email", &browser)
        .await
        .response()
        .unwrap();
    let before = rp.redeem(response.code()).await.unwrap();
    let asked = idp.authorize(&anew, &browser).await.consent();
    let response = idp
        .allow(asked, "openid profile", &browser)
        .await
        .response()
        .unwrap();
    let after = rp.redeem(response.code()).await.unwrap();
    assert_eq!(after.scope(), "openid profile");
    assert!(idp.userinfo(after.access_token()).await.is_ok());
    assert!(
        idp.userinfo(before.access_token()).await.is_err(),
        "it says the address"
    );
    let tokens = unasked(&idp, &rp, "openid email profile", &browser).await;
    assert_eq!(tokens.scope(), "openid profile");
    let narrowed = |event: &EventKind| matches!(event, EventKind::ConsentNarrowed { .. });
    assert_eq!(idp.events().iter().filter(|event| narrowed(event)).count(), 1);
}

#[tokio::test]
async fn what_a_person_takes_back_is_not_given_again_unasked_and_withdrawing_forgets_it() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let request = rp.request().with("scope", "openid email");
    let asked = idp.authorize(&request, &browser).await.consent();
    assert!(
        idp.allow(asked, "openid email", &browser)
            .await
            .response()
            .is_ok()
    );
    let (consents, user) = (&idp.realm.stores.consents, idp.user_of(&browser).await);
    let moment = || idp.realm.moment(idp.clock.now());
    let kept = "openid".parse().unwrap();
    let narrowed = consents.narrow(user, &rp.client.id, &kept, moment(), Alongside::default());
    assert!(narrowed.await.unwrap());
    let tokens = unasked(&idp, &rp, "openid email", &browser).await;
    assert_eq!(tokens.scope(), "openid");
    let revoked = consents.revoke(user, &rp.client.id, moment(), Alongside::default());
    assert!(revoked.await.unwrap());
    idp.authorize(&request, &browser).await.consent();
}

#[tokio::test]
async fn rfc6749_s4_1_2_1_who_denies_or_allows_nothing_is_access_denied() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let asked = idp.authorize(&rp.request(), &browser).await.consent();
    let denied = idp.moved(&asked, asked.clone().denied()).await;
    let answer = idp.resume(denied, &browser).await;
    assert_refused!(
        answer.response(),
        AuthorizeError::Unmet(ErrorCode::AccessDenied),
        "access_denied"
    );
    let asked = idp
        .authorize(&rp.request().with("scope", "email"), &browser)
        .await
        .consent();
    let answer = idp.allow(asked, "", &browser).await;
    assert_refused!(
        answer.response(),
        AuthorizeError::Unmet(ErrorCode::AccessDenied),
        "access_denied"
    );
    let granted = |event: &EventKind| matches!(event, EventKind::ConsentGranted { .. });
    assert!(!idp.events().iter().any(granted));
}

#[tokio::test]
async fn s3_1_2_4_permission_counts_for_whoever_gave_it() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let ada = idp.signed_in(a_user()).await;
    let bob = idp.signed_in(a_user().number(2).email("bob@example.com")).await;
    let asked = idp.authorize(&rp.request(), &ada).await.consent();
    let approved = asked
        .clone()
        .approved(ada.session(), &"openid".parse().unwrap(), Validity::UntilRemoved)
        .unwrap();
    let approved = idp.moved(&asked, approved).await;
    // Ada signed out in the meantime; Bob is asked anew.
    idp.sign_out(&ada).await;
    let asked = idp.resume(approved, &bob).await.consent();
    assert_eq!(asked.session(), Some(bob.session()));
}

#[tokio::test]
async fn s3_1_2_3_nobody_is_asked_before_somebody_is_signed_in() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let request = rp.request().with("prompt", "consent");
    let (waiting, step) = idp.authorize(&request, &Browser::default()).await.step();
    assert_eq!(step, Step::SignIn);
    let browser = idp.signed_in(a_user()).await;
    let signed_in = idp
        .moved(&waiting, waiting.clone().signed_in(browser.session(), true))
        .await;
    idp.resume(signed_in, &browser).await.consent();
}

#[tokio::test]
async fn s11_offline_access_means_nothing_to_a_client_without_refresh_tokens() {
    let idp = Idp::start().await;
    let rp = idp
        .relying_party(a_client().grants(&[GrantType::AuthorizationCode]))
        .await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens_for("openid offline_access", &browser).await;
    assert_eq!((tokens.scope(), tokens.refresh_token()), ("openid", None));
    let answer = idp
        .authorize(&rp.request().with("scope", "offline_access"), &browser)
        .await;
    assert_refused!(answer.response(), AuthorizeError::Scope, "invalid_scope");
}
