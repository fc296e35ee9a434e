//! OpenID Connect Front-Channel Logout 1.0.

use crate::fixture::Idp;
use domain::{
    client::{LogoutUri, Status},
    testing::{ClientBuilder, a_client, a_user},
};
use oidc::frontchannel_logout::{LogoutFrame, frames};

fn listening(id: &str, uri: &str, session_required: bool) -> ClientBuilder {
    let logout = LogoutUri {
        uri: uri.parse().unwrap(),
        session_required,
    };
    a_client()
        .id(id)
        .metadata(|metadata| metadata.frontchannel_logout = Some(logout))
}

#[tokio::test]
async fn s2_the_session_is_named_to_whom_it_is_to_be_named() {
    let idp = Idp::start().await;
    let uri = "https://app.example.com/front";
    let rp = idp.relying_party(listening("app", uri, false)).await;
    let browser = idp.signed_in(a_user()).await;
    rp.tokens(&browser).await;
    let expected = LogoutFrame {
        url: uri.to_owned(),
        origin: "https://app.example.com".to_owned(),
    };
    assert_eq!(
        frames(&idp.realm, &[browser.session()]).await.unwrap(),
        [expected]
    );
}

#[tokio::test]
async fn s3_only_active_clients_that_took_part_and_listen_have_a_frame() {
    let idp = Idp::start().await;
    let uri = "https://app.example.com/front";
    let one = idp.relying_party(listening("one", uri, true)).await;
    let disabled = idp.relying_party(listening("disabled", uri, true)).await;
    let deaf = idp.relying_party(a_client().id("deaf")).await;
    idp.relying_party(listening("absent", uri, true)).await;
    let browser = idp.signed_in(a_user()).await;
    for rp in [&one, &disabled, &deaf] {
        rp.tokens(&browser).await;
    }
    idp.set_client(disabled.id(), Status::Disabled).await;
    assert_eq!(frames(&idp.realm, &[browser.session()]).await.unwrap().len(), 1);
    assert!(frames(&idp.realm, &[]).await.unwrap().is_empty());
    let bob = idp.signed_in(a_user().number(2).email("bob@example.com")).await;
    assert!(frames(&idp.realm, &[bob.session()]).await.unwrap().is_empty());
}

#[tokio::test]
async fn s3_one_page_has_thirty_frames_at_most() {
    let idp = Idp::start().await;
    let browser = idp.signed_in(a_user()).await;
    for number in 0..31 {
        let id = format!("app-{number}");
        let rp = idp
            .relying_party(listening(&id, "https://app.example.com/front", true))
            .await;
        rp.code(&browser).await;
    }
    assert_eq!(frames(&idp.realm, &[browser.session()]).await.unwrap().len(), 30);
}
