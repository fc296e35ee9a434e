//! Modules about keys: the client's own, at its server and with its registration, and the provider's.

use super::Registrant;
use crate::support::{
    Answer, application_key::ApplicationKey, application_server::ApplicationServer, relying_party,
};
use domain::signing_key::SigningAlgorithm;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const JWKS: &str = "/jwks";

/// A client that proves itself with a key that its own server publishes.
async fn at_its_server(key: &ApplicationKey) -> (Registrant, ApplicationServer) {
    let application = ApplicationServer::start().await;
    application.serve(JWKS, key.jwks.to_string());
    let uri = application.url(JWKS);
    let client = Registrant::new(json!({
        "token_endpoint_auth_method": "private_key_jwt",
        "grant_types": ["authorization_code", "refresh_token"],
        "jwks_uri": uri,
    }))
    .await;
    assert_eq!(client.told["jwks_uri"], uri);
    assert_eq!(client.told.get("client_secret"), None);
    (client, application)
}

async fn a_key() -> ApplicationKey {
    ApplicationKey::new(SigningAlgorithm::Rs256).await
}

async fn assertion(client: &Registrant, key: &ApplicationKey) -> String {
    let (idp, id) = (&client.party.idp, &client.party.rp.id);
    key.assertion(idp, id, &idp.issuer()).await
}

fn assert_refused(answer: &Answer) {
    assert_eq!(answer.status, 401, "{}", answer.body);
    assert_eq!(answer.json()["error"], "invalid_client");
}

pub async fn oidcc_registration_jwks_uri() {
    let (known, unknown) = (a_key().await, a_key().await);
    let (mut client, application) = at_its_server(&known).await;
    let response = client.party.authorize(&[]).await;
    let forged = assertion(&client, &unknown).await;
    assert_refused(&client.redeem_by(&forged, response.code()).await);
    let proof = assertion(&client, &known).await;
    let answer = client.redeem_by(&proof, response.code()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    client.party.id_token(&answer.json()).await;
    assert!(application.requests(JWKS) > 0);
}

pub async fn oidcc_refresh_token_rp_key_rotation() {
    let (old, new) = (a_key().await, a_key().await);
    let (mut client, application) = at_its_server(&old).await;
    let changes = [("scope", "openid offline_access"), ("prompt", "consent")];
    let response = client.party.authorize(&changes).await;
    let proof = assertion(&client, &old).await;
    let tokens = client.redeem_by(&proof, response.code()).await.json();
    let first = client.party.id_token(&tokens).await;
    application.serve(JWKS, new.jwks.to_string());
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
    ];
    let proof = assertion(&client, &new).await;
    let answer = client.token_by(&proof, &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let refreshed = answer.json();
    assert_eq!(client.party.id_token(&refreshed).await["sub"], first["sub"]);
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refreshed["refresh_token"].as_str().unwrap()),
    ];
    let withdrawn = assertion(&client, &old).await;
    assert_refused(&client.token_by(&withdrawn, &fields).await);
}

pub async fn oidcc_ensure_client_assertion_with_iss_aud_succeeds() {
    let key = a_key().await;
    let mut client = Registrant::new(json!({
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "RS256",
        "jwks": key.jwks,
    }))
    .await;
    assert_eq!(client.told["jwks"], key.jwks);
    let response = client.party.authorize(&[]).await;
    let (idp, id) = (&client.party.idp, &client.party.rp.id);
    let elsewhere = key.assertion(idp, id, "https://elsewhere.example").await;
    assert_refused(&client.redeem_by(&elsewhere, response.code()).await);
    let proof = assertion(&client, &key).await;
    let answer = client.redeem_by(&proof, response.code()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    client.party.id_token(&answer.json()).await;
}

fn kids(keys: &[Value]) -> BTreeSet<&str> {
    keys.iter().map(|key| key["kid"].as_str().unwrap()).collect()
}

fn kid(tokens: &Value) -> Value {
    relying_party::header(tokens["id_token"].as_str().unwrap())["kid"].clone()
}

pub async fn oidcc_server_rotate_keys() {
    // The one module that the plan runs with a secret.
    let secret = json!({ "token_endpoint_auth_method": "client_secret_basic" });
    let mut client = Registrant::new(secret).await;
    assert!(client.told["client_secret"].is_string());
    let party = &mut client.party;
    let (before, first) = party.tokens(&[]).await;
    let published = party.published_keys().await;
    party
        .idp
        .runtime
        .keys
        .rotate(&party.idp.act().await)
        .await
        .unwrap();
    let (after, second) = party.tokens(&[]).await;
    let now = party.published_keys().await;
    assert_ne!(kid(&after), kid(&before));
    let kept = kids(&published);
    assert!(kept.contains(kid(&after).as_str().unwrap()), "nobody had seen it");
    assert!(kids(&now).is_superset(&kept) && now.len() > published.len());
    assert_eq!(party.id_token(&before).await, first, "it can still be verified");
    assert_eq!(second["sub"], first["sub"]);
}
