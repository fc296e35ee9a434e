//! Giving an account another address: it counts once it is proven by a mailed code, and whoever reads the mails of
//! the old one can bring that back for three days.
//!
//! Nobody is told on a page whether an address is somebody else's; the mailbox is.

use super::{
    Act, MailFlow, Ports, addressee,
    budgets::{BudgetError, Budgets, Whom},
    mailed::CodeFor,
    passwords::NotHashed,
};
use crate::{
    door::Door,
    event::EventKind,
    id::MailedCodeId,
    login_session::{RecentlyProven, SignedInUser},
    mail::{MailedCode, MailedCodePurpose},
    opaque::{OpaqueKind, OpaqueToken},
    outbound::Addressee,
    person::{Email, PasswordRefused, Personal},
    secret::Digest,
    stores::{Alongside, MailedOutcome, StoreError},
    user::{User, UserSource},
};
use std::time::Duration;

/// How long an address can be brought back.
pub const UNDO: Duration = Duration::from_secs(72 * 3_600);
const WINDOW: Duration = Duration::from_secs(3_600);
const MAILS_PER_WINDOW: u64 = 6;

/// Why an address was not changed.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    Invalid,
    /// It is the address of the account already.
    #[error("the same address")]
    Same,
    /// Too many mails, or codes that were wrong.
    #[error("too many mails or codes")]
    TooMany {
        /// When to try again.
        retry_after: Duration,
    },
    /// The code is wrong, used, expired, tried too often, or of another browser or account.
    #[error("the code does not work")]
    Refused,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<BudgetError> for AddressError {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::Spent { retry_after } => Self::TooMany { retry_after },
            BudgetError::Store(error) => Self::Store(error),
        }
    }
}

/// Why an address was not brought back.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// The link is wrong, used or expired, or the address is somebody else's by now.
    #[error("the link does not work")]
    Refused,
    /// The password does not meet the policy.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// Too many attempts.
    #[error("too many attempts")]
    TooManyAttempts {
        /// When to try again.
        retry_after: Duration,
    },
    /// Too many passwords are being hashed.
    #[error("busy")]
    Busy,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<BudgetError> for UndoError {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::Spent { retry_after } => Self::TooManyAttempts { retry_after },
            BudgetError::Store(error) => Self::Store(error),
        }
    }
}

/// Addresses of accounts.
#[derive(Clone)]
pub struct AddressService {
    ports: Ports,
}

