//! A device that cannot show a sign-in page asks for tokens (RFC 8628): its two codes, and how far the person got.
//!
//! The device holds the device code and polls with it; the person types the user code on a page and decides. Only
//! digests of both are stored. What the person's decision leads to is an [`Authorization`](crate::authorization).

use crate::{
    authorization::Terms,
    client::ClientId,
    clock::Timestamp,
    id::AuthorizationId,
    login_session::RequestOrigin,
    outbound::Sealer,
    random::Random,
    scope::ScopeSet,
    secret::{Digest, Secret},
};
use std::time::Duration;

/// By how much the interval grows when a device polls too soon (RFC 8628 §3.5).
pub const SLOW_DOWN: Duration = Duration::from_secs(5);

/// Twenty letters without vowels, so that no words come out, and without any that are taken for digits (RFC 8628 §6.1).
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const LENGTH: usize = 8;
/// The longest text that is looked at; generous to whoever types a space after every letter.
const MAX_TYPED: usize = 64;

/// What a person types to say which device is theirs: eight letters, one of 2.5·10¹⁰.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserCode(Secret<String>);

/// The text is not a user code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a user code")]
pub struct InvalidUserCode;

impl UserCode {
    /// A new code.
    pub fn generate(random: &dyn Random) -> Self {
        Self(Secret::new(random.letters(LETTERS, LENGTH)))
    }

    /// Reads what was typed: in either case, with whatever punctuation and spaces.
    pub fn parse(typed: &str) -> Result<Self, InvalidUserCode> {
        if typed.len() > MAX_TYPED {
            return Err(InvalidUserCode);
        }
        let ignored = |c: &char| c.is_whitespace() || c.is_ascii_punctuation() || matches!(c, '‐'..='—');
        let code: String = typed
            .chars()
            .filter(|c| !ignored(c))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let known = |b: u8| LETTERS.contains(&b);
        if code.len() == LENGTH && code.bytes().all(known) {
            Ok(Self(Secret::new(code)))
        } else {
            Err(InvalidUserCode)
        }
    }

    /// The code as people see it: `XXXX-XXXX`.
    pub fn shown(&self) -> String {
        let (first, second) = self.0.expose().split_at(LENGTH / 2);
        format!("{first}-{second}")
    }

    /// What is stored of it: keyed, since all codes there are could be tried against a plain digest.
    pub fn digest(&self, sealer: &dyn Sealer) -> Digest {
        sealer.mac("user-code", self.0.expose().as_bytes())
    }
}

/// How often a device may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// What lies between two polls at least.
    pub interval: Duration,
    /// When the next poll is not too soon.
    pub next_at: Timestamp,
}

impl Pace {
    /// The pace after a poll at `now`, and whether the poll came in time. One that came too soon makes the interval
    /// longer.
    pub fn polled(self, now: Timestamp) -> (Self, bool) {
        let in_time = now >= self.next_at;
        let interval = if in_time {
            self.interval
        } else {
            self.interval + SLOW_DOWN
        };
        let next_at = now + interval;
        (Self { interval, next_at }, in_time)
    }
}

/// How far a device authorization got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceState {
    /// Nobody decided yet.
    Pending {
        /// How often the device may ask meanwhile.
        pace: Pace,
    },
    /// A person allowed it; the device has not asked since.
    Approved {
        /// What they allowed.
        authorization: AuthorizationId,
    },
    /// A person declined.
    Denied,
    /// The device got its tokens.
    Redeemed {
        /// What they descend from.
        authorization: AuthorizationId,
    },
}

/// The move is not one the present state has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the device authorization is not in a state that allows this")]
pub struct AlreadyDecided;

/// A device that asks for tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceAuthorization {
    /// Digest of the code that the device holds.
    pub device_code: Digest,
    /// Keyed digest of the code that the person types.
    pub user_code: Digest,
    /// Whose device.
    pub client_id: ClientId,
    /// What for.
    pub scopes: ScopeSet,
    /// What else was asked for.
    pub terms: Terms,
    /// Where the device asked from.
    pub origin: RequestOrigin,
    /// When it asked.
    pub created_at: Timestamp,
    /// When both codes stop working.
    pub expires_at: Timestamp,
    /// How far it got.
    pub state: DeviceState,
}

impl DeviceAuthorization {
    /// Whether a person may still decide at `now`.
    pub fn is_pending(&self, now: Timestamp) -> bool {
        match self.state {
            DeviceState::Pending { .. } => now < self.expires_at,
            DeviceState::Approved { .. } | DeviceState::Denied | DeviceState::Redeemed { .. } => false,
        }
    }
}

impl DeviceState {
    /// A person allowed it.
    pub fn approved(self, authorization: AuthorizationId) -> Result<Self, AlreadyDecided> {
        match self {
            Self::Pending { .. } => Ok(Self::Approved { authorization }),
            Self::Approved { .. } | Self::Denied | Self::Redeemed { .. } => Err(AlreadyDecided),
        }
    }

    /// A person declined; that is final.
    pub fn denied(self) -> Result<Self, AlreadyDecided> {
        match self {
            Self::Pending { .. } => Ok(Self::Denied),
            Self::Approved { .. } | Self::Denied | Self::Redeemed { .. } => Err(AlreadyDecided),
        }
    }
}

#[cfg(test)]
mod tests;
