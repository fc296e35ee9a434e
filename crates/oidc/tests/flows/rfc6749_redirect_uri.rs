//! RFC 6749 §3.1.2, §4.1.2.1, RFC 8252 §7.3: without a known client and its own address there is no redirect.

use crate::fixture::{Browser, CALLBACK, Idp, assert_refused};
use domain::{
    client::Status,
    stores::Alongside,
    testing::{a_client, a_user},
};
use oidc::authorize::{PageError, Step};

#[tokio::test]
async fn s4_1_2_1_a_request_that_names_no_known_client_ends_on_a_page() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let nobody = Browser::default();
    let without = rp.request().without("client_id");
    let answer = idp.authorize(&without, &nobody).await;
    assert_refused!(answer.page(), PageError::ClientMissing, "invalid_request");
    for id in ["", "other", "APP", "app ", "app\u{0}"] {
        let answer = idp.authorize(&rp.request().with("client_id", id), &nobody).await;
        let (PageError::ClientUnknown | PageError::ClientMissing) = answer.page().unwrap_err() else {
            panic!("{id:?} is not a client");
        };
    }
    let twice = rp.request().and("client_id", "app");
    let answer = idp.authorize(&twice, &nobody).await;
    assert_refused!(answer.page(), PageError::Repeated, "invalid_request");
}

#[tokio::test]
async fn s4_1_2_1_a_disabled_client_gets_a_page_before_and_after_the_sign_in() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let waiting = idp.authorize(&rp.request(), &browser).await.consent();
    idp.set_client(rp.id(), Status::Disabled).await;
    let answer = idp.authorize(&rp.request(), &browser).await;
    assert_refused!(answer.page(), PageError::ClientDisabled, "invalid_request");
    let answer = idp.resume(waiting, &browser).await;
    assert_refused!(answer.page(), PageError::ClientDisabled, "invalid_request");
}

#[tokio::test]
async fn s3_1_2_3_redirect_uri_is_compared_as_a_string() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    for uri in [
        "https://app.example.com/callback/",
        "https://app.example.com/callback?",
        "https://app.example.com/callback#",
        "https://app.example.com/callback?x=1",
        "https://app.example.com/Callback",
        "https://APP.example.com/callback",
        "https://app.example.com:443/callback",
        "https://app.example.com./callback",
        "https://app.example.com/x/../callback",
        "https://app.example.com/%63allback",
        "https://app.example.com@evil.example/callback",
        "https://app.example.com.evil.example/callback",
        "http://app.example.com/callback",
        "//app.example.com/callback",
        "javascript:alert(1)",
        " https://app.example.com/callback",
    ] {
        let request = rp.request().with("redirect_uri", uri);
        let answer = idp.authorize(&request, &Browser::default()).await;
        let error = answer.page().expect_err(uri);
        assert!(matches!(error, PageError::RedirectUriUnregistered), "{uri}");
        assert_eq!(error.code().as_str(), "invalid_request");
    }
}

#[tokio::test]
async fn s3_1_2_redirect_uri_is_required_once() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let answer = idp
        .authorize(&rp.request().without("redirect_uri"), &Browser::default())
        .await;
    assert_refused!(answer.page(), PageError::RedirectUriMissing, "invalid_request");
    let twice = rp.request().and("redirect_uri", CALLBACK);
    let answer = idp.authorize(&twice, &Browser::default()).await;
    assert_refused!(answer.page(), PageError::Repeated, "invalid_request");
}

#[tokio::test]
async fn s4_1_2_1_whatever_else_is_wrong_a_bad_address_gets_a_page() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let request = rp
        .request()
        .with("redirect_uri", "https://evil.example/")
        .with("response_type", "token")
        .with("prompt", "none")
        .with("request", "x")
        .and("state", "again");
    let answer = idp.authorize(&request, &Browser::default()).await;
    assert_refused!(
        answer.page(),
        PageError::RedirectUriUnregistered,
        "invalid_request"
    );
}

#[tokio::test]
async fn s3_1_2_2_an_address_withdrawn_while_the_person_was_busy_is_not_used() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let waiting = idp.authorize(&rp.request(), &browser).await.consent();
    let (clients, with) = (&idp.realm.stores.clients, Alongside::default);
    let moment = idp.realm.moment(idp.now());
    assert!(clients.delete(rp.id(), moment, with()).await.unwrap());
    let moved = a_client()
        .redirect_uri("https://new.example.com/callback")
        .build();
    clients.create(&moved, with()).await.unwrap();
    let answer = idp.resume(waiting, &browser).await;
    assert_refused!(
        answer.page(),
        PageError::RedirectUriUnregistered,
        "invalid_request"
    );
}

#[tokio::test]
async fn rfc8252_s7_3_the_port_of_a_loopback_literal_may_differ() {
    let idp = Idp::start().await;
    for (id, registered, requested) in [
        ("four", "http://127.0.0.1/cb", "http://127.0.0.1:49152/cb"),
        ("six", "http://[::1]:8080/cb", "http://[::1]:9/cb"),
    ] {
        let rp = idp
            .relying_party(a_client().id(id).public().redirect_uri(registered))
            .await;
        let browser = idp.signed_in(
            a_user()
                .number(registered.len() as u64)
                .email(&format!("{id}@example.com")),
        );
        let browser = browser.await;
        let request = rp.request().with("redirect_uri", requested);
        let asked = idp.authorize(&request, &browser).await.consent();
        let response = idp.allow(asked, "openid", &browser).await.response().unwrap();
        assert!(response.to.starts_with(requested), "{}", response.to);
        // The code is bound to the address that was used, port and all.
        let redemption = rp.redemption(response.code());
        assert!(rp.token(&redemption).await.is_err());
        assert!(
            rp.token(&redemption.with("redirect_uri", requested))
                .await
                .is_ok()
        );
    }
}

#[tokio::test]
async fn rfc8252_s7_3_nothing_else_of_a_loopback_address_may_differ() {
    let idp = Idp::start().await;
    let nobody = Browser::default();
    for (id, registered, requested) in [
        ("path", "http://127.0.0.1/cb", "http://127.0.0.1:49152/other"),
        ("name", "http://localhost/cb", "http://localhost:49152/cb"),
        ("swap", "http://127.0.0.1/cb", "http://localhost:49152/cb"),
        ("tls", "https://127.0.0.1/cb", "https://127.0.0.1:49152/cb"),
        (
            "user",
            "http://127.0.0.1/cb",
            "http://127.0.0.1:1@evil.example/cb",
        ),
        ("host", "http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb"),
        ("zero", "http://127.0.0.1/cb", "http://127.0.0.1:080/cb"),
        ("high", "http://127.0.0.1/cb", "http://127.0.0.1:65536/cb"),
    ] {
        let rp = idp
            .relying_party(a_client().id(id).public().redirect_uri(registered))
            .await;
        assert_eq!(idp.authorize(&rp.request(), &nobody).await.step().1, Step::SignIn);
        let answer = idp
            .authorize(&rp.request().with("redirect_uri", requested), &nobody)
            .await;
        let error = answer.page().expect_err(requested);
        assert!(matches!(error, PageError::RedirectUriUnregistered), "{requested}");
    }
}
