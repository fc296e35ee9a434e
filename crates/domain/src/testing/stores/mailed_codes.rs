//! Mailed codes and links.

use super::{
    InRealm,
    state::{Mailed, Room},
    users::changed,
};
use crate::{
    change::Revoked,
    clock::Timestamp,
    id::{MailedCodeId, UserId},
    mail::{Chosen, MAILED_CODE_ATTEMPTS, MailedCode, MailedCodePurpose, MailedProof},
    person::Email,
    secret::Digest,
    stores::{Alongside, MailedCodeStore, MailedOutcome, Moment, NextPassword, StoreError, Stored},
    user::UserSource,
};
use async_trait::async_trait;

#[async_trait]
impl MailedCodeStore for InRealm {
    async fn send(&self, code: &MailedCode, with: Alongside) -> Stored<()> {
        self.act(|room, _| {
            let known = room.codes.iter().any(|other| other.code.id == code.id);
            if known || !room.users.contains_key(&code.user_id) {
                return Err(StoreError::Conflict);
            }
            for earlier in &mut room.codes {
                let same = earlier.code.user_id == code.user_id && earlier.code.purpose == code.purpose;
                earlier.used |= same;
            }
            room.codes.push(Mailed {
                code: code.clone(),
                attempts_left: MAILED_CODE_ATTEMPTS,
                used: false,
            });
            room.store(with);
            Ok(())
        })
    }

    async fn find(&self, id: MailedCodeId, now: Timestamp) -> Stored<Option<MailedCode>> {
        Ok(self.act(|room, _| {
            usable(room, now)
                .find(|mailed| mailed.code.id == id)
                .map(|mailed| mailed.code.clone())
        }))
    }

    async fn find_by_link(&self, link: &Digest, now: Timestamp) -> Stored<Option<MailedCode>> {
        Ok(self.act(|room, _| {
            let mut usable = usable(room, now);
            usable
                .find(|mailed| mailed.code.link == *link)
                .map(|mailed| mailed.code.clone())
        }))
    }

    async fn confirm_email(
        &self,
        proof: MailedProof,
        chosen: Option<Chosen>,
        now: Timestamp,
        with: Alongside,
    ) -> Stored<MailedOutcome> {
        self.act(|room, _| {
            let Some(code) = use_up(room, MailedCodePurpose::ConfirmEmail, proof, now) else {
                return Ok(MailedOutcome::Refused);
            };
            if let Some(user) = room.users.get_mut(&code.user_id)
                && user.email.normalised() == code.email.normalised()
                && user.email_verified_at.is_none()
            {
                user.email_verified_at = Some(now);
                changed(user, now);
                let (password, name, terms) = match chosen {
                    Some(Chosen {
                        password,
                        name,
                        terms,
                    }) => (Some(password), name, terms),
                    None => (None, None, None),
                };
                user.name = name;
                room.drop_password(code.user_id);
                if let Some(password) = password {
                    room.set_password(code.user_id, password, now);
                }
                if let Some(terms) = terms {
                    let key = (code.user_id, terms.version);
                    room.terms.entry(key).or_insert(terms.at);
                }
            }
            room.store(with);
            Ok(MailedOutcome::Redeemed(code))
        })
    }

    async fn reset_password(
        &self,
        proof: MailedProof,
        new: &NextPassword,
        moment: Moment,
        mut with: Alongside,
    ) -> Stored<MailedOutcome> {
        self.act(|room, feed| {
            let Some(code) = use_up(room, MailedCodePurpose::ResetPassword, proof, moment.at) else {
                return Ok(MailedOutcome::Refused);
            };
            let user = code.user_id;
            replace_password(room, &code, new, moment.at)?;
            if let Some(user) = room.users.get_mut(&user) {
                user.not_before = moment.at;
                if user.email.normalised() == code.email.normalised() {
                    user.email_verified_at.get_or_insert(moment.at);
                }
                changed(user, moment.at);
            }
            forget_codes(room, user, None);
            room.end_everything(user, moment.at, &mut with);
            room.revoke(feed, self.realm, Revoked::User(user), moment);
            room.store(with);
            Ok(MailedOutcome::Redeemed(code))
        })
    }

