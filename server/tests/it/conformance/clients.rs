//! Modules about clients and the forms of their requests, and the provider's own metadata.

use super::party::{Mode, Party};
use crate::support::application_server::ApplicationServer;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::client::{ClientAuthMethod, RequestObjectSigning};
use serde_json::{Value, json};

pub async fn oidcc_alternate_happy_flow(mode: Mode) {
    let uri = "https://app.example.com/cb?a=1&b=%20";
    let mut party = Party::start_with(mode, |client| client.redirect_uri(uri)).await;
    let nonce = Party::text("nonce", 43);
    let changes = [
        ("scope", "email openid"),
        ("nonce", nonce.as_str()),
        ("response_type", "code"),
    ];
    let (tokens, id_token) = party.tokens(&changes).await;
    assert_eq!(id_token["nonce"], nonce);
    assert_eq!(party.userinfo(&tokens).await["email"], super::party::ADA);
}

pub async fn oidcc_ensure_registered_redirect_uri(mode: Mode) {
    let mut party = Party::start(mode).await;
    let other = party.url(&[("redirect_uri", "https://app.example.com/elsewhere")]);
    let answer = party.browser.get(&other).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.location(), None);
    assert!(!answer.body.contains("/elsewhere"), "nothing leads there");
}

pub async fn oidcc_ensure_post_request_succeeds(mode: Mode) {
    let mut party = Party::start(mode).await;
    let url = party.url(&[]);
    let query = url.split_once('?').unwrap().1.to_owned();
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(&query).unwrap();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let from_the_app = [
        ("origin", "https://app.example.com"),
        ("sec-fetch-site", "cross-site"),
    ];
    let start = party
        .browser
        .post_with("/authorize", &from_the_app, &fields)
        .await;
    let response = party.walk(start).await;
    let tokens = party.redeem(response.code()).await;
    party.id_token(&tokens).await;
}

pub async fn oidcc_server_client_secret_post(mode: Mode) {
    let method = ClientAuthMethod::ClientSecretPost;
    let mut party = Party::start_with(mode, |client| client.method(method)).await;
    let methods = party.discovery().await["token_endpoint_auth_methods_supported"].clone();
    assert!(methods.as_array().unwrap().contains(&method.as_str().into()));
    let (_, id_token) = party.tokens(&[]).await;
    assert_eq!(id_token["nonce"], "n-0S6_WzA2Mj");
}

pub async fn oidcc_ensure_request_with_valid_pkce_succeeds(mode: Mode) {
    let mut party = Party::start(mode).await;
    let challenge = crate::support::RelyingParty::challenge();
    let pkce = [
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let without_verifier = party.authorize(&pkce).await;
    let refused = party.try_redeem(without_verifier.code()).await;
    assert_eq!(refused.json()["error"], "invalid_grant");
    let response = party.authorize(&pkce).await;
    let answer = party.rp.redeem(&mut party.browser, response.code()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    party.id_token(&answer.json()).await;
}

/// A request object (OpenID Connect Core §6.1) that nobody signed.
pub fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(&json!({ "alg": "none" })), part(claims))
}

/// A client whose request objects nobody signs, and what such an object says besides `claims`. The modules pass where
/// such objects are refused, too; here a client that registered `none` may send them, and only that shows what they
/// are for.
async fn sending_objects(mode: Mode, uri: Option<&str>, claims: &Value) -> (Party, String) {
    let mut party = Party::start_with(mode, |client| {
        client.metadata(|metadata| {
            metadata.request_object_signing_alg = Some(RequestObjectSigning::Unsigned);
            metadata.request_uris = uri.iter().map(|uri| uri.parse().unwrap()).collect();
        })
    })
    .await;
    let offered = party.discovery().await["request_object_signing_alg_values_supported"].clone();
    assert!(offered.as_array().unwrap().contains(&"none".into()));
    let mut object = claims.clone();
    object["client_id"] = party.rp.id.clone().into();
    object["iss"] = party.rp.id.clone().into();
    object["aud"] = party.idp.issuer().into();
    (party, unsigned(&object))
}

