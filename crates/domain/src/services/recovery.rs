//! Getting back in when a password is forgotten: a mailed link, good once, that sets a new one.

use super::{
    Act, Ports,
    budgets::{AskError, BudgetError, Budgets},
    passwords::NotHashed,
};
use crate::{
    event::{Actor, EventKind},
    id::MailedCodeId,
    job::{ClaimedJob, JobKind},
    login_session::RequestOrigin,
    mail::{MailedCode, MailedCodePurpose, MailedProof},
    opaque::{OpaqueKind, OpaqueToken},
    person::{Email, PasswordRefused, Personal},
    realm::RealmName,
    realm_context::RealmContext,
    secret::Digest,
    stores::{Alongside, MailedOutcome, StoreError},
    user::User,
    work::{Shown, WorkForm},
};
use std::{sync::Arc, time::Duration};

const WINDOW: Duration = Duration::from_secs(3_600);
const MAILS_PER_WINDOW: u64 = 6;
const REQUESTS_PER_NETWORK: u64 = 120;

/// Why a password was not reset.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// The link is wrong, used or expired.
    #[error("the link does not work")]
    Refused,
    /// It was asked for in another browser, and nobody said that this is known.
    #[error("asked for in another browser")]
    AskedElsewhere,
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

impl From<BudgetError> for ResetError {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::Spent { retry_after } => Self::TooManyAttempts { retry_after },
            BudgetError::Store(error) => Self::Store(error),
        }
    }
}

/// Where a link was asked for, seen from the browser it was opened in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedIn {
    /// In this browser.
    Here,
    /// In another one: whoever opened it is told so first.
    Elsewhere,
}

/// The link that was followed.
#[derive(Clone, Copy)]
pub struct ResetLink<'a> {
    /// Its token.
    pub token: &'a str,
    /// Digest of the cookie of the browser it was opened in.
    pub browser: Digest,
    /// Whether the person was told that it was asked for in another browser, and went on.
    pub told: bool,
}

/// A link somebody wants, as it waits in its job.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct LinkWanted {
    realm: String,
    email: String,
    locale: Option<String>,
    browser: Option<Digest>,
}

impl LinkWanted {
    /// In which realm.
    pub fn realm(&self) -> Option<RealmName> {
        self.realm.parse().ok()
    }
}

/// Getting back in.
#[derive(Clone)]
pub struct RecoveryService {
    ports: Ports,
}

