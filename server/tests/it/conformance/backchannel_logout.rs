//! Modules about clients whose servers hear of a log-out (OpenID Connect Back-Channel Logout 1.0), over real
//! connections.

use super::{
    party::{Mode, Party},
    rp_initiated_logout::{BYE, SignedIn},
};
use crate::support::{
    receiver::{Manner, Receiver},
    relying_party::{claims, header},
};
use axum::http::StatusCode;
use oidc::jose::TokenType;
use serde_json::json;
use std::time::Duration;

pub async fn oidcc_backchannel_logout_discovery_endpoint_verification() {
    let document = Party::start(Mode::Query).await.discovery().await;
    assert_eq!(document["backchannel_logout_supported"], true);
    assert_eq!(document["backchannel_logout_session_supported"], true);
    assert!(document["end_session_endpoint"].is_string());
}

pub async fn oidcc_backchannel_rp_initiated_logout() {
    let mut receiver = Receiver::start(Manner::With(StatusCode::OK)).await;
    let uri = receiver.uri();
    let mut person = SignedIn::through(|client| client.backchannel_logout(&uri)).await;
    let hint = person.hint.clone();
    let full = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", BYE),
        ("state", "xyz"),
    ];
    let answer = person.leave(&full).await;
    assert_eq!(answer.location(), Some(format!("{BYE}?state=xyz")));
    person.party.idp.clock.advance(Duration::from_secs(5));
    super::super::oidc_backchannel_logout::tell(&person.party.idp).await;
    let token = receiver.token().await;
    assert_eq!(
        (&header(&token)["typ"], &header(&token)["alg"]),
        (&json!("logout+jwt"), &json!("RS256"))
    );
    let told = person.party.verified(TokenType::LogoutToken, &token).await;
    let before = claims(&hint);
    assert_eq!(told["iss"], person.party.idp.issuer());
    assert_eq!(told["aud"], person.party.rp.id);
    for same in ["sub", "sid"] {
        assert_eq!(told[same], before[same], "{same}");
    }
    let issued = told["iat"].as_i64().unwrap();
    assert_eq!(issued, before["iat"].as_i64().unwrap() + 5, "when it is told");
    assert_eq!(told["exp"], issued + 120);
    let event = "http://schemas.openid.net/event/backchannel-logout";
    assert_eq!(told["events"], json!({ event: {} }));
    assert_eq!(told.get("nonce"), None, "§2.4: it must not be an ID token");
    assert!(told["jti"].as_str().unwrap().len() >= 22);
    assert_eq!(receiver.more(), 0);
    person.is_over().await;
}
