//! The protocol: OAuth 2 and OpenID Connect over `domain`'s accounts, clients and sessions.
//!
//! It takes decoded [`Parameters`](parameters::Parameters) and header values and returns values and
//! [`ErrorCode`](error::ErrorCode)s. It knows nothing of HTTP, pages or databases.

#![deny(clippy::wildcard_enum_match_arm)]

pub mod authorize;
pub mod backchannel_logout;
pub mod bearer;
mod claims_request;
pub mod client_auth;
pub mod device;
pub mod discovery;
pub mod dpop;
pub mod end_session;
pub mod error;
pub mod frontchannel_logout;
pub mod introspection;
mod issue;
pub mod jose;
pub mod parameters;
mod presented;
pub mod pushed_authorization_request;
pub mod registration;
pub mod remote_keys;
pub mod resource;
pub mod revocation;
pub mod subject;
pub mod token;
pub mod userinfo;

#[cfg(test)]
mod fixtures;

use domain::services::Ports;
use remote_keys::RemoteKeys;
use std::sync::Arc;

/// What the protocol needs of the outside, filled once when the process starts.
#[derive(Clone)]
pub struct Protocol {
    ports: Ports,
    remote_keys: Arc<RemoteKeys>,
}

impl Protocol {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        let remote_keys = Arc::new(RemoteKeys::new(ports.http.clone(), ports.clock.clone()));
        Self { ports, remote_keys }
    }
}
