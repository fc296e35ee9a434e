//! Adapters that are not storage: time, randomness, the master key, password hashing, mail.

pub mod mailbox;
pub mod mailer;
pub mod master_key;
pub mod password_hasher;
pub mod system;
