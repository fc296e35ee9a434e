//! Devices that ask for tokens (RFC 8628). Rows: what a person allowed is not lost by a crash.

use crate::{
    authorization::{Authorization, Begun},
    client::ClientId,
    clock::Timestamp,
    consent::Consent,
    device::DeviceAuthorization,
    secret::Digest,
    stores::{Alongside, Stored},
};
use async_trait::async_trait;

/// What a person allows a device.
#[derive(Clone, Debug)]
pub struct DeviceApproval {
    /// What its tokens will descend from.
    pub authorization: Authorization,
    /// What is remembered of it, where consent is asked.
    pub consent: Option<Consent>,
}

/// What became of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// Written.
    Stored,
    /// There is none that waits: unknown, expired, or decided before. Nothing was written.
    TooLate,
    /// What the approval rests on was withdrawn meanwhile, as [`Begun`] says. Nothing was written.
    Withdrawn(Begun),
}

/// What a poll comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Polled {
    /// Allowed: this call, and no other, gets what the tokens descend from.
    Redeemed(Box<Authorization>),
    /// Nobody decided yet.
    Pending,
    /// Nobody decided yet, and the poll came too soon: the interval is longer now.
    TooSoon,
    /// A person declined.
    Denied,
    /// The code stopped working.
    Expired,
    /// Another poll got it before.
    AlreadyRedeemed,
    /// It was issued to another client; nothing was written.
    Foreign,
    /// There is no such code.
    Unknown,
}

/// Device authorizations.
#[async_trait]
pub trait DeviceStore: Send + Sync {
    /// Stores a new one; `Conflict` if one of its codes is taken.
    async fn create(&self, device: &DeviceAuthorization) -> Stored<()>;
    /// The one with this user code, if a person may still decide at `now`.
    async fn find_pending(&self, user_code: &Digest, now: Timestamp) -> Stored<Option<DeviceAuthorization>>;
    /// Stores consent and authorization and marks it approved, if it waits at `now` and what the authorization rests
    /// on stands in the same transaction, as in [`AuthorizationStore::begin`](super::AuthorizationStore::begin).
    async fn approve(
        &self,
        user_code: &Digest,
        approval: &DeviceApproval,
        now: Timestamp,
        with: Alongside,
    ) -> Stored<Decided>;
    /// Marks it denied, if it waits at `now`; false otherwise.
    async fn deny(&self, user_code: &Digest, now: Timestamp, with: Alongside) -> Stored<bool>;
    /// Answers one poll of `client`; of any number of polls for an approved one, the first alone redeems it.
    async fn poll(&self, device_code: &Digest, client: &ClientId, now: Timestamp) -> Stored<Polled>;
}
