//! The tables as sea-orm sees them. Private to the SQL adapter; every port's file turns rows into domain values.

pub mod accepted_terms;
pub mod access_token;
pub mod activity;
pub mod api;
pub mod app_user;
pub mod authenticator;
pub mod authorization_root;
pub mod browser;
pub mod change_feed;
pub mod client;
pub mod client_secret;
pub mod consent;
pub mod device_authorization;
pub mod ephemeral;
pub mod event_log;
pub mod federated_session;
pub mod job;
pub mod lease;
pub mod linked_identity;
pub mod login_session;
pub mod logo;
pub mod mailed_code;
pub mod passkey;
pub mod passkey_declined;
pub mod past_password;
pub mod picture;
pub mod realm;
pub mod recovery_code;
pub mod recovery_sheet;
pub mod refresh_token;
pub mod registration_token;
pub mod revocation;
pub mod signing_key;
pub mod sink_cursor;
pub mod trusted_device;
pub mod upstream_token;
pub mod user_identifier;
pub mod user_password;

/// The parts of an entity that are the same for all: joins are written where they are needed.
macro_rules! plain {
    () => {
        #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}
    };
}
use plain;
