//! OpenID Connect Core §8: public and pairwise subject identifiers.

use crate::fixture::{Browser, Idp, RelyingParty, Request, assert_refused};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    client::{Status, SubjectType},
    stores::Alongside,
    testing::{ClientBuilder, a_client, a_user},
};
use oidc::{authorize::AuthorizeError, jose::TokenType, userinfo::UserinfoError};

const BYE: &str = "https://app.example.com/bye";

fn pairwise(id: &str, sector: &str) -> ClientBuilder {
    a_client().id(id).metadata(|metadata| {
        metadata.subject_type = SubjectType::Pairwise {
            sector: sector.to_owned(),
        };
    })
}

async fn sub(rp: &RelyingParty<'_>, idp: &Idp, browser: &Browser) -> String {
    let tokens = rp.tokens(browser).await;
    let (_, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    claims["sub"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn s8_1_a_pairwise_sub_is_the_sectors_own_and_always_the_same() {
    let idp = Idp::start().await;
    let one = idp.relying_party(pairwise("one", "one.example.com")).await;
    let sibling = idp.relying_party(pairwise("sibling", "one.example.com")).await;
    let other = idp.relying_party(pairwise("other", "other.example.com")).await;
    let public = idp.relying_party(a_client()).await;
    let ada = idp.person(a_user()).await;
    let browser = idp.sign_in(&ada).await;
    let bob = idp.signed_in(a_user().number(2).email("bob@example.com")).await;
    let known_as = sub(&one, &idp, &browser).await;
    assert_eq!(known_as, sub(&sibling, &idp, &browser).await);
    assert_eq!(known_as, sub(&one, &idp, &idp.sign_in(&ada).await).await);
    assert_ne!(known_as, sub(&other, &idp, &browser).await);
    assert_ne!(known_as, sub(&one, &idp, &bob).await);
    assert_eq!(sub(&public, &idp, &browser).await, ada.id.to_string());
    assert!(known_as.len() <= 255 && known_as.is_ascii(), "Core §2 bounds it");
}

#[tokio::test]
async fn s8_1_the_same_sector_in_another_realm_knows_somebody_else() {
    let idp = Idp::start().await;
    let acme = idp.realm("acme");
    let mut known_as = Vec::new();
    for idp in [&idp, &acme] {
        let rp = idp.relying_party(pairwise("one", "one.example.com")).await;
        // The same id, as after a copy of the realm.
        let browser = idp.signed_in(a_user()).await;
        known_as.push(sub(&rp, idp, &browser).await);
    }
    assert_ne!(known_as[0], known_as[1]);
}

#[tokio::test]
async fn s8_every_token_and_userinfo_agree_and_none_tells_the_account() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(pairwise("one", "one.example.com")).await;
    let ada = idp.person(a_user()).await;
    let browser = idp.sign_in(&ada).await;
    let first = rp.tokens(&browser).await;
    let second = rp.refresh(first.refresh_token().unwrap()).await.unwrap();
    let known_as = sub(&rp, &idp, &browser).await;
    for tokens in [first, second] {
        let id_token = tokens.id_token().unwrap();
        assert_eq!(idp.read(TokenType::IdToken, id_token).1["sub"], known_as.as_str());
        let access = tokens.access_token();
        assert_eq!(
            idp.read(TokenType::AccessToken, access).1["sub"],
            known_as.as_str()
        );
        let told = idp.userinfo(access).await.unwrap();
        assert_eq!(told.sub.to_string(), known_as);
        let told = serde_json::to_string(&told).unwrap();
        for token in [id_token, access] {
            let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
            let claims = String::from_utf8(claims).unwrap();
            assert!(!claims.contains(&ada.id.to_string()), "{claims}");
        }
        assert!(!told.contains(&ada.id.to_string()), "{told}");
    }
}

#[tokio::test]
async fn s8_1_tokens_end_at_once_with_the_account_they_do_not_name() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(pairwise("one", "one.example.com")).await;
    let ada = idp.person(a_user()).await;
    let tokens = rp.tokens(&idp.sign_in(&ada).await).await;
    let access = tokens.access_token();
    assert!(idp.userinfo(access).await.is_ok());
    idp.set_user(ada.id, Status::Disabled).await;
    assert_refused!(
        idp.userinfo(access).await,
        UserinfoError::Revoked,
        "invalid_token"
    );
    idp.realm
        .revocations
        .sweep(idp.now() + std::time::Duration::from_secs(3_600));
    let answer = idp.userinfo(access).await;
    assert_refused!(answer, UserinfoError::UserRefused, "invalid_token");
    let (users, moment) = (&idp.realm.stores.users, idp.realm.moment(idp.now()));
    assert!(users.delete(ada.id, moment, Alongside::default()).await.unwrap());
    assert_refused!(
        idp.userinfo(access).await,
        UserinfoError::NotOurs,
        "invalid_token"
    );
}

#[tokio::test]
async fn s8_1_an_access_token_is_revoked_by_its_client() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(pairwise("one", "one.example.com")).await;
    let tokens = rp.tokens(&idp.signed_in(a_user()).await).await;
    let request = Request::of(&[("token", tokens.access_token())]);
    rp.revoke(&request).await.unwrap();
    let answer = idp.userinfo(tokens.access_token()).await;
    assert_refused!(answer, UserinfoError::Revoked, "invalid_token");
}

