//! Leaving: the account ends at once and is erased after a time of grace, in which its owner can restore it.
//!
//! What is erased leaves events behind that happened to nobody in particular: ids in them are replaced, the same by the
//! same, and where they came from is dropped.

mod forgetting;

pub use forgetting::Forgetting;

use super::{
    Act, Ports, addressee,
    budgets::{BudgetError, Budgets},
    mailed::CodeFor,
};
use crate::{
    clock::Timestamp,
    event::{Actor, EventKind},
    id::UserId,
    job::{ClaimedJob, JobKind},
    login_session::{RecentlyProven, RequestOrigin},
    mail::{MailedCode, MailedCodePurpose},
    opaque::{OpaqueKind, OpaqueToken},
    outbound::AccountNotice,
    realm::RealmName,
    realm_context::RealmContext,
    stores::{Alongside, Left, MailedOutcome, StoreError},
    user::User,
};
use std::{sync::Arc, time::Duration};

/// Days of grace.
pub const GRACE_DAYS: u64 = 14;
/// How long an account that was left can be restored.
pub const GRACE: Duration = Duration::from_secs(GRACE_DAYS * 86_400);

/// Why an account was not left.
#[derive(Debug, thiserror::Error)]
pub enum LeaveError {
    /// The session or the account has ended meanwhile.
    #[error("signed out")]
    SignedOut,
    /// Nobody else runs the realm.
    #[error("the last administrator")]
    LastAdministrator,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an account was not restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The link is wrong, used or expired, or the account is gone.
    #[error("the link does not work")]
    Refused,
    /// Too many attempts.
    #[error("too many attempts")]
    TooManyAttempts {
        /// When to try again.
        retry_after: Duration,
    },
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<BudgetError> for RestoreError {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::Spent { retry_after } => Self::TooManyAttempts { retry_after },
            BudgetError::Store(error) => Self::Store(error),
        }
    }
}

/// An account whose time of grace ends, as it waits in its job.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct Erasure {
    realm: String,
    user: UserId,
}

impl Erasure {
    /// In which realm.
    pub fn realm(&self) -> Option<RealmName> {
        self.realm.parse().ok()
    }
}

/// Leaving, and coming back.
#[derive(Clone)]
pub struct LeavingService {
    ports: Ports,
}

