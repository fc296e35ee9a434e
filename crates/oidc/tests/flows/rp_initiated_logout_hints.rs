//! OpenID Connect RP-Initiated Logout 1.0: what counts as a hint of whom is meant, and what no hint leaves to the person.

use crate::fixture::{Browser, Idp, RelyingParty, Request, assert_refused};
use domain::{
    signing_key::SigningAlgorithm,
    testing::{a_client, a_user},
};
use oidc::{
    end_session::{EndSession, EndSessionError},
    jose::TokenType,
};

const BYE: &str = "https://app.example.com/bye";

/// A provider, what a person who is signed in there gave an application, and their browser.
async fn scene(idp: &Idp) -> (RelyingParty<'_>, Browser, String) {
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let hint = rp.tokens(&browser).await.id_token().unwrap().to_owned();
    (rp, browser, hint)
}

fn full(hint: &str) -> Request {
    Request::of(&[
        ("id_token_hint", hint),
        ("post_logout_redirect_uri", BYE),
        ("state", "xyz"),
    ])
}

/// The person is asked, and stays here whatever they answer.
fn assert_asked_and_kept(decided: &EndSession, browser: &Browser) {
    assert!(decided.needs_confirmation);
    assert_eq!(decided.return_to, None);
    assert_eq!(decided.sessions, [browser.session()]);
}

#[tokio::test]
async fn s2_a_hint_counts_although_it_expired_long_ago_or_its_key_retired() {
    let idp = Idp::start().await;
    let (_, browser, hint) = scene(&idp).await;
    idp.wait(7 * 3_600);
    let (_, claims) = idp.read(TokenType::IdToken, &hint);
    assert!(claims["exp"].as_i64().unwrap() < idp.now().seconds());
    for idp in [&idp, &idp.rotated(true).await] {
        let decided = idp.end_session(&full(&hint), &browser).await.unwrap();
        assert!(!decided.needs_confirmation);
        assert_eq!(decided.return_to, Some(format!("{BYE}?state=xyz")));
    }
    let forgotten = idp.rotated(false).await;
    let decided = forgotten.end_session(&full(&hint), &browser).await.unwrap();
    assert_asked_and_kept(&decided, &browser);
}

#[tokio::test]
async fn s2_a_token_of_another_kind_or_issuer_is_no_hint() {
    let idp = Idp::start().await;
    let (_, browser, hint) = scene(&idp).await;
    let (_, claims) = idp.read(TokenType::IdToken, &hint);
    let mut foreign = claims.clone();
    foreign["iss"] = "https://other.example".into();
    for (typ, claims) in [
        (TokenType::LogoutToken, &claims),
        (TokenType::AccessToken, &claims),
        (TokenType::IdToken, &foreign),
    ] {
        let token = idp.mint(SigningAlgorithm::Es256, typ, claims).await;
        let decided = idp.end_session(&full(&token), &browser).await.unwrap();
        assert_asked_and_kept(&decided, &browser);
    }
}

#[tokio::test]
async fn s2_logout_hint_says_whom_to_ask_about_and_decides_nothing() {
    let idp = Idp::start().await;
    let (_, ada, hint) = scene(&idp).await;
    let bob = idp.signed_in(a_user().number(2).email("bob@example.com")).await;
    let both = bob.clone().and(&ada);
    let (session, user) = (ada.session().to_string(), idp.user_of(&ada).await.to_string());
    for described in [session.as_str(), &user, "Ada@Example.com"] {
        let request = Request::of(&[("logout_hint", described)]);
        let decided = idp.end_session(&request, &both).await.unwrap();
        assert_asked_and_kept(&decided, &ada);
        let unlike = full(&hint).and("logout_hint", "bob@example.com");
        let decided = idp.end_session(&unlike, &both).await.unwrap();
        assert_eq!(decided.sessions, [ada.session()], "the token says more");
    }
    for unknown in ["eve@example.com", "x", "not an address @"] {
        let request = Request::of(&[("logout_hint", unknown)]);
        let decided = idp.end_session(&request, &both).await.unwrap();
        assert!(decided.needs_confirmation);
        assert_eq!(decided.sessions.len(), 2);
    }
}

#[tokio::test]
async fn s2_what_the_page_is_told_comes_once() {
    let idp = Idp::start().await;
    let (_, browser, hint) = scene(&idp).await;
    for name in ["logout_hint", "ui_locales"] {
        let once = full(&hint).and(name, "de fr");
        assert!(idp.end_session(&once, &browser).await.is_ok());
        let answer = idp.end_session(&once.and(name, "en"), &browser).await;
        assert_refused!(answer, EndSessionError::Repeated, "invalid_request");
    }
}

#[tokio::test]
async fn s3_a_client_without_a_hint_is_followed_after_the_person_agreed() {
    let idp = Idp::start().await;
    let (rp, browser, hint) = scene(&idp).await;
    let named = full(&hint)
        .without("id_token_hint")
        .and("client_id", rp.id().as_str());
    let decided = idp.end_session(&named, &browser).await.unwrap();
    assert!(decided.needs_confirmation);
    assert_eq!(decided.return_to, Some(format!("{BYE}?state=xyz")));
}
