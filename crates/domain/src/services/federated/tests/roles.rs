use super::{mapping::saying, *};
use crate::user::Role;
use std::time::Duration;

fn ruled(groups: &[&str]) -> Provider {
    Provider {
        admin_groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        ..a_provider("acme")
    }
}

/// Like [`fed`], where the owners of `acme` run the realm.
fn owned() -> Fed {
    let mut fed = fed();
    fed.set_acme(ruled(&["owners"]));
    fed
}

fn member(groups: &[&str]) -> Vouched {
    saying(vouched("acme", "ada"), groups, None)
}

impl Fed {
    async fn role(&self, session: &LoginSession) -> Role {
        let person = self.person(session).await;
        self.service().role(&self.scene.act, &person).await.unwrap()
    }

    async fn through(&self, user: &User) -> Vec<String> {
        let through = self.service().administers_through(&self.scene.act, user);
        through.await.unwrap().into_iter().map(String::from).collect()
    }
}

#[test]
fn members_of_a_named_group_run_the_realm_until_they_leave_it_there() {
    block_on(async {
        let fed = owned();
        let (user, first) = fed.signed_in("acme", member(&["staff", "owners"])).await;
        assert_eq!(fed.role(&first).await, Role::Administrator);
        assert_eq!(fed.through(&user).await, ["acme"]);
        assert_eq!(user.role, Role::Member, "nothing is written to the account");
        let stores = &fed.scene.act.realm.stores;
        assert!(!stores.users.administrator_exists().await.unwrap());
        let (_, second) = fed.signed_in("acme", member(&["staff", "Owners"])).await;
        for session in [&first, &second] {
            assert_eq!(fed.role(session).await, Role::Member, "in every browser");
        }
        assert!(fed.through(&user).await.is_empty());
    });
}

#[test]
fn a_session_that_rests_on_something_else_has_what_was_given_by_hand() {
    block_on(async {
        let fed = owned();
        let (user, through) = fed.signed_in("acme", member(&["owners"])).await;
        let person = fed.person(&through).await;
        fed.scene.clock.advance(Duration::from_secs(1));
        let there = saying(vouched("other", "ada"), &["owners"], None);
        fed.links(&person, std::slice::from_ref(&person), there.clone())
            .await;
        let (same, elsewhere) = fed.signed_in("other", there).await;
        assert_eq!(same.id, user.id);
        assert_eq!(
            fed.role(&elsewhere).await,
            Role::Member,
            "no rule of that provider"
        );
        assert_eq!(fed.role(&through).await, Role::Administrator);
    });
}

#[test]
fn of_two_identities_at_one_provider_the_one_that_a_session_rests_on_counts() {
    block_on(async {
        let fed = owned();
        let (user, through) = fed.signed_in("acme", member(&["owners"])).await;
        let person = fed.person(&through).await;
        let second = saying(vouched("acme", "second"), &["staff"], None);
        fed.links(&person, std::slice::from_ref(&person), second.clone())
            .await;
        let (same, by_second) = fed.signed_in("acme", second).await;
        assert_eq!(same.id, user.id);
        assert_eq!(fed.role(&by_second).await, Role::Member);
        assert_eq!(fed.role(&through).await, Role::Administrator);
    });
}

#[test]
fn what_was_given_by_hand_stays() {
    block_on(async {
        let fed = owned();
        let grace = a_user()
            .number(5)
            .email("grace@example.com")
            .administrator()
            .build();
        let grace = fed.scene.registered(grace).await;
        let session = fed.by_password("grace@example.com").await;
        let person = fed.person(&session).await;
        fed.links(&person, std::slice::from_ref(&person), member(&["owners"]))
            .await;
        let (same, through) = fed.signed_in("acme", member(&[])).await;
        assert_eq!(same.id, grace.id);
        assert_eq!(fed.role(&through).await, Role::Administrator);
        assert!(fed.through(&grace).await.is_empty());
    });
}

#[test]
fn the_rule_goes_with_the_link_and_with_the_provider() {
    block_on(async {
        let mut fed = owned();
        let (user, session) = fed.signed_in("acme", member(&["owners"])).await;
        let person = fed.person(&session).await;
        fed.set_acme(ruled(&[]));
        assert_eq!(fed.role(&session).await, Role::Member, "the rule was taken out");
        fed.set_acme(ruled(&["owners"]));
        assert_eq!(fed.role(&session).await, Role::Administrator);
        let recent = person.recently_proven(fed.scene.clock.now()).unwrap();
        let theirs = fed.identities(&user).await.remove(0).id;
        fed.service()
            .unlink(&fed.scene.act, recent, theirs)
            .await
            .unwrap();
        let service = fed.service();
        assert_eq!(service.role(&fed.scene.act, &person).await.unwrap(), Role::Member);
        assert!(fed.through(&user).await.is_empty());
        fed.scene.use_upstreams(Upstreams::new(vec![fed.other.clone()]));
        let service = &fed.scene.services.federated;
        assert_eq!(service.role(&fed.scene.act, &person).await.unwrap(), Role::Member);
    });
}

#[test]
fn what_people_take_along_says_what_they_may_do() {
    block_on(async {
        let fed = owned();
        for (groups, expected) in [(&["owners"][..], true), (&["staff"], false)] {
            let (_, session) = fed.signed_in("acme", member(groups)).await;
            let person = fed.person(&session).await;
            let document = fed.taken_along(&person).await;
            assert_eq!(document["profile"]["administrator"], expected);
        }
    });
}
