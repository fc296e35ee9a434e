//! What a script may do next, made up at random with the oracle's state in view, so that most of it hits something.

use super::{
    names::{Approval, CLIENTS, No, USERS},
    script::{AT_ONCE, Op, Script, Whose},
};
use domain::authorization::RefreshTokenState;
use proptest::{
    prelude::*,
    sample::select,
    strategy::{BoxedStrategy, Union},
};
use std::time::Duration;

/// An operation and how often it comes up.
type Choice = (u32, BoxedStrategy<Op>);

fn choice<S: Strategy + 'static>(weight: u32, from: S, op: impl Fn(S::Value) -> Op + 'static) -> Choice {
    (weight, from.prop_map(op).boxed())
}

fn record(token: No) -> impl Fn(No) -> Op {
    move |authorization| Op::Record { token, authorization }
}

fn rotate(new: No) -> impl Fn((No, No)) -> Op {
    move |(old, authorization)| Op::Rotate {
        old,
        new,
        authorization,
    }
}

impl Script {
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

    /// A code, and often one that nobody has redeemed yet.
    fn codes(&self) -> BoxedStrategy<No> {
        let any = self.recent(self.world.codes.keys().copied().collect());
        match self.world.fresh_codes() {
            fresh if fresh.is_empty() => any,
            fresh => prop_oneof![1 => any, 2 => select(fresh)].boxed(),
        }
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
    fn growth(&self, new: No) -> Vec<Choice> {
        let approval = (0..USERS, 0..CLIENTS, any::<bool>());
        let sessions = self.world.sessions_with_users();
        let known = sessions.iter().map(|(session, _)| *session).collect();
        let begin = (approval, self.mostly(known));
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
        let session = move |user| Op::BeginSession { session: new, user };
        vec![
            choice(4, 0..USERS, session),
            (9, begin.boxed()),
            choice(3, (0..USERS, 0..CLIENTS), |(user, client)| Op::Allow {
                user,
                client,
            }),
        ]
    }

    /// What codes and tokens are for.
    fn issues(&self, new: No) -> Vec<Choice> {
        let roots = || self.recent(self.world.roots.keys().copied().collect());
        let codes = self.codes();
        let code = move |authorization| Op::IssueCode {
            code: new,
            authorization,
        };
        vec![
            choice(5, roots(), code),
            choice(7, codes, |code| Op::Redeem { code }),
            choice(8, roots(), record(new)),
            choice(18, self.rotations(), rotate(new)),
        ]
    }

    /// What ends.
    fn endings(&self, new: No) -> Vec<Choice> {
        let sessions = self.mostly(self.world.sessions.keys().copied().collect());
        let which = prop_oneof![
            3 => sessions.clone().prop_map(Whose::One),
            1 => sessions.prop_map(Whose::AllBut),
            1 => Just(Whose::All),
        ];
        let reset = move |user| Op::ResetPassword { user, mailed: new };
        vec![
            choice(5, self.authorizations(), |authorization| Op::Revoke {
                authorization,
            }),
            choice(4, (0..USERS, which), |(user, which)| Op::EndSessions {
                user,
                which,
            }),
            choice(3, self.pairs(), |(user, client)| Op::RevokeConsent {
                user,
                client,
            }),
            choice(1, 0..USERS, |user| Op::DisableUser { user }),
            choice(1, 0..USERS, |user| Op::EnableUser { user }),
            choice(1, 0..USERS, reset),
            choice(1, 0..CLIENTS, |client| Op::DisableClient { client }),
            choice(1, 0..CLIENTS, |client| Op::EnableClient { client }),
            choice(1, 0..USERS, |user| Op::DeleteUser { user }),
            choice(1, 0..CLIENTS, |client| Op::DeleteClient { client }),
        ]
    }

    /// One operation; what is new in it takes the number of its place in the step.
    pub fn op(&self, place: No) -> BoxedStrategy<Op> {
        let new = self.next + place;
        let choices = [self.growth(new), self.issues(new), self.endings(new)].concat();
        Union::new_weighted(choices).boxed()
    }

    /// Operations that may meet: of two mails with a code only the later is good, and a sweep in the middle of
    /// two others is not one step.
    pub fn together(&self) -> BoxedStrategy<Vec<Op>> {
        let resets = |ops: &[Op]| {
            ops.iter()
                .filter(|op| matches!(op, Op::ResetPassword { .. }))
                .count()
        };
        let some = prop_oneof![
            3 => (self.op(0), self.op(1)).prop_map(|(a, b)| vec![a, b]),
            3 => (self.op(0), self.op(1), self.op(2)).prop_map(|(a, b, c)| vec![a, b, c]),
            4 => self.contested(),
            1 => self.op(0).prop_map(|op| vec![Op::Sweep, op]),
        ];
        some.prop_filter("two mails", move |ops| resets(ops) < 2).boxed()
    }

    /// Operations on the same rows.
    fn contested(&self) -> BoxedStrategy<Vec<Op>> {
        let (first, second) = (self.next, self.next + 1);
        let both = self
            .rotations()
            .prop_map(move |old| vec![rotate(first)(old), rotate(second)(old)]);
        let one = self.rotations().prop_map(move |(old, authorization)| {
            vec![rotate(first)((old, authorization)), Op::Revoke { authorization }]
        });
        let codes = self.codes();
        let codes = codes.prop_map(|code| vec![Op::Redeem { code }; 3]);
        let pairs = self.pairs();
        let pairs = pairs.prop_map(|(user, client)| vec![Op::RevokeConsent { user, client }; 2]);
        let roots = self.authorizations();
        let recorded = roots.clone();
        let recorded = recorded
            .prop_map(move |authorization| vec![record(first)(authorization), Op::Revoke { authorization }]);
        let roots = roots.prop_map(|authorization| vec![Op::Revoke { authorization }; 2]);
        prop_oneof![3 => both, 2 => one, 3 => codes, 2 => recorded, 1 => pairs, 1 => roots].boxed()
    }

    /// What changes nothing where there is nobody.
    pub fn elsewhere(&self) -> BoxedStrategy<Op> {
        let codes = self.mostly(self.world.codes.keys().copied().collect());
        let mut choices = self.endings(self.next);
        choices.push(choice(4, self.authorizations(), record(self.next)));
        choices.push(choice(4, self.rotations(), rotate(self.next)));
        choices.push(choice(2, codes, |code| Op::Redeem { code }));
        Union::new_weighted(choices).boxed()
    }

    /// Past the lifetimes, or right up to them.
    pub fn advances(&self) -> BoxedStrategy<Duration> {
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
