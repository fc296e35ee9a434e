//! Identities at other providers.

use super::{InRealm, mailed_codes::give_way, state::Room};
use crate::{
    clock::Timestamp,
    federation::{ByIdentity, LinkedIdentity, MAX_IDENTITIES, SeenIdentity},
    id::{LinkedIdentityId, LoginSessionId, UserId},
    passkey::{WaysIn, ways_in},
    stores::{Alongside, IdentityAdded, IdentityAndUser, IdentityStore, Provisioned, Stored, Unlinked},
    user::User,
};
use async_trait::async_trait;

/// How many identities an account has.
pub fn count(room: &Room, user: UserId) -> u64 {
    let identities = room.identities.values();
    identities.filter(|identity| identity.user_id == user).count() as u64
}

fn known<'a>(room: &'a Room, issuer: &str, subject: &str) -> Option<&'a LinkedIdentity> {
    let mut identities = room.identities.values();
    identities.find(|identity| identity.issuer == issuer && identity.subject == subject)
}

#[async_trait]
impl IdentityStore for InRealm {
    async fn find(&self, issuer: &str, subject: &str) -> Stored<Option<IdentityAndUser>> {
        Ok(self.act(|room, _| {
            let identity = known(room, issuer, subject)?;
            let user = room.users.get(&identity.user_id)?;
            Some(IdentityAndUser {
                identity: identity.clone(),
                user: user.clone(),
            })
        }))
    }

    async fn list(&self, user: UserId) -> Stored<Vec<LinkedIdentity>> {
        Ok(self.act(|room, _| {
            let identities = room.identities.values();
            let theirs = identities.filter(|identity| identity.user_id == user);
            theirs.cloned().collect()
        }))
    }

    async fn link(
        &self,
        identity: &LinkedIdentity,
        began: Timestamp,
        with: Alongside,
    ) -> Stored<IdentityAdded> {
        Ok(self.act(|room, _| {
            let user = room.users.get(&identity.user_id);
            if user.is_none_or(|user| began < user.not_before) {
                return IdentityAdded::Over;
            }
            if known(room, &identity.issuer, &identity.subject).is_some() {
                return IdentityAdded::Taken;
            }
            if count(room, identity.user_id) >= MAX_IDENTITIES {
                return IdentityAdded::TooMany;
            }
            room.identities.insert(identity.id, identity.clone());
            room.store(with);
            IdentityAdded::Linked
        }))
    }

    async fn provision(
        &self,
        user: &User,
        identity: &LinkedIdentity,
        with: Alongside,
    ) -> Stored<Provisioned> {
        Ok(self.act(|room, _| {
            if known(room, &identity.issuer, &identity.subject).is_some() {
                return Provisioned::IdentityTaken;
            }
            if !give_way(room, user.id, &user.email) {
                return Provisioned::AddressTaken;
            }
            room.users.insert(user.id, user.clone());
            room.identities.insert(identity.id, identity.clone());
            room.store(with);
            Provisioned::Provisioned
        }))
    }

    async fn used(
        &self,
        id: LinkedIdentityId,
        seen: &SeenIdentity,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<bool> {
        Ok(self.act(|room, _| {
            let Some(identity) = room.identities.get_mut(&id) else {
                return false;
            };
            identity.provider = seen.provider.clone();
            identity.label.clone_from(&seen.label);
            identity.last_used_at = Some(at);
            room.store(with);
            true
        }))
    }

    async fn unlink(&self, user: UserId, id: LinkedIdentityId, with: Alongside) -> Stored<Unlinked> {
        Ok(self.act(|room, _| {
            let found = room.identities.get(&id);
            if found.is_none_or(|identity| identity.user_id != user) {
                return Unlinked::Unknown;
            }
            let passkeys = room.passkeys.values().filter(|passkey| passkey.user_id == user);
            let left = WaysIn {
                password: room.passwords.contains_key(&user),
                passkeys: passkeys.count() as u64,
                identities: count(room, user) - 1,
                mailed_code: room.users.get(&user).is_some_and(User::email_verified),
            };
            if ways_in(left) == 0 {
                return Unlinked::LastWayIn;
            }
            room.identities.remove(&id);
            room.sessions_by_identity.retain(|_, by| by.identity != id);
            room.store(with);
            Unlinked::Unlinked
        }))
    }

    async fn remember(&self, session: LoginSessionId, by: &ByIdentity) -> Stored<()> {
        self.act(|room, _| {
            if room.sessions.contains_key(&session) && room.identities.contains_key(&by.identity) {
                room.sessions_by_identity.insert(session, by.clone());
            }
        });
        Ok(())
    }

    async fn sessions(
        &self,
        issuer: &str,
        subject: Option<&str>,
        session: Option<&str>,
    ) -> Stored<Vec<(UserId, LoginSessionId)>> {
        Ok(self.act(|room, _| {
            let begun = room.sessions_by_identity.iter();
            let meant = begun.filter(|(id, by)| {
                let live = room
                    .sessions
                    .get(id)
                    .is_some_and(|session| session.ended_at.is_none());
                let identity = room.identities.get(&by.identity);
                let theirs = identity.is_some_and(|identity| {
                    identity.issuer == issuer && subject.is_none_or(|subject| identity.subject == subject)
                });
                live && theirs && session.is_none_or(|session| by.session.as_deref() == Some(session))
            });
            let owner = |id: &LoginSessionId| Some((room.sessions.get(id)?.user_id, *id));
            meant.filter_map(|(id, _)| owner(id)).take(200).collect()
        }))
    }
}
