//! Modules about request objects (OpenID Connect Core §6): by reference, signed or not, and what they say over.

use super::super::{clients::unsigned, party::Party};
use super::Registrant;
use crate::support::{
    application_key::ApplicationKey, application_server::ApplicationServer, relying_party::CALLBACK,
};
use domain::signing_key::SigningAlgorithm;
use serde_json::{Value, json};
use std::sync::Arc;

const OBJECT: &str = "/request.jwt";
const NONCE: &str = "of-the-object";

/// What the object of a client says.
fn claims(party: &Party) -> Value {
    json!({
        "iss": party.rp.id, "aud": party.idp.issuer(), "client_id": party.rp.id,
        "response_type": "code", "redirect_uri": CALLBACK, "scope": "openid", "state": "xyz", "nonce": NONCE,
    })
}

/// The object that is published now is fetched, and what it says is what counts.
async fn is_followed(party: &mut Party, application: &ApplicationServer) {
    let before = application.requests(OBJECT);
    let (_, id_token) = party
        .tokens(&[("request_uri", &application.url(OBJECT)), ("nonce", "beside")])
        .await;
    assert_eq!(id_token["nonce"], NONCE);
    assert!(application.requests(OBJECT) > before);
}

pub async fn oidcc_request_uri_unsigned() {
    let application = ApplicationServer::start().await;
    let members = json!({
        "request_object_signing_alg": "none", "request_uris": [application.url(OBJECT)],
    });
    let mut client = Registrant::new(members).await;
    assert_eq!(client.told["request_uris"], json!([application.url(OBJECT)]));
    assert_eq!(client.told["request_object_signing_alg"], "none");
    application.serve(OBJECT, unsigned(&claims(&client.party)));
    is_followed(&mut client.party, &application).await;
}

pub async fn oidcc_request_uri_signed_rs256() {
    let key = Arc::new(ApplicationKey::new(SigningAlgorithm::Rs256).await);
    let application = ApplicationServer::start().await;
    let members = json!({
        "request_object_signing_alg": "RS256", "request_uris": [application.url(OBJECT)],
    });
    let mut client = Registrant::with_key(key.clone(), members).await;
    assert_eq!(client.told["request_object_signing_alg"], "RS256");
    let claims = claims(&client.party);
    let forged = ApplicationKey::new(SigningAlgorithm::Rs256).await;
    for wrong in [unsigned(&claims), forged.sign(&claims).await] {
        application.serve(OBJECT, wrong);
        let changes = [("request_uri", &*application.url(OBJECT))];
        let response = client.party.authorize(&changes).await;
        assert_eq!(response.error(), "invalid_request_object");
    }
    application.serve(OBJECT, key.sign(&claims).await);
    is_followed(&mut client.party, &application).await;
}

pub async fn oidcc_ensure_request_object_with_redirect_uri() {
    let mut client = Registrant::new(json!({ "request_object_signing_alg": "none" })).await;
    let object = unsigned(&claims(&client.party));
    for beside in ["", "https://attacker.example/cb"] {
        let changes = [("request", object.as_str()), ("redirect_uri", beside)];
        let (_, id_token) = client.party.tokens(&changes).await;
        assert_eq!(id_token["nonce"], NONCE, "{beside}");
    }
}
