//! Scripts: what many people, clients and nodes may do, one step after the other.

use super::{
    names::{Approval, No},
    oracle::World,
};
use domain::{
    clock::{Clock as _, Timestamp},
    testing::FixedClock,
};
use proptest::{prelude::*, sample::select, strategy::BoxedStrategy};
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
    pub world: World,
    /// Numbers from here on are free.
    pub next: No,
}

/// How many operations a step has at most: each takes a new number of its own.
pub const AT_ONCE: No = 3;

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
