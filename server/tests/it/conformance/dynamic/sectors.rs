//! Modules about sectors (OpenID Connect Core §8.1): clients of one know a person by one pairwise subject.

use super::Registrant;
use crate::support::{
    TestIdp,
    application_server::{ApplicationServer, ByName},
};
use serde_json::{Value, json};
use std::sync::Arc;

const SECTOR: &str = "https://sector.example.com/redirect_uris.json";
const ONE: &str = "https://one.example.com/cb";
const TWO: &str = "https://two.example.net/cb";

/// A provider that finds the sector's server at its name.
async fn provider(application: &ApplicationServer) -> TestIdp {
    let (name, port) = ("sector.example.com", application.port);
    let idp = Registrant::provider().await;
    idp.asking_by(|others| Arc::new(ByName { name, port, others }))
}

fn in_sector(redirect_uri: &str) -> Value {
    json!({
        "redirect_uris": [redirect_uri], "subject_type": "pairwise", "sector_identifier_uri": SECTOR,
    })
}

pub async fn oidcc_registration_sector_uri() {
    let application = ApplicationServer::start().await;
    application.serve("/redirect_uris.json", json!([ONE, TWO]).to_string());
    let mut client = Registrant::at(provider(&application).await, in_sector(ONE)).await;
    assert_eq!(client.told["sector_identifier_uri"], SECTOR);
    assert_eq!(client.told["subject_type"], "pairwise");
    assert_eq!(application.requests("/redirect_uris.json"), 1);
    let party = &mut client.party;
    let (tokens, first) = party.tokens(&[]).await;
    assert_eq!(party.userinfo(&tokens).await["sub"], first["sub"]);
    let mut known_as = Vec::new();
    for members in [
        in_sector(TWO),
        json!({ "redirect_uris": [TWO], "subject_type": "pairwise" }),
        json!({ "redirect_uris": [TWO], "subject_type": "public" }),
    ] {
        let told = Registrant::register(&party.idp, members).await;
        party.rp = Registrant::relying_party(&party.idp, &told).await;
        known_as.push(party.tokens(&[]).await.1["sub"].clone());
    }
    assert_eq!(known_as[0], first["sub"], "another client of the sector");
    for other in &known_as[1..] {
        assert_ne!(*other, first["sub"]);
    }
    assert_ne!(known_as[1], known_as[2]);
}

pub async fn oidcc_registration_sector_bad() {
    let application = ApplicationServer::start().await;
    let idp = provider(&application).await;
    let refused = async || {
        let error = Registrant::refused(&idp, in_sector(ONE)).await;
        assert_eq!(error, "invalid_client_metadata");
    };
    refused().await;
    for wrong in [json!([TWO]), json!([]), json!({ "redirect_uris": [ONE] })] {
        application.serve("/redirect_uris.json", wrong.to_string());
        refused().await;
    }
    assert_eq!(application.requests("/redirect_uris.json"), 4);
    application.serve("/redirect_uris.json", json!([ONE]).to_string());
    Registrant::register(&idp, in_sector(ONE)).await;
}
