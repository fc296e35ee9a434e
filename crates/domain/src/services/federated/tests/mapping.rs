use super::*;
use crate::{
    event::EventKind,
    federation::{Said, groups_of},
    user::Role,
};

/// What an upstream that means harm, or knows no better, calls people.
const GRAND: [&str; 8] = [
    "admin",
    "administrator",
    "administrators",
    "platform-admin",
    "realm-admin",
    "root",
    "signet-admin",
    "/signet/administrators",
];

pub(super) fn saying(person: Vouched, groups: &[&str], department: Option<&str>) -> Vouched {
    let department = department.map(|name| ("department".to_owned(), name.to_owned()));
    Vouched {
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        attributes: department.into_iter().collect(),
        ..person
    }
}

impl Fed {
    async fn said(&self, user: &User) -> Said {
        self.identities(user).await.remove(0).said
    }

    /// What the person takes along of their account.
    pub(super) async fn taken_along(&self, person: &SignedInUser) -> serde_json::Value {
        let recent = person.recently_proven(self.scene.clock.now()).unwrap();
        let own_data = &self.scene.services.own_data;
        let mut document = own_data.export(&self.scene.act, recent).await.unwrap();
        let mut text = String::new();
        while let Some(piece) = document.piece().await.unwrap() {
            text.push_str(&piece);
        }
        serde_json::from_str(&text).unwrap()
    }

    fn mapped(&self) -> usize {
        let events = self.scene.memory.events(self.scene.act.realm.realm.id);
        let kinds = events.into_iter().map(|event| event.kind);
        kinds
            .filter(|kind| matches!(kind, EventKind::IdentityMapped { .. }))
            .count()
    }
}

#[test]
fn what_is_said_is_replaced_at_every_sign_in_and_a_change_of_it_recorded() {
    block_on(async {
        let fed = fed();
        let ada = |groups, department| saying(vouched("acme", "ada"), groups, department);
        let (user, _) = fed
            .signed_in("acme", ada(&["staff", "engineers"], Some("R&D")))
            .await;
        let said = fed.said(&user).await;
        assert_eq!(Vec::from_iter(said.groups), ["engineers", "staff"]);
        assert_eq!(said.attributes["department"], "R&D");
        assert_eq!(fed.mapped(), 0, "that it was linked says it");
        fed.signed_in("acme", ada(&["engineers", "staff"], Some("R&D")))
            .await;
        assert_eq!(fed.mapped(), 0, "nothing changed");
        fed.signed_in("acme", ada(&["staff"], Some("R&D"))).await;
        assert_eq!(Vec::from_iter(fed.said(&user).await.groups), ["staff"]);
        assert_eq!(fed.mapped(), 1);
        fed.signed_in("acme", ada(&[], None)).await;
        assert_eq!(
            fed.said(&user).await,
            Said::default(),
            "what is gone there is gone here"
        );
        assert_eq!(fed.mapped(), 2);
    });
}

#[test]
fn what_is_said_goes_with_the_link_and_is_no_other_identitys() {
    block_on(async {
        let fed = fed();
        let ada = saying(vouched("acme", "ada"), &["staff"], None);
        let (user, session) = fed.signed_in("acme", ada).await;
        let person = fed.person(&session).await;
        fed.scene.clock.advance(std::time::Duration::from_secs(1));
        let choir = saying(vouched("other", "somebody"), &["choir"], None);
        fed.links(&person, std::slice::from_ref(&person), choir).await;
        let own = fed.service().own(&fed.scene.act, &person).await.unwrap();
        let own: Vec<_> = own
            .into_iter()
            .map(|own| Vec::from_iter(own.said.groups))
            .collect();
        assert_eq!(own, [["staff"], ["choir"]]);
        let groups = async || {
            let open = fed.scene.services.ports.open_providers(&fed.scene.act.realm);
            Vec::from_iter(groups_of(&fed.identities(&user).await, &open))
        };
        assert_eq!(groups().await, ["choir", "staff"]);
        let other = fed.identities(&user).await.remove(1).id;
        let recent = person.recently_proven(fed.scene.clock.now()).unwrap();
        let unlinked = fed.service().unlink(&fed.scene.act, recent, other).await;
        unlinked.unwrap();
        assert_eq!(groups().await, ["staff"]);
    });
}

#[test]
fn no_group_of_a_provider_makes_anybody_an_administrator() {
    block_on(async {
        let fed = fed();
        let users = &fed.scene.act.realm.stores.users;
        // Somebody new, and again; somebody linked by the operator's word, and again.
        let grace = a_user().number(5).email("grace@example.com").build();
        fed.scene.registered(grace).await;
        for (id, subject) in [("acme", "ada"), ("trusted", "grace")] {
            for _ in 0..2 {
                let person = saying(vouched(id, subject), &GRAND, Some("administrator"));
                let (user, _) = fed.signed_in(id, person).await;
                assert_eq!(fed.said(&user).await.groups.len(), GRAND.len(), "they are kept");
                let stored = users.find(user.id).await.unwrap().unwrap();
                assert_eq!(stored.role, Role::Member, "{id}");
            }
        }
        assert!(!users.administrator_exists().await.unwrap());
    });
}

#[test]
fn core_s3_1_2_1_how_fresh_the_proof_must_be_is_held_against_the_answer() {
    block_on(async {
        let fed = fed();
        let (act, now) = (&fed.scene.act, fed.scene.clock.now());
        let interactions = &fed.scene.services.interactions;
        let hour = std::time::Duration::from_secs(3_600);
        let of = |fresh_sign_in, max_age| crate::interaction::Requirement {
            fresh_sign_in,
            max_age,
            ..Default::default()
        };
        let since = |since| Some(crate::federation::Freshness { since });
        for (requirement, expected) in [
            (of(false, None), None),
            (of(true, None), since(now)),
            (of(false, Some(hour)), since(now - hour)),
            (of(true, Some(hour)), since(now)),
        ] {
            let plain = interactions
                .start_for_account(act, browser(), AccountPage::Overview)
                .await
                .unwrap();
            let asked = Interaction {
                requirement: requirement.clone(),
                ..plain.clone()
            };
            let ephemeral = &act.realm.ephemeral.interactions;
            assert!(ephemeral.replace(&plain, &asked).await.unwrap());
            proven(fed.arrives_at(&asked, "acme", vouched("acme", "ada")).await);
            assert_eq!(fed.acme.held_against(), expected, "{requirement:?}");
        }
    });
}

#[test]
fn what_is_said_is_among_what_people_take_along() {
    block_on(async {
        let fed = fed();
        let ada = saying(vouched("acme", "ada"), &["staff"], Some("R&D"));
        let (_, session) = fed.signed_in("acme", ada).await;
        let person = fed.person(&session).await;
        let document = fed.taken_along(&person).await;
        let theirs = &document["identities"][0];
        assert_eq!(theirs["provider"], "acme");
        assert_eq!(theirs["subject"], "ada");
        assert_eq!(theirs["groups"], serde_json::json!(["staff"]));
        assert_eq!(theirs["attributes"]["department"], "R&D");
    });
}
