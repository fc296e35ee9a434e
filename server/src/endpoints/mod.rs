//! One file an endpoint, named as in RFC 8414 metadata.

pub mod authorize;
pub mod client_logo;
pub mod cors;
pub mod device_authorization;
pub mod discovery;
pub mod elsewhere;
pub mod end_session;
pub mod federation;
pub mod health;
pub mod introspection;
pub mod language;
pub mod mailbox;
pub mod own_data;
pub mod picture;
pub mod pushed_authorization_request;
pub mod registration;
pub mod revocation;
pub mod token;
pub mod userinfo;