    async fn sign_in(&self, proof: MailedProof, now: Timestamp, with: Alongside) -> Stored<MailedOutcome> {
        self.act(|room, _| {
            let Some(code) = use_up(room, MailedCodePurpose::SignIn, proof, now) else {
                return Ok(MailedOutcome::Refused);
            };
            if let Some(user) = room.users.get_mut(&code.user_id)
                && user.email.normalised() == code.email.normalised()
                && user.email_verified_at.is_none()
            {
                user.email_verified_at = Some(now);
                changed(user, now);
                if user.source == UserSource::SignUp {
                    user.name = None;
                    room.drop_password(code.user_id);
                    forget_codes(room, code.user_id, None);
                }
            }
            room.store(with);
            Ok(MailedOutcome::Redeemed(code))
        })
    }

    async fn prove_address(
        &self,
        proof: MailedProof,
        now: Timestamp,
        with: Alongside,
    ) -> Stored<MailedOutcome> {
        self.act(|room, _| {
            let Some(code) = use_up(room, MailedCodePurpose::ProveAddress, proof, now) else {
                return Ok(MailedOutcome::Refused);
            };
            if let Some(user) = room.users.get_mut(&code.user_id)
                && user.email.normalised() == code.email.normalised()
                && user.email_verified_at.is_none()
                && user.source != UserSource::SignUp
            {
                user.email_verified_at = Some(now);
                changed(user, now);
            }
            room.store(with);
            Ok(MailedOutcome::Redeemed(code))
        })
    }

    async fn change_email(
        &self,
        proof: MailedProof,
        undo: &MailedCode,
        now: Timestamp,
        with: Alongside,
    ) -> Stored<MailedOutcome> {
        self.act(|room, _| {
            let before: Vec<bool> = room.codes.iter().map(|mailed| mailed.used).collect();
            let Some(code) = use_up(room, MailedCodePurpose::ChangeEmail, proof, now) else {
                return Ok(MailedOutcome::Refused);
            };
            let theirs = room.users.get(&code.user_id);
            let same = theirs.is_some_and(|user| user.email.normalised() == undo.email.normalised());
            if undo.user_id != code.user_id || !same || !move_to(room, code.user_id, &code.email, now) {
                for (mailed, used) in room.codes.iter_mut().zip(before) {
                    mailed.used = used;
                }
                return Ok(MailedOutcome::Refused);
            }
            forget_codes(room, code.user_id, None);
            room.codes.push(Mailed {
                code: undo.clone(),
                attempts_left: MAILED_CODE_ATTEMPTS,
                used: false,
            });
            room.store(with);
            Ok(MailedOutcome::Redeemed(code))
        })
    }

    async fn undo_email(
        &self,
        link: Digest,
        new: &NextPassword,
        moment: Moment,
        mut with: Alongside,
    ) -> Stored<MailedOutcome> {
        self.act(|room, feed| {
            let proof = MailedProof::Link { link };
            let found = usable(room, moment.at).find(|mailed| mailed.code.link == link);
            let Some((user, email)) = found.map(|found| (found.code.user_id, found.code.email.clone()))
            else {
                return Ok(MailedOutcome::Refused);
            };
            if taken(room, user, &email) {
                return Ok(MailedOutcome::Refused);
            }
            let Some(code) = use_up(room, MailedCodePurpose::UndoEmail, proof, moment.at) else {
                return Ok(MailedOutcome::Refused);
            };
            replace_password(room, &code, new, moment.at)?;
            move_to(room, user, &email, moment.at);
            if let Some(user) = room.users.get_mut(&user) {
                user.not_before = moment.at;
                user.erase_at = None;
            }
            forget_codes(room, user, Some(code.created_at));
            room.drop_added_since(user, code.created_at);
            room.end_everything(user, moment.at, &mut with);
            room.revoke(feed, self.realm, Revoked::User(user), moment);
            room.store(with);
            Ok(MailedOutcome::Redeemed(code))
        })
    }

