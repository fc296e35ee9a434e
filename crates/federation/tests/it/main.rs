//! Providers as Signet meets them, good and bad: they live in memory behind the port to other servers, sign with real
//! keys and check what they are sent.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the whole crate is tests, their helpers included"
)]

mod claims;
mod client_authentication;
mod fixture;
mod github;
mod keys;
mod logout;
mod oidc_core;
mod outages;
mod provider;
mod refreshing;
mod rfc9207_iss;
mod signing;
