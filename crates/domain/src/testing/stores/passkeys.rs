//! Passkeys.

use super::{InRealm, identities, state::Room};
use crate::{
    clock::Timestamp,
    federation::ProviderId,
    id::{PasskeyId, UserId},
    passkey::{
        CredentialId, MAX_PASSKEYS, OfferState, Passkey, PasskeyAndUser, PasskeyUse, WaysIn,
        count_may_follow, ways_in,
    },
    person::DisplayName,
    stores::{Alongside, PasskeyAdded, PasskeyRemoved, PasskeyStore, Stored},
    user::User,
};
use async_trait::async_trait;

fn count(room: &Room, user: UserId) -> u64 {
    let theirs = room.passkeys.values().filter(|passkey| passkey.user_id == user);
    theirs.count() as u64
}

#[async_trait]
impl PasskeyStore for InRealm {
    async fn add(&self, passkey: &Passkey, began: Timestamp, with: Alongside) -> Stored<PasskeyAdded> {
        Ok(self.act(|room, _| {
            let mut known = room.passkeys.values();
            let taken = known.any(|known| known.credential_id == passkey.credential_id);
            let user = room.users.get(&passkey.user_id);
            if taken || user.is_none_or(|user| began < user.not_before) {
                return PasskeyAdded::Taken;
            }
            if count(room, passkey.user_id) >= MAX_PASSKEYS {
                return PasskeyAdded::TooMany;
            }
            room.passkeys.insert(passkey.id, passkey.clone());
            room.store(with);
            PasskeyAdded::Added
        }))
    }

    async fn find(&self, credential: &CredentialId) -> Stored<Option<PasskeyAndUser>> {
        Ok(self.act(|room, _| {
            let mut passkeys = room.passkeys.values();
            let passkey = passkeys.find(|passkey| passkey.credential_id == *credential)?;
            let user = room.users.get(&passkey.user_id)?;
            Some(PasskeyAndUser {
                passkey: passkey.clone(),
                user: user.clone(),
            })
        }))
    }

    async fn list(&self, user: UserId) -> Stored<Vec<Passkey>> {
        Ok(self.act(|room, _| {
            let passkeys = room.passkeys.values();
            let theirs = passkeys.filter(|passkey| passkey.user_id == user);
            theirs.cloned().collect()
        }))
    }

    async fn used(&self, id: PasskeyId, told: &PasskeyUse, with: Alongside) -> Stored<bool> {
        Ok(self.act(|room, _| {
            let Some(passkey) = room.passkeys.get_mut(&id) else {
                return false;
            };
            if !count_may_follow(passkey.sign_count, told.sign_count) {
                return false;
            }
            passkey.sign_count = told.sign_count;
            passkey.synced = told.synced;
            passkey.public.clone_from(&told.public);
            passkey.last_used_at = Some(told.at);
            room.store(with);
            true
        }))
    }

    async fn rename(
        &self,
        user: UserId,
        id: PasskeyId,
        name: Option<DisplayName>,
        with: Alongside,
    ) -> Stored<bool> {
        Ok(self.act(|room, _| {
            let found = room.passkeys.get_mut(&id);
            let Some(passkey) = found.filter(|passkey| passkey.user_id == user) else {
                return false;
            };
            passkey.name = name;
            room.store(with);
            true
        }))
    }

    async fn remove(
        &self,
        user: UserId,
        id: PasskeyId,
        open: &[ProviderId],
        with: Alongside,
    ) -> Stored<PasskeyRemoved> {
        Ok(self.act(|room, _| {
            let theirs = room.passkeys.get(&id).filter(|passkey| passkey.user_id == user);
            if theirs.is_none() {
                return PasskeyRemoved::Unknown;
            }
            let left = WaysIn {
                password: room.passwords.contains_key(&user),
                passkeys: count(room, user) - 1,
                identities: identities::usable(room, user, open),
                mailed_code: room.users.get(&user).is_some_and(User::email_verified),
            };
            if ways_in(left) == 0 {
                return PasskeyRemoved::LastWayIn;
            }
            room.passkeys.remove(&id);
            room.store(with);
            PasskeyRemoved::Removed
        }))
    }

    async fn offer(&self, user: UserId) -> Stored<OfferState> {
        Ok(self.act(|room, _| OfferState {
            passkeys: count(room, user),
            not_before: room.passkeys_declined.get(&user).copied(),
        }))
    }

    async fn decline(&self, user: UserId, until: Timestamp) -> Stored<()> {
        self.act(|room, _| room.passkeys_declined.insert(user, until));
        Ok(())
    }
}
