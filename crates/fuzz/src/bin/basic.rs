//! Any text as an `Authorization` header: whoever is let in sent exactly one name and one secret.

#![no_main]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a fuzzer ends by a panic"
)]

use base64::{Engine as _, engine::general_purpose::STANDARD};
use libfuzzer_sys::fuzz_target;
use oidc::{client_auth::Credentials, parameters::Parameters};

fuzz_target!(|header: &str| {
    // Also as what the header encodes, which chance would hardly spell.
    let encoded = format!("Basic {}", STANDARD.encode(header));
    for header in [header, &encoded] {
        let Ok(credentials) = Credentials::read(Some(header), &Parameters::default()) else {
            continue;
        };
        assert!(matches!(credentials, Credentials::Secret { .. }));
        let name = credentials.client_id().as_str();
        assert!((1..=128).contains(&name.len()) && name.is_ascii());
        let named = Parameters::parse(format!("client_id={name}x")).unwrap();
        assert!(Credentials::read(Some(header), &named).is_err(), "two names");
    }
});
