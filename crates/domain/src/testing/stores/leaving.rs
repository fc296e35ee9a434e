//! Accounts that people leave.

use super::{
    InRealm,
    mailed_codes::{forget_codes, use_up},
    state::Mailed,
    users::{changed, delete},
};
use crate::{
    change::{Changed, Revoked},
    clock::Timestamp,
    id::{LoginSessionId, UserId},
    mail::{MAILED_CODE_ATTEMPTS, MailedCode, MailedCodePurpose, MailedProof},
    secret::Digest,
    stores::{Alongside, LeavingStore, Left, MailedOutcome, Moment, Stored},
    user::{Role, User},
};
use async_trait::async_trait;
use std::collections::HashMap;
use uuid::Uuid;

#[async_trait]
impl LeavingStore for InRealm {
    async fn leave(
        &self,
        code: &MailedCode,
        by: LoginSessionId,
        erase_at: Timestamp,
        moment: Moment,
        mut with: Alongside,
    ) -> Stored<Left> {
        Ok(self.act(|room, feed| {
            let user = code.user_id;
            let active = room.users.get(&user).is_some_and(User::is_active);
            if !active || !room.live_sessions(user).contains(&by) {
                return Left::SignedOut;
            }
            let administers = |user: &User| user.role == Role::Administrator && user.is_active();
            let alone = room.users.values().filter(|user| administers(user)).count() == 1;
            if alone && room.users.get(&user).is_some_and(administers) {
                return Left::LastAdministrator;
            }
            if let Some(user) = room.users.get_mut(&user) {
                user.erase_at = Some(erase_at);
                user.not_before = moment.at;
                changed(user, moment.at);
            }
            forget_codes(room, user, None);
            room.codes.push(mailed(code));
            room.end_everything(user, moment.at, &mut with);
            room.revoke(feed, self.realm, Revoked::User(user), moment);
            room.store(with);
            Left::Left
        }))
    }

    async fn offer(&self, code: &MailedCode) -> Stored<bool> {
        Ok(self.act(|room, _| {
            let leaves = room.users.get(&code.user_id).is_some_and(User::is_leaving);
            if leaves {
                room.codes.push(mailed(code));
            }
            leaves
        }))
    }

    async fn restore(&self, link: Digest, at: Timestamp, with: Alongside) -> Stored<MailedOutcome> {
        Ok(self.act(|room, _| {
            let proof = MailedProof::Link { link };
            let Some(code) = use_up(room, MailedCodePurpose::RestoreAccount, proof, at) else {
                return MailedOutcome::Refused;
            };
            let user = room.users.get_mut(&code.user_id);
            let Some(user) = user.filter(|user| user.erase_at.is_some_and(|end| end > at)) else {
                return MailedOutcome::Refused;
            };
            user.erase_at = None;
            changed(user, at);
            forget_codes(room, code.user_id, None);
            room.store(with);
            MailedOutcome::Redeemed(code)
        }))
    }

    async fn erase(&self, user: UserId, moment: Moment, with: Alongside) -> Stored<bool> {
        Ok(self.act(|room, feed| {
            let due = |user: &User| user.erase_at.is_some_and(|end| end <= moment.at);
            if !room.users.get(&user).is_some_and(due) {
                return false;
            }
            delete((room, feed), (self.realm, user), moment, with)
        }))
    }

    async fn forget(&self, user: UserId, pseudonyms: &HashMap<Uuid, Uuid>) -> Stored<()> {
        self.act(|room, feed| {
            for (data, _) in room.browsers.values_mut() {
                let mut text = String::from_utf8_lossy(data).into_owned();
                for (id, other) in pseudonyms {
                    text = text.replace(&id.to_string(), &other.to_string());
                }
                *data = text.into_bytes();
            }
            let named = |what: &Revoked| {
                let id = match what {
                    Revoked::Authorization(id) => id.as_uuid(),
                    Revoked::LoginSession(id) => id.as_uuid(),
                    Revoked::User(id) => id.as_uuid(),
                    Revoked::Client(_) | Revoked::Token(_) => return false,
                };
                pseudonyms.contains_key(&id)
            };
            room.revocations.retain(|what, _| !named(what));
            feed.changes.retain(|change| match &change.changed {
                Changed::Revoked(revocation) => !named(&revocation.what),
                Changed::Realm | Changed::Keys | Changed::Client(_) | Changed::Api(_) => true,
            });
            room.forgotten.insert(user);
            Ok(())
        })
    }
}

fn mailed(code: &MailedCode) -> Mailed {
    Mailed {
        code: code.clone(),
        attempts_left: MAILED_CODE_ATTEMPTS,
        used: false,
    }
}
