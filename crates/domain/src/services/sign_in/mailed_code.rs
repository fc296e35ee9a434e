//! Signing in by a mailed code, typed in the browser that asked for it, or by the mailed link, wherever the mail is
//! read: whoever opens it signs in there and nowhere else.
//!
//! Asking costs the same whoever the address belongs to: a job finds out who gets a mail.

mod address;

use super::{Proven, SignIn, SignInError};
use crate::{
    acr::Method,
    clock::Timestamp,
    door::Door,
    event::{Actor, SignInFailure},
    federation::ProviderId,
    id::{InteractionId, MailedCodeId},
    job::{ClaimedJob, JobKind},
    login_session::RequestOrigin,
    mail::{MailedCode, MailedCodePurpose, MailedProof},
    opaque::{OpaqueKind, OpaqueToken},
    person::Email,
    realm::RealmName,
    realm_context::RealmContext,
    secret::Digest,
    services::{Act, MailFlow, addressee, budgets::AskError, mailed::CodeFor, network},
    stores::{Alongside, MailedOutcome, StoreError},
    user::User,
    work::{Shown, WorkForm},
};
use std::{sync::Arc, time::Duration};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);
/// Mails to one address an hour.
const MAILS_PER_HOUR: u64 = 6;
/// Mails to one address a day, each of which lets a stranger guess five times.
const MAILS_PER_DAY: u64 = 24;
/// Mails that one network may ask for in an hour.
const REQUESTS_PER_NETWORK: u64 = 120;

/// A code that somebody wants, as it waits in its job.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct CodeWanted {
    realm: String,
    email: String,
    locale: Option<String>,
    flow: MailedCodeId,
    browser: Digest,
    interaction: InteractionId,
    /// The provider that vouched for somebody without an address; nobody is signed in by the code itself then.
    #[serde(default)]
    through: Option<ProviderId>,
}

impl CodeWanted {
    /// In which realm.
    pub fn realm(&self) -> Option<RealmName> {
        self.realm.parse().ok()
    }
}

/// What a mailed link would do.
#[derive(Clone, Debug)]
pub struct LinkOffer {
    /// The address of whoever it signs in.
    pub email: Email,
    /// Whether it was asked for in another browser than this one.
    pub elsewhere: bool,
}

impl SignIn {
    /// Takes down that somebody wants a code. Gives the flow in which it can be typed in `browser`; it exists in name
    /// only when there is nobody to mail it to.
    pub async fn ask_for_code(
        &self,
        act: &Act,
        identifier: &str,
        (browser, interaction): (Digest, InteractionId),
        work: &Shown,
    ) -> Result<MailFlow, AskError> {
        self.budgets.ask(act, WorkForm::SignInCode, work).await?;
        let email = Email::parse(identifier).map(|email| email.normalised());
        let wanted = CodeWanted {
            realm: act.realm.realm.name.as_str().to_owned(),
            email: email.unwrap_or_else(|_| identifier.trim().to_lowercase()),
            locale: act.locale.clone(),
            flow: self.ports.flow(),
            browser,
            interaction,
            through: None,
        };
        Ok(self.take_down(act, wanted).await?)
    }

    /// Takes down who wants a code, if what was typed is an address and may be mailed.
    async fn take_down(&self, act: &Act, wanted: CodeWanted) -> Result<MailFlow, StoreError> {
        let email = Email::parse(&wanted.email).map(|email| email.normalised());
        let mut with = Alongside::default();
        if let Ok(address) = &email
            && self.may_mail(act, address).await?
        {
            with.jobs.push(self.ports.job(JobKind::SendSignInCode, &wanted));
        }
        act.realm.stores.events.record(with).await?;
        let address = email.unwrap_or_else(|_| wanted.email.clone());
        Ok(self.ports.flow_about(wanted.flow, &address))
    }

    /// What a job of kind [`JobKind::SendSignInCode`] was asked for.
    pub fn open(&self, job: &ClaimedJob) -> Option<CodeWanted> {
        self.ports.open_job(JobKind::SendSignInCode, job)
    }

    /// Mails a code and link to whoever the address belongs to, if they may have one.
    pub async fn send_code(&self, realm: Arc<RealmContext>, wanted: CodeWanted) -> Result<(), StoreError> {
        let act = Act {
            realm,
            actor: Actor::System,
            origin: RequestOrigin::default(),
            locale: wanted.locale.clone(),
        };
        let address = Email::parse(&wanted.email).map(|email| email.normalised());
        let address = address.unwrap_or_else(|_| wanted.email.clone());
        let found = act.realm.stores.users.find_by_email(&address).await?;
        match (found.map(|found| found.user), &wanted.through) {
            (Some(user), _) if user.is_leaving() => self.ports.mail_way_back(&act, &user).await,
            (Some(user), _) if !user.is_active() => Ok(()),
            (Some(user), None) => self.send(&act, &user, &wanted).await,
            (None, None) => Ok(()),
            (found, Some(through)) => self.send_address_code(&act, found, (&wanted, through)).await,
        }
    }