#[tokio::test]
async fn s3_1_2_1_a_hint_names_the_person_as_this_client_knows_them() {
    let idp = Idp::start().await;
    let one = idp.relying_party(pairwise("one", "one.example.com")).await;
    let sibling = idp.relying_party(pairwise("sibling", "one.example.com")).await;
    let other = idp.relying_party(pairwise("other", "other.example.com")).await;
    let public = idp.relying_party(a_client()).await;
    let ada = idp.signed_in(a_user()).await;
    let bob = idp.signed_in(a_user().number(2).email("bob@example.com")).await;
    let mut hints = Vec::new();
    for rp in [&one, &sibling, &other, &public] {
        rp.tokens(&bob).await;
        hints.push(rp.tokens(&ada).await.id_token().unwrap().to_owned());
    }
    let asked =
        |rp: &RelyingParty<'_>, hint: &str| rp.request().and("id_token_hint", hint).and("prompt", "none");
    let both = ada.clone().and(&bob);
    for hint in &hints[..2] {
        let told = idp.authorize(&asked(&one, hint), &both).await.response().unwrap();
        let tokens = one.redeem(told.code()).await.unwrap();
        let (_, claims) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
        assert_eq!(claims["sub"], sub(&one, &idp, &ada).await.as_str());
        let answer = idp.authorize(&asked(&one, hint), &bob).await.response();
        assert_refused!(answer, AuthorizeError::Unmet(_), "login_required");
    }
    // Else a client could find out whether two names of different sectors mean the same person.
    for (rp, hint) in [(&one, &hints[2]), (&one, &hints[3]), (&public, &hints[0])] {
        let answer = idp.authorize(&asked(rp, hint), &both).await.response();
        assert_refused!(answer, AuthorizeError::Unmet(_), "login_required");
    }
}

#[tokio::test]
async fn rp_initiated_logout_s2_a_pairwise_hint_ends_the_session_it_was_issued_in() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(pairwise("one", "one.example.com")).await;
    let ada = idp.person(a_user()).await;
    let (here, elsewhere) = (idp.sign_in(&ada).await, idp.sign_in(&ada).await);
    let tokens = rp.tokens(&here).await;
    let request = Request::of(&[
        ("id_token_hint", tokens.id_token().unwrap()),
        ("post_logout_redirect_uri", BYE),
    ]);
    let decided = idp.end_session(&request, &here).await.unwrap();
    assert_eq!(
        (
            decided.sessions,
            decided.needs_confirmation,
            decided.return_to.as_deref()
        ),
        (vec![here.session()], false, Some(BYE))
    );
    let decided = idp.end_session(&request, &elsewhere).await.unwrap();
    assert!(decided.needs_confirmation);
}