    async fn last_sent(&self, user: UserId, purpose: MailedCodePurpose) -> Stored<Option<Timestamp>> {
        Ok(self.act(|room, _| {
            let theirs = room.codes.iter().map(|mailed| &mailed.code);
            let theirs = theirs.filter(|code| code.user_id == user && code.purpose == purpose);
            theirs.map(|code| code.created_at).max()
        }))
    }
}

/// Sets the password that a code was used up for; the code is as it was if that does not take place.
fn replace_password(room: &mut Room, code: &MailedCode, new: &NextPassword, at: Timestamp) -> Stored<()> {
    let replaced = room.replace_password(code.user_id, new, at);
    if replaced.is_err() {
        let mut codes = room.codes.iter_mut();
        if let Some(mailed) = codes.find(|mailed| mailed.code.id == code.id) {
            mailed.used = false;
        }
    }
    replaced
}

/// No mailed code of an account works any more, but links that bring back an address, if made before `undone`.
pub(super) fn forget_codes(room: &mut Room, user: UserId, undone: Option<Timestamp>) {
    let stays = |code: &MailedCode| {
        code.purpose == MailedCodePurpose::UndoEmail && undone.is_none_or(|undone| code.created_at < undone)
    };
    for mailed in &mut room.codes {
        mailed.used |= mailed.code.user_id == user && !stays(&mailed.code);
    }
}

/// Whether somebody else has proven the address, or an operator gave it to them.
fn taken(room: &Room, user: UserId, email: &Email) -> bool {
    room.users.values().any(|other| {
        let waits = other.source == UserSource::SignUp && other.email_verified_at.is_none();
        other.id != user && other.email.normalised() == email.normalised() && !waits
    })
}

/// Deletes a sign-up of somebody else with the address that was never confirmed; false if an account stays that has it.
pub(super) fn give_way(room: &mut Room, user: UserId, email: &Email) -> bool {
    if taken(room, user, email) {
        return false;
    }
    let normalised = email.normalised();
    room.users
        .retain(|id, other| *id == user || other.email.normalised() != normalised);
    true
}

/// Gives an account a proven address; false if somebody else has it. A sign-up that was never confirmed gives way.
fn move_to(room: &mut Room, user: UserId, email: &Email, at: Timestamp) -> bool {
    if !give_way(room, user, email) {
        return false;
    }
    if let Some(user) = room.users.get_mut(&user) {
        user.email = email.clone();
        user.email_verified_at = Some(at);
        changed(user, at);
    }
    true
}

fn usable(room: &mut Room, now: Timestamp) -> impl Iterator<Item = &mut Mailed> {
    room.codes
        .iter_mut()
        .filter(move |mailed| !mailed.used && mailed.code.expires_at > now)
}

pub(super) fn use_up(
    room: &mut Room,
    purpose: MailedCodePurpose,
    proof: MailedProof,
    now: Timestamp,
) -> Option<MailedCode> {
    let mut usable = usable(room, now);
    let mailed = match proof {
        MailedProof::Code { id, code } => {
            let mailed = usable.find(|mailed| mailed.code.id == id && mailed.attempts_left > 0)?;
            mailed.attempts_left -= 1;
            Some(mailed).filter(|mailed| mailed.code.code == code)
        }
        MailedProof::Link { link } => usable.find(|mailed| mailed.code.link == link),
    };
    let mailed = mailed.filter(|mailed| mailed.code.purpose == purpose)?;
    mailed.used = true;
    Some(mailed.code.clone())
}