    /// Judges the code typed on the page of `flow`, in the browser that asked for it: a code typed elsewhere would sign
    /// in whoever sent its reader there.
    pub async fn code(
        &self,
        act: &Act,
        (flow, browser): (&MailFlow, Digest),
        typed: &str,
    ) -> Result<Proven, SignInError> {
        let address = self.ports.address_of(flow).ok_or(SignInError::WrongCredentials)?;
        let reserved = self.budgets.reserve_for(act, Door::SignInCode, &address).await?;
        let codes = &act.realm.stores.mailed_codes;
        let found = codes.find(flow.id(), self.ports.clock.now()).await?;
        let found = found.filter(|found| found.browser == Some(browser));
        // The write is tried even when nothing was found, so that a flow in name only costs the same.
        let flow = found.map_or_else(|| self.ports.flow(), |_| flow.id());
        let begun = self.ports.clock.now();
        match self
            .redeem(act, self.ports.code_proof(flow, typed), begun)
            .await?
        {
            Some(code) => {
                self.budgets.give_back(act, reserved).await?;
                self.proven_by(act, code, begun).await
            }
            None => {
                self.record_failure(act, None, SignInFailure::WrongCode, &reserved)
                    .await?;
                Err(SignInError::WrongCredentials)
            }
        }
    }

    /// Judges the mailed link's token.
    pub async fn link(&self, act: &Act, token: &str) -> Result<Proven, SignInError> {
        let purpose = MailedCodePurpose::SignIn;
        let (reserved, found) = self.budgets.arrive_by_link(act, token, purpose).await?;
        let begun = self.ports.clock.now();
        let redeemed = match found {
            Some(MailedCode { link, .. }) => self.redeem(act, MailedProof::Link { link }, begun).await?,
            None => None,
        };
        self.budgets
            .judged(act, reserved, Some(redeemed.is_some()))
            .await?;
        let code = redeemed.ok_or(SignInError::WrongCredentials)?;
        self.proven_by(act, code, begun).await
    }

    /// What a link's token would do in this browser, if it works; uses nothing up, so mail scanners may follow it.
    pub async fn link_offer(
        &self,
        act: &Act,
        token: &str,
        browser: Digest,
    ) -> Result<Option<LinkOffer>, StoreError> {
        let Some(token) = OpaqueToken::parse(OpaqueKind::MailedLink, token) else {
            return Ok(None);
        };
        let codes = &act.realm.stores.mailed_codes;
        let found = codes
            .find_by_link(&token.digest(), self.ports.clock.now())
            .await?;
        let found = found.filter(|found| found.purpose == MailedCodePurpose::SignIn);
        Ok(found.map(|found| LinkOffer {
            elsewhere: found.browser != Some(browser),
            email: found.email,
        }))
    }

    async fn redeem(
        &self,
        act: &Act,
        proof: MailedProof,
        now: Timestamp,
    ) -> Result<Option<MailedCode>, StoreError> {
        let codes = &act.realm.stores.mailed_codes;
        match codes.sign_in(proof, now, Alongside::default()).await? {
            MailedOutcome::Redeemed(code) => Ok(Some(code)),
            MailedOutcome::Refused => Ok(None),
        }
    }

    /// A mail proves the address it went to; it is the account's only while the account has that address.
    async fn proven_by(&self, act: &Act, code: MailedCode, begun: Timestamp) -> Result<Proven, SignInError> {
        let user = act.realm.stores.users.find(code.user_id).await?;
        user.filter(|user| user.email.normalised() == code.email.normalised())
            .and_then(|user| Proven::new(user, Method::MailedCode, begun))
            .ok_or(SignInError::WrongCredentials)
    }

    /// Counts a request; whether a mail may follow. Beyond what one network may ask nothing is kept of addresses.
    async fn may_mail(&self, act: &Act, normalised: &str) -> Result<bool, StoreError> {
        let limits = &act.realm.ephemeral.limits;
        if let Some(address) = act.origin.address {
            let key = format!("sign-in-mail:ip:{}", network(address));
            if limits.count(&key, HOUR).await? > REQUESTS_PER_NETWORK {
                return Ok(false);
            }
        }
        let who = Digest::of(normalised).to_base64url();
        let hour = limits.count(&format!("sign-in-mail:hour:{who}"), HOUR).await?;
        // A mail that is not sent anyway costs nothing of the day's.
        let key = format!("sign-in-mail:day:{who}");
        Ok(hour <= MAILS_PER_HOUR && limits.count(&key, DAY).await? <= MAILS_PER_DAY)
    }

    async fn send(&self, act: &Act, user: &User, wanted: &CodeWanted) -> Result<(), StoreError> {
        let of = CodeFor {
            id: wanted.flow,
            user: user.id,
            purpose: MailedCodePurpose::SignIn,
            email: &user.email,
            browser: Some(wanted.browser),
        };
        let fresh = self.ports.fresh_code(act, &of);
        let (token, interaction) = (fresh.link.expose(), wanted.interaction);
        let link = act
            .realm
            .issuer
            .url(&format!("/login/code?token={token}&interaction={interaction}"));
        let to = addressee(act, user);
        let mail = self.ports.mail_writer.sign_in_code(&to, &fresh.code, &link);
        let with = Alongside {
            jobs: vec![self.ports.mail_job(&mail)],
            ..Alongside::default()
        };
        match act.realm.stores.mailed_codes.send(&fresh.stored, with).await {
            // The job ran before, and its lease was lost before it could say so.
            Err(StoreError::Conflict) => Ok(()),
            sent => sent,
        }
    }
}

#[cfg(test)]
mod tests;
