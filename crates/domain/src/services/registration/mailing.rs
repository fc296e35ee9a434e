//! The code and link that a sign-up mails, and how often one address may be mailed.

use super::RegistrationService;
use crate::{
    id::{InteractionId, MailedCodeId},
    job::NewJob,
    mail::{MailedCodePurpose, WaitingSignUp},
    person::Email,
    secret::Digest,
    services::{
        Act, addressee,
        mailed::{CodeFor, FreshCode},
    },
    stores::{Alongside, StoreError},
    user::User,
};
use std::time::Duration;

const WINDOW: Duration = Duration::from_secs(3_600);
const MAILS_PER_WINDOW: u64 = 6;

impl RegistrationService {
    pub(super) async fn mail_budget_left(&self, act: &Act, email: &Email) -> Result<bool, StoreError> {
        let key = format!("mail:{}", Digest::of(email.normalised()).to_base64url());
        Ok(act.realm.ephemeral.limits.count(&key, WINDOW).await? <= MAILS_PER_WINDOW)
    }

    /// Mails the person a new code and link, which take the place of earlier ones.
    pub(super) async fn mail_code(
        &self,
        act: &Act,
        user: &User,
        (flow, sign_up): (MailedCodeId, Option<Box<WaitingSignUp>>),
        interaction: Option<InteractionId>,
    ) -> Result<(), StoreError> {
        let fresh = self.fresh_code(act, user, (flow, sign_up));
        let with = Alongside {
            jobs: vec![self.confirm_job(act, user, &fresh, interaction)],
            ..Alongside::default()
        };
        act.realm.stores.mailed_codes.send(&fresh.stored, with).await
    }

    /// A name like that of a flow, for somebody who must not learn that there is none.
    pub(super) fn flow_in_name_only(&self) -> MailedCodeId {
        self.ports.flow()
    }

    pub(super) fn fresh_code(
        &self,
        act: &Act,
        user: &User,
        (flow, sign_up): (MailedCodeId, Option<Box<WaitingSignUp>>),
    ) -> FreshCode {
        let of = CodeFor {
            id: flow,
            user: user.id,
            purpose: MailedCodePurpose::ConfirmEmail,
            email: &user.email,
            browser: None,
        };
        let mut fresh = self.ports.fresh_code(act, &of);
        fresh.stored.sign_up = sign_up;
        fresh
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
