//! Accounts and passwords.

use super::{
    InRealm,
    state::{Feed, Mailed, Room, page},
};
use crate::{
    change::Revoked,
    client::Status,
    clock::Timestamp,
    id::{RealmId, UserId},
    mail::MAILED_CODE_ATTEMPTS,
    person::PasswordHash,
    stores::{
        Alongside, Moment, NewUser, Page, PageRequest, PastPasswords, Registration, StoreError, Stored,
        UserStore,
    },
    user::{Profile, Role, User, UserWithPassword},
};
use async_trait::async_trait;

#[async_trait]
impl UserStore for InRealm {
    async fn register(&self, new: NewUser, with: Alongside) -> Stored<Registration> {
        self.act(|room, _| register(room, new, with))
    }

    async fn register_first_administrator(&self, new: NewUser, with: Alongside) -> Stored<Registration> {
        self.act(|room, _| match administrator_exists(room) {
            true => Err(StoreError::Conflict),
            false => register(room, new, with),
        })
    }

    async fn administrator_exists(&self) -> Stored<bool> {
        Ok(self.act(|room, _| administrator_exists(room)))
    }

    async fn find(&self, id: UserId) -> Stored<Option<User>> {
        Ok(self.act(|room, _| room.users.get(&id).cloned()))
    }

    async fn find_by_email(&self, normalised: &str) -> Stored<Option<UserWithPassword>> {
        Ok(self.act(|room, _| {
            let user = room
                .users
                .values()
                .find(|user| user.email.normalised() == normalised)?;
            Some(UserWithPassword {
                user: user.clone(),
                password: room.passwords.get(&user.id).cloned(),
                password_set_at: room.passwords_set.get(&user.id).copied(),
            })
        }))
    }

    async fn list(&self, request: &PageRequest) -> Stored<Page<User>> {
        let after = match request.after.as_deref().map(str::parse::<UserId>) {
            Some(Err(_)) => {
                return Ok(Page {
                    items: Vec::new(),
                    next: None,
                });
            }
            Some(Ok(after)) => Some(after),
            None => None,
        };
        Ok(self.act(|room, _| {
            let users = room
                .users
                .values()
                .filter(|user| after.is_none_or(|after| user.id > after));
            page(users.cloned(), request, |user| user.id.to_string())
        }))
    }

    async fn update_profile(
        &self,
        id: UserId,
        version: i64,
        profile: &Profile,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<()> {
        self.act(|room, _| {
            let user = room.users.get_mut(&id).filter(|user| user.version == version);
            let user = user.ok_or(StoreError::Conflict)?;
            user.name.clone_from(&profile.name);
            user.locale.clone_from(&profile.locale);
            user.zoneinfo.clone_from(&profile.zoneinfo);
            user.described.clone_from(&profile.described);
            changed(user, at);
            room.store(with);
            Ok(())
        })
    }

    async fn past_passwords(&self, id: UserId) -> Stored<PastPasswords> {
        Ok(self.act(|room, _| PastPasswords {
            present: room.passwords.get(&id).cloned(),
            past: room.past_passwords.get(&id).cloned().unwrap_or_default(),
        }))
    }

    async fn rehash(
        &self,
        id: UserId,
        old: &PasswordHash,
        new: &PasswordHash,
        with: Alongside,
    ) -> Stored<()> {
        self.act(|room, _| {
            let is_old = |hash: &&mut PasswordHash| hash.expose() == old.expose();
            if let Some(hash) = room.passwords.get_mut(&id).filter(is_old) {
                *hash = new.clone();
                room.store(with);
            }
            Ok(())
        })
    }

    async fn set_status(
        &self,
        id: UserId,
        status: Status,
        moment: Moment,
        mut with: Alongside,
    ) -> Stored<bool> {
        self.act(|room, feed| {
            let Some(user) = room.users.get_mut(&id) else {
                return Ok(false);
            };
            user.status = status;
            changed(user, moment.at);
            match status {
                Status::Active => user.erase_at = None,
                Status::Disabled => {
                    user.not_before = moment.at;
                    room.end_everything(id, moment.at, &mut with);
                    room.revoke(feed, self.realm, Revoked::User(id), moment);
                }
            }
            room.store(with);
            Ok(true)
        })
    }

    async fn delete(&self, id: UserId, moment: Moment, with: Alongside) -> Stored<bool> {
        self.act(|room, feed| Ok(delete((room, feed), (self.realm, id), moment, with)))
    }
}

/// Notes a change of the account.
pub fn changed(user: &mut User, at: Timestamp) {
    user.version += 1;
    user.updated_at = at;
}

/// Deletes the account and everything that is its own; false if there is none.
pub(super) fn delete(
    (room, feed): (&mut Room, &mut Feed),
    (realm, id): (RealmId, UserId),
    moment: Moment,
    mut with: Alongside,
) -> bool {
    if room.users.remove(&id).is_none() {
        return false;
    }
    room.tell_clients(&room.live_sessions(id), &mut with);
    room.drop_password(id);
    room.past_passwords.remove(&id);
    room.terms.retain(|(of, _), _| *of != id);
    room.passkeys.retain(|_, passkey| passkey.user_id != id);
    room.passkeys_declined.remove(&id);
    room.pictures.remove(&id);
    room.identities.retain(|_, identity| identity.user_id != id);
    room.sessions.retain(|_, session| session.user_id != id);
    room.consents.retain(|(user, _), _| *user != id);
    room.codes.retain(|mailed| mailed.code.user_id != id);
    room.drop_second_factors(id);
    room.delete_authorizations(|authorization| authorization.user_id == id);
    room.revoke(feed, realm, Revoked::User(id), moment);
    room.store(with);
    true
}

fn administrator_exists(room: &Room) -> bool {
    room.users
        .values()
        .any(|user| user.role == Role::Administrator && user.is_active())
}

fn register(room: &mut Room, new: NewUser, with: Alongside) -> Stored<Registration> {
    let NewUser {
        user,
        password,
        mailed_code,
    } = new;
    if room.users.contains_key(&user.id) {
        return Err(StoreError::Conflict);
    }
    let normalised = user.email.normalised();
    if room
        .users
        .values()
        .any(|other| other.email.normalised() == normalised)
    {
        return Ok(Registration::IdentifierTaken);
    }
    if let Some(hash) = password {
        room.set_password(user.id, hash, user.created_at);
    }
    room.codes.extend(mailed_code.map(|code| Mailed {
        code,
        attempts_left: MAILED_CODE_ATTEMPTS,
        used: false,
    }));
    room.users.insert(user.id, user);
    room.store(with);
    Ok(Registration::Registered)
}
