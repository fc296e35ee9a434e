//! OpenID Connect Back-Channel Logout 1.0.

use crate::fixture::{Idp, RelyingParty};
use domain::{
    client::{LogoutUri, Status},
    outbound::{FetchBody, FetchError, Fetched},
    services::logouts::Logout,
    signing_key::SigningAlgorithm,
    testing::{ClientBuilder, a_client, a_user},
};
use oidc::{
    backchannel_logout::{LogoutError, Told, tell},
    jose::TokenType,
};
use serde_json::Value;

const HERE: &str = "https://app.example.com/backchannel?x=y";

fn listening(client: ClientBuilder) -> ClientBuilder {
    let logout = LogoutUri {
        uri: HERE.parse().unwrap(),
        session_required: true,
    };
    client.metadata(|metadata| metadata.backchannel_logout = Some(logout))
}

/// What is to be told once a session has ended that the client took part in.
async fn ended(idp: &Idp, rp: &RelyingParty<'_>) -> Logout {
    let browser = idp.signed_in(a_user()).await;
    rp.tokens(&browser).await;
    let mut told = idp.logged_out(&browser).await;
    assert_eq!(told.len(), 1);
    told.remove(0)
}

fn answers(idp: &Idp, status: u16) {
    let answer = Fetched {
        status,
        ..Fetched::default()
    };
    idp.http.answer(HERE, Ok(answer));
}

/// The logout token of the request sent last.
fn sent(idp: &Idp) -> String {
    let request = idp.http.asked().pop().unwrap();
    assert_eq!(request.url.as_str(), HERE);
    let FetchBody::Post { content_type, bytes } = &request.body else {
        panic!("it is a POST")
    };
    assert_eq!(*content_type, "application/x-www-form-urlencoded");
    let form: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes.expose()).unwrap();
    assert_eq!(form.len(), 1);
    assert_eq!(form[0].0, "logout_token");
    form[0].1.clone()
}

#[tokio::test]
async fn s2_4_each_attempt_has_a_token_of_its_own_that_is_fresh() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(listening(a_client())).await;
    let logout = ended(&idp, &rp).await;
    answers(&idp, 503);
    let mut seen = Vec::new();
    for _ in 0..2 {
        idp.wait(3_600);
        tell(&idp.protocol, &idp.realm, &logout).await.unwrap_err();
        let (_, claims) = idp.read(TokenType::LogoutToken, &sent(&idp));
        assert_eq!(claims["iat"], idp.now().seconds());
        seen.push(claims["jti"].clone());
    }
    assert_ne!(seen[0], seen[1]);
}

#[tokio::test]
async fn s2_4_it_is_signed_as_the_client_s_id_tokens_are() {
    for alg in SigningAlgorithm::ALL {
        let idp = Idp::start().await;
        let rp = idp.relying_party(listening(a_client().id_token_alg(alg))).await;
        let logout = ended(&idp, &rp).await;
        answers(&idp, 200);
        tell(&idp.protocol, &idp.realm, &logout).await.unwrap();
        let (header, _) = idp.read(TokenType::LogoutToken, &sent(&idp));
        assert_eq!(header["alg"], alg.as_str());
    }
}

#[tokio::test]
async fn s2_8_only_200_and_204_say_that_the_client_knows() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(listening(a_client())).await;
    let logout = ended(&idp, &rp).await;
    for status in [200, 204] {
        answers(&idp, status);
        assert_eq!(
            tell(&idp.protocol, &idp.realm, &logout).await.unwrap(),
            Told::Told
        );
    }
    for status in [201, 202, 400, 401, 404, 500, 501, 503, 504] {
        answers(&idp, status);
        let error = tell(&idp.protocol, &idp.realm, &logout).await.unwrap_err();
        assert!(
            matches!(error, LogoutError::Declined(said) if said == status),
            "{error:?}"
        );
    }
    for error in [
        FetchError::TooSlow,
        FetchError::TooLarge,
        FetchError::Redirected,
        FetchError::Refused("private"),
    ] {
        idp.http.answer(HERE, Err(error));
        let error = tell(&idp.protocol, &idp.realm, &logout).await.unwrap_err();
        assert!(matches!(error, LogoutError::Unreachable(_)), "{error:?}");
    }
}

#[tokio::test]
async fn s2_5_who_is_disabled_or_no_longer_listens_is_not_told() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(listening(a_client())).await;
    let logout = ended(&idp, &rp).await;
    answers(&idp, 200);
    idp.set_client(rp.id(), Status::Disabled).await;
    let told = tell(&idp.protocol, &idp.realm, &logout).await.unwrap();
    assert_eq!(told, Told::NobodyToTell);
    let elsewhere = idp.realm("acme");
    let told = tell(&elsewhere.protocol, &elsewhere.realm, &logout)
        .await
        .unwrap();
    assert_eq!(told, Told::NobodyToTell, "there is no such client");
    elsewhere.relying_party(a_client()).await;
    let told = tell(&elsewhere.protocol, &elsewhere.realm, &logout)
        .await
        .unwrap();
    assert_eq!(told, Told::NobodyToTell, "it does not listen");
    assert!(idp.http.asked().is_empty());
}

#[tokio::test]
async fn s2_5_each_client_that_took_part_in_the_session_is_told_once() {
    let idp = Idp::start().await;
    let one = idp.relying_party(listening(a_client().id("one"))).await;
    let two = idp.relying_party(listening(a_client().id("two"))).await;
    let deaf = idp.relying_party(a_client().id("deaf")).await;
    idp.relying_party(listening(a_client().id("absent"))).await;
    let browser = idp.signed_in(a_user()).await;
    for rp in [&one, &one, &two, &deaf] {
        rp.tokens(&browser).await;
    }
    let person = idp.person(a_user().number(2).email("bob@example.com")).await;
    let other = idp.sign_in(&person).await;
    one.tokens(&other).await;
    let told = idp.logged_out(&browser).await;
    let told: Vec<_> = told
        .iter()
        .map(|told| (told.client.as_str(), told.session))
        .collect();
    assert_eq!(told, [("one", browser.session()), ("two", browser.session())]);
}

#[tokio::test]
async fn s2_4_a_logout_token_is_no_hint_and_no_id_token_is_a_logout_token() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(listening(a_client())).await;
    let logout = ended(&idp, &rp).await;
    answers(&idp, 200);
    tell(&idp.protocol, &idp.realm, &logout).await.unwrap();
    let token = sent(&idp);
    for typ in [TokenType::IdToken, TokenType::AccessToken] {
        let read = oidc::jose::verify::<Value>(&idp.realm.keys, &idp.realm.issuer, typ, &token);
        assert!(read.is_err(), "{typ:?}");
    }
    assert!(idp.userinfo(&token).await.is_err());
}
