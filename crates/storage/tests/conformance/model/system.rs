//! The store under test beside every world of the oracle that fits what it has answered and shown so far.

use super::{
    history::History,
    names::{self, No},
    oracle::{Outcome, World},
    script::{Home, Op, Script, Step},
    seen::{Seen, Used},
};
use crate::{
    databases::Kind,
    subject::{Subject, at_once},
};
use domain::{
    clock::Timestamp,
    ephemeral::AuthorizationCodes,
    id::RealmId,
    secret::Digest,
    stores::{AllRealms, Alongside, NewUser, RealmStores},
};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use testbed::Redis;
use tokio::runtime::Runtime;

/// The ports of one realm at one moment.
#[derive(Clone)]
pub struct Ports {
    pub realm: RealmId,
    pub stores: RealmStores,
    pub codes: Arc<dyn AuthorizationCodes>,
    pub all: Arc<dyn AllRealms>,
    pub now: Timestamp,
    /// Sets the codes of this run apart from those of others on the same Redis server.
    run: u64,
}

impl Ports {
    /// The digest of a code.
    pub fn code(&self, no: No) -> Digest {
        Digest::of(format!("code {no} of run {}", self.run))
    }
}

pub struct System {
    subject: Subject,
    runtime: Runtime,
    run: u64,
    worlds: Vec<World>,
    used: Used,
    seen: Seen,
    history: History,
}

impl System {
    pub fn on_database(kind: Kind, script: &Script) -> Self {
        let redis = || Redis::shared().url();
        let ephemeral = match script.home {
            Home::Memory => "memory:".to_owned(),
            Home::Sql => "sql:".to_owned(),
            Home::Redis => redis(),
        };
        let open = async {
            match kind {
                Kind::Sqlite => Subject::sqlite_with(&ephemeral).await,
                Kind::Postgres => Subject::postgres_with(&ephemeral).await,
            }
        };
        Self::new(open)
    }

    pub fn on_fakes() -> Self {
        Self::new(Subject::fakes())
    }

    fn new(subject: impl Future<Output = Subject>) -> Self {
        static RUNS: AtomicU64 = AtomicU64::new(0);
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
        let subject = runtime.block_on(async {
            let subject = subject.await;
            people(&subject.here()).await;
            subject
        });
        Self {
            worlds: vec![World::peopled(subject.now())],
            subject,
            runtime,
            run: RUNS.fetch_add(1, Ordering::Relaxed),
            used: Used::default(),
            seen: Seen::default(),
            history: History::default(),
        }
    }

    fn ports(&self, realm: RealmId) -> Ports {
        Ports {
            realm,
            stores: self.subject.stores.in_realm(realm),
            codes: self.subject.ephemeral.in_realm(realm).codes,
            all: self.subject.all(),
            now: self.subject.now(),
            run: self.run,
        }
    }

    /// Carries out a step and keeps the worlds in which it could have gone as it went.
    pub fn step(&mut self, step: &Step) {
        match step {
            Step::Alone(op) => self.perform(std::slice::from_ref(op)),
            Step::Together(ops) => {
                self.perform(ops);
                if ops.iter().any(|op| matches!(op, Op::Sweep)) {
                    // A sweep leaves to the next what somebody else is at.
                    self.perform(&[Op::Sweep]);
                }
            }
            Step::Elsewhere(op) => {
                let ports = self.ports(self.subject.other);
                let outcome = self.runtime.block_on(ports.perform(op.clone()));
                assert_eq!(
                    outcome,
                    World::default().apply(op),
                    "in the realm that has none of it"
                );
            }
            Step::Advance(by) => {
                self.subject.clock.advance(*by);
                for world in &mut self.worlds {
                    world.now = world.now + *by;
                }
            }
        }
        self.look();
    }

    fn perform(&mut self, ops: &[Op]) {
        ops.iter().for_each(|op| self.used.note(op));
        let ports = self.ports(self.subject.realm);
        let outcomes = self.runtime.block_on(at_once(ops.len(), |number| {
            let (ports, op) = (ports.clone(), ops[number].clone());
            async move { ports.perform(op).await }
        }));
        let worlds = self.worlds.iter().flat_map(|world| orders(world, ops));
        let fitting = worlds.filter(|(_, expected)| *expected == outcomes);
        let mut kept: Vec<World> = Vec::new();
        for (world, _) in fitting {
            if !kept.contains(&world) {
                kept.push(world);
            }
        }
        assert!(
            !kept.is_empty(),
            "{ops:?} at once answered {outcomes:?}, which no order does; the orders would have: {:?}",
            orders(&self.worlds[0], ops)
                .into_iter()
                .map(|(_, expected)| expected)
                .collect::<Vec<_>>()
        );
        self.worlds = kept;
        self.history.note(ops, &outcomes);
    }

    /// Looks at everything and keeps the worlds that show the same.
    fn look(&mut self) {
        let ports = self.ports(self.subject.realm);
        self.seen = self.runtime.block_on(self.used.look(&ports));
        let expected = self.worlds[0].shows();
        self.worlds.retain(|world| world.shows() == self.seen);
        assert!(
            !self.worlds.is_empty(),
            "the store shows {:#?}\nbut should {expected:#?}",
            self.seen
        );
        self.history.see(&self.seen);
    }

    /// What must hold whatever the oracle thinks.
    pub fn check(&self) {
        self.history.check(&self.seen);
        let newest = self.used.newest();
        let foreign = self
            .runtime
            .block_on(newest.rows(&self.ports(self.subject.other)));
        assert_eq!(foreign, Seen::default(), "seen from another realm");
    }

    /// Ends the realm: nothing of it is left, and the other never had any of it.
    pub fn end(self) {
        let (here, other) = (self.ports(self.subject.realm), self.ports(self.subject.other));
        self.runtime.block_on(async {
            assert_eq!(
                self.used.look(&other).await,
                Seen::default(),
                "seen from another realm"
            );
            assert!(here.all.delete(here.realm, here.now).await.unwrap());
            let left = self.used.look(&here).await;
            // Codes end by themselves, and nothing stands behind them any more.
            let codes = left.codes.clone();
            assert_eq!(
                left,
                Seen {
                    codes,
                    ..Seen::default()
                },
                "the realm is gone"
            );
            drop(self.subject);
        });
    }
}

async fn people(stores: &RealmStores) {
    for no in 0..names::USERS {
        let new = NewUser {
            user: names::user(no),
            password: None,
            mailed_code: None,
        };
        stores.users.register(new, Alongside::default()).await.unwrap();
    }
    for no in 0..names::CLIENTS {
        stores
            .clients
            .create(&names::client(no), Alongside::default())
            .await
            .unwrap();
    }
}

/// What becomes of a world, and what is answered, in each order the operations can come in.
fn orders(world: &World, ops: &[Op]) -> Vec<(World, Vec<Outcome>)> {
    let mut all = vec![(world.clone(), vec![None; ops.len()])];
    for _ in ops {
        let begun = std::mem::take(&mut all);
        for (world, outcomes) in begun {
            for (place, op) in ops
                .iter()
                .enumerate()
                .filter(|(place, _)| outcomes[*place].is_none())
            {
                let (mut world, mut outcomes) = (world.clone(), outcomes.clone());
                outcomes[place] = Some(world.apply(op));
                all.push((world, outcomes));
            }
        }
    }
    let whole = |outcomes: Vec<Option<Outcome>>| outcomes.into_iter().map(Option::unwrap).collect();
    all.into_iter()
        .map(|(world, outcomes)| (world, whole(outcomes)))
        .collect()
}
