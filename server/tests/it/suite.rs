//! A module per specification. `main.rs` compiles this file once a database, so that every test runs on each and
//! its name says on which.

mod abuse;
mod account;
mod account_statements;
mod aliases;
mod background;
mod bad_input;
mod browser_binding;
mod client_logos;
mod client_secret_budget;
mod concurrency;
mod conformance;
mod conformance_backchannel_logout;
mod conformance_basic;
mod conformance_config;
mod conformance_dynamic;
mod conformance_form_post;
mod conformance_frontchannel_logout;
mod conformance_rp_initiated_logout;
mod conformance_third_party_login;
mod consents;
mod cors;
mod credential_doors;
mod endings;
mod equal_answers;
mod erasure;
mod every_door;
mod eyes_openidconnect;
mod federation;
mod federation_address;
mod federation_ends;
mod form_post;
mod hosted_pages;
mod languages;
mod mail_code;
mod mailed_secrets;
mod nodes;
mod oidc_backchannel_logout;
mod oidc_core;
mod oidc_discovery;
mod oidc_frontchannel_logout;
mod own_account;
mod own_apps;
mod own_data;
mod own_lists;
mod passkey_offers;
mod passkeys;
mod passwords;
mod profile;
mod proof_of_work;
mod realms;
mod refused_credentials;
mod relying_party;
mod request_object;
mod rfc6749_authorize;
mod rfc6749_token;
mod rfc7009_revocation;
mod rfc7523_client_assertion;
mod rfc7591_registration;
mod rfc7636_pkce;
mod rfc7662_introspection;
mod rfc8628_device;
mod rfc8693_token_exchange;
mod rfc9126_par;
mod rfc9449_dpop;
mod rfc9700_untrusted_errors;
mod rp_initiated_logout;
mod second_factors;
mod sign_up;
mod signed_up;
mod step_up;
mod terms_of_use;
mod this_machine;
mod upstream_attacks;
mod upstream_outage;
mod upstream_tokens;
mod upstream_trust;

use crate::support::{Deployment, Kind, TestIdp};
use std::sync::Arc;

/// The kind of database that the tests below this module run on.
fn kind() -> Kind {
    Kind::of(module_path!())
}

/// A provider on a fresh database.
async fn start() -> TestIdp {
    start_with(&[]).await
}

/// A provider on a fresh database with further settings.
async fn start_with(settings: &[(&str, &str)]) -> TestIdp {
    let deployment = Deployment::started(kind()).await.with(settings);
    TestIdp::node(&Arc::new(deployment)).await
}
