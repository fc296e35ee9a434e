//! The device code grant (RFC 8628 §3.4, §3.5): the device asks until the person has decided.
//!
//! The store answers a poll in one step, so that of several for an approved device one gets the tokens, and a device
//! that asks too often slows down on every node.

use super::{Approval, TokenError, authorization_code::approval, request::DeviceCodeRequest};
use crate::{Protocol, client_auth::AuthenticatedClient};
use domain::{services::Act, stores::Polled};

/// Decides about a device code.
pub(super) async fn approve(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    request: &DeviceCodeRequest,
) -> Result<Approval, TokenError> {
    let (digest, now) = (request.device_code.digest(), protocol.ports.clock.now());
    match act.realm.stores.devices.poll(&digest, client.id(), now).await? {
        Polled::Redeemed(authorization) => {
            approval(protocol, act, client, *authorization, request.resources.clone()).await
        }
        Polled::Pending => Err(TokenError::AuthorizationPending),
        Polled::TooSoon => Err(TokenError::PolledTooSoon),
        Polled::Denied => Err(TokenError::DeviceDenied),
        Polled::Expired => Err(TokenError::DeviceCodeExpired),
        Polled::AlreadyRedeemed => Err(TokenError::DeviceCodeRedeemed),
        Polled::Foreign => Err(TokenError::ClientMismatch),
        Polled::Unknown => Err(TokenError::CodeUnknown),
    }
}
