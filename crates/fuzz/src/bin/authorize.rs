//! Any bytes as the query of an authorization request: a code never goes anywhere but to the client's own address,
//! and no error leads anywhere else.

#![no_main]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a fuzzer ends by a panic"
)]

use futures::executor::block_on;
use fuzz::{fixture::CALLBACK, on_scene};
use libfuzzer_sys::fuzz_target;
use oidc::{
    authorize::{Delivery, Outcome},
    parameters::Parameters,
};

fuzz_target!(|query: &[u8]| {
    let Ok(parameters) = Parameters::parse(query) else {
        return;
    };
    on_scene(|scene| {
        let answer = block_on(scene.idp.authorize_with(&parameters, &scene.browser));
        let response = match answer {
            Outcome::Respond(response) => response,
            Outcome::Hold(held) => held.response,
            Outcome::Page(_) | Outcome::Interact(..) => return,
        };
        let to = match response.delivery {
            Delivery::Redirect(to) => to,
            Delivery::FormPost { action, .. } => action,
        };
        let (there, ours) = (url::Url::parse(&to).unwrap(), url::Url::parse(CALLBACK).unwrap());
        assert_eq!(there.origin(), ours.origin());
        assert_eq!(there.path(), ours.path());
    });
});
