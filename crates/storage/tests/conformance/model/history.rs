//! What has been answered and seen of the real store since the beginning, and what must hold of it whatever the
//! oracle thinks.

use super::{
    names::No,
    oracle::Outcome,
    script::Op,
    seen::{Family, Seen},
};
use domain::{
    authorization::{RefreshToken, RefreshTokenState, Rotation},
    clock::Timestamp,
    ephemeral::Redemption,
    stores::Recorded,
};
use std::collections::{BTreeMap, BTreeSet};

/// A revoked authorization as it was first seen so.
#[derive(Debug)]
struct Frozen {
    at: Timestamp,
    tokens: BTreeMap<No, RefreshToken>,
}

#[derive(Debug, Default)]
pub struct History {
    redeemed: Vec<No>,
    /// What every token that was ever stored took the place of.
    before: BTreeMap<No, Option<No>>,
    revoked: BTreeMap<No, Frozen>,
}

impl History {
    /// Takes down what was answered.
    pub fn note(&mut self, ops: &[Op], outcomes: &[Outcome]) {
        for (op, outcome) in ops.iter().zip(outcomes) {
            match (op, outcome) {
                (Op::Redeem { code }, Outcome::Redeemed(Some(Redemption::First))) => {
                    self.redeemed.push(*code)
                }
                (Op::Record { token, .. }, Outcome::Recorded(Recorded::Saved)) => {
                    self.before.insert(*token, None);
                }
                (Op::Rotate { old, new, .. }, Outcome::Rotated(Rotation::Rotated)) => {
                    self.before.insert(*new, Some(*old));
                }
                _ => {}
            }
        }
    }

    /// Takes down what is revoked.
    pub fn see(&mut self, seen: &Seen) {
        for (no, authorization) in &seen.authorizations {
            if let Some(at) = authorization.revoked_at {
                let tokens = || {
                    below(seen, *no)
                        .map(|(no, family)| (no, family.token.clone()))
                        .collect()
                };
                self.revoked
                    .entry(*no)
                    .or_insert_with(|| Frozen { at, tokens: tokens() });
            }
        }
    }

    pub fn check(&self, seen: &Seen) {
        let codes: BTreeSet<_> = self.redeemed.iter().collect();
        assert_eq!(
            codes.len(),
            self.redeemed.len(),
            "a code was redeemed first twice: {:?}",
            self.redeemed
        );
        self.check_families(seen);
        for (no, frozen) in &self.revoked {
            let Some(authorization) = seen.authorizations.get(no) else {
                continue;
            };
            assert_eq!(authorization.revoked_at, Some(frozen.at), "{no} is active again");
            for (token, family) in below(seen, *no) {
                assert_eq!(frozen.tokens.get(&token), Some(&family.token), "{no} is revoked");
            }
        }
    }

    fn check_families(&self, seen: &Seen) {
        let mut taken = BTreeSet::new();
        for old in self.before.values().flatten() {
            assert!(taken.insert(*old), "{old} has two successors");
        }
        let mut active = BTreeSet::new();
        for (no, family) in &seen.families {
            assert!(self.before.contains_key(no), "{no} came from nowhere");
            let authorizations = seen.authorizations.values();
            let mut same = authorizations.filter(|one| **one == family.authorization);
            assert!(same.next().is_some(), "{no} and its authorization disagree");
            assert_eq!(family.token.authorization_id, family.authorization.id);
            assert_eq!(family.user, family.authorization.user_id);
            if family.token.state == RefreshTokenState::Active {
                assert!(
                    active.insert(self.first_of(*no)),
                    "a family has two active tokens, one is {no}"
                );
            }
        }
    }

    /// The first token of the family.
    fn first_of(&self, mut no: No) -> No {
        while let Some(Some(before)) = self.before.get(&no) {
            no = *before;
        }
        no
    }
}

fn below(seen: &Seen, authorization: No) -> impl Iterator<Item = (No, &Family)> {
    let id = seen.authorizations[&authorization].id;
    let families = seen.families.iter();
    families
        .filter(move |(_, family)| family.token.authorization_id == id)
        .map(|(no, family)| (*no, family))
}
