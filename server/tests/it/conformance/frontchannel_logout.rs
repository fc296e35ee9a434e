//! Modules about clients that hear of a log-out by a frame in the browser (OpenID Connect Front-Channel Logout 1.0).

use super::{
    party::{Mode, Party},
    rp_initiated_logout::{BYE, SignedIn},
};
use crate::support::{Answer, browser::query_of, relying_party::claims};

pub async fn oidcc_frontchannel_logout_discovery_endpoint_verification() {
    let document = Party::start(Mode::Query).await.discovery().await;
    assert_eq!(document["frontchannel_logout_supported"], true);
    assert_eq!(document["frontchannel_logout_session_supported"], true);
    assert!(document["end_session_endpoint"].is_string());
}

/// The addresses of the frames of a page.
fn frames(page: &Answer) -> Vec<String> {
    let frames = page.body.split("<iframe").skip(1);
    let source = |frame: &str| {
        let (_, rest) = frame.split_once(" src=\"").unwrap();
        rest.split('"').next().unwrap().replace("&amp;", "&")
    };
    frames.map(source).collect()
}

pub async fn oidcc_frontchannel_rp_initiated_logout() {
    let uri = "https://app.example.com/front?x=y%20z";
    let mut person = SignedIn::through(|client| client.frontchannel_logout(uri)).await;
    // One frame for a client, however often it asked.
    person.party.tokens(&[]).await;
    let hint = person.hint.clone();
    let full = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", BYE),
        ("state", "xyz"),
    ];
    let page = person.leave(&full).await;
    assert_eq!(page.status, 200, "{:?}", page.location());
    let frames = frames(&page);
    assert_eq!(frames.len(), 1);
    assert!(frames[0].starts_with(uri), "{}", frames[0]);
    let told = query_of(&frames[0]);
    assert_eq!((told.len(), told["x"].as_str()), (3, "y z"));
    assert_eq!(told["iss"], person.party.idp.issuer());
    assert_eq!(claims(&hint)["sid"], told["sid"]);
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("frame-src 'self' https://app.example.com;"),
        "{policy}"
    );
    let back = format!("{BYE}?state=xyz");
    assert_eq!(page.link(BYE).as_deref(), Some(back.as_str()));
    assert!(page.header("refresh").unwrap().ends_with(&format!(";url={back}")));
    person.is_over().await;
}
