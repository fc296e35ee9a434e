//! Passwords that people set and remove themselves.

use super::{InRealm, identities, mailed_codes::forget_codes, state::Feed, state::Room, users::changed};
use crate::{
    change::Revoked,
    clock::Timestamp,
    federation::ProviderId,
    id::{LoginSessionId, RealmId, UserId},
    passkey::{WaysIn, ways_in},
    person::PasswordHash,
    stores::{
        Alongside, ChosenPassword, Moment, NextPassword, PasswordFacts, PasswordRemoved, PasswordSet,
        PasswordStore, StoreError, Stored,
    },
    user::User,
};
use async_trait::async_trait;

#[async_trait]
impl PasswordStore for InRealm {
    async fn set(
        &self,
        user: UserId,
        new: &ChosenPassword,
        by: LoginSessionId,
        moment: Moment,
        with: Alongside,
    ) -> Stored<PasswordSet> {
        self.act(|room, feed| {
            if !room.live_sessions(user).contains(&by) {
                return Ok(PasswordSet::SignedOut);
            }
            if new.needs_second_factor && !room.has_authenticator(user) {
                return Ok(PasswordSet::SecondFactorMissing);
            }
            room.replace_password(user, &new.next, moment.at)?;
            if new.needs_second_factor {
                room.passwords_short.insert(user);
            }
            end_others((room, feed), (self.realm, user, by), moment, with);
            Ok(PasswordSet::Set)
        })
    }

    async fn remove(
        &self,
        user: UserId,
        by: LoginSessionId,
        (open, keep): (&[ProviderId], usize),
        moment: Moment,
        with: Alongside,
    ) -> Stored<PasswordRemoved> {
        Ok(self.act(|room, feed| {
            if !room.live_sessions(user).contains(&by) || !room.passwords.contains_key(&user) {
                return PasswordRemoved::Missing;
            }
            let passkeys = room.passkeys.values().filter(|passkey| passkey.user_id == user);
            let left = WaysIn {
                password: false,
                passkeys: passkeys.count() as u64,
                identities: identities::usable(room, user, open),
                mailed_code: room.users.get(&user).is_some_and(User::email_verified),
            };
            if ways_in(left) == 0 {
                return PasswordRemoved::LastWayIn;
            }
            room.remember_password(user, keep);
            room.drop_password(user);
            end_others((room, feed), (self.realm, user, by), moment, with);
            PasswordRemoved::Removed
        }))
    }
}

fn end_others(
    (room, feed): (&mut Room, &mut Feed),
    (realm, user, by): (RealmId, UserId, LoginSessionId),
    moment: Moment,
    mut with: Alongside,
) {
    if let Some(user) = room.users.get_mut(&user) {
        user.not_before = moment.at;
        changed(user, moment.at);
    }
    forget_codes(room, user, None);
    let mut others = room.live_sessions(user);
    others.retain(|id| *id != by);
    room.tell_clients(&others, &mut with);
    for (id, session) in &mut room.sessions {
        if others.contains(id) {
            session.ended_at = Some(moment.at);
        } else if *id == by {
            session.created_at = moment.at;
        }
    }
    room.revoke_authorizations(moment.at, |authorization| authorization.user_id == user);
    room.revoke(feed, realm, Revoked::User(user), moment);
    room.store(with);
}

impl Room {
    /// What is known of the password, if there is one.
    pub fn password_facts(&self, user: UserId) -> Option<PasswordFacts> {
        self.passwords.get(&user)?;
        Some(PasswordFacts {
            set_at: self.passwords_set.get(&user).copied()?,
            needs_second_factor: self.passwords_short.contains(&user),
        })
    }

    /// Puts a password in the place of the one that it was told apart from, which is remembered.
    pub fn replace_password(&mut self, user: UserId, next: &NextPassword, at: Timestamp) -> Stored<()> {
        if let Some(earlier) = &next.earlier {
            if self.passwords.get(&user) != earlier.present.as_ref() {
                return Err(StoreError::Conflict);
            }
            self.remember_password(user, earlier.keep);
        }
        self.set_password(user, next.hash.clone(), at);
        Ok(())
    }

    /// Remembers the present password, and forgets what is older than the newest `keep`.
    fn remember_password(&mut self, user: UserId, keep: usize) {
        let past = self.past_passwords.entry(user).or_default();
        past.splice(0..0, self.passwords.get(&user).cloned());
        past.truncate(keep);
    }

    /// Sets or replaces a password that may be the only factor.
    pub fn set_password(&mut self, user: UserId, hash: PasswordHash, at: Timestamp) {
        self.passwords.insert(user, hash);
        self.passwords_set.insert(user, at);
        self.passwords_short.remove(&user);
    }

    /// Takes the password away.
    pub fn drop_password(&mut self, user: UserId) {
        self.passwords.remove(&user);
        self.passwords_set.remove(&user);
        self.passwords_short.remove(&user);
    }
}
