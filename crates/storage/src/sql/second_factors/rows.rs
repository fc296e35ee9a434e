//! Second factors and trusted browsers as rows and back.

use super::super::{
    entity::{authenticator, recovery_code, recovery_sheet, trusted_device},
    row,
};
use domain::{
    clock::Timestamp,
    id::{AuthenticatorId, LoginSessionId, RealmId, TrustedDeviceId, UserId},
    outbound::Sealed,
    second_factor::{Authenticator, RecoverySheet, SecondFactors, TrustedDevice},
    secret::Digest,
    stores::Stored,
};

/// The state of the authenticator that is asked for.
pub const CONFIRMED: &str = "confirmed";
/// The state of one that waits for its first code.
pub const PENDING: &str = "pending";

/// What an account has, by its authenticators and how many recovery codes are left.
pub fn factors(rows: Vec<authenticator::Model>, codes: u64) -> Stored<SecondFactors> {
    let mut factors = SecondFactors {
        recovery_codes: u32::try_from(codes).unwrap_or(u32::MAX),
        ..SecondFactors::default()
    };
    for row in rows {
        match row.authenticator_state.as_str() {
            CONFIRMED => factors.authenticator = Some(authenticator(row)),
            PENDING => factors.pending = Some(authenticator(row)),
            _ => return Err(row::unreadable("authenticator_state")),
        }
    }
    Ok(factors)
}

fn authenticator(row: authenticator::Model) -> Authenticator {
    Authenticator {
        id: AuthenticatorId::from_uuid(row.id),
        seed: Sealed {
            key_id: row.sealed_by,
            bytes: row.sealed,
        },
        created_at: Timestamp::from_micros(row.created_at),
        last_step: row.last_step,
        last_used_at: row::moment(row.last_used_at),
    }
}

pub fn to_pending(realm: RealmId, user: UserId, pending: &Authenticator) -> authenticator::Model {
    authenticator::Model {
        realm_id: realm.as_uuid(),
        user_id: user.as_uuid(),
        authenticator_state: PENDING.to_owned(),
        id: pending.id.as_uuid(),
        sealed_by: pending.seed.key_id.clone(),
        sealed: pending.seed.bytes.clone(),
        created_at: pending.created_at.micros(),
        last_step: pending.last_step,
        last_used_at: pending.last_used_at.map(Timestamp::micros),
    }
}

pub fn to_code(realm: RealmId, user: UserId, code: &Digest) -> recovery_code::Model {
    recovery_code::Model {
        realm_id: realm.as_uuid(),
        user_id: user.as_uuid(),
        digest: row::bytes(code),
        used_at: None,
    }
}

pub fn sheet(row: recovery_sheet::Model) -> RecoverySheet {
    RecoverySheet {
        session: LoginSessionId::from_uuid(row.login_session_id),
        codes: Sealed {
            key_id: row.sealed_by,
            bytes: row.sealed,
        },
        expires_at: Timestamp::from_micros(row.expires_at),
    }
}

pub fn to_sheet(realm: RealmId, user: UserId, sheet: &RecoverySheet) -> recovery_sheet::Model {
    recovery_sheet::Model {
        realm_id: realm.as_uuid(),
        user_id: user.as_uuid(),
        login_session_id: sheet.session.as_uuid(),
        sealed_by: sheet.codes.key_id.clone(),
        sealed: sheet.codes.bytes.clone(),
        expires_at: sheet.expires_at.micros(),
    }
}

/// A trusted browser from its row.
pub fn device(row: trusted_device::Model) -> Stored<TrustedDevice> {
    Ok(TrustedDevice {
        id: TrustedDeviceId::from_uuid(row.id),
        user_id: UserId::from_uuid(row.user_id),
        digest: row::digest(&row.digest)?,
        user_agent: row.user_agent,
        created_at: Timestamp::from_micros(row.created_at),
        last_used_at: Timestamp::from_micros(row.last_used_at),
        expires_at: Timestamp::from_micros(row.expires_at),
    })
}

pub fn to_device(realm: RealmId, device: &TrustedDevice) -> trusted_device::Model {
    trusted_device::Model {
        realm_id: realm.as_uuid(),
        user_id: device.user_id.as_uuid(),
        id: device.id.as_uuid(),
        digest: row::bytes(&device.digest),
        user_agent: device.user_agent.clone(),
        created_at: device.created_at.micros(),
        last_used_at: device.last_used_at.micros(),
        expires_at: device.expires_at.micros(),
    }
}