impl RecoveryService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Takes down that somebody wants a link; a job finds out whether they get one, so that asking costs the same
    /// whoever the identifier belongs to.
    pub async fn request(
        &self,
        act: &Act,
        identifier: &str,
        (browser, work): (Digest, &Shown),
    ) -> Result<(), AskError> {
        Budgets::new(self.ports.clone())
            .ask(act, WorkForm::Reset, work)
            .await?;
        let mut with = Alongside::default();
        if let Ok(email) = Email::parse(identifier)
            && self.count(act, &email.normalised()).await?
        {
            let wanted = LinkWanted {
                realm: act.realm.realm.name.as_str().to_owned(),
                email: email.normalised(),
                locale: act.locale.clone(),
                browser: Some(browser),
            };
            with.jobs.push(self.ports.job(JobKind::SendResetLink, &wanted));
        }
        Ok(act.realm.stores.events.record(with).await?)
    }

    /// What a job of kind [`JobKind::SendResetLink`] was asked for.
    pub fn open(&self, job: &ClaimedJob) -> Option<LinkWanted> {
        self.ports.open_job(JobKind::SendResetLink, job)
    }

    /// Mails a link to whoever the address belongs to, if they may have one.
    pub async fn send_link(&self, realm: Arc<RealmContext>, wanted: LinkWanted) -> Result<(), StoreError> {
        let act = Act {
            realm,
            actor: Actor::System,
            origin: RequestOrigin::default(),
            locale: wanted.locale,
        };
        let found = act.realm.stores.users.find_by_email(&wanted.email).await?;
        match found.map(|found| found.user).filter(User::is_active) {
            Some(user) => self.send(&act, &user, wanted.browser).await,
            None => Ok(()),
        }
    }

    /// Where a link was asked for, if its token would work now; uses nothing up, so mail scanners may follow it.
    pub async fn asked_in(
        &self,
        act: &Act,
        token: &str,
        browser: Digest,
    ) -> Result<Option<AskedIn>, StoreError> {
        let Some(token) = OpaqueToken::parse(OpaqueKind::MailedLink, token) else {
            return Ok(None);
        };
        let codes = &act.realm.stores.mailed_codes;
        let found = codes
            .find_by_link(&token.digest(), self.ports.clock.now())
            .await?;
        let found = found.filter(|code| code.purpose == MailedCodePurpose::ResetPassword);
        Ok(found.map(|code| where_asked(&code, browser)))
    }

    /// Sets a new password by the mailed link's token; ends every session and everything that was allowed.
    pub async fn reset(&self, act: &Act, by: ResetLink<'_>, password: String) -> Result<(), ResetError> {
        let budgets = Budgets::new(self.ports.clone());
        let purpose = MailedCodePurpose::ResetPassword;
        let (reserved, found) = budgets.arrive_by_link(act, by.token, purpose).await?;
        let set = self.set_by_link(act, (by, found), password).await;
        let was_right = match &set {
            Ok(()) => Some(true),
            Err(ResetError::Refused) => Some(false),
            Err(_) => None,
        };
        budgets.judged(act, reserved, was_right).await?;
        set
    }

    async fn set_by_link(
        &self,
        act: &Act,
        (by, found): (ResetLink<'_>, Option<MailedCode>),
        password: String,
    ) -> Result<(), ResetError> {
        let code = found.ok_or(ResetError::Refused)?;
        let (link, now, stores) = (code.link, self.ports.clock.now(), &act.realm.stores);
        if !by.told && where_asked(&code, by.browser) == AskedIn::Elsewhere {
            return Err(ResetError::AskedElsewhere);
        }
        let user = stores
            .users
            .find(code.user_id)
            .await?
            .filter(User::is_active)
            .ok_or(ResetError::Refused)?;
        let password = self.ports.check_password(act, password, Personal::of(&user))?;
        let next = self.ports.hash_next_password(act, &user, &password).await?;
        let mail = self
            .ports
            .mail_writer
            .password_changed(&super::addressee(act, &user));
        let mut with = self.ports.ending(act, EventKind::PasswordReset { user: user.id });
        with.jobs.push(self.ports.mail_job(&mail));
        let moment = act.realm.moment(now);
        let proof = MailedProof::Link { link };
        let reset = stores.mailed_codes.reset_password(proof, &next, moment, with);
        match reset.await.map_err(NotHashed::not_set)? {
            MailedOutcome::Redeemed(_) => Ok(()),
            MailedOutcome::Refused => Err(ResetError::Refused),
        }
    }

    /// Counts a request; whether a mail may follow. Beyond what one network may ask nothing is kept of addresses,
    /// so that a flood of invented ones cannot push other counters out.
    async fn count(&self, act: &Act, normalised: &str) -> Result<bool, StoreError> {
        let limits = &act.realm.ephemeral.limits;
        if let Some(address) = act.origin.address {
            let key = format!("reset:ip:{}", super::network(address));
            if limits.count(&key, WINDOW).await? > REQUESTS_PER_NETWORK {
                return Ok(false);
            }
        }
        let key = format!("reset:{}", Digest::of(normalised).to_base64url());
        Ok(limits.count(&key, WINDOW).await? <= MAILS_PER_WINDOW)
    }

    async fn send(&self, act: &Act, user: &User, browser: Option<Digest>) -> Result<(), StoreError> {
        let now = self.ports.clock.now();
        let link = OpaqueToken::generate(OpaqueKind::MailedLink, &*self.ports.random);
        let code = MailedCode {
            id: MailedCodeId::generate(now, &*self.ports.random),
            user_id: user.id,
            purpose: MailedCodePurpose::ResetPassword,
            email: user.email.clone(),
            // This mail has a link only; nothing typed has this digest.
            code: Digest::of(self.ports.random.bytes32()),
            link: link.digest(),
            browser,
            sign_up: None,
            created_at: now,
            expires_at: now + act.realm.settings.lifetimes.mailed_code,
        };
        let address = act
            .realm
            .issuer
            .url(&format!("/reset-password?token={}", link.expose()));
        let mail = self
            .ports
            .mail_writer
            .reset_password(&super::addressee(act, user), &address);
        let with = Alongside {
            jobs: vec![self.ports.mail_job(&mail)],
            ..Alongside::default()
        };
        act.realm.stores.mailed_codes.send(&code, with).await
    }
}

fn where_asked(code: &MailedCode, browser: Digest) -> AskedIn {
    if code.browser == Some(browser) {
        AskedIn::Here
    } else {
        AskedIn::Elsewhere
    }
}

#[cfg(test)]
mod tests;
