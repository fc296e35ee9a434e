//! Modules about what a client says of itself to people, and what the provider says of registration.

use super::super::super::client_logos::a_picture;
use super::Registrant;
use crate::support::application_server::ApplicationServer;
use serde_json::json;

const LOGO: &str = "/logo.png";
const PAGE: &str = "https://app.example.com/about-us";

/// Registers `name`; the page that asks about the client links it.
async fn described(name: &str) {
    let mut client = Registrant::new(json!({ name: PAGE })).await;
    assert_eq!(client.told[name], PAGE);
    let page = client.party.consent().await;
    assert!(page.body.contains("Garden"));
    let link = format!("href=\"{PAGE}\"");
    assert_eq!(page.body.matches(&link).count(), 1);
    assert_eq!(page.body.matches(PAGE).count(), 1);
    client.party.tokens(&[]).await;
}

/// The picture leads from the first page on. It comes from the provider: asked by browsers, its own server would learn who
/// is about to sign in.
pub async fn oidcc_registration_logo_uri() {
    let application = ApplicationServer::start().await;
    application.serve(LOGO, a_picture(200, 100));
    let mut client = Registrant::new(json!({ "logo_uri": application.url(LOGO) })).await;
    assert_eq!(client.told["logo_uri"], application.url(LOGO));
    let shown = format!("/logos/of/{}", client.told["client_id"].as_str().unwrap());
    let start = client.party.browser.get(&client.party.url(&[])).await;
    let first = client.party.browser.follow(start).await;
    let asked = client.party.consent().await;
    for page in [first, asked] {
        assert!(page.body.contains(&format!("src=\"{shown}\"")), "{}", page.body);
        assert!(!page.body.contains(LOGO), "{}", page.body);
    }
    let picture = client.party.browser.get(&shown).await;
    assert_eq!(
        (picture.status.as_u16(), picture.header("content-type")),
        (200, Some("image/png"))
    );
    assert!(picture.body.contains("PNG"));
    client.party.tokens(&[]).await;
}

pub async fn oidcc_registration_policy_uri() {
    described("policy_uri").await;
}

pub async fn oidcc_registration_tos_uri() {
    described("tos_uri").await;
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
