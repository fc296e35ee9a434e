//! How often one network may have the server mail somebody before its machines must work for it, or its people wait.
//!
//! Asking is counted whoever is named, so that neither the work nor the wait tells whether there is an account.

use super::{Budgets, Decision};
use crate::{
    budget::Lane,
    clock::Timestamp,
    secret::Digest,
    services::{Act, network},
    stores::{StoreError, Stored},
    work::{Shown, Ticket, WorkForm},
};
use std::time::Duration;

/// How far back what a network asked for counts.
const HOUR: Duration = Duration::from_secs(3_600);
/// Zero bits asked for at first: some tenths of a second on a phone.
const BITS: u8 = 17;
/// Zero bits asked of a network that asks much.
const MANY_BITS: u8 = 18;
/// From how many requests beyond the free ones on.
const MANY: u64 = 20;
/// What the wait grows by with each request beyond the free ones.
const STEP: Duration = Duration::from_secs(10);
/// No wait is longer.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// What somebody did for what they ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Nothing, or not enough yet.
    Nothing,
    /// Their machine worked.
    Worked,
    /// They waited.
    Waited,
}

/// What is known when somebody asks for a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskContext {
    /// What one network may ask for in an hour just so.
    pub free: u64,
    /// What its network asked for in the past hour, this included.
    pub from_network: u64,
    /// What they did for it.
    pub effort: Effort,
}

/// Decides whether somebody is heard who asks for a mail.
pub fn decide_asked(context: &AskContext) -> Decision {
    let beyond = context.from_network.saturating_sub(context.free);
    match context.effort {
        Effort::Worked | Effort::Waited => Decision::Allow,
        Effort::Nothing if beyond == 0 => Decision::Allow,
        Effort::Nothing => Decision::Work {
            bits: if beyond <= MANY { BITS } else { MANY_BITS },
            or_wait: LONGEST_WAIT.min(STEP.saturating_mul(u32::try_from(beyond).unwrap_or(u32::MAX))),
        },
    }
}

/// Why nobody is heard.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The machine must work, or the person wait.
    #[error("work is asked for")]
    Work(Demand),
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// The ticket to work on, or to bring back after the wait.
    pub ticket: String,
    /// How long to wait instead of working.
    pub or_wait: Duration,
}

impl Budgets {
    /// A ticket for a form about to be shown, and whether its network asked so much that work will be asked for.
    pub async fn ticket(&self, act: &Act, form: WorkForm) -> Stored<(String, bool)> {
        let text = self.new_ticket(act, form, (BITS, None));
        let Some((network, _)) = asking(act) else {
            return Ok((text, false));
        };
        let busy = act.realm.ephemeral.limits.lane(&mark(form, &network)).await?;
        Ok((text, busy.is_some()))
    }

    /// Counts that somebody asks for a mail by `form`; refused when their network asked often and they did nothing
    /// for it. Work and waits are good once.
    pub async fn ask(&self, act: &Act, form: WorkForm, shown: &Shown) -> Result<(), AskError> {
        let Some((network, free)) = asking(act) else {
            return Ok(());
        };
        let (limits, now) = (&act.realm.ephemeral.limits, self.ports.clock.now());
        let key = format!("ask:{}:{network}", form.as_str());
        let mut context = AskContext {
            free,
            from_network: limits.count(&key, HOUR).await?,
            effort: Effort::Nothing,
        };
        if context.from_network >= free {
            self.note_busy(act, &mark(form, &network), now).await?;
        }
        let Decision::Work { bits, or_wait } = decide_asked(&context) else {
            return Ok(());
        };
        let ticket = Ticket::read(
            &shown.ticket,
            &*self.ports.sealer,
            (act.realm.realm.id, form),
            now,
        );
        context.effort = match &ticket {
            Some(ticket) => self.effort(act, ticket, shown).await?,
            None => Effort::Nothing,
        };
        if decide_asked(&context) == Decision::Allow {
            return Ok(());
        }
        // Who comes too early goes on waiting, and does not begin anew.
        let ticket = ticket.filter(|ticket| !ticket.is_solved(&shown.ticket, &shown.answer));
        let left = ticket
            .and_then(|ticket| ticket.left(now))
            .filter(|left| !left.is_zero());
        Err(AskError::Work(match left {
            Some(left) => Demand {
                ticket: shown.ticket.clone(),
                or_wait: left,
            },
            None => Demand {
                ticket: self.new_ticket(act, form, (bits, Some(or_wait))),
                or_wait,
            },
        }))
    }

    /// What was done for a ticket that is good; nothing, from the second time on.
    async fn effort(&self, act: &Act, ticket: &Ticket, shown: &Shown) -> Stored<Effort> {
        let waited = ticket.left(self.ports.clock.now()) == Some(Duration::ZERO);
        let effort = match (ticket.is_solved(&shown.ticket, &shown.answer), waited) {
            (true, _) => Effort::Worked,
            (false, true) => Effort::Waited,
            (false, false) => return Ok(Effort::Nothing),
        };
        // Only what took work or a wait is remembered, so that nobody fills the store for nothing.
        let mark = Digest::of(format!("work:{}", shown.ticket));
        let first = act
            .realm
            .ephemeral
            .replays
            .first_use(&mark, ticket.good_until())
            .await?;
        Ok(if first { effort } else { Effort::Nothing })
    }

    fn new_ticket(&self, act: &Act, form: WorkForm, (bits, wait): (u8, Option<Duration>)) -> String {
        let ticket = Ticket::new(bits, wait, self.ports.clock.now(), &*self.ports.random);
        ticket.write(&*self.ports.sealer, (act.realm.realm.id, form))
    }

    /// Notes that a network asks much, so that its next forms are worked for while they are filled in.
    async fn note_busy(&self, act: &Act, key: &str, now: Timestamp) -> Stored<()> {
        let limits = &act.realm.ephemeral.limits;
        let lane = Lane {
            begun: now,
            ..Lane::default()
        };
        limits.replace_lane(key, None, &lane, now + HOUR).await.map(drop)
    }
}

/// The network that asks, and what it may ask for just so; `None` where nothing is counted.
fn asking(act: &Act) -> Option<(String, u64)> {
    let free = act.realm.settings.work_after?;
    Some((network(act.origin.address?).to_string(), free))
}

fn mark(form: WorkForm, network: &str) -> String {
    format!("busy:{}:{network}", form.as_str())
}

#[cfg(test)]
mod tests;
