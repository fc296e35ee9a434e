//! How often a credential may be guessed: an allowance, and the lane in which attempts use it up. Pure: what the time
//! is and what was stored is given.
//!
//! Says nothing of whose attempts share a lane; `services::budgets` does.

use crate::clock::Timestamp;
use std::time::Duration;

/// How long a lane with growing waits remembers its last attempt.
const REMEMBERED: Duration = Duration::from_secs(86_400);

/// The attempts of one kind that were made so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Lane {
    /// Attempts that were let through and not given back.
    pub attempts: u32,
    /// When the first of them was made.
    pub begun: Timestamp,
    /// Until when there is no other.
    pub opens_at: Timestamp,
}

/// What a lane allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// Some attempts at once; from then on a wait after each, twice as long as the one before.
    Growing {
        /// Attempts without a wait in between.
        free: u32,
        /// The first wait.
        first: Duration,
        /// No wait is longer.
        longest: Duration,
    },
    /// Some attempts within a time; then none until the lane has been closed for long enough.
    Strict {
        /// How many.
        attempts: u32,
        /// Within which time of the first.
        within: Duration,
        /// How long none follows.
        closed: Duration,
    },
}

impl Allowance {
    /// How long the next attempt has to wait; zero when it may be made.
    pub fn wait(&self, lane: Option<&Lane>, now: Timestamp) -> Duration {
        lane.map_or(Duration::ZERO, |lane| lane.opens_at.since(now))
    }

    /// The lane after one more attempt at `now`.
    pub fn taken(&self, lane: Option<&Lane>, now: Timestamp) -> Lane {
        let fresh = Lane {
            begun: now,
            ..Lane::default()
        };
        let before = lane.copied().filter(|lane| !self.is_over(lane, now));
        let before = before.unwrap_or(fresh);
        let attempts = before.attempts.saturating_add(1);
        Lane {
            attempts,
            opens_at: now + self.pause(attempts),
            ..before
        }
    }

    /// The lane without one attempt that turned out not to be a guess; `taken` is how that attempt left it. The wait
    /// that the attempt began ends with it, since the one before was over when it was let through.
    pub fn given_back(&self, lane: &Lane, taken: &Lane) -> Lane {
        let attempts = lane.attempts.saturating_sub(1);
        let open = lane.opens_at == taken.opens_at || self.pause(attempts).is_zero();
        Lane {
            attempts,
            opens_at: if open { lane.begun } else { lane.opens_at },
            ..*lane
        }
    }

    /// From when on the lane is like one that was never used.
    pub fn forgotten_at(&self, lane: &Lane, now: Timestamp) -> Timestamp {
        match *self {
            Self::Growing { .. } => now.max(lane.opens_at) + REMEMBERED,
            Self::Strict { within, .. } => lane.opens_at.max(lane.begun + within),
        }
    }

    /// Whether a strict lane starts anew: its time is over, or it has been closed for long enough.
    fn is_over(&self, lane: &Lane, now: Timestamp) -> bool {
        match *self {
            Self::Growing { .. } => false,
            Self::Strict { attempts, within, .. } => {
                let served = lane.attempts >= attempts && lane.opens_at <= now;
                served || now.since(lane.begun) >= within && lane.opens_at <= now
            }
        }
    }

    /// What follows the attempt with this number.
    fn pause(&self, attempts: u32) -> Duration {
        match *self {
            Self::Growing { free, first, longest } => match attempts.checked_sub(free) {
                Some(doublings) => {
                    let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
                    first.saturating_mul(factor).min(longest)
                }
                None => Duration::ZERO,
            },
            Self::Strict {
                attempts: most,
                closed,
                ..
            } => {
                if attempts >= most {
                    closed
                } else {
                    Duration::ZERO
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
