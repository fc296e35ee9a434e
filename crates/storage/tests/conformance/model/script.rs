//! Scripts: what a session of many people, clients and nodes may do, made up at random with the oracle's state in
//! view, so that most of it hits something.

use super::{
    names::{Approval, CLIENTS, No, USERS},
    oracle::World,
};
use domain::{
    authorization::RefreshTokenState,
    clock::{Clock as _, Timestamp},
    testing::FixedClock,
};
use proptest::{
    prelude::*,
    sample::select,
    strategy::{BoxedStrategy, Union},
};
use proptest_state_machine::ReferenceStateMachine;
use std::time::Duration;

/// Where authorization codes are kept.
#[derive(Clone, Copy, Debug)]
pub enum Home {
    Memory,
    Sql,
    Redis,
}

/// Which of a person's sessions.
#[derive(Clone, Copy, Debug)]
pub enum Whose {
    One(No),
    AllBut(No),
    All,
}

/// One call of a port, or two for a code, which is looked up before it is redeemed.
#[derive(Clone, Debug)]
pub enum Op {
    BeginSession { session: No, user: No },
    Begin(Approval),
    Allow { user: No, client: No },
    IssueCode { code: No, authorization: No },
    Redeem { code: No },
    Record { token: No, authorization: No },
    Rotate { old: No, new: No, authorization: No },
    Revoke { authorization: No },
    EndSessions { user: No, which: Whose },
    RevokeConsent { user: No, client: No },
    DisableUser { user: No },
    EnableUser { user: No },
    DeleteUser { user: No },
    ResetPassword { user: No, mailed: No },
    DisableClient { client: No },
    EnableClient { client: No },
    DeleteClient { client: No },
    Sweep,
}

/// One step of a script.
#[derive(Clone, Debug)]
pub enum Step {
    Alone(Op),
    /// Carried out at the same time.
    Together(Vec<Op>),
    /// Asked of the realm that has none of it.
    Elsewhere(Op),
    Advance(Duration),
}

/// What a script is made up from.
#[derive(Clone, Debug)]
pub struct Script {
    pub home: Home,
    world: World,
    /// Numbers from here on are free.
    next: No,
}

/// How many operations a step has at most: each takes a new number of its own.
const AT_ONCE: No = 3;

impl Script {
    fn users(&self) -> BoxedStrategy<No> {
        (0..USERS).boxed()
    }

    fn clients(&self) -> BoxedStrategy<No> {
        (0..CLIENTS).boxed()
    }

    /// One of these numbers mostly, and sometimes one that stands for nothing.
    fn mostly(&self, known: Vec<No>) -> BoxedStrategy<No> {
        let unknown = Just(self.next + AT_ONCE);
        if known.is_empty() {
            return unknown.boxed();
        }
        prop_oneof![12 => select(known), 1 => unknown].boxed()
    }

    fn authorizations(&self) -> BoxedStrategy<No> {
        self.mostly(self.world.roots.keys().copied().collect())
    }

    /// The newest of a kind come up more often than the others, or they would all be old news.
    fn recent(&self, known: Vec<No>) -> BoxedStrategy<No> {
        let newest = known.iter().rev().take(2).copied().collect();
        prop_oneof![self.mostly(newest), self.mostly(known)].boxed()
    }

    /// An old token and an authorization to rotate it under.
    fn rotations(&self) -> BoxedStrategy<(No, No)> {
        let any = (
            self.mostly(self.world.tokens.keys().copied().collect()),
            self.authorizations(),
        );
        let used = self.world.tokens_with_roots();
        let active = |no: &No| self.world.tokens[no].state == RefreshTokenState::Active;
        let active: Vec<_> = used.iter().copied().filter(|(no, _)| active(no)).collect();
        let mut choices = vec![(1, any.boxed())];
        if !active.is_empty() {
            choices.push((6, select(active).boxed()));
        }
        if !used.is_empty() {
            choices.push((4, select(used).boxed()));
        }
        Union::new_weighted(choices).boxed()
    }

