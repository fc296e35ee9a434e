//! Modules about what a client says of itself to people, and what the provider says of registration.

use super::Registrant;
use serde_json::json;

const PAGE: &str = "https://app.example.com/about-us";

/// Registers `name`; the page that asks about the client links it if it is `linked`, and else does not mention it.
async fn described(name: &str, linked: bool) {
    let mut client = Registrant::new(json!({ name: PAGE })).await;
    assert_eq!(client.told[name], PAGE);
    let page = client.party.consent().await;
    assert!(page.body.contains("Garden"));
    let link = format!("href=\"{PAGE}\"");
    assert_eq!(page.body.matches(&link).count(), usize::from(linked));
    assert_eq!(page.body.matches(PAGE).count(), usize::from(linked));
    client.party.tokens(&[]).await;
}

/// The picture would tell its server who is being asked.
pub async fn oidcc_registration_logo_uri() {
    described("logo_uri", false).await;
}

pub async fn oidcc_registration_policy_uri() {
    described("policy_uri", true).await;
}

pub async fn oidcc_registration_tos_uri() {
    described("tos_uri", true).await;
}

pub async fn oidcc_discovery_endpoint_verification() {
    let mut client = Registrant::new(json!({})).await;
    let document = client.party.discovery().await;
    let issuer = client.party.idp.issuer();
    assert_eq!(document["registration_endpoint"], format!("{issuer}/register"));
    for (name, must) in [
        ("response_types_supported", "code"),
        ("subject_types_supported", "public"),
        ("subject_types_supported", "pairwise"),
        ("grant_types_supported", "refresh_token"),
        ("id_token_signing_alg_values_supported", "RS256"),
        ("userinfo_signing_alg_values_supported", "RS256"),
        ("request_object_signing_alg_values_supported", "none"),
        ("request_object_signing_alg_values_supported", "RS256"),
        ("token_endpoint_auth_methods_supported", "private_key_jwt"),
        ("token_endpoint_auth_signing_alg_values_supported", "RS256"),
    ] {
        let values = document[name].as_array().unwrap();
        assert!(values.contains(&must.into()), "{name} lacks {must}");
    }
    for flag in ["request_parameter_supported", "request_uri_parameter_supported"] {
        assert_eq!(document[flag], true, "{flag}");
    }
}
