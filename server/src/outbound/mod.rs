//! Adapters that are not storage: time, randomness, the master key, password hashing, mail, queued events.

pub mod event_queue;
pub mod mailbox;
pub mod mailer;
pub mod master_key;
pub mod password_hasher;
pub mod system;
