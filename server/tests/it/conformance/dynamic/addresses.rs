//! Modules about redirection URIs: requests lead to what is registered, character for character, or to nobody.

use super::Registrant;
use serde_json::json;

const WITH_QUERY: &str = "https://app.example.com/cb?dummy1=lorem&dummy2=ipsum";

/// A request with this redirection URI ends on a page that leads nowhere.
async fn leads_nowhere(registered: &str, requested: &str) {
    let mut client = Registrant::new(json!({ "redirect_uris": [registered] })).await;
    let party = &mut client.party;
    let url = party.url(&[("redirect_uri", requested)]);
    let answer = party.browser.get(&url).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.location(), None);
    assert!(!answer.body.contains("app.example.com/cb"), "{}", answer.body);
    // What is refused is the address and nothing else.
    party.tokens(&[]).await;
}

pub async fn oidcc_ensure_redirect_uri_in_authorization_request() {
    leads_nowhere("https://app.example.com/cb", "").await;
}

pub async fn oidcc_redirect_uri_query_ok() {
    let mut client = Registrant::new(json!({ "redirect_uris": [WITH_QUERY] })).await;
    assert_eq!(client.told["redirect_uris"], json!([WITH_QUERY]));
    let response = client.party.authorize(&[]).await;
    let kept = [&response.fields["dummy1"], &response.fields["dummy2"]];
    assert_eq!(kept, ["lorem", "ipsum"]);
    let tokens = client.party.redeem(response.code()).await;
    client.party.id_token(&tokens).await;
}

pub async fn oidcc_redirect_uri_query_mismatch() {
    let other = "https://app.example.com/cb?dummy1=lorem&dummy2=dolor";
    leads_nowhere(WITH_QUERY, other).await;
}

pub async fn oidcc_redirect_uri_query_added() {
    leads_nowhere("https://app.example.com/cb", WITH_QUERY).await;
}

pub async fn oidcc_redirect_uri_regfrag() {
    let idp = Registrant::provider().await;
    for uri in ["https://app.example.com/cb#foobar", "https://app.example.com/cb#"] {
        let error = Registrant::refused(&idp, json!({ "redirect_uris": [uri] })).await;
        assert_eq!(error, "invalid_redirect_uri", "{uri}");
    }
}
