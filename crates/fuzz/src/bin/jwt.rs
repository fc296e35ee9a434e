//! Any text as a token of this issuer: nothing that was not signed here is one. What was signed stands for every
//! `{}`, so that the fuzzer can change it.

#![no_main]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a fuzzer ends by a panic"
)]

use futures::executor::block_on;
use fuzz::on_scene;
use libfuzzer_sys::fuzz_target;
use oidc::jose::{TokenType, verify};
use serde_json::{Value, json};
use std::cell::RefCell;

thread_local! {
    static SIGNED: RefCell<Option<String>> = const { RefCell::new(None) };
}

fuzz_target!(|text: &str| {
    on_scene(|scene| {
        let realm = &scene.idp.realm;
        let signed = SIGNED.with_borrow_mut(|signed| {
            let claims = json!({"iss": realm.issuer.as_str(), "sub": "ada"});
            let alg = realm.settings.access_token_alg;
            let make = || block_on(scene.idp.mint(alg, TokenType::AccessToken, &claims));
            signed.get_or_insert_with(make).clone()
        });
        let token = text.replace("{}", &signed);
        for typ in [TokenType::AccessToken, TokenType::IdToken] {
            let accepted = verify::<Value>(&realm.keys, &realm.issuer, typ, &token).is_ok();
            let expected = token == signed && matches!(typ, TokenType::AccessToken);
            assert_eq!(accepted, expected, "{token}");
        }
        let _ = block_on(scene.idp.userinfo(&token));
    });
});
