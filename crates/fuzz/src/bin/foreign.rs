//! Any text as a JWT that a stranger signed, once as what proves a client and once as the object of a request: nothing
//! counts that the client's key did not sign. What it signed stands for every `{}`, so that the fuzzer can change it.

#![no_main]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a fuzzer ends by a panic"
)]

use domain::client::ClientAlgorithm;
use futures::executor::block_on;
use fuzz::{
    fixture::{ASSERTION_TYPE, RelyingParty},
    on_scene,
};
use libfuzzer_sys::fuzz_target;
use oidc::{
    authorize::Outcome,
    jose::{KeySet, verify_foreign},
};
use std::{cell::Cell, net::Ipv4Addr};

thread_local! {
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

fuzz_target!(|text: &str| {
    on_scene(|scene| {
        let (signer, signed) = (&scene.signer, &scene.signed);
        let token = text.replace("{}", signed);
        let keys = KeySet::parse(&signer.key.jwks()).unwrap();
        let accepted = verify_foreign(&keys, &ClientAlgorithm::ALL, &token).is_ok();
        assert_eq!(accepted, token == *signed, "{token}");

        // Each from a network of its own: wrong ones are counted.
        let network = Ipv4Addr::from_bits(ASKED.replace(ASKED.get().wrapping_add(1)));
        let act = scene.idp.act_from(&network.to_string());
        let rp = RelyingParty::new(&scene.idp, signer.client.clone());
        let proof = [
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", token.as_str()),
        ];
        let proven = block_on(rp.proves_in(&act, None, &proof)).is_ok();
        assert!(!proven || accepted, "{token}");

        let asking = rp.request().with("request", &token);
        let refused = match block_on(scene.idp.authorize_with(&asking.parameters(), &scene.browser)) {
            Outcome::Page(_) | Outcome::Hold(_) => true,
            Outcome::Respond(response) => response.error.is_some(),
            Outcome::Interact(..) => false,
        };
        assert!(refused || accepted, "{token}");
    });
});
