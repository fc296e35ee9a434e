//! A circuit breaker: a provider that failed some times in a row is left alone for a while, then one request finds
//! out whether it is back.
//!
//! Time is handed in. Crates for this read the system's clock, so that their states cannot be tested without waiting.

use domain::{clock::Timestamp, federation::Condition};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How much failure is borne, and for how long a provider is then left alone.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Failures in a row.
    pub failures: u32,
    /// The pause after them.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            failures: 5,
            pause: Duration::from_secs(30),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Breaker {
    patience: Patience,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Closed { failures: u32 },
    Open { since: Timestamp },
    Probing { since: Timestamp },
}

/// Leave to ask once; what came of it is to be said. One that is dropped untold leaves things as they were.
#[derive(Debug)]
pub(crate) struct Leave<'a> {
    breaker: &'a Breaker,
    probe: bool,
}

impl Breaker {
    pub(crate) fn new(patience: Patience) -> Self {
        Self {
            patience,
            state: Mutex::new(State::Closed { failures: 0 }),
        }
    }

    /// Leave to ask, unless the provider is left alone.
    pub(crate) fn admit(&self, now: Timestamp) -> Option<Leave<'_>> {
        let mut state = self.state();
        let probe = match *state {
            State::Closed { .. } => false,
            State::Open { since } if !self.pauses(since, now) => {
                *state = State::Probing { since };
                true
            }
            State::Open { .. } | State::Probing { .. } => return None,
        };
        Some(Leave { breaker: self, probe })
    }

    pub(crate) fn condition(&self, now: Timestamp) -> Condition {
        match *self.state() {
            State::Closed { .. } => Condition::Closed,
            State::Open { since } if self.pauses(since, now) => Condition::Open,
            State::Open { .. } | State::Probing { .. } => Condition::HalfOpen,
        }
    }

    /// Whether the pause lasts. A clock that was set back ends it: it could last for long.
    fn pauses(&self, since: Timestamp, now: Timestamp) -> bool {
        (since..since + self.patience.pause).contains(&now)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leave<'_> {
    /// The provider answered.
    pub(crate) fn answered(self) {
        let mut state = self.breaker.state();
        // Who asked before the breaker opened no longer decides.
        if self.decides(*state) {
            *state = State::Closed { failures: 0 };
        }
    }

    /// The provider failed.
    pub(crate) fn failed(self, now: Timestamp) {
        let mut state = self.breaker.state();
        *state = match *state {
            decided if !self.decides(decided) => decided,
            State::Closed { failures } if failures.saturating_add(1) < self.breaker.patience.failures => {
                State::Closed {
                    failures: failures.saturating_add(1),
                }
            }
            State::Closed { .. } | State::Open { .. } | State::Probing { .. } => State::Open { since: now },
        };
    }

    fn decides(&self, state: State) -> bool {
        match state {
            State::Closed { .. } => !self.probe,
            State::Open { .. } => false,
            State::Probing { .. } => self.probe,
        }
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        let mut state = self.breaker.state();
        if let State::Probing { since } = *state
            && self.probe
        {
            *state = State::Open { since };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_seconds(1_000);

    fn at(seconds: u64) -> Timestamp {
        START + Duration::from_secs(seconds)
    }

    fn opened() -> Breaker {
        let breaker = Breaker::new(Patience::default());
        for _ in 0..5 {
            breaker.admit(START).unwrap().failed(START);
        }
        breaker
    }

    #[test]
    fn it_opens_after_failures_in_a_row_only() {
        let breaker = Breaker::new(Patience::default());
        for _ in 0..3 {
            for _ in 0..4 {
                breaker.admit(START).unwrap().failed(START);
            }
            breaker.admit(START).unwrap().answered();
        }
        assert_eq!(breaker.condition(START), Condition::Closed);
        let breaker = opened();
        assert_eq!(breaker.condition(START), Condition::Open);
        assert!(breaker.admit(at(29)).is_none());
    }

    #[test]
    fn after_the_pause_one_request_at_a_time_finds_out() {
        let breaker = opened();
        assert_eq!(breaker.condition(at(30)), Condition::HalfOpen);
        let probe = breaker.admit(at(30)).unwrap();
        assert!(breaker.admit(at(30)).is_none());
        probe.failed(at(31));
        assert_eq!(breaker.condition(at(60)), Condition::Open);
        breaker.admit(at(61)).unwrap().answered();
        assert_eq!(breaker.condition(at(61)), Condition::Closed);
        assert!(breaker.admit(at(61)).is_some());
    }

    #[test]
    fn a_probe_that_was_given_up_makes_room_for_another() {
        let breaker = opened();
        drop(breaker.admit(at(30)));
        assert!(breaker.admit(at(30)).is_some());
    }

    #[test]
    fn answers_to_requests_of_before_do_not_count() {
        let breaker = Breaker::new(Patience::default());
        let (early, late) = (breaker.admit(START).unwrap(), breaker.admit(START).unwrap());
        for _ in 0..5 {
            breaker.admit(START).unwrap().failed(START);
        }
        early.answered();
        assert_eq!(breaker.condition(START), Condition::Open);
        let probe = breaker.admit(at(30)).unwrap();
        late.failed(at(40));
        probe.answered();
        assert_eq!(breaker.condition(at(40)), Condition::Closed);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_keep_it_open() {
        assert!(opened().admit(Timestamp::from_seconds(10)).is_some());
    }
}