    /// A person and a client, of an authorization if there is one.
    fn pairs(&self) -> BoxedStrategy<(No, No)> {
        let any = (0..USERS, 0..CLIENTS);
        match self.world.pairs() {
            pairs if pairs.is_empty() => any.boxed(),
            pairs => prop_oneof![1 => any, 3 => select(pairs)].boxed(),
        }
    }

    /// What builds up.
    fn growth(&self, new: No) -> Vec<(u32, BoxedStrategy<Op>)> {
        let approval = (self.users(), self.clients(), any::<bool>());
        let sessions = self.world.sessions_with_users();
        let begin = (
            approval,
            self.mostly(sessions.iter().map(|(session, _)| *session).collect()),
        );
        let begin = begin.prop_map(move |((user, client, offline), session)| {
            let owner = sessions.iter().find(|(one, _)| *one == session);
            let user = owner.map_or(user, |(_, user)| *user);
            Op::Begin(Approval {
                authorization: new,
                user,
                client,
                session,
                offline,
            })
        });
        let codes = self.world.codes.keys().copied().collect();
        let roots = || self.recent(self.world.roots.keys().copied().collect());
        vec![
            (
                4,
                self.users()
                    .prop_map(move |user| Op::BeginSession { session: new, user })
                    .boxed(),
            ),
            (9, begin.boxed()),
            (
                3,
                (self.users(), self.clients())
                    .prop_map(|(user, client)| Op::Allow { user, client })
                    .boxed(),
            ),
            (
                5,
                roots()
                    .prop_map(move |authorization| Op::IssueCode {
                        code: new,
                        authorization,
                    })
                    .boxed(),
            ),
            (7, self.recent(codes).prop_map(|code| Op::Redeem { code }).boxed()),
            (
                8,
                roots()
                    .prop_map(move |authorization| Op::Record {
                        token: new,
                        authorization,
                    })
                    .boxed(),
            ),
            (
                18,
                self.rotations()
                    .prop_map(move |(old, authorization)| Op::Rotate {
                        old,
                        new,
                        authorization,
                    })
                    .boxed(),
            ),
        ]
    }

    /// What ends.
    fn endings(&self, new: No) -> Vec<(u32, BoxedStrategy<Op>)> {
        let sessions = self.mostly(self.world.sessions.keys().copied().collect());
        let which = prop_oneof![
            3 => sessions.clone().prop_map(Whose::One),
            1 => sessions.prop_map(Whose::AllBut),
            1 => Just(Whose::All),
        ];
        let users = || self.users();
        let clients = || self.clients();
        vec![
            (
                5,
                self.authorizations()
                    .prop_map(|authorization| Op::Revoke { authorization })
                    .boxed(),
            ),
            (
                4,
                (users(), which)
                    .prop_map(|(user, which)| Op::EndSessions { user, which })
                    .boxed(),
            ),
            (
                3,
                (users(), clients())
                    .prop_map(|(user, client)| Op::RevokeConsent { user, client })
                    .boxed(),
            ),
            (1, users().prop_map(|user| Op::DisableUser { user }).boxed()),
            (1, users().prop_map(|user| Op::EnableUser { user }).boxed()),
            (
                1,
                users()
                    .prop_map(move |user| Op::ResetPassword { user, mailed: new })
                    .boxed(),
            ),
            (
                1,
                clients().prop_map(|client| Op::DisableClient { client }).boxed(),
            ),
            (
                1,
                clients().prop_map(|client| Op::EnableClient { client }).boxed(),
            ),
        ]
    }

    /// What leaves little behind.
    fn deletions(&self) -> Vec<(u32, BoxedStrategy<Op>)> {
        vec![
            (1, self.users().prop_map(|user| Op::DeleteUser { user }).boxed()),
            (
                1,
                self.clients()
                    .prop_map(|client| Op::DeleteClient { client })
                    .boxed(),
            ),
        ]
    }

    fn op(&self, slot: No) -> BoxedStrategy<Op> {
        let new = self.next + slot;
        let choices = [self.growth(new), self.endings(new), self.deletions()].concat();
        Union::new_weighted(choices).boxed()
    }

