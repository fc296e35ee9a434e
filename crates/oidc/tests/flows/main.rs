//! The protocol's flows, a module for each specification, on stores in memory with a clock that tests move.
//!
//! Tests are named by the rule they check and assert the fact and its code on the wire. Statuses and headers are
//! checked in `server`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the whole crate is tests, their helpers included"
)]

mod checklists;
mod consent_validity;
mod cross_client;
mod endings;
mod error_text;
mod fixture;
mod key_spaces;
mod oidc_backchannel_logout;
mod oidc_core_acr;
mod oidc_core_attributes;
mod oidc_core_authorize;
mod oidc_core_claims;
mod oidc_core_consent;
mod oidc_core_groups;
mod oidc_core_id_token;
mod oidc_core_key_rotation;
mod oidc_core_request_object;
mod oidc_core_s8_subjects;
mod oidc_core_userinfo;
mod oidc_discovery;
mod oidc_frontchannel_logout;
mod prompt_create;
mod properties;
mod redirect_corpus;
mod rfc6749_authorization_response;
mod rfc6749_authorize;
mod rfc6749_client_auth;
mod rfc6749_client_credentials;
mod rfc6749_client_secret_budget;
mod rfc6749_code;
mod rfc6749_redirect_uri;
mod rfc6749_refresh;
mod rfc6749_token;
mod rfc6750_bearer;
mod rfc7009_revocation;
mod rfc7523_client_assertion;
mod rfc7591_hostile_addresses;
mod rfc7591_registration;
mod rfc7591_token_budget;
mod rfc7592_management;
mod rfc7636_pkce;
mod rfc7662_introspection;
mod rfc8252_native;
mod rfc8628_device;
mod rfc8628_user_code;
mod rfc8693_delegation;
mod rfc8693_endings;
mod rfc8693_targets;
mod rfc8693_token_exchange;
mod rfc8693_upstream_tokens;
mod rfc8707_devices;
mod rfc8707_resource_indicators;
mod rfc8725_foreign_tokens;
mod rfc9068_access_token;
mod rfc9126_par;
mod rfc9207_iss;
mod rfc9449_dpop;
mod rfc9449_dpop_negative;
mod rfc9700_rotation;
mod rfc9700_untrusted_errors;
mod rfc9701_introspection_jwt;
mod rp_initiated_logout;
mod rp_initiated_logout_hints;
mod terms_of_use;
mod unreviewed_clients;
