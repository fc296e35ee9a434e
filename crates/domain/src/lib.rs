//! What the provider knows: values, accounts, clients, sessions, tokens, and the services people use.
//!
//! No input or output happens here. Storage, hashing, mail, time and randomness are ports that `server` fills.

#![deny(clippy::wildcard_enum_match_arm)]

pub mod access_token;
pub mod acr;
pub mod api;
pub mod authorization;
pub mod budget;
pub mod change;
pub mod client;
pub mod client_registration;
pub mod clock;
pub mod consent;
pub mod device;
pub mod door;
pub mod ephemeral;
pub mod event;
pub mod federation;
pub mod id;
pub mod interaction;
pub mod issuer;
pub mod job;
pub mod language;
pub mod lease;
pub mod login_session;
pub mod mail;
pub mod opaque;
pub mod outbound;
pub mod passkey;
pub mod person;
pub mod pkce;
pub mod place;
pub mod random;
pub mod realm;
pub mod realm_context;
pub mod recovery_code;
pub mod redirect_uri;
pub mod scope;
pub mod second_factor;
pub mod secret;
pub mod services;
pub mod signing_key;
pub mod stores;
pub mod terms_of_use;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod theme;
pub mod thumbprint;
pub mod totp;
pub mod user;
pub mod web_uri;
pub mod work;
