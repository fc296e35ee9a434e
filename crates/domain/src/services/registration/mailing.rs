//! The code and link that a sign-up mails, and how often one address may be mailed.

use super::RegistrationService;
use crate::{
    id::{InteractionId, MailedCodeId, UserId},
    job::NewJob,
    mail::{MailedCode, MailedCodePurpose},
    opaque::{OpaqueKind, OpaqueToken},
    person::Email,
    secret::Digest,
    services::{Act, addressee},
    stores::StoreError,
    user::User,
};
use std::time::Duration;

/// Digits of a mailed code.
pub(super) const DIGITS: u32 = 6;
const WINDOW: Duration = Duration::from_secs(3_600);
const MAILS_PER_WINDOW: u64 = 6;

/// A code and link about to be mailed, and what is stored of them.
pub(super) struct FreshCode {
    pub code: String,
    pub link: OpaqueToken,
    pub stored: MailedCode,
}

impl RegistrationService {
    pub(super) async fn mail_budget_left(&self, act: &Act, email: &Email) -> Result<bool, StoreError> {
        let key = format!("mail:{}", Digest::of(email.normalised()).to_base64url());
        Ok(act.realm.ephemeral.limits.count(&key, WINDOW).await? <= MAILS_PER_WINDOW)
    }

    pub(super) fn fresh_code(&self, act: &Act, user_id: UserId, email: &Email) -> FreshCode {
        let now = self.ports.clock.now();
        let id = MailedCodeId::generate(now, &*self.ports.random);
        let code = self.ports.random.decimal_code(DIGITS);
        let link = OpaqueToken::generate(OpaqueKind::MailedLink, &*self.ports.random);
        let stored = MailedCode {
            id,
            user_id,
            purpose: MailedCodePurpose::ConfirmEmail,
            email: email.clone(),
            code: self.code_digest(id, &code),
            link: link.digest(),
            created_at: now,
            expires_at: now + act.realm.settings.lifetimes.mailed_code,
        };
        FreshCode { code, link, stored }
    }

    pub(super) fn code_digest(&self, id: MailedCodeId, digits: &str) -> Digest {
        self.ports
            .sealer
            .mac("mailed-code", format!("{id}:{digits}").as_bytes())
    }

    pub(super) fn confirm_job(
        &self,
        act: &Act,
        user: &User,
        fresh: &FreshCode,
        interaction: Option<InteractionId>,
    ) -> NewJob {
        let mut link = act
            .realm
            .issuer
            .url(&format!("/verify-email?token={}", fresh.link.expose()));
        if let Some(interaction) = interaction {
            link.push_str(&format!("&interaction={interaction}"));
        }
        let mail = self
            .ports
            .mail_writer
            .confirm_email(&addressee(act, user), &fresh.code, &link);
        self.ports.mail_job(&mail)
    }
}
