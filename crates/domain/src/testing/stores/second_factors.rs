//! Second factors and trusted browsers.

use super::{InRealm, state::Room};
use crate::{
    clock::Timestamp,
    id::{AuthenticatorId, LoginSessionId, TrustedDeviceId, UserId},
    second_factor::{Authenticator, RecoverySheet, SecondFactors, TrustedDevice},
    secret::Digest,
    stores::{Alongside, FactorRemoved, SecondFactorStore, StoreError, Stored},
};
use async_trait::async_trait;

#[async_trait]
impl SecondFactorStore for InRealm {
    async fn find(&self, user: UserId) -> Stored<SecondFactors> {
        Ok(self.act(|room, _| room.second_factors(user)))
    }

    async fn propose(&self, user: UserId, pending: &Authenticator) -> Stored<()> {
        self.act(|room, _| {
            if !room.users.contains_key(&user) {
                return Err(StoreError::Conflict);
            }
            room.factors.entry(user).or_default().pending = Some(pending.clone());
            Ok(())
        })
    }

    async fn confirm(
        &self,
        user: UserId,
        id: AuthenticatorId,
        step: i64,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<bool> {
        Ok(self.act(|room, _| {
            let Some(factors) = room.factors.get_mut(&user) else {
                return false;
            };
            let Some(confirmed) = factors.pending.take_if(|pending| pending.id == id) else {
                return false;
            };
            factors.authenticator = Some(Authenticator {
                last_step: step,
                last_used_at: Some(at),
                ..confirmed
            });
            room.trusted_devices.retain(|device| device.user_id != user);
            room.store(with);
            true
        }))
    }

    async fn remove(&self, user: UserId, with: Alongside) -> Stored<FactorRemoved> {
        Ok(self.act(|room, _| {
            if !room.has_authenticator(user) {
                return FactorRemoved::Missing;
            }
            if room.passwords_short.contains(&user) {
                return FactorRemoved::PasswordTooShort;
            }
            room.drop_second_factors(user);
            room.store(with);
            FactorRemoved::Removed
        }))
    }

    async fn spend_step(&self, user: UserId, id: AuthenticatorId, step: i64, at: Timestamp) -> Stored<bool> {
        Ok(self.act(|room, _| {
            let factors = room.factors.get_mut(&user);
            let authenticator = factors.and_then(|factors| factors.authenticator.as_mut());
            let unused = |found: &&mut Authenticator| found.id == id && found.last_step < step;
            let Some(authenticator) = authenticator.filter(unused) else {
                return false;
            };
            authenticator.last_step = step;
            authenticator.last_used_at = Some(at);
            true
        }))
    }

    async fn replace_recovery_codes(
        &self,
        user: UserId,
        codes: &[Digest],
        sheet: &RecoverySheet,
        with: Alongside,
    ) -> Stored<()> {
        self.act(|room, _| {
            if !room.users.contains_key(&user) {
                return Err(StoreError::Conflict);
            }
            let codes = codes.iter().map(|code| (*code, false)).collect();
            room.recovery_codes.insert(user, codes);
            room.sheets.insert(user, sheet.clone());
            room.store(with);
            Ok(())
        })
    }

    async fn take_sheet(
        &self,
        user: UserId,
        session: LoginSessionId,
        now: Timestamp,
    ) -> Stored<Option<RecoverySheet>> {
        Ok(self.act(|room, _| {
            let theirs = |sheet: &RecoverySheet| sheet.session == session && now < sheet.expires_at;
            if !room.sheets.get(&user).is_some_and(theirs) {
                return None;
            }
            room.sheets.remove(&user)
        }))
    }

    async fn spend_recovery_code(
        &self,
        user: UserId,
        code: &Digest,
        _at: Timestamp,
        with: Alongside,
    ) -> Stored<bool> {
        Ok(self.act(|room, _| {
            let mut codes = room.recovery_codes.entry(user).or_default().iter_mut();
            let Some(found) = codes.find(|(stored, used)| stored == code && !used) else {
                return false;
            };
            found.1 = true;
            room.store(with);
            true
        }))
    }

    async fn trust(&self, device: &TrustedDevice, with: Alongside) -> Stored<()> {
        self.act(|room, _| {
            if !room.users.contains_key(&device.user_id) {
                return Err(StoreError::Conflict);
            }
            room.trusted_devices.push(device.clone());
            room.store(with);
            Ok(())
        })
    }

    async fn trusted(&self, user: UserId, now: Timestamp) -> Stored<Vec<TrustedDevice>> {
        Ok(self.act(|room, _| room.trusted_devices(user, now)))
    }

    async fn touch_trusted(&self, user: UserId, id: TrustedDeviceId, at: Timestamp) -> Stored<()> {
        self.act(|room, _| {
            let mut devices = room.trusted_devices.iter_mut();
            if let Some(device) = devices.find(|device| device.user_id == user && device.id == id) {
                device.last_used_at = at;
            }
        });
        Ok(())
    }

    async fn forget_trusted(
        &self,
        user: UserId,
        which: Option<TrustedDeviceId>,
        with: Alongside,
    ) -> Stored<u64> {
        Ok(self.act(|room, _| {
            let before = room.trusted_devices.len();
            let chosen = |device: &TrustedDevice| {
                device.user_id == user && which.is_none_or(|which| device.id == which)
            };
            room.trusted_devices.retain(|device| !chosen(device));
            let forgotten = before - room.trusted_devices.len();
            if forgotten > 0 {
                room.store(with);
            }
            u64::try_from(forgotten).unwrap_or(u64::MAX)
        }))
    }
}

impl Room {
    /// Drops everything that a person has beside the first factor.
    pub fn drop_second_factors(&mut self, user: UserId) {
        self.factors.remove(&user);
        self.recovery_codes.remove(&user);
        self.sheets.remove(&user);
        self.trusted_devices.retain(|device| device.user_id != user);
    }

    /// Whether the account has an authenticator.
    pub fn has_authenticator(&self, user: UserId) -> bool {
        let factors = self.factors.get(&user);
        factors.is_some_and(|factors| factors.authenticator.is_some())
    }

    /// Drops what could have been added to an account since then, beside the password.
    pub fn drop_added_since(&mut self, user: UserId, since: Timestamp) {
        self.passkeys
            .retain(|_, passkey| passkey.user_id != user || passkey.created_at < since);
        self.identities
            .retain(|_, identity| identity.user_id != user || identity.linked_at < since);
        let factors = self.factors.remove(&user).unwrap_or_default();
        self.drop_second_factors(user);
        let kept = factors
            .authenticator
            .filter(|kept| !kept.may_have_come_since(since));
        if let Some(authenticator) = kept {
            self.factors.entry(user).or_default().authenticator = Some(authenticator);
        }
    }

    /// What an account has beside its first factor.
    pub fn second_factors(&self, user: UserId) -> SecondFactors {
        let codes = self.recovery_codes.get(&user);
        let left = codes.map_or(0, |codes| codes.iter().filter(|(_, used)| !used).count());
        SecondFactors {
            recovery_codes: u32::try_from(left).unwrap_or(u32::MAX),
            ..self.factors.get(&user).cloned().unwrap_or_default()
        }
    }

    /// The browsers that are trusted with an account, newest first.
    pub fn trusted_devices(&self, user: UserId, now: Timestamp) -> Vec<TrustedDevice> {
        let theirs = self.trusted_devices.iter().rev();
        let theirs = theirs.filter(|device| device.user_id == user && device.expires_at > now);
        theirs.take(200).cloned().collect()
    }
}
