//! RFC 7592: a client reads, replaces and deletes what it registered.

use crate::fixture::{
    Idp, Registered, RelyingParty, an_application, assert_refused, basic, bearer, told, with,
};
use domain::{
    client::{ClientId, ClientProtocol, Status},
    stores::Alongside,
    testing::{a_client, a_user},
};
use oidc::dpop::ProofHeader;
use oidc::{
    registration::{self, ClientInformation, RegistrationError},
    token,
    userinfo::UserinfoError,
};
use serde_json::{Value, json};

async fn read(idp: &Idp, id: &str, token: &str) -> Result<ClientInformation, RegistrationError> {
    registration::read_client(&idp.protocol, &idp.act(), Some(&bearer(token)), id).await
}

async fn replace(
    idp: &Idp,
    of: &Registered,
    document: &Value,
) -> Result<ClientInformation, RegistrationError> {
    let body = document.to_string();
    let header = bearer(of.token());
    registration::update_client(&idp.protocol, &idp.act(), Some(&header), of.id(), body.as_bytes()).await
}

/// The document that registers a client again as `document` says.
fn as_itself(of: &Registered, mut document: Value) -> Value {
    document["client_id"] = json!(of.id());
    document
}

#[tokio::test]
async fn s2_1_reading_tells_what_is_registered_but_no_secret() {
    let idp = Idp::open_to_all(|_| {}).await;
    let registered = idp.registered(&with("software_id", json!("garden"))).await;
    let mut expected = registered.0.clone();
    for secret in ["client_secret", "client_secret_expires_at"] {
        expected.as_object_mut().unwrap().remove(secret);
    }
    assert_eq!(
        told(read(&idp, registered.id(), registered.token()).await).0,
        expected
    );
}

#[tokio::test]
async fn s2_a_wrong_token_an_unknown_client_and_one_of_an_operator_are_refused_alike() {
    let idp = Idp::open_to_all(|_| {}).await;
    let (mine, other) = (
        idp.registered(&an_application()).await,
        idp.registered(&an_application()).await,
    );
    idp.relying_party(a_client()).await;
    let acme = idp.realm("acme");
    for (id, token) in [
        (mine.id(), other.token()),
        (mine.id(), mine.text("client_secret")),
        (mine.id(), "x"),
        (mine.id(), ""),
        ("unknown", mine.token()),
        ("not an id", mine.token()),
        ("app", mine.token()),
    ] {
        assert_refused!(
            read(&idp, id, token).await,
            RegistrationError::TokenUnknown,
            "invalid_token"
        );
        let deleted = registration::delete_client(&idp.protocol, &idp.act(), Some(&bearer(token)), id).await;
        assert_refused!(deleted, RegistrationError::TokenUnknown, "invalid_token");
        // Failures are forgotten, or their budget would end the walk.
        idp.wait(900);
    }
    let elsewhere = read(&acme, mine.id(), mine.token()).await;
    assert!(elsewhere.is_err());
    let none = registration::read_client(&idp.protocol, &idp.act(), None, mine.id()).await;
    assert_refused!(none, RegistrationError::TokenMissing, "invalid_token");
    let id: ClientId = mine.id().parse().unwrap();
    idp.set_client(&id, Status::Disabled).await;
    let refused = read(&idp, mine.id(), mine.token()).await;
    assert_refused!(refused, RegistrationError::TokenUnknown, "invalid_token");
}

#[tokio::test]
async fn s2_2_replacing_leaves_nothing_of_what_was_there() {
    let idp = Idp::open_to_all(|_| {}).await;
    let before = idp
        .registered(&with("tos_uri", json!("https://garden.example.com/terms")))
        .await;
    let new = json!({
        "client_id": before.id(),
        "client_name": "Orchard",
        "redirect_uris": ["https://orchard.example.com/cb"],
        "tos_uri": null,
    });
    let answer = told(replace(&idp, &before, &new).await);
    assert_eq!(answer.text("client_name"), "Orchard");
    assert_eq!(
        answer.0["redirect_uris"],
        json!(["https://orchard.example.com/cb"])
    );
    assert_eq!(
        answer.0["grant_types"],
        json!(["authorization_code"]),
        "the default again"
    );
    assert_eq!(answer.0.get("tos_uri"), None);
    assert_eq!(answer.0.get("client_secret"), None);
    assert_eq!(answer.token(), before.token());
    assert_eq!(answer.0["client_id_issued_at"], before.0["client_id_issued_at"]);
    assert_eq!(told(read(&idp, before.id(), before.token()).await).0, answer.0);
    let rp = RelyingParty::new(&idp, idp.stored_client(before.id()).await.unwrap());
    let header = basic(before.id(), before.text("client_secret"));
    assert!(rp.proves(Some(&header), &[]).await.is_ok(), "the secret stays");
}

