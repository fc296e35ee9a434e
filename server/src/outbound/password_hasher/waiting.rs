//! Passwords that wait for a worker. There is room for so many; whoever has many of them stands further back and, when
//! there is no room, gives way: no account and no network keeps the others out, whatever it knows.

use domain::outbound::HashFor;
use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

/// How many places further back somebody stands for each that they have waiting.
const PLACES: u64 = 8;

/// Tasks for the workers.
pub(super) struct Waiting<T> {
    line: Mutex<Line<T>>,
    changed: Condvar,
}

struct Line<T> {
    room: usize,
    all: Vec<One<T>>,
    /// How many came so far.
    came: u64,
    closed: bool,
}

/// A task, whose it is and where it stands.
struct One<T> {
    place: u64,
    who: HashFor,
    task: T,
}

impl<T> Waiting<T> {
    /// Room for so many.
    pub fn new(room: usize) -> Self {
        Self {
            line: Mutex::new(Line {
                room,
                all: Vec::new(),
                came: 0,
                closed: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// Lets a task wait; false where there is no room for it. One that gives way to it is dropped.
    pub fn push(&self, who: HashFor, task: T) -> bool {
        let pushed = self.line().push(who, task);
        self.changed.notify_one();
        pushed
    }

    /// The next task, once there is one; `None` when there will be no more.
    pub fn next(&self) -> Option<T> {
        let line = self
            .changed
            .wait_while(self.line(), |line| line.all.is_empty() && !line.closed);
        line.unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// No more will come.
    pub fn close(&self) {
        self.line().closed = true;
        self.changed.notify_all();
    }

    fn line(&self) -> MutexGuard<'_, Line<T>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Line<T> {
    fn push(&mut self, who: HashFor, task: T) -> bool {
        let shares = Shares::of(&self.all);
        let own = shares.share(&who);
        if self.all.len() >= self.room {
            let all = self.all.iter().enumerate();
            let standing = all.map(|(at, one)| (shares.share(&one.who), one.place, at));
            match standing.max() {
                Some((most, _, at)) if most > own + 1 => drop(self.all.swap_remove(at)),
                Some(_) | None => return false,
            }
        }
        self.came += 1;
        let place = self.came + PLACES * own;
        self.all.push(One { place, who, task });
        true
    }

    fn pop(&mut self) -> Option<T> {
        let all = self.all.iter().enumerate();
        let (first, _) = all.min_by_key(|(_, one)| one.place)?;
        Some(self.all.swap_remove(first).task)
    }
}

/// How many wait of each account and of each network.
struct Shares {
    accounts: HashMap<[u8; 32], u64>,
    networks: HashMap<IpAddr, u64>,
}

impl Shares {
    fn of<T>(all: &[One<T>]) -> Self {
        Self {
            accounts: counted(all.iter().filter_map(|one| account(&one.who))),
            networks: counted(all.iter().filter_map(|one| one.who.network)),
        }
    }

    /// How many wait of the same account, or from the same network, whichever is more.
    fn share(&self, who: &HashFor) -> u64 {
        let account = account(who).and_then(|account| self.accounts.get(&account));
        let network = who.network.and_then(|network| self.networks.get(&network));
        account.max(network).copied().unwrap_or_default()
    }
}

fn account(who: &HashFor) -> Option<[u8; 32]> {
    who.whose.map(|whose| *whose.as_bytes())
}

fn counted<K: Eq + Hash>(all: impl Iterator<Item = K>) -> HashMap<K, u64> {
    let mut counts = HashMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::secret::Digest;

    fn who(whose: &str, network: u8) -> HashFor {
        HashFor {
            whose: Some(Digest::of(whose)),
            network: Some(IpAddr::from([192, 0, 2, network])),
        }
    }

    fn taken(waiting: &Waiting<u32>) -> Vec<u32> {
        waiting.close();
        std::iter::from_fn(|| waiting.next()).collect()
    }

    #[test]
    fn whoever_has_most_gives_way_to_whoever_has_less_and_to_nobody_else() {
        let one_account = (0..9).map(|network| who("mallory", network));
        let one_network = (0..9).map(|account| who(&account.to_string(), 1));
        let floods: [Vec<HashFor>; 2] = [one_account.collect(), one_network.collect()];
        for flood in floods {
            let waiting = Waiting::new(4);
            let let_in: Vec<bool> = flood.iter().map(|who| waiting.push(*who, 0)).collect();
            assert_eq!(let_in.iter().filter(|let_in| **let_in).count(), 4);
            for number in 1..4 {
                assert!(waiting.push(who(&format!("somebody {number}"), 10 + number), number.into()));
            }
            assert!(!waiting.push(who("late", 20), 9), "everybody has as little");
            let mut left = taken(&waiting);
            left.sort_unstable();
            assert_eq!(left, [0, 1, 2, 3]);
        }
    }

    #[test]
    fn whoever_comes_once_waits_for_a_few_of_those_who_came_often() {
        let waiting = Waiting::new(256);
        for _ in 0..200 {
            assert!(waiting.push(who("mallory", 1), 0));
        }
        assert!(waiting.push(who("ada", 2), 1));
        let order = taken(&waiting);
        let before = order.iter().position(|task| *task == 1).unwrap();
        assert!(before < 30, "{before}");
        assert_eq!(order.len(), 201, "and nobody waits for ever");
    }

    #[test]
    fn those_who_have_as_many_are_taken_as_they_came() {
        let waiting = Waiting::new(8);
        for number in 0..8 {
            assert!(waiting.push(who(&number.to_string(), number), number.into()));
        }
        assert_eq!(taken(&waiting), [0, 1, 2, 3, 4, 5, 6, 7]);
    }
}
