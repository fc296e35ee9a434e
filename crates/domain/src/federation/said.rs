//! What a provider says of somebody beside who they are, by the operator's mapping. It is told on and gives nothing here,
//! unless a rule of the operator's names a group (`rule`).

use super::{identity::LinkedIdentity, provider::ProviderId, upstream::Vouched};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// The most groups that are told of one person.
const MAX_GROUPS: usize = 500;

/// Groups and attributes, as they were told when the identity signed somebody in last.
#[derive(Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Said {
    /// Groups that the provider counts the person to.
    pub groups: BTreeSet<String>,
    /// Attributes by the operator's names.
    pub attributes: BTreeMap<String, String>,
}

impl Said {
    /// What `vouched` says.
    pub fn of(vouched: &Vouched) -> Self {
        Self {
            groups: vouched.groups.iter().cloned().collect(),
            attributes: vouched.attributes.clone(),
        }
    }
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Said")
            .field("groups", &self.groups.len())
            .field("attributes", &self.attributes.len())
            .finish()
    }
}

/// The groups of somebody with these identities, by those providers that are `open`: all of them or, where they are too
/// many, none, for a part could mean more than all.
pub fn groups_of(identities: &[LinkedIdentity], open: &[ProviderId]) -> BTreeSet<String> {
    let mut groups = BTreeSet::new();
    for identity in identities {
        if open.contains(&identity.provider) {
            groups.extend(identity.said.groups.iter().cloned());
        }
    }
    match groups.len() {
        0..=MAX_GROUPS => groups,
        _ => BTreeSet::new(),
    }
}

/// The attributes of somebody with these identities, by those providers that are `open`. Of one provider those of the
/// identity that was used last; where two providers say different things, the one that comes first in `open` is believed,
/// so nobody takes the place of what it says by linking another.
pub fn attributes_of(identities: &[LinkedIdentity], open: &[ProviderId]) -> BTreeMap<String, String> {
    let mut attributes = BTreeMap::new();
    for provider in open {
        let theirs = identities
            .iter()
            .filter(|identity| identity.provider == *provider);
        let last = theirs.max_by_key(|identity| identity.last_used_at.unwrap_or(identity.linked_at));
        for (name, value) in last.iter().flat_map(|identity| &identity.said.attributes) {
            attributes.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    attributes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Timestamp,
        federation::SeenIdentity,
        id::{LinkedIdentityId, UserId},
        testing::{SeededRandom, vouched},
    };

    fn identity(provider: &str, groups: impl IntoIterator<Item = String>) -> LinkedIdentity {
        let (now, random) = (Timestamp::default(), SeededRandom::new(1));
        let vouched = Vouched {
            groups: groups.into_iter().collect(),
            ..vouched(provider, "ada")
        };
        let seen = SeenIdentity::of(&vouched).unwrap();
        let user = UserId::generate(now, &random);
        seen.linked(LinkedIdentityId::generate(now, &random), user, now)
    }

    fn named(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn groups_are_those_of_every_identity_whose_provider_is_open() {
        let identities = [
            identity("acme", named(&["staff", "engineers", "staff"])),
            identity("other", named(&["staff", "choir"])),
            identity("gone", named(&["owners"])),
        ];
        let open = ["acme", "other"].map(|id| id.parse().unwrap());
        let groups = groups_of(&identities, &open);
        assert_eq!(Vec::from_iter(groups), ["choir", "engineers", "staff"]);
        assert!(groups_of(&identities, &[]).is_empty());
    }

    #[test]
    fn of_too_many_groups_none_is_told() {
        let many = |from: usize, to: usize| (from..to).map(|number| format!("group {number}"));
        let open = ["acme".parse().unwrap()];
        let [first, second, one_more] =
            [many(0, 300), many(200, 500), many(500, 501)].map(|groups| identity("acme", groups));
        assert_eq!(groups_of(&[first.clone(), second.clone()], &open).len(), 500);
        assert!(groups_of(&[first, second, one_more], &open).is_empty());
    }

    #[test]
    fn of_attributes_the_first_provider_is_believed_and_there_the_identity_used_last() {
        let saying = |provider: &str, said: &[(&str, &str)], second: i64| {
            let attributes = said
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let mut identity = identity(provider, []);
            identity.said.attributes = attributes.collect();
            identity.last_used_at = Some(Timestamp::from_seconds(second));
            identity
        };
        let identities = [
            saying("other", &[("department", "Choir"), ("desk", "4")], 9),
            saying("acme", &[("department", "R&D"), ("floor", "3")], 5),
            saying("acme", &[("department", "Sales"), ("room", "8")], 2),
            saying("gone", &[("owner", "true")], 9),
        ];
        let told = |open: &[&str]| -> Vec<(String, String)> {
            let open: Vec<ProviderId> = open.iter().map(|id| id.parse().unwrap()).collect();
            attributes_of(&identities, &open).into_iter().collect()
        };
        let pairs = |said: &[(&str, &str)]| -> Vec<(String, String)> {
            said.iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect()
        };
        let both = pairs(&[("department", "R&D"), ("desk", "4"), ("floor", "3")]);
        assert_eq!(told(&["acme", "other"]), both);
        let turned = pairs(&[("department", "Choir"), ("desk", "4"), ("floor", "3")]);
        assert_eq!(told(&["other", "acme"]), turned);
        assert_eq!(told(&[]), []);
        let just_linked = LinkedIdentity {
            last_used_at: None,
            linked_at: Timestamp::from_seconds(7),
            ..saying("acme", &[("department", "Law")], 0)
        };
        let with_it = [&identities[..], &[just_linked]].concat();
        let open = ["acme".parse().unwrap()];
        assert_eq!(attributes_of(&with_it, &open)["department"], "Law");
    }

    #[test]
    fn what_is_said_is_in_no_log() {
        let said = identity("acme", named(&["on sick leave"])).said;
        assert!(!format!("{said:?}").contains("sick"));
    }
}
