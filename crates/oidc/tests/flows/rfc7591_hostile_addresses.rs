//! RFC 7591 §5: addresses that browsers would run, read from the machine or send elsewhere cannot be registered, in
//! whatever letters they are written and in whichever member they stand.

use crate::fixture::{Idp, an_application, bearer};
use oidc::registration;
use serde_json::{Value, json};

/// Members that are one address.
const ADDRESSES: [&str; 9] = [
    "client_uri",
    "logo_uri",
    "policy_uri",
    "tos_uri",
    "jwks_uri",
    "sector_identifier_uri",
    "initiate_login_uri",
    "backchannel_logout_uri",
    "frontchannel_logout_uri",
];
/// Members that are lists of addresses.
const LISTS: [&str; 3] = ["redirect_uris", "post_logout_redirect_uris", "request_uris"];

/// What browsers and servers do more with than go there.
const HOSTILE: [&str; 22] = [
    "javascript:alert(1)",
    "javascript://garden.example.com/%0aalert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "blob:https://garden.example.com/x",
    "filesystem:https://garden.example.com/x",
    "about:blank",
    "view-source:https://garden.example.com/",
    "intent://garden.example.com/#Intent;end",
    "chrome://settings",
    "ftp://garden.example.com/",
    "ws://garden.example.com/",
    "wss://garden.example.com/",
    "mailto:ada@example.com",
    "tel:+441632960961",
    "gopher://garden.example.com/",
    "//garden.example.com/cb",
    "https:garden.example.com\\@evil.example",
    "https://garden.example.com@evil.example/cb",
    "https://garden.example.com/\"><script>",
    "http://garden.example.com/cb",
];

/// The address in small letters, in capitals, with one capital, and behind what browsers strip.
fn spellings(address: &str) -> Vec<String> {
    let (first, rest) = address.split_at(1);
    let mut written = vec![
        address.to_owned(),
        address.to_uppercase(),
        format!("{}{rest}", first.to_uppercase()),
    ];
    for stripped in [" ", "\t", "\n", "\r\n", "\u{0}", "\u{1}", "\u{a0}", "\u{feff}"] {
        written.push(format!("{stripped}{address}"));
    }
    written.push(format!("{first}\t{rest}"));
    written.push(format!("{first}\n{rest}"));
    written
}

fn documents(application_type: &str, address: &str) -> Vec<(&'static str, Value)> {
    let one = ADDRESSES.map(|name| (name, json!(address)));
    let listed = LISTS.map(|name| (name, json!([address])));
    let all = one.into_iter().chain(listed);
    all.map(|(name, value)| {
        let mut document = an_application();
        if application_type == "native" {
            document["redirect_uris"] = json!(["com.example.garden:/cb"]);
        }
        document["application_type"] = json!(application_type);
        document[name] = value;
        (name, document)
    })
    .collect()
}

#[tokio::test]
async fn s5_hostile_addresses_are_not_registered_in_any_spelling_or_member() {
    let idp = Idp::open_to_all(|policy| policy.per_hour = u32::MAX).await;
    let mut tried = 0;
    for address in HOSTILE.iter().flat_map(|address| spellings(address)) {
        for application_type in ["web", "native"] {
            for (name, document) in documents(application_type, &address) {
                let Err(error) = idp.register(&document).await else {
                    panic!("{name}: {address:?}");
                };
                let expected = match name {
                    "redirect_uris" => "invalid_redirect_uri",
                    _ => "invalid_client_metadata",
                };
                assert_eq!(error.code().as_str(), expected, "{name}: {address:?}");
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 22 * 13 * 2 * 12);
}

#[tokio::test]
async fn rfc7592_s2_2_nor_does_a_client_change_to_them() {
    let idp = Idp::open_to_all(|_| {}).await;
    let client = idp.registered(&an_application()).await;
    let header = bearer(client.token());
    for address in HOSTILE {
        for (name, mut document) in documents("web", address) {
            document["client_id"] = json!(client.id());
            let body = document.to_string();
            let (act, id) = (idp.act(), client.id());
            let changed =
                registration::update_client(&idp.protocol, &act, Some(&header), id, body.as_bytes());
            assert!(changed.await.is_err(), "{name}: {address}");
        }
    }
    let kept = idp.stored_client(client.id()).await.unwrap();
    assert_eq!(
        kept.oidc().redirect_uris[0].as_str(),
        "https://garden.example.com/cb"
    );
}
