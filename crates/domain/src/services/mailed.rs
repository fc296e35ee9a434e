//! The codes and links that mails carry: how they are made, what is stored of them, and how a typed code is judged.

use super::{Act, Ports};
use crate::{
    id::{MailedCodeId, UserId},
    mail::{MailedCode, MailedCodePurpose, MailedProof},
    opaque::{OpaqueKind, OpaqueToken},
    outbound::Sealed,
    person::Email,
    secret::Digest,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{fmt, str::FromStr};

/// Digits of a mailed code.
const DIGITS: u32 = 6;

/// What a flow's address is sealed for.
const SEALED_FOR: &str = "mail-flow";
/// Characters of the longest name of a flow.
const LONGEST: usize = 600;

/// A flow in which a mailed code can be typed, as pages carry it: its name and the address that was typed, sealed. Wrong
/// codes count for whoever has that address, whether anything was mailed there or the flow exists in name only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailFlow {
    id: MailedCodeId,
    address: Sealed,
}

impl MailFlow {
    /// The name under which its code is stored, if one is.
    pub fn id(&self) -> MailedCodeId {
        self.id
    }
}

impl fmt::Display for MailFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sealed { key_id, bytes } = &self.address;
        write!(f, "{}.{}.{key_id}", self.id, URL_SAFE_NO_PAD.encode(bytes))
    }
}

/// The text is no name of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a flow")]
pub struct NotAFlow;

impl FromStr for MailFlow {
    type Err = NotAFlow;

    fn from_str(text: &str) -> Result<Self, NotAFlow> {
        let mut parts = text.splitn(3, '.');
        let (Some(id), Some(bytes), Some(key_id)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NotAFlow);
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if text.len() > LONGEST || !key_id.bytes().all(plain) {
            return Err(NotAFlow);
        }
        Ok(Self {
            id: id.parse().map_err(|_| NotAFlow)?,
            address: Sealed {
                key_id: key_id.to_owned(),
                bytes: URL_SAFE_NO_PAD.decode(bytes).map_err(|_| NotAFlow)?,
            },
        })
    }
}

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

    /// The flow with this name, about a normalised address.
    pub(super) fn flow_about(&self, id: MailedCodeId, address: &str) -> MailFlow {
        let address = self.sealer.seal(&flow_context(id), address.as_bytes());
        MailFlow { id, address }
    }

    /// The address that a flow is about, unless somebody made the flow up.
    pub(super) fn address_of(&self, flow: &MailFlow) -> Option<String> {
        let opened = self.sealer.open(&flow_context(flow.id), &flow.address).ok()?;
        String::from_utf8(opened.expose().clone()).ok()
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

fn flow_context(id: MailedCodeId) -> String {
    format!("{SEALED_FOR}:{id}")
}
