//! Adapters that are not storage: time, randomness, the master key, password hashing and judging, mail, queued
//! events, requests to other servers, passkeys, counts.

pub mod event_queue;
pub mod http_fetch;
pub mod mailbox;
pub mod mailer;
pub mod master_key;
pub mod password_hasher;
pub mod password_judge;
pub mod refusals;
pub mod system;
pub mod upstreams;
pub mod web_authn;
