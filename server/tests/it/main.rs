//! The wire: statuses, headers and bodies through the whole product in process, on a fresh SQLite file a test.
//! A module per specification, so that the tree is the compliance table.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod support;

mod account;
mod concurrency;
mod hosted_pages;
mod oidc_core;
mod oidc_discovery;
mod realms;
mod relying_party;
mod rfc6749_authorize;
mod rfc6749_token;
mod rfc7009_revocation;
mod rfc7636_pkce;
mod rp_initiated_logout;