    /// Operations that may meet: of two mails with a code only the later is good, and a sweep in the middle of
    /// two others is not one step.
    fn together(&self) -> BoxedStrategy<Vec<Op>> {
        let resets = |ops: &[Op]| {
            ops.iter()
                .filter(|op| matches!(op, Op::ResetPassword { .. }))
                .count()
        };
        let some = prop_oneof![
            3 => (self.op(0), self.op(1)).prop_map(|(a, b)| vec![a, b]),
            3 => (self.op(0), self.op(1), self.op(2)).prop_map(|(a, b, c)| vec![a, b, c]),
            3 => self.contested(),
            1 => self.op(0).prop_map(|op| vec![Op::Sweep, op]),
        ];
        some.prop_filter("two mails", move |ops| resets(ops) < 2).boxed()
    }

    /// Operations on the same rows.
    fn contested(&self) -> BoxedStrategy<Vec<Op>> {
        let (first, second) = (self.next, self.next + 1);
        let both = self.rotations().prop_map(move |(old, authorization)| {
            [first, second]
                .map(|new| Op::Rotate {
                    old,
                    new,
                    authorization,
                })
                .to_vec()
        });
        let one = self.rotations().prop_map(move |(old, authorization)| {
            vec![
                Op::Rotate {
                    old,
                    new: first,
                    authorization,
                },
                Op::Revoke { authorization },
            ]
        });
        let codes = self.recent(self.world.codes.keys().copied().collect());
        let codes = codes.prop_map(|code| vec![Op::Redeem { code }; 3]);
        let pairs = self.pairs();
        let pairs = pairs.prop_map(|(user, client)| vec![Op::RevokeConsent { user, client }; 2]);
        let roots = self.authorizations();
        let roots = roots.prop_map(|authorization| vec![Op::Revoke { authorization }; 2]);
        prop_oneof![3 => both, 2 => one, 2 => codes, 1 => pairs, 1 => roots].boxed()
    }

    /// What changes nothing where there is nobody.
    fn elsewhere(&self) -> BoxedStrategy<Op> {
        let (roots, new) = (self.authorizations(), self.next);
        let rotate = self.rotations();
        let codes = self.mostly(self.world.codes.keys().copied().collect());
        let mut choices = self.endings(new);
        choices.push((
            4,
            roots
                .prop_map(move |authorization| Op::Record {
                    token: new,
                    authorization,
                })
                .boxed(),
        ));
        choices.push((
            4,
            rotate
                .prop_map(move |(old, authorization)| Op::Rotate {
                    old,
                    new,
                    authorization,
                })
                .boxed(),
        ));
        choices.push((2, codes.prop_map(|code| Op::Redeem { code }).boxed()));
        choices.extend(self.deletions());
        Union::new_weighted(choices).boxed()
    }

    fn advances(&self) -> BoxedStrategy<Duration> {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        prop_oneof![
            6 => Just(Duration::from_secs(20)),
            2 => Just(minutes(1)),
            2 => Just(minutes(10)),
            2 => Just(minutes(60)),
            1 => Just(minutes(7 * 24 * 60)),
            1 => Just(minutes(8 * 24 * 60)),
        ]
        .boxed()
    }
}

impl ReferenceStateMachine for Script {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        let start: Timestamp = FixedClock::default().now();
        let homes = select(vec![Home::Memory, Home::Sql, Home::Redis]);
        homes
            .prop_map(move |home| Self {
                home,
                world: World::peopled(start),
                next: 1,
            })
            .boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Step> {
        prop_oneof![
            20 => state.op(0).prop_map(Step::Alone),
            2 => Just(Step::Alone(Op::Sweep)),
            8 => state.together().prop_map(Step::Together),
            2 => state.elsewhere().prop_map(Step::Elsewhere),
            4 => state.advances().prop_map(Step::Advance),
        ]
        .boxed()
    }

    /// Goes on as if what happens at once happened in the order it is written in.
    fn apply(mut state: Self, step: &Step) -> Self {
        state.next += AT_ONCE;
        match step {
            Step::Alone(op) => drop(state.world.apply(op)),
            Step::Together(ops) => ops.iter().for_each(|op| drop(state.world.apply(op))),
            Step::Elsewhere(_) => {}
            Step::Advance(by) => state.world.now = state.world.now + *by,
        }
        state
    }
}