impl LeavingService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Ends the account, mails how to restore it, and tells when it is erased.
    pub async fn leave(&self, act: &Act, person: RecentlyProven<'_>) -> Result<Timestamp, LeaveError> {
        let (user, now) = (person.user(), self.ports.clock.now());
        let erase_at = now + GRACE;
        let (token, code) = self.ports.way_back(act, user, erase_at);
        let link = act.realm.issuer.url(&restore_path(&token));
        let notice = AccountNotice::Leaving {
            link: &link,
            days: GRACE_DAYS,
        };
        let mail = self.ports.mail_writer.account(&addressee(act, user), notice);
        let erasure = Erasure {
            realm: act.realm.realm.name.as_str().to_owned(),
            user: user.id,
        };
        let mut with = self
            .ports
            .ending(act, EventKind::UserDeletionAsked { user: user.id });
        with.jobs.push(self.ports.mail_job(&mail));
        with.jobs
            .push(self.ports.job_at(JobKind::EraseAccount, &erasure, erase_at));
        let (by, moment) = (person.session().id, act.realm.moment(now));
        let leaving = &act.realm.stores.leaving;
        match leaving.leave(&code, by, erase_at, moment, with).await? {
            Left::Left => Ok(erase_at),
            Left::SignedOut => Err(LeaveError::SignedOut),
            Left::LastAdministrator => Err(LeaveError::LastAdministrator),
        }
    }

    /// When the account is erased that a link's token would restore now; uses nothing up, so mail scanners may follow
    /// it.
    pub async fn restorable(&self, act: &Act, token: &str) -> Result<Option<Timestamp>, StoreError> {
        let Some(code) = self.found(act, token).await? else {
            return Ok(None);
        };
        let user = act.realm.stores.users.find(code.user_id).await?;
        Ok(user.filter(User::is_leaving).and_then(|user| user.erase_at))
    }

    /// Restores the account by the token of a link, or of a sign-in. Nobody is signed in by it.
    pub async fn restore(&self, act: &Act, token: &str) -> Result<(), RestoreError> {
        let budgets = Budgets::new(self.ports.clone());
        let purpose = MailedCodePurpose::RestoreAccount;
        let (reserved, found) = budgets.arrive_by_link(act, token, purpose).await?;
        let restored = self.restore_by_link(act, found).await;
        let was_right = match &restored {
            Ok(()) => Some(true),
            Err(RestoreError::Refused) => Some(false),
            Err(_) => None,
        };
        budgets.judged(act, reserved, was_right).await?;
        restored
    }

    async fn restore_by_link(&self, act: &Act, found: Option<MailedCode>) -> Result<(), RestoreError> {
        let code = found.ok_or(RestoreError::Refused)?;
        let stores = &act.realm.stores;
        let user = stores.users.find(code.user_id).await?;
        let user = user.filter(User::is_leaving).ok_or(RestoreError::Refused)?;
        let mail = self
            .ports
            .mail_writer
            .account(&addressee(act, &user), AccountNotice::Restored);
        let mut with = self
            .ports
            .alongside(act, EventKind::UserRestored { user: user.id });
        with.jobs.push(self.ports.mail_job(&mail));
        let now = self.ports.clock.now();
        match stores.leaving.restore(code.link, now, with).await? {
            MailedOutcome::Redeemed(_) => Ok(()),
            MailedOutcome::Refused => Err(RestoreError::Refused),
        }
    }

    async fn found(&self, act: &Act, token: &str) -> Result<Option<MailedCode>, StoreError> {
        let Some(token) = OpaqueToken::parse(OpaqueKind::MailedLink, token) else {
            return Ok(None);
        };
        let now = self.ports.clock.now();
        let codes = &act.realm.stores.mailed_codes;
        let found = codes.find_by_link(&token.digest(), now).await?;
        Ok(found.filter(|found| found.purpose == MailedCodePurpose::RestoreAccount))
    }

    /// What a job of kind [`JobKind::EraseAccount`] is about.
    pub fn open_erasure(&self, job: &ClaimedJob) -> Option<Erasure> {
        self.ports.open_job(JobKind::EraseAccount, job)
    }

    /// Erases an account whose time has come; false if it was restored or is gone.
    pub async fn erase(&self, realm: Arc<RealmContext>, erasure: &Erasure) -> Result<bool, StoreError> {
        let act = Act {
            realm,
            actor: Actor::System,
            origin: RequestOrigin::default(),
            locale: None,
        };
        let stores = &act.realm.stores;
        let Some(user) = stores.users.find(erasure.user).await? else {
            return Ok(false);
        };
        let mut with = self.ports.ending(&act, EventKind::UserDeleted { user: user.id });
        with.jobs.push(self.ports.forgetting(&act, &user));
        let moment = act.realm.moment(self.ports.clock.now());
        stores.leaving.erase(user.id, moment, with).await
    }
}

/// The page that restores an account.
pub fn restore_path(token: &OpaqueToken) -> String {
    format!("/restore-account?token={}", token.expose())
}

impl Ports {
    /// A link that restores the account until `until`, and what is stored of it.
    fn way_back(&self, act: &Act, user: &User, until: Timestamp) -> (OpaqueToken, MailedCode) {
        let of = CodeFor {
            id: self.flow(),
            user: user.id,
            purpose: MailedCodePurpose::RestoreAccount,
            email: &user.email,
            browser: None,
        };
        let mut fresh = self.fresh_code(act, &of);
        fresh.stored.expires_at = until;
        (fresh.link, fresh.stored)
    }

    /// A token that restores the account for some minutes, for somebody who proved that it was theirs.
    pub(super) async fn offer_to_restore(
        &self,
        act: &Act,
        user: &User,
    ) -> Result<Option<OpaqueToken>, StoreError> {
        let until = self.clock.now() + act.realm.settings.lifetimes.mailed_code;
        let (token, code) = self.way_back(act, user, until);
        let offered = act.realm.stores.leaving.offer(&code).await?;
        Ok(offered.then_some(token))
    }

    /// Mails how to restore an account that is to be erased, to whoever asked for a mail to sign in to it with.
    pub(super) async fn mail_way_back(&self, act: &Act, user: &User) -> Result<(), StoreError> {
        let Some(erase_at) = user.erase_at else {
            return Ok(());
        };
        let (token, code) = self.way_back(act, user, erase_at);
        if !act.realm.stores.leaving.offer(&code).await? {
            return Ok(());
        }
        let link = act.realm.issuer.url(&restore_path(&token));
        let left = erase_at.since(self.clock.now()).as_secs();
        let notice = AccountNotice::Leaving {
            link: &link,
            days: (left / 86_400).max(1),
        };
        let mail = self.mail_writer.account(&addressee(act, user), notice);
        let with = Alongside {
            jobs: vec![self.mail_job(&mail)],
            ..Alongside::default()
        };
        act.realm.stores.events.record(with).await
    }
}

#[cfg(test)]
mod tests;
