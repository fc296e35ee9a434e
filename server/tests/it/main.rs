//! The wire: statuses, headers and bodies through the whole product in process, on a fresh SQLite file and again
//! on a fresh PostgreSQL database a test; what operators do, as processes.
//! A module per specification, so that the tree is the compliance table.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]
#![allow(
    clippy::disallowed_methods,
    reason = "browsers and apps of the tests are clients of their own"
)]
#![allow(clippy::duplicate_mod, reason = "the same tests run on two databases")]

mod checklists_abg;
mod client_descriptions;
mod crash;
mod databases;
mod imported_hashes;
mod load;
mod looks;
#[path = "suite.rs"]
mod on_postgres;
#[path = "suite.rs"]
mod on_sqlite;
mod operators;
mod outage;
mod readiness;
mod redis_over_tls;
mod registration_tokens;
mod rolling;
mod shutdown;
mod support;
mod told_later;
mod withdrawn_keys;
