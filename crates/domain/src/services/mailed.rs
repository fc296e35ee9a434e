//! The codes and links that mails carry: how they are made, what is stored of them, and how a typed code is judged.

use super::{Act, Ports};
use crate::{
    id::{MailedCodeId, UserId},
    mail::{MailedCode, MailedCodePurpose, MailedProof},
    opaque::{OpaqueKind, OpaqueToken},
    person::Email,
    secret::Digest,
};

/// Digits of a mailed code.
const DIGITS: u32 = 6;

/// What a code is for.
pub(super) struct CodeFor<'a> {
    pub id: MailedCodeId,
    pub user: UserId,
    pub purpose: MailedCodePurpose,
    pub email: &'a Email,
    pub browser: Option<Digest>,
}

/// A code and link about to be mailed, and what is stored of them.
pub(super) struct FreshCode {
    pub code: String,
    pub link: OpaqueToken,
    pub stored: MailedCode,
}

impl Ports {
    /// A new code and link.
    pub(super) fn fresh_code(&self, act: &Act, of: &CodeFor<'_>) -> FreshCode {
        let now = self.clock.now();
        let code = self.random.decimal_code(DIGITS);
        let link = OpaqueToken::generate(OpaqueKind::MailedLink, &*self.random);
        let stored = MailedCode {
            id: of.id,
            user_id: of.user,
            purpose: of.purpose,
            email: of.email.clone(),
            code: self.code_digest(of.id, &code),
            link: link.digest(),
            browser: of.browser,
            sign_up: None,
            created_at: now,
            expires_at: now + act.realm.settings.lifetimes.mailed_code,
        };
        FreshCode { code, link, stored }
    }

    /// A new name of a flow, also for somebody who must not learn that there is none.
    pub(super) fn flow(&self) -> MailedCodeId {
        MailedCodeId::generate(self.clock.now(), &*self.random)
    }

    /// What was typed as the code of `flow`.
    pub(super) fn code_proof(&self, flow: MailedCodeId, typed: &str) -> MailedProof {
        let digits = typed.chars().filter(char::is_ascii_digit);
        let digits: String = digits.take(DIGITS as usize + 1).collect();
        MailedProof::Code {
            id: flow,
            code: self.code_digest(flow, &digits),
        }
    }

    fn code_digest(&self, id: MailedCodeId, digits: &str) -> Digest {
        self.sealer
            .mac("mailed-code", format!("{id}:{digits}").as_bytes())
    }
}
