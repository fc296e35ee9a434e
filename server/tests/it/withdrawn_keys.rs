//! `signet keys revoke` beside a running server: what a withdrawn key signed counts for nothing.

use crate::{
    operators::{ADA, by_the_command_line, felt, text},
    support::{
        Browser,
        installation::Installation,
        relying_party::{header, userinfo},
    },
};
use domain::event::EventKind;
use serde_json::Value;

async fn published(browser: &mut Browser) -> Vec<String> {
    let keys = browser.get("/.well-known/jwks.json").await.json();
    let keys = keys["keys"].as_array().unwrap().iter();
    keys.map(|key| text(key, "kid").to_owned()).collect()
}

fn states(listed: &Value, alg: &str) -> Vec<(String, String)> {
    let all = listed["items"].as_array().unwrap().iter();
    let of_alg = all.filter(|key| key["alg"] == alg);
    of_alg
        .map(|key| (text(key, "kid").to_owned(), text(key, "state").to_owned()))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_withdrawn_key_signed_is_refused_within_a_second() {
    let here = Installation::new();
    let _server = here.serve();
    here.person(ADA);
    let rp = here.client();
    let mut browser = here.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    let access = text(&tokens, "access_token");
    let kid = text(&header(access), "kid").to_owned();
    let before = states(&here.run(&["keys", "list"]), "ES256");
    assert_eq!(before[0], (kid.clone(), "active".to_owned()));
    assert_eq!(userinfo(&mut browser, access).await.status, 200);

    assert!(
        here.refused(&["keys", "revoke", "nobody"])
            .contains("no such key")
    );
    assert!(
        here.refused(&["keys", "revoke", &kid, "nobody"])
            .contains("no such key")
    );
    assert_eq!(userinfo(&mut browser, access).await.status, 200);
    let after = states(&here.run(&["keys", "revoke", &kid]), "ES256");
    felt(async || userinfo(&mut browser, access).await.status.as_u16(), 401).await;
    assert_eq!(after.len(), 2);
    assert_eq!(after[0], (before[1].0.clone(), "active".to_owned()));
    assert_eq!(after[1].1, "next");
    let now = published(&mut browser).await;
    assert!(!now.contains(&kid) && now.contains(&after[0].0) && now.contains(&after[1].0));

    // The session and what is looked up in a store go on, with another key.
    let renewed = rp.refresh(&mut browser, text(&tokens, "refresh_token")).await;
    assert_eq!(renewed.status, 200, "{}", renewed.body);
    let renewed = renewed.json();
    let access = text(&renewed, "access_token");
    assert_eq!(text(&header(access), "kid"), after[0].0);
    assert_eq!(userinfo(&mut browser, access).await.status, 200);
    let revoked = EventKind::KeyRevoked { kid };
    assert!(by_the_command_line(&here).await.contains(&revoked));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_key_is_withdrawn_at_once() {
    let here = Installation::new();
    let _server = here.serve();
    let mut browser = here.browser();
    here.run(&["keys", "rotate"]);
    felt(async || published(&mut browser).await.len(), 9).await;
    let before = published(&mut browser).await;
    let after = here.run(&["keys", "revoke", "--all"]);
    let after = after["items"].as_array().unwrap();
    assert_eq!(after.len(), 6);
    assert!(
        after
            .iter()
            .all(|key| !before.contains(&text(key, "kid").to_owned()))
    );
    felt(
        async || {
            let now = published(&mut browser).await;
            u16::from(now.iter().any(|kid| before.contains(kid)))
        },
        0,
    )
    .await;
    let both = here.command(&["keys", "revoke", "--all", "x"]).output().unwrap();
    assert_eq!(both.status.code(), Some(2));
    let neither = here.command(&["keys", "revoke"]).output().unwrap();
    assert_eq!(neither.status.code(), Some(2));
}