/// The request succeeds, and what its object says is what counts.
async fn is_honoured(party: &mut Party, changes: &[(&str, &str)]) {
    let (_, id_token) = party.tokens(changes).await;
    assert_eq!(id_token["nonce"], "of-the-object");
}

pub async fn oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(mode: Mode) {
    let claims = json!({ "nonce": "of-the-object" });
    let (mut party, object) = sending_objects(mode, None, &claims).await;
    assert_eq!(party.discovery().await["request_parameter_supported"], true);
    is_honoured(&mut party, &[("request", &object)]).await;
}

pub async fn oidcc_ensure_request_object_with_redirect_uri(mode: Mode) {
    let claims = json!({
        "nonce": "of-the-object", "redirect_uri": crate::support::relying_party::CALLBACK,
        "response_type": "code", "scope": "openid", "state": "xyz",
    });
    let (mut party, object) = sending_objects(mode, None, &claims).await;
    for beside in ["", "https://attacker.example/cb"] {
        is_honoured(&mut party, &[("request", &object), ("redirect_uri", beside)]).await;
    }
}

pub async fn oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(mode: Mode) {
    let application = ApplicationServer::start().await;
    let uri = application.url("/request.jwt");
    let claims = json!({ "nonce": "of-the-object" });
    let (mut party, object) = sending_objects(mode, Some(&uri), &claims).await;
    assert_eq!(party.discovery().await["request_uri_parameter_supported"], true);
    application.serve("/request.jwt", object);
    is_honoured(&mut party, &[("request_uri", &uri)]).await;
    assert!(application.requests("/request.jwt") > 0);
    // What nobody registered is not fetched.
    let other = application.url("/other.jwt");
    let response = party.authorize(&[("request_uri", &other)]).await;
    assert_eq!(response.error(), "invalid_request_uri");
    assert_eq!(application.requests("/other.jwt"), 0);
}

pub async fn oidcc_discovery_endpoint_verification((): ()) {
    let mut party = Party::start(Mode::Query).await;
    let answer = party.browser.get("/.well-known/openid-configuration").await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .header("content-type")
            .unwrap()
            .starts_with("application/json")
    );
    let document = answer.json();
    assert_eq!(document["issuer"], party.idp.issuer());
    for endpoint in [
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "end_session_endpoint",
    ] {
        let address = document[endpoint].as_str().unwrap();
        assert!(address.starts_with(&party.idp.issuer()), "{endpoint}");
    }
    for (name, must) in [
        ("scopes_supported", "openid"),
        ("response_types_supported", "code"),
        ("response_modes_supported", "query"),
        ("response_modes_supported", "form_post"),
        ("grant_types_supported", "authorization_code"),
        ("subject_types_supported", "public"),
        ("id_token_signing_alg_values_supported", "RS256"),
        ("token_endpoint_auth_methods_supported", "client_secret_basic"),
        ("token_endpoint_auth_methods_supported", "client_secret_post"),
        ("claims_supported", "sub"),
        ("claim_types_supported", "normal"),
        ("code_challenge_methods_supported", "S256"),
    ] {
        let values = document[name].as_array().unwrap();
        assert!(values.contains(&must.into()), "{name} lacks {must}");
    }
    for flag in [
        "request_parameter_supported",
        "request_uri_parameter_supported",
        "claims_parameter_supported",
    ] {
        assert!(document[flag].is_boolean(), "{flag}");
    }
    let set = party
        .browser
        .get(document["jwks_uri"].as_str().unwrap())
        .await
        .json();
    let keys = set["keys"].as_array().unwrap();
    assert!(keys.iter().any(|key| key["kty"] == "RSA" && key["use"] == "sig"));
    for key in keys {
        assert!(key["kid"].is_string());
        assert!(key.get("d").is_none(), "a private key is published");
    }
}
