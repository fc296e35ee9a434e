//! Identities at other providers.

use super::{InRealm, mailed_codes::give_way, state::Room};
use crate::{
    clock::Timestamp,
    federation::{ByIdentity, LinkedIdentity, MAX_IDENTITIES, ProviderId, SeenIdentity},
    id::{LinkedIdentityId, LoginSessionId, UserId},
    passkey::{WaysIn, ways_in},
    stores::{
        Alongside, IdentityAdded, IdentityAndUser, IdentityStore, Moment, Provisioned, Stored, Unlinked,
    },
    user::User,
};
use async_trait::async_trait;

fn of_user(room: &Room, user: UserId) -> impl Iterator<Item = &LinkedIdentity> {
    let identities = room.identities.values();
    identities.filter(move |identity| identity.user_id == user)
}

/// How many identities an account has at providers that are `open`.
pub fn usable(room: &Room, user: UserId, open: &[ProviderId]) -> u64 {
    let usable = of_user(room, user).filter(|identity| open.contains(&identity.provider));
    usable.count() as u64
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
            if of_user(room, identity.user_id).count() as u64 >= MAX_IDENTITIES {
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
            identity.said.clone_from(&seen.said);
            identity.last_used_at = Some(at);
            room.store(with);
            true
        }))
    }

    async fn unlink(
        &self,
        user: UserId,
        id: LinkedIdentityId,
        open: &[ProviderId],
        moment: Moment,
        mut with: Alongside,
    ) -> Stored<Unlinked> {
        Ok(self.act(|room, feed| {
            let found = room
                .identities
                .get(&id)
                .filter(|identity| identity.user_id == user);
            let Some(found) = found.cloned() else {
                return Unlinked::Unknown;
            };
            let passkeys = room.passkeys.values().filter(|passkey| passkey.user_id == user);
            let left = WaysIn {
                password: room.passwords.contains_key(&user),
                passkeys: passkeys.count() as u64,
                identities: usable(room, user, open) - u64::from(open.contains(&found.provider)),
                mailed_code: room.users.get(&user).is_some_and(User::email_verified),
            };
            if ways_in(left) == 0 {
                return Unlinked::LastWayIn;
            }
            let resting: Vec<LoginSessionId> = room
                .sessions
                .values()
                .filter(|session| session.user_id == user && session.ended_at.is_none())
                .filter(
                    |session| match (&session.provider, room.sessions_by_identity.get(&session.id)) {
                        (None, _) => false,
                        (Some(_), Some(by)) => by.identity == id,
                        (Some(provider), None) => *provider == found.provider,
                    },
                )
                .map(|session| session.id)
                .collect();
            room.tell_clients(&resting, &mut with);
            room.end_sessions(feed, self.realm, &resting, moment);
            room.identities.remove(&id);
            room.sessions_by_identity.retain(|_, by| by.identity != id);
            room.store(with);
            Unlinked::Unlinked
        }))
    }

    async fn remember(&self, session: LoginSessionId, by: &ByIdentity) -> Stored<bool> {
        Ok(self.act(|room, _| {
            let there = room.sessions.contains_key(&session) && room.identities.contains_key(&by.identity);
            if there {
                room.sessions_by_identity.insert(session, by.clone());
            }
            there
        }))
    }

    async fn of_session(&self, session: LoginSessionId) -> Stored<Option<LinkedIdentity>> {
        Ok(self.act(|room, _| {
            let by = room.sessions_by_identity.get(&session)?;
            room.identities.get(&by.identity).cloned()
        }))
    }

    async fn strays(&self, open: &[ProviderId]) -> Stored<Vec<(UserId, LoginSessionId)>> {
        Ok(self.act(|room, _| {
            let strays = room.sessions.values().filter(|session| {
                let provider = session.provider.as_ref();
                session.ended_at.is_none() && provider.is_some_and(|provider| !open.contains(provider))
            });
            strays
                .map(|session| (session.user_id, session.id))
                .take(200)
                .collect()
        }))
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
