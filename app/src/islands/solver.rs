//! Finds the number for a ticket, a slice at a time: SHA-256 of the ticket, a colon and the number begins with as many
//! zero bits as the ticket's second part says. What a ticket is, `domain::work` knows.

use sha2::{Digest as _, Sha256};

/// More would take minutes.
const MOST_BITS: u32 = 24;
/// Numbers tried between two looks at the clock.
const SLICE: u32 = 512;

/// A search under way.
pub(super) struct Solver {
    ticket: String,
    /// What has been digested of what all numbers have in front.
    begun: Sha256,
    bits: u32,
    next: u32,
    answer: Option<u32>,
}

impl Solver {
    /// A search for `ticket`; none if this is no ticket, or one that asks too much.
    pub(super) fn new(ticket: &str) -> Option<Self> {
        let bits = ticket.split('.').nth(1)?.parse().ok()?;
        (bits <= MOST_BITS).then(|| Self {
            ticket: ticket.to_owned(),
            begun: Sha256::new().chain_update(ticket).chain_update(":"),
            bits,
            next: 0,
            answer: None,
        })
    }

    /// What is searched for.
    pub(super) fn ticket(&self) -> &str {
        &self.ticket
    }

    /// The number, when it is found.
    pub(super) fn answer(&self) -> Option<u32> {
        self.answer
    }

    /// Goes on for a slice.
    pub(super) fn go_on(&mut self) {
        for _ in 0..SLICE {
            if self.answer.is_some() {
                return;
            }
            let digest = self.begun.clone().chain_update(self.next.to_string()).finalize();
            let first = digest
                .iter()
                .take(4)
                .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
            if first.leading_zeros() >= self.bits {
                self.answer = Some(self.next);
            }
            self.next = self.next.wrapping_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        clock::Timestamp,
        id::RealmId,
        testing::{FakeSealer, SeededRandom},
        work::{Ticket, WorkForm},
    };

    #[test]
    fn what_the_browser_finds_is_what_the_server_asks_for() {
        let (now, random) = (Timestamp::from_seconds(1_800_000_000), SeededRandom::new(3));
        let realm = RealmId::generate(now, &random);
        for bits in [0, 1, 9, 13] {
            let ticket = Ticket::new(bits, None, now, &random);
            let text = ticket.write(&FakeSealer, (realm, WorkForm::SignUp));
            let mut solver = Solver::new(&text).unwrap();
            assert_eq!((solver.ticket(), solver.answer()), (text.as_str(), None));
            while solver.answer().is_none() {
                solver.go_on();
            }
            assert!(ticket.is_solved(&text, &solver.answer().unwrap().to_string()));
        }
    }

    #[test]
    fn what_is_no_ticket_is_not_worked_for() {
        for text in ["", "x", "1.x.0", "1.25.0.n.mac", "1.-1.0.n.mac"] {
            assert!(Solver::new(text).is_none(), "{text}");
        }
    }
}
