//! The operator's rule that members of a group at a provider run the realm. What the provider calls the group means nothing
//! by itself, and names are compared byte by byte.

use super::{identity::LinkedIdentity, provider::Provider};
use crate::user::Role;

/// What a person may do: what was given to them by hand, or by the rule of a provider to somebody `through` it. An identity
/// counts for the provider that told its groups last, and for no other.
pub fn role_of<'a>(
    by_hand: Role,
    through: impl IntoIterator<Item = (&'a Provider, &'a LinkedIdentity)>,
) -> Role {
    let mut through = through.into_iter();
    let given = through.any(|(provider, identity)| {
        provider.id == identity.provider && !provider.admin_groups.is_disjoint(&identity.said.groups)
    });
    match (by_hand, given) {
        (Role::Administrator, _) | (Role::Member, true) => Role::Administrator,
        (Role::Member, false) => Role::Member,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Timestamp,
        federation::{SeenIdentity, Vouched},
        id::{LinkedIdentityId, UserId},
        testing::{SeededRandom, a_provider, vouched},
    };

    fn ruled(id: &str, groups: &[&str]) -> Provider {
        Provider {
            admin_groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            ..a_provider(id)
        }
    }

    fn member(provider: &str, groups: &[&str]) -> LinkedIdentity {
        let (now, random) = (Timestamp::default(), SeededRandom::new(1));
        let vouched = Vouched {
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            ..vouched(provider, "ada")
        };
        let user = UserId::generate(now, &random);
        let seen = SeenIdentity::of(&vouched).unwrap();
        seen.linked(LinkedIdentityId::generate(now, &random), user, now)
    }

    #[test]
    fn a_group_gives_a_role_by_the_operators_rule_alone() {
        use Role::{Administrator, Member};
        for (by_hand, rule, groups, role, why) in [
            (Member, &[][..], &[][..], Member, "nobody said anything"),
            (Administrator, &[], &[], Administrator, "it was given by hand"),
            (
                Member,
                &[],
                &["admin", "administrators", "root"],
                Member,
                "no rule names it",
            ),
            (
                Member,
                &["it-admins"],
                &["staff", "it-admins"],
                Administrator,
                "a rule names it",
            ),
            (
                Member,
                &["it-admins", "owners"],
                &["owners"],
                Administrator,
                "one of several",
            ),
            (Member, &["it-admins"], &[], Member, "it was left"),
            (
                Administrator,
                &["it-admins"],
                &[],
                Administrator,
                "what was given by hand stays",
            ),
            (Member, &["admin"], &["Admin", "ADMIN"], Member, "another case"),
            (
                Member,
                &["admin"],
                &["admin ", " admin", "admin\0", "/admin"],
                Member,
                "more than it",
            ),
            (
                Member,
                &["admin"],
                &["adm", "administrators"],
                Member,
                "a part, or what begins so",
            ),
            (
                Member,
                &["admin"],
                &["аdmin", "ａｄｍｉｎ", "adm\u{131}n"],
                Member,
                "what looks like it",
            ),
            (
                Member,
                &["caf\u{e9}"],
                &["cafe\u{301}"],
                Member,
                "written in another way",
            ),
        ] {
            let (provider, identity) = (ruled("acme", rule), member("acme", groups));
            assert_eq!(role_of(by_hand, [(&provider, &identity)]), role, "{why}");
        }
    }

    #[test]
    fn a_rule_is_about_the_groups_of_its_own_provider() {
        let (acme, other) = (ruled("acme", &["owners"]), ruled("other", &[]));
        let [at_acme, at_other] = ["acme", "other"].map(|id| member(id, &["owners"]));
        assert_eq!(role_of(Role::Member, [(&acme, &at_other)]), Role::Member);
        assert_eq!(role_of(Role::Member, [(&other, &at_other)]), Role::Member);
        assert_eq!(role_of(Role::Member, []), Role::Member);
        let both = [(&other, &at_other), (&acme, &at_acme)];
        assert_eq!(role_of(Role::Member, both), Role::Administrator);
    }
}
