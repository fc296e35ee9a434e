//! Proving that an address is one's own: by the mailed code, typed, or by the mailed link.

use super::{RegistrationService, mailing::DIGITS};
use crate::{
    event::EventKind,
    id::{InteractionId, MailedCodeId},
    mail::{MailedCode, MailedCodePurpose, MailedProof},
    opaque::{OpaqueKind, OpaqueToken},
    services::Act,
    stores::{Alongside, MailedOutcome, StoreError},
};

/// Why an address was not confirmed.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// Wrong, used, expired or tried too often.
    #[error("the code or link does not work")]
    Refused,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RegistrationService {
    /// Mails a new code and link for the flow, within limits; says nothing about whether the flow exists.
    pub async fn resend(
        &self,
        act: &Act,
        flow: MailedCodeId,
        interaction: Option<InteractionId>,
    ) -> Result<MailedCodeId, StoreError> {
        let now = self.ports.clock.now();
        let stores = &act.realm.stores;
        let old = stores.mailed_codes.find(flow, now).await?;
        let user = match &old {
            Some(old) if old.purpose == MailedCodePurpose::ConfirmEmail => {
                stores.users.find(old.user_id).await?
            }
            Some(_) | None => None,
        };
        if let Some(user) = user.filter(|user| !user.email_verified() && user.is_active())
            && self.mail_budget_left(act, &user.email).await?
        {
            let fresh = self.fresh_code(act, user.id, &user.email);
            let id = fresh.stored.id;
            let with = Alongside {
                jobs: vec![self.confirm_job(act, &user, &fresh, interaction)],
                ..Alongside::default()
            };
            stores.mailed_codes.send(&fresh.stored, with).await?;
            return Ok(id);
        }
        // A flow without a mail gets a new name too, so that names tell nothing; the link mailed last still works.
        stores.events.record(Alongside::default()).await?;
        Ok(MailedCodeId::generate(now, &*self.ports.random))
    }

    /// Confirms an address by the code typed on the page of `flow`.
    pub async fn confirm_with_code(
        &self,
        act: &Act,
        flow: MailedCodeId,
        typed: &str,
    ) -> Result<(), ConfirmError> {
        let digits: String = typed
            .chars()
            .filter(char::is_ascii_digit)
            .take(DIGITS as usize + 1)
            .collect();
        let code = self.code_digest(flow, &digits);
        let found = act
            .realm
            .stores
            .mailed_codes
            .find(flow, self.ports.clock.now())
            .await?;
        self.confirm(act, MailedProof::Code { id: flow, code }, found)
            .await
    }

    /// Confirms an address by the mailed link's token.
    pub async fn confirm_with_link(&self, act: &Act, token: &str) -> Result<(), ConfirmError> {
        let token = OpaqueToken::parse(OpaqueKind::MailedLink, token).ok_or(ConfirmError::Refused)?;
        let link = token.digest();
        let found = act
            .realm
            .stores
            .mailed_codes
            .find_by_link(&link, self.ports.clock.now())
            .await?;
        self.confirm(act, MailedProof::Link { link }, found).await
    }

    /// Whether a link's token would work now; uses nothing up, so mail scanners may follow the link.
    pub async fn link_works(
        &self,
        act: &Act,
        token: &str,
        purpose: MailedCodePurpose,
    ) -> Result<bool, StoreError> {
        let Some(token) = OpaqueToken::parse(OpaqueKind::MailedLink, token) else {
            return Ok(false);
        };
        let found = act
            .realm
            .stores
            .mailed_codes
            .find_by_link(&token.digest(), self.ports.clock.now())
            .await?;
        Ok(found.is_some_and(|code| code.purpose == purpose))
    }

    async fn confirm(
        &self,
        act: &Act,
        proof: MailedProof,
        found: Option<MailedCode>,
    ) -> Result<(), ConfirmError> {
        // The write is tried even when nothing was found, so that a flow in name only costs the same.
        let with = match found {
            Some(code) => self
                .ports
                .alongside(act, EventKind::EmailVerified { user: code.user_id }),
            None => Alongside::default(),
        };
        match act
            .realm
            .stores
            .mailed_codes
            .confirm_email(proof, self.ports.clock.now(), with)
            .await?
        {
            MailedOutcome::Redeemed(_) => Ok(()),
            MailedOutcome::Refused => Err(ConfirmError::Refused),
        }
    }
}
