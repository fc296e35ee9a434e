//! Any text as a DPoP proof, and any JSON object as the claims of one that is properly signed: nothing but a proof
//! made for this request is one. A good proof stands for every `{}`, so that the fuzzer can change it.

#![no_main]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a fuzzer ends by a panic"
)]

use domain::{client::ClientAlgorithm, testing::a_client};
use futures::executor::block_on;
use fuzz::{
    fixture::{Prover, RelyingParty, Request},
    on_scene,
};
use libfuzzer_sys::fuzz_target;
use oidc::dpop::ProofHeader;
use serde_json::{Map, Value};
use std::cell::RefCell;

thread_local! {
    static PROVER: RefCell<Option<Prover>> = const { RefCell::new(None) };
}

fuzz_target!(|text: &str| {
    on_scene(|scene| {
        PROVER.with_borrow_mut(|prover| {
            let prover = prover.get_or_insert_with(|| block_on(Prover::new(ClientAlgorithm::Es256)));
            let rp = RelyingParty::new(&scene.idp, a_client().first_party().build());
            let asking = Request::of(&[("grant_type", "client_credentials")]);
            let accepted = |proof: &str| {
                let answer = block_on(rp.token_with(&asking, ProofHeader::One(proof)));
                answer.is_ok()
            };
            let good = prover.proof(&scene.idp, "/token");
            let signed = good.sign();
            let proof = text.replace("{}", &signed);
            assert_eq!(accepted(&proof), proof == signed, "{proof}");
            let Ok(claims) = serde_json::from_str::<Map<String, Value>>(text) else {
                return;
            };
            let named = ["jti", "htm", "htu", "iat"];
            let complete = named.iter().all(|name| claims.contains_key(*name));
            let proof = named.iter().fold(good, |proof, name| proof.without(name));
            let proof = claims
                .into_iter()
                .fold(proof, |proof, (name, value)| proof.claim(&name, value));
            let right = proof.claims().get("htm") == Some(&Value::from("POST"));
            assert!(!accepted(&proof.sign()) || (complete && right), "{text}");
        });
    });
});
