//! The rows of devices, turned into domain values and back.

use crate::sql::{entity::device_authorization::Model, row};
use domain::{
    clock::Timestamp,
    device::{DeviceAuthorization, DeviceState, Pace},
    id::{AuthorizationId, RealmId},
    stores::Stored,
};
use std::time::Duration;

pub const PENDING: &str = "pending";
pub const APPROVED: &str = "approved";
pub const DENIED: &str = "denied";
pub const REDEEMED: &str = "redeemed";

/// The device of a row.
pub fn device(row: &Model) -> Stored<DeviceAuthorization> {
    Ok(DeviceAuthorization {
        device_code: row::digest(&row.device_code)?,
        user_code: row::digest(&row.user_code)?,
        client_id: row::parse(&row.client_id, "client_id")?,
        scopes: row::parse(&row.scopes, "scopes")?,
        terms: row::from_json(&row.terms, "terms")?,
        origin: row::from_json(&row.origin, "origin")?,
        created_at: Timestamp::from_micros(row.created_at),
        expires_at: Timestamp::from_micros(row.expires_at),
        state: state(row)?,
    })
}

/// How far the device of a row got.
pub fn state(row: &Model) -> Stored<DeviceState> {
    let authorization = row.authorization_id.map(AuthorizationId::from_uuid);
    match (row.state.as_str(), authorization) {
        (PENDING, None) => Ok(DeviceState::Pending {
            pace: Pace {
                interval: Duration::from_micros(
                    u64::try_from(row.poll_interval).map_err(|_| row::unreadable("poll_interval"))?,
                ),
                next_at: Timestamp::from_micros(row.next_poll_at),
            },
        }),
        (APPROVED, Some(authorization)) => Ok(DeviceState::Approved { authorization }),
        (DENIED, None) => Ok(DeviceState::Denied),
        (REDEEMED, Some(authorization)) => Ok(DeviceState::Redeemed { authorization }),
        _ => Err(row::unreadable("state")),
    }
}

/// The row of a device.
pub fn to_row(realm: RealmId, device: &DeviceAuthorization) -> Stored<Model> {
    let (state, pace, authorization) = match device.state {
        DeviceState::Pending { pace } => (PENDING, Some(pace), None),
        DeviceState::Approved { authorization } => (APPROVED, None, Some(authorization)),
        DeviceState::Denied => (DENIED, None, None),
        DeviceState::Redeemed { authorization } => (REDEEMED, None, Some(authorization)),
    };
    Ok(Model {
        realm_id: realm.as_uuid(),
        device_code: row::bytes(&device.device_code),
        user_code: row::bytes(&device.user_code),
        client_id: device.client_id.to_string(),
        scopes: device.scopes.to_string(),
        terms: row::to_json(&device.terms)?,
        origin: row::to_json(&device.origin)?,
        created_at: device.created_at.micros(),
        expires_at: device.expires_at.micros(),
        state: state.to_owned(),
        poll_interval: pace.map_or(0, |pace| micros(pace.interval)),
        next_poll_at: pace.map_or(0, |pace| pace.next_at.micros()),
        authorization_id: authorization.map(|id| id.as_uuid()),
    })
}

/// A duration as it is stored.
pub fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
