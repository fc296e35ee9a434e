//! Proof of work: what somebody's machine does before the server mails somebody for them, so that doing it thousands
//! of times costs something. A ticket is made for each form and stored nowhere; its digest with a number behind it
//! begins with as many zero bits as the ticket asks for (the idea of hashcash).
//!
//! Who cannot compute waits instead. When either is asked for is decided in `services::budgets`.

use crate::{clock::Timestamp, id::RealmId, outbound::Sealer, random::Random, secret::Digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use std::time::Duration;

/// How long a ticket is good: as long as somebody may take to fill in a form.
pub const GOOD_FOR: Duration = Duration::from_secs(3_600);
const LONGEST_TICKET: usize = 160;
const LONGEST_ANSWER: usize = 20;

/// The form that a ticket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkForm {
    /// Making an account.
    SignUp,
    /// Asking for a link to choose a new password.
    Reset,
    /// Asking for a code to sign in with.
    SignInCode,
}

impl WorkForm {
    /// Its name where requests are counted.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "sign-up",
            Self::Reset => "reset",
            Self::SignInCode => "sign-in-code",
        }
    }
}

/// What a form carried of the work that was asked for; empty where none was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The ticket.
    pub ticket: String,
    /// The number found for it.
    pub answer: String,
}

/// What is asked of one form: work, or else a wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    made_at: i64,
    bits: u8,
    wait: u64,
    nonce: String,
}

impl Ticket {
    /// A new ticket that asks for `bits` zero bits, or instead, where `wait` is some, for a wait.
    pub fn new(bits: u8, wait: Option<Duration>, now: Timestamp, random: &dyn Random) -> Self {
        let mut nonce = [0; 12];
        random.fill(&mut nonce);
        Self {
            made_at: now.seconds(),
            bits,
            wait: wait.unwrap_or_default().as_secs(),
            nonce: URL_SAFE_NO_PAD.encode(nonce),
        }
    }

    /// The ticket as a form carries it.
    pub fn write(&self, sealer: &dyn Sealer, (realm, form): (RealmId, WorkForm)) -> String {
        format!(
            "{}.{}",
            self.text(),
            self.mac(sealer, (realm, form)).to_base64url()
        )
    }

    /// The ticket that `text` is, if it was made here for this form of this realm and is still good.
    pub fn read(
        text: &str,
        sealer: &dyn Sealer,
        (realm, form): (RealmId, WorkForm),
        now: Timestamp,
    ) -> Option<Self> {
        let (ticket, mac) = text.rsplit_once('.').filter(|_| text.len() <= LONGEST_TICKET)?;
        let mut parts = ticket.split('.');
        let ticket = Self {
            made_at: parts.next()?.parse().ok()?,
            bits: parts.next()?.parse().ok()?,
            wait: parts.next()?.parse().ok()?,
            nonce: parts.next()?.to_owned(),
        };
        let genuine = ticket.mac(sealer, (realm, form)) == Digest::from_base64url(mac)?;
        let until = Timestamp::from_seconds(ticket.made_at) + GOOD_FOR;
        (genuine && parts.next().is_none() && now < until).then_some(ticket)
    }

    /// From when on it is good no more.
    pub fn good_until(&self) -> Timestamp {
        Timestamp::from_seconds(self.made_at) + GOOD_FOR
    }

    /// How much longer to wait, where waiting does instead of working.
    pub fn left(&self, now: Timestamp) -> Option<Duration> {
        let over = Timestamp::from_seconds(self.made_at) + Duration::from_secs(self.wait);
        (self.wait > 0).then(|| over.since(now))
    }

    /// Whether `answer` is one for the ticket written as `text`.
    pub fn is_solved(&self, text: &str, answer: &str) -> bool {
        let number = answer.len() <= LONGEST_ANSWER && answer.bytes().all(|byte| byte.is_ascii_digit());
        number
            && !answer.is_empty()
            && zero_bits(&Digest::of(format!("{text}:{answer}"))) >= u32::from(self.bits)
    }

    fn text(&self) -> String {
        format!("{}.{}.{}.{}", self.made_at, self.bits, self.wait, self.nonce)
    }

    fn mac(&self, sealer: &dyn Sealer, (realm, form): (RealmId, WorkForm)) -> Digest {
        let message = format!("{realm}:{}:{}", form.as_str(), self.text());
        sealer.mac("proof-of-work", message.as_bytes())
    }
}

/// With how many zero bits a digest begins.
fn zero_bits(digest: &Digest) -> u32 {
    let mut bits = 0;
    for byte in digest.as_bytes() {
        bits += byte.leading_zeros();
        if *byte != 0 {
            break;
        }
    }
    bits
}

#[cfg(test)]
mod tests;