#[tokio::test]
async fn s2_2_replacing_takes_back_nothing_that_the_operator_decided() {
    let idp = Idp::open_to_all(|_| {}).await;
    let registered = idp.registered(&an_application()).await;
    let mut client = idp.stored_client(registered.id()).await.unwrap();
    let ClientProtocol::Oidc(decided) = &mut client.protocol;
    decided.metadata.providers = Some(["acme".parse().unwrap()].into());
    decided.metadata.slim_id_token = true;
    decided.metadata.exchange.subject_clients = ["other".parse().unwrap()].into();
    let before = client.oidc().metadata.clone();
    let clients = &idp.realm.stores.clients;
    assert!(clients.update(&client, Alongside::default()).await.unwrap());
    told(replace(&idp, &registered, &as_itself(&registered, an_application())).await);
    let after = idp.stored_client(registered.id()).await.unwrap();
    let after = &after.oidc().metadata;
    assert_eq!(after.providers, before.providers);
    assert_eq!(after.exchange, before.exchange);
    assert!(after.slim_id_token);
}

#[tokio::test]
async fn s2_2_client_id_must_match_and_so_must_a_secret_that_is_sent() {
    let idp = Idp::open_to_all(|_| {}).await;
    let (mine, other) = (
        idp.registered(&an_application()).await,
        idp.registered(&an_application()).await,
    );
    for document in [an_application(), as_itself(&other, an_application())] {
        assert_refused!(
            replace(&idp, &mine, &document).await,
            RegistrationError::Metadata("client_id"),
            "invalid_client_metadata"
        );
    }
    let mut document = as_itself(&mine, an_application());
    for wrong in [other.text("client_secret"), "x"] {
        document["client_secret"] = json!(wrong);
        assert_refused!(
            replace(&idp, &mine, &document).await,
            RegistrationError::Metadata("client_secret"),
            "invalid_client_metadata"
        );
    }
    document["client_secret"] = mine.0["client_secret"].clone();
    let answer = told(replace(&idp, &mine, &document).await);
    assert_eq!(answer.0["client_secret"], mine.0["client_secret"]);
    let bad = as_itself(
        &mine,
        with("redirect_uris", json!(["http://garden.example.com/cb"])),
    );
    let refused = replace(&idp, &mine, &bad).await;
    assert_refused!(refused, RegistrationError::RedirectUri(_), "invalid_redirect_uri");
}

#[tokio::test]
async fn s2_2_a_client_that_changes_how_it_authenticates_gets_or_loses_a_secret() {
    let idp = Idp::open_to_all(|_| {}).await;
    let mine = idp.registered(&an_application()).await;
    let public = as_itself(&mine, with("token_endpoint_auth_method", json!("none")));
    let answer = told(replace(&idp, &mine, &public).await);
    assert_eq!(answer.0.get("client_secret"), None);
    let rp = RelyingParty::new(&idp, idp.stored_client(mine.id()).await.unwrap());
    let old = basic(mine.id(), mine.text("client_secret"));
    assert!(rp.proves(Some(&old), &[]).await.is_err());
    let again = told(replace(&idp, &mine, &as_itself(&mine, an_application())).await);
    let new = again.text("client_secret");
    assert_ne!(new, mine.text("client_secret"));
    assert_eq!(again.0["client_secret_expires_at"], 0);
    let rp = RelyingParty::new(&idp, idp.stored_client(mine.id()).await.unwrap());
    assert!(rp.proves(Some(&basic(mine.id(), new)), &[]).await.is_ok());
    assert!(rp.proves(Some(&old), &[]).await.is_err());
}

#[tokio::test]
async fn s2_3_deleting_ends_everything_of_the_client() {
    let idp = Idp::open_to_all(|_| {}).await;
    let mine = idp.registered(&an_application()).await;
    let rp = RelyingParty::new(&idp, idp.stored_client(mine.id()).await.unwrap());
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    let header = basic(mine.id(), mine.text("client_secret"));
    let client = rp.proves(Some(&header), &[]).await.unwrap();
    let parameters = rp.redemption(&code).parameters();
    let tokens = token::respond(
        &idp.protocol,
        &idp.act(),
        &client,
        &parameters,
        ProofHeader::Absent,
    )
    .await
    .unwrap();
    assert!(idp.userinfo(tokens.access_token()).await.is_ok());
    let header = bearer(mine.token());
    let delete =
        || async { registration::delete_client(&idp.protocol, &idp.act(), Some(&header), mine.id()).await };
    delete().await.unwrap();
    assert!(idp.stored_client(mine.id()).await.is_none());
    let answer = idp.userinfo(tokens.access_token()).await;
    assert_refused!(answer, UserinfoError::Revoked, "invalid_token");
    assert!(idp.authorize(&rp.request(), &browser).await.page().is_err());
    assert_refused!(delete().await, RegistrationError::TokenUnknown, "invalid_token");
    let refused = replace(&idp, &mine, &as_itself(&mine, an_application())).await;
    assert_refused!(refused, RegistrationError::TokenUnknown, "invalid_token");
}
