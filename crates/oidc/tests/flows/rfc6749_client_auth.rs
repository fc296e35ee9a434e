//! RFC 6749 §2.3, OpenID Connect Core §9: one registered way of proving who a client is.

use crate::fixture::{Idp, assert_refused, basic};
use domain::{
    client::{ClientAuthMethod, ClientSecret, Status},
    id::ClientSecretId,
    secret::Digest,
    stores::Alongside,
    testing::{SeededRandom, a_client},
};
use oidc::client_auth::ClientAuthError;
use std::time::Duration;

const POST: ClientAuthMethod = ClientAuthMethod::ClientSecretPost;

#[tokio::test]
async fn s2_3_each_client_by_its_own_method_and_no_other() {
    let idp = Idp::start().await;
    let by_basic = idp.relying_party(a_client().id("basic")).await;
    let by_post = idp
        .relying_party(a_client().id("post").method(POST, Digest::of("secret")))
        .await;
    let public = idp.relying_party(a_client().id("public").public()).await;
    for rp in [&by_basic, &by_post, &public] {
        assert_eq!(rp.authenticated().await.unwrap().id(), rp.id());
    }
    for rp in [&by_post, &public] {
        let header = basic(rp.id().as_str(), "secret");
        let answer = rp.proves(Some(&header), &[]).await;
        assert_refused!(answer, ClientAuthError::WrongMethod, "invalid_client");
    }
    for rp in [&by_basic, &public] {
        let body = [("client_id", rp.id().as_str()), ("client_secret", "secret")];
        assert_refused!(
            rp.proves(None, &body).await,
            ClientAuthError::WrongMethod,
            "invalid_client"
        );
    }
    for rp in [&by_basic, &by_post] {
        let answer = rp.proves(None, &[("client_id", rp.id().as_str())]).await;
        assert_refused!(answer, ClientAuthError::WrongMethod, "invalid_client");
    }
}

#[tokio::test]
async fn s2_3_one_method_in_each_request() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let header = basic("app", "secret");
    let both = rp
        .proves(
            Some(&header),
            &[("client_id", "app"), ("client_secret", "secret")],
        )
        .await;
    assert_refused!(both, ClientAuthError::SeveralMethods, "invalid_request");
    let two_names = rp.proves(Some(&header), &[("client_id", "other")]).await;
    assert_refused!(two_names, ClientAuthError::SeveralMethods, "invalid_request");
    for name in ["client_id", "client_secret"] {
        let twice = rp
            .proves(None, &[("client_id", "app"), (name, "x"), (name, "x")])
            .await;
        assert_refused!(twice, ClientAuthError::Repeated, "invalid_request");
    }
    assert!(rp.proves(Some(&header), &[("client_id", "app")]).await.is_ok());
}

#[tokio::test]
async fn s2_3_1_a_wrong_secret_an_unknown_and_a_disabled_client_look_alike() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    for wrong in ["", "Secret", "secret ", "secretsecret", "%73ecret%00"] {
        let answer = rp.proves(Some(&basic("app", wrong)), &[]).await;
        assert_refused!(answer, ClientAuthError::WrongSecret, "invalid_client");
    }
    // After five wrong ones nothing more from there is judged.
    let elsewhere = idp.act_from("192.0.2.2");
    let digest = Digest::of("secret").to_base64url();
    let answer = rp.proves_in(&elsewhere, Some(&basic("app", &digest)), &[]).await;
    assert_refused!(answer, ClientAuthError::WrongSecret, "invalid_client");
    let answer = rp.proves(Some(&basic("nobody", "secret")), &[]).await;
    assert_refused!(answer, ClientAuthError::UnknownClient, "invalid_client");
    assert_refused!(
        rp.proves(None, &[]).await,
        ClientAuthError::Missing,
        "invalid_client"
    );
    idp.set_client(rp.id(), Status::Disabled).await;
    assert_refused!(
        rp.proves_in(&elsewhere, Some(&basic("app", "secret")), &[]).await,
        ClientAuthError::Disabled,
        "invalid_client"
    );
}

#[tokio::test]
async fn s2_3_1_both_halves_of_basic_are_percent_decoded() {
    let idp = Idp::start().await;
    let rp = idp
        .relying_party(a_client().id("my-app~1").secret(Digest::of("a:b c%+\u{e4}")))
        .await;
    for header in [
        basic("my-app~1", "a:b+c%25%2B%C3%A4"),
        basic("my%2Dapp%7e1", "a%3Ab%20c%25%2b%c3%a4"),
        basic("my-app~1", "a:b+c%25%2B%C3%A4").replace("Basic ", "bAsIc  "),
    ] {
        assert!(rp.proves(Some(&header), &[]).await.is_ok(), "{header}");
    }
    let answer = rp.proves(Some(&basic("my-app~1", "a:b c%+\u{e4}")), &[]).await;
    assert_refused!(answer, ClientAuthError::Malformed, "invalid_client");
}

#[tokio::test]
async fn s2_3_1_what_is_not_basic_is_refused() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let long = basic("app", &"x".repeat(5_000));
    for header in [
        "",
        "Basic",
        "Basic !",
        "Bearer secret",
        "Digest x",
        "\u{0}",
        &long,
        "Basic YXBw",
    ] {
        let answer = rp.proves(Some(header), &[("client_id", "app")]).await;
        assert_refused!(answer, ClientAuthError::Malformed, "invalid_client");
    }
}

#[tokio::test]
async fn contract_6_two_secrets_work_while_one_replaces_the_other() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    idp.wait(1);
    let new = ClientSecret {
        id: ClientSecretId::generate(idp.now(), &SeededRandom::new(5)),
        digest: Digest::of("newer"),
        created_at: idp.now(),
        expires_at: None,
    };
    let until = idp.now() + Duration::from_secs(3_600);
    let clients = &idp.realm.stores.clients;
    let rotated = clients.rotate_secret(rp.id(), &new, until, Alongside::default());
    assert!(rotated.await.unwrap());
    for secret in ["secret", "newer"] {
        assert!(
            rp.proves(Some(&basic("app", secret)), &[]).await.is_ok(),
            "{secret}"
        );
    }
    idp.wait(3_600);
    let old = rp.proves(Some(&basic("app", "secret")), &[]).await;
    assert_refused!(old, ClientAuthError::WrongSecret, "invalid_client");
    assert!(rp.proves(Some(&basic("app", "newer")), &[]).await.is_ok());
}

#[tokio::test]
async fn a_client_of_one_realm_is_unknown_in_another() {
    let idp = Idp::start().await;
    let acme = idp.realm("acme");
    let rp = idp.relying_party(a_client()).await;
    let answer = rp
        .proves_in(&acme.act(), Some(&basic("app", "secret")), &[])
        .await;
    assert_refused!(answer, ClientAuthError::UnknownClient, "invalid_client");
}
