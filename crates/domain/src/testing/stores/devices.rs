//! Devices that ask for tokens.

use super::{InRealm, authorizations::standing, state::Room};
use crate::{
    authorization::ConsentRule,
    client::ClientId,
    clock::Timestamp,
    device::{DeviceAuthorization, DeviceState},
    secret::Digest,
    stores::{Alongside, Decided, DeviceApproval, DeviceStore, Polled, StoreError, Stored},
};
use async_trait::async_trait;

#[async_trait]
impl DeviceStore for InRealm {
    async fn create(&self, device: &DeviceAuthorization) -> Stored<()> {
        self.act(|room, _| {
            let taken = room
                .devices
                .iter()
                .any(|other| other.device_code == device.device_code || other.user_code == device.user_code);
            if taken || !room.clients.contains_key(&device.client_id) {
                return Err(StoreError::Conflict);
            }
            room.devices.push(device.clone());
            Ok(())
        })
    }

    async fn find_pending(&self, user_code: &Digest, now: Timestamp) -> Stored<Option<DeviceAuthorization>> {
        Ok(self.act(|room, _| pending(room, user_code, now).cloned()))
    }

    async fn approve(
        &self,
        user_code: &Digest,
        approval: &DeviceApproval,
        now: Timestamp,
        with: Alongside,
    ) -> Stored<Decided> {
        self.act(|room, _| {
            let authorization = &approval.authorization;
            if let Err(withdrawn) = standing(room, authorization, ConsentRule::NotNeeded) {
                return Ok(Decided::Withdrawn(withdrawn));
            }
            let Some(device) = pending(room, user_code, now) else {
                return Ok(Decided::TooLate);
            };
            device.state = device
                .state
                .approved(authorization.id)
                .map_err(StoreError::unavailable)?;
            if let Some(consent) = &approval.consent {
                room.allow(consent);
            }
            room.authorizations
                .insert(authorization.id, authorization.clone());
            room.store(with);
            Ok(Decided::Stored)
        })
    }

    async fn deny(&self, user_code: &Digest, now: Timestamp, with: Alongside) -> Stored<bool> {
        self.act(|room, _| {
            let Some(device) = pending(room, user_code, now) else {
                return Ok(false);
            };
            device.state = device.state.denied().map_err(StoreError::unavailable)?;
            room.store(with);
            Ok(true)
        })
    }

    async fn poll(&self, device_code: &Digest, client: &ClientId, now: Timestamp) -> Stored<Polled> {
        Ok(self.act(|room, _| {
            let found = room
                .devices
                .iter_mut()
                .find(|device| device.device_code == *device_code);
            let Some(device) = found else {
                return Polled::Unknown;
            };
            if device.client_id != *client {
                return Polled::Foreign;
            }
            if now >= device.expires_at {
                return Polled::Expired;
            }
            match device.state {
                DeviceState::Pending { pace } => {
                    let (pace, in_time) = pace.polled(now);
                    device.state = DeviceState::Pending { pace };
                    if in_time { Polled::Pending } else { Polled::TooSoon }
                }
                DeviceState::Approved { authorization } => {
                    device.state = DeviceState::Redeemed { authorization };
                    match room.authorizations.get(&authorization) {
                        Some(authorization) => Polled::Redeemed(Box::new(authorization.clone())),
                        None => Polled::Unknown,
                    }
                }
                DeviceState::Denied => Polled::Denied,
                DeviceState::Redeemed { .. } => Polled::AlreadyRedeemed,
            }
        }))
    }
}

fn pending<'a>(
    room: &'a mut Room,
    user_code: &Digest,
    now: Timestamp,
) -> Option<&'a mut DeviceAuthorization> {
    room.devices
        .iter_mut()
        .find(|device| device.user_code == *user_code && device.is_pending(now))
}
