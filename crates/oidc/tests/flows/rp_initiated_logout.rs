//! OpenID Connect RP-Initiated Logout 1.0.

use crate::fixture::{Browser, Idp, RelyingParty, Request, assert_refused};
use domain::{
    client::Status,
    testing::{a_client, a_user},
};
use oidc::end_session::EndSessionError;

const BYE: &str = "https://app.example.com/bye";

async fn hint(rp: &RelyingParty<'_>, browser: &Browser) -> String {
    rp.tokens(browser).await.id_token().unwrap().to_owned()
}

fn hinted(hint: &str) -> Request {
    Request::of(&[("id_token_hint", hint), ("post_logout_redirect_uri", BYE)])
}

#[tokio::test]
async fn s2_a_hint_of_this_session_ends_it_and_leads_back_with_state() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let request = hinted(&hint(&rp, &browser).await).and("state", "a b&c");
    idp.wait(3_600);
    let decided = idp.end_session(&request, &browser).await.unwrap();
    assert_eq!(decided.sessions, [browser.session()]);
    assert!(!decided.needs_confirmation);
    assert_eq!(decided.client_id.as_ref(), Some(rp.id()));
    assert_eq!(decided.return_to, Some(format!("{BYE}?state=a+b%26c")));
    let decided = idp
        .end_session(&request.without("state"), &browser)
        .await
        .unwrap();
    assert_eq!(decided.return_to.as_deref(), Some(BYE));
}

#[tokio::test]
async fn s2_without_a_hint_the_person_is_asked() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let named = Request::of(&[("client_id", rp.id().as_str()), ("post_logout_redirect_uri", BYE)]);
    let decided = idp.end_session(&named, &browser).await.unwrap();
    assert!(decided.needs_confirmation);
    assert_eq!(decided.return_to.as_deref(), Some(BYE));
    let decided = idp.end_session(&Request::default(), &browser).await.unwrap();
    assert_eq!((decided.needs_confirmation, decided.return_to), (true, None));
    assert_eq!(decided.sessions, [browser.session()]);
    let decided = idp
        .end_session(&Request::default(), &Browser::default())
        .await
        .unwrap();
    assert!(!decided.needs_confirmation, "there is nothing to ask about");
}

#[tokio::test]
async fn s2_a_hint_that_is_not_of_a_session_here_makes_the_person_be_asked() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let ada = idp.person(a_user()).await;
    let before = idp.sign_in(&ada).await;
    let request = hinted(&hint(&rp, &before).await);
    let bob = idp.signed_in(a_user().number(2).email("bob@example.com")).await;
    for browser in [&bob, &idp.sign_in(&ada).await] {
        let decided = idp.end_session(&request, browser).await.unwrap();
        assert!(decided.needs_confirmation);
        assert_eq!(decided.sessions, [browser.session()]);
    }
    let decided = idp.end_session(&request, &Browser::default()).await.unwrap();
    assert_eq!(
        (decided.needs_confirmation, decided.return_to.as_deref()),
        (false, Some(BYE))
    );
}

#[tokio::test]
async fn s2_of_several_people_the_hinted_one_is_signed_out() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let ada = idp.signed_in(a_user()).await;
    let bob = idp.signed_in(a_user().number(2).email("bob@example.com")).await;
    let request = hinted(&hint(&rp, &ada).await);
    let decided = idp.end_session(&request, &bob.and(&ada)).await.unwrap();
    assert_eq!(
        (decided.needs_confirmation, decided.sessions),
        (false, vec![ada.session()])
    );
}

#[tokio::test]
async fn s2_what_is_not_an_id_token_of_this_issuer_counts_as_no_hint() {
    let idp = Idp::start().await;
    let acme = idp.realm("acme");
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let tokens = rp.tokens(&browser).await;
    let (signed, _) = tokens.id_token().unwrap().rsplit_once('.').unwrap();
    for forged in ["x", signed, &format!("{signed}.AAAA"), tokens.access_token()] {
        for request in [hinted(forged), hinted(forged).and("client_id", rp.id().as_str())] {
            let decided = idp.end_session(&request, &browser).await.unwrap();
            assert_eq!(
                (decided.needs_confirmation, decided.return_to),
                (true, None),
                "{forged}"
            );
        }
    }
    let decided = acme
        .end_session(&hinted(tokens.id_token().unwrap()), &browser)
        .await
        .unwrap();
    assert_eq!((decided.sessions, decided.return_to), (vec![], None));
}

#[tokio::test]
async fn s2_client_id_must_be_the_audience_of_the_hint() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let other = idp.relying_party(a_client().id("other")).await;
    let browser = idp.signed_in(a_user()).await;
    let request = hinted(&hint(&rp, &browser).await);
    for wrong in [other.id().as_str(), "unknown", "not an id"] {
        let answer = idp
            .end_session(&request.clone().and("client_id", wrong), &browser)
            .await;
        assert_refused!(answer, EndSessionError::ClientMismatch, "invalid_request");
    }
    let right = request.and("client_id", rp.id().as_str());
    assert!(idp.end_session(&right, &browser).await.is_ok());
    idp.set_client(rp.id(), Status::Disabled).await;
    let answer = idp.end_session(&right, &browser).await;
    assert_refused!(answer, EndSessionError::ClientMismatch, "invalid_request");
}

#[tokio::test]
async fn s3_post_logout_redirect_uri_is_registered_and_compared_as_a_string() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let hint = hint(&rp, &browser).await;
    for uri in [
        "https://app.example.com/bye/",
        "https://app.example.com/bye?x",
        "https://APP.example.com/bye",
        "https://app.example.com/callback",
        "https://app.example.com:443/bye",
        "//app.example.com/bye",
        "https://evil.example/bye",
    ] {
        let answer = idp
            .end_session(&hinted(&hint).with("post_logout_redirect_uri", uri), &browser)
            .await;
        assert_refused!(
            answer,
            EndSessionError::RedirectUriUnregistered,
            "invalid_request"
        );
    }
    let nobody = Request::of(&[("post_logout_redirect_uri", BYE)]);
    let decided = idp.end_session(&nobody, &browser).await.unwrap();
    assert_eq!(decided.return_to, None, "without a client no address is known");
}

#[tokio::test]
async fn s2_parameters_come_once_and_state_is_bounded() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let right = hinted(&hint(&rp, &browser).await);
    let named = right.and("client_id", "app").and("state", "x");
    for name in ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"] {
        let answer = idp.end_session(&named.clone().and(name, "again"), &browser).await;
        assert_refused!(answer, EndSessionError::Repeated, "invalid_request");
    }
    let long = named.with("state", &"x".repeat(4_097));
    let answer = idp.end_session(&long, &browser).await;
    assert_refused!(answer, EndSessionError::StateTooLong, "invalid_request");
}
