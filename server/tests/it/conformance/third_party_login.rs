//! Modules about login that somebody else starts (OpenID Connect Core §4): where a client says that it may be.

use super::dynamic::Registrant;
use serde_json::json;

pub async fn oidcc_3rd_party_init_login() {
    let uri = "https://app.example.com/start";
    let mut client = Registrant::new(json!({ "initiate_login_uri": uri })).await;
    assert_eq!(client.told["initiate_login_uri"], uri);
    assert_eq!(client.told_again().await["initiate_login_uri"], uri);
    client.party.tokens(&[]).await;
}

pub async fn oidcc_3rd_party_init_login_nohttps() {
    let idp = Registrant::provider().await;
    for uri in ["http://app.example.com/start", "http://localhost/start"] {
        let error = Registrant::refused(&idp, json!({ "initiate_login_uri": uri })).await;
        assert_eq!(error, "invalid_client_metadata", "{uri}");
    }
}