impl AddressService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Mails a code to the address that somebody wants. Gives the flow in which it can be typed in `browser`; it
    /// exists in name only when the address is somebody else's, who is told.
    pub async fn ask(
        &self,
        act: &Act,
        person: RecentlyProven<'_>,
        (new, browser): (&str, Digest),
    ) -> Result<MailFlow, AddressError> {
        let new = Email::parse(new).map_err(|_| AddressError::Invalid)?;
        let user = person.user();
        if new.normalised() == user.email.normalised() {
            return Err(AddressError::Same);
        }
        self.count(act, user, &new).await?;
        let of = CodeFor {
            id: self.ports.flow(),
            user: user.id,
            purpose: MailedCodePurpose::ChangeEmail,
            email: &new,
            browser: Some(browser),
        };
        let stores = &act.realm.stores;
        let found = stores.users.find_by_email(&new.normalised()).await?;
        if let Some(owner) = found.map(|found| found.user).filter(|found| !gives_way(found)) {
            stores.events.record(self.tell_owner(act, &owner)).await?;
            return Ok(self.ports.flow_about(of.id, &new.normalised()));
        }
        let fresh = self.ports.fresh_code(act, &of);
        let to = Addressee {
            email: &new,
            ..addressee(act, user)
        };
        let mail = self.ports.mail_writer.change_email(&to, &fresh.code);
        let with = Alongside {
            jobs: vec![self.ports.mail_job(&mail)],
            ..Alongside::default()
        };
        stores.mailed_codes.send(&fresh.stored, with).await?;
        Ok(self.ports.flow_about(of.id, &new.normalised()))
    }

    /// Changes the address by the code typed on the page of `flow`, by the person who asked for it in this browser:
    /// asking took a recent proof, and nobody else's flow is found here. The old address is told.
    pub async fn change(
        &self,
        act: &Act,
        person: &SignedInUser,
        (flow, browser): (&MailFlow, Digest),
        typed: &str,
    ) -> Result<(), AddressError> {
        let address = self.ports.address_of(flow).ok_or(AddressError::Refused)?;
        let budgets = Budgets::new(self.ports.clone());
        let whom = Whom::By {
            user: person.user().id,
            address: Some(&address),
        };
        let reserved = budgets.reserve(act, Door::AddressCode, whom).await?;
        let changed = self
            .change_by_code(act, person, (flow.id(), browser), typed)
            .await;
        if let Err(AddressError::Refused) = &changed {
            budgets.keep(act, reserved).await?;
        } else {
            budgets.give_back(act, reserved).await?;
        }
        changed
    }

    async fn change_by_code(
        &self,
        act: &Act,
        person: &SignedInUser,
        (flow, browser): (MailedCodeId, Digest),
        typed: &str,
    ) -> Result<(), AddressError> {
        let now = self.ports.clock.now();
        let codes = &act.realm.stores.mailed_codes;
        let found = codes.find(flow, now).await?.is_some_and(|found| {
            found.user_id == person.user().id
                && found.browser == Some(browser)
                && found.purpose == MailedCodePurpose::ChangeEmail
        });
        let flow = if found { flow } else { self.ports.flow() };
        let (undo, with) = self.undo_by_mail(act, person.user());
        let proof = self.ports.code_proof(flow, typed);
        match codes.change_email(proof, &undo, now, with).await? {
            MailedOutcome::Redeemed(_) => Ok(()),
            MailedOutcome::Refused => Err(AddressError::Refused),
        }
    }

    /// The address that a link's token would bring back now; uses nothing up, so mail scanners may follow it.
    pub async fn undoable(&self, act: &Act, token: &str) -> Result<Option<Email>, StoreError> {
        let Some(token) = OpaqueToken::parse(OpaqueKind::MailedLink, token) else {
            return Ok(None);
        };
        let codes = &act.realm.stores.mailed_codes;
        let found = codes
            .find_by_link(&token.digest(), self.ports.clock.now())
            .await?;
        let found = found.filter(|found| found.purpose == MailedCodePurpose::UndoEmail);
        Ok(found.map(|found| found.email))
    }

    /// Brings an address back by the link mailed to it, with a new password. Whoever changed the address may be a
    /// stranger: every session and everything that was allowed ends, and passkeys, authenticators, recovery codes and
    /// trusted browsers that could have been added since are dropped.
    pub async fn undo(&self, act: &Act, token: &str, password: String) -> Result<(), UndoError> {
        let budgets = Budgets::new(self.ports.clone());
        let purpose = MailedCodePurpose::UndoEmail;
        let (reserved, found) = budgets.arrive_by_link(act, token, purpose).await?;
        let undone = self.undo_by_link(act, found, password).await;
        let was_right = match &undone {
            Ok(()) => Some(true),
            Err(UndoError::Refused) => Some(false),
            Err(_) => None,
        };
        budgets.judged(act, reserved, was_right).await?;
        undone
    }

    async fn undo_by_link(
        &self,
        act: &Act,
        found: Option<MailedCode>,
        password: String,
    ) -> Result<(), UndoError> {
        let found = found.ok_or(UndoError::Refused)?;
        let (link, now, stores) = (found.link, self.ports.clock.now(), &act.realm.stores);
        let user = stores.users.find(found.user_id).await?;
        // Whoever changed the address may have asked for the end of the account too.
        let user = user.filter(|user| user.is_active() || user.is_leaving());
        let user = user.ok_or(UndoError::Refused)?;
        let password = self.ports.check_password(act, password, Personal::of(&user))?;
        let next = self.ports.hash_next_password(act, &user, &password).await?;
        let to = Addressee {
            email: &found.email,
            ..addressee(act, &user)
        };
        let mail = self.ports.mail_writer.email_restored(&to);
        let mut with = self.ports.ending(act, EventKind::EmailRestored { user: user.id });
        with.jobs.push(self.ports.mail_job(&mail));
        let moment = act.realm.moment(now);
        let undone = stores.mailed_codes.undo_email(link, &next, moment, with).await;
        match undone.map_err(NotHashed::not_set)? {
            MailedOutcome::Redeemed(_) => Ok(()),
            MailedOutcome::Refused => Err(UndoError::Refused),
        }
    }

    async fn count(&self, act: &Act, user: &User, new: &Email) -> Result<(), AddressError> {
        let limits = &act.realm.ephemeral.limits;
        let new = Digest::of(new.normalised()).to_base64url();
        for key in [format!("address:by:{}", user.id), format!("mail:{new}")] {
            if limits.count(&key, WINDOW).await? > MAILS_PER_WINDOW {
                return Err(AddressError::TooMany { retry_after: WINDOW });
            }
        }
        Ok(())
    }

    fn tell_owner(&self, act: &Act, owner: &User) -> Alongside {
        let mut with = Alongside::default();
        if owner.is_active() {
            let sign_in = act.realm.issuer.url("/login");
            let to = addressee(act, owner);
            let mail = self.ports.mail_writer.email_taken(&to, &sign_in);
            with.jobs.push(self.ports.mail_job(&mail));
        }
        with
    }

    /// The link that brings back the address which `user` has now, and the mail that carries it there.
    fn undo_by_mail(&self, act: &Act, user: &User) -> (MailedCode, Alongside) {
        let of = CodeFor {
            id: self.ports.flow(),
            user: user.id,
            purpose: MailedCodePurpose::UndoEmail,
            email: &user.email,
            browser: None,
        };
        let mut fresh = self.ports.fresh_code(act, &of);
        fresh.stored.expires_at = fresh.stored.created_at + UNDO;
        let token = fresh.link.expose();
        let link = act.realm.issuer.url(&format!("/restore-email?token={token}"));
        let (to, hours) = (addressee(act, user), UNDO.as_secs() / 3_600);
        let mail = self.ports.mail_writer.email_changed(&to, &link, hours);
        let mut with = self
            .ports
            .alongside(act, EventKind::EmailChanged { user: user.id });
        with.jobs.push(self.ports.mail_job(&mail));
        (fresh.stored, with)
    }
}

/// Whether an account is a sign-up that nobody confirmed, which keeps an address from nobody.
fn gives_way(user: &User) -> bool {
    match user.source {
        UserSource::SignUp => !user.email_verified(),
        UserSource::Operator | UserSource::Provider => false,
    }
}

#[cfg(test)]
mod tests;
