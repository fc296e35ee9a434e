use super::*;
use crate::{
    login_session::LoginSession,
    services::scene::Scene,
    testing::a_user,
    user::{Described, User},
};
use futures::executor::block_on;
use std::time::Duration;

const SAID: [(Detail, &str, &str); 11] = [
    (Detail::GivenName, " Ada ", "Ada"),
    (Detail::FamilyName, "Lovelace", "Lovelace"),
    (Detail::Nickname, "Countess", "Countess"),
    (Detail::Birthdate, "1815-12-10", "1815-12-10"),
    (Detail::Website, "https://ada.example", "https://ada.example"),
    (Detail::PhoneNumber, "+44 (20) 7946-0000", "+442079460000"),
    (
        Detail::StreetAddress,
        "12 St James\r\nSquare",
        "12 St James\nSquare",
    ),
    (Detail::PostalCode, "SW1Y 4JH", "SW1Y 4JH"),
    (Detail::Locality, "London", "London"),
    (Detail::Region, "England", "England"),
    (Detail::Country, "UK", "UK"),
];

fn signed_in(scene: &Scene, user: &User) -> SignedInUser {
    let ports = &scene.services.ports;
    let now = ports.clock.now();
    let session = LoginSession {
        id: LoginSessionId::generate(now, &*ports.random),
        user_id: user.id,
        authenticated_at: now,
        methods: Vec::new(),
        created_at: now,
        last_seen_at: now,
        expires_at: now + Duration::from_secs(60),
        ended_at: None,
        origin: Default::default(),
    };
    session
        .signed_in(user.clone(), now, Duration::from_secs(60))
        .unwrap()
}

/// What is kept of the person once they said this.
async fn after(said: &[(Detail, &str)], before: User, version: i64) -> Result<User, ProfileError> {
    let scene = Scene::new();
    let user = scene.registered(before).await;
    let person = signed_in(&scene, &user);
    let said: Vec<_> = said
        .iter()
        .map(|(detail, text)| (*detail, (*text).to_owned()))
        .collect();
    let account = &scene.services.account;
    account
        .update_details(&scene.act, &person, &said, version)
        .await?;
    Ok(scene.act.realm.stores.users.find(user.id).await.unwrap().unwrap())
}

#[test]
fn core_s5_1_what_is_said_is_kept_under_its_claim_and_may_be_taken_back() {
    block_on(async {
        let typed = SAID.map(|(detail, typed, _)| (detail, typed));
        let user = after(&typed, a_user().build(), 1).await.unwrap();
        let told = serde_json::to_value(&user.described).unwrap();
        for (detail, _, kept) in SAID {
            assert_eq!(detail.of(&user.described), kept);
            let name = detail.as_str();
            let claim = told.get(name).unwrap_or(&told["address"][name]);
            assert_eq!(claim, kept, "{told}");
        }
        assert_eq!(user.name, a_user().build().name);
        let nothing = SAID.map(|(detail, _, _)| (detail, ""));
        let user = after(&nothing, User { version: 1, ..user }, 1).await.unwrap();
        assert_eq!(user.described, Described::default());
    });
}

#[test]
fn what_is_not_asked_stays_and_an_address_is_not_written_out_wrongly() {
    block_on(async {
        let before = r#"{"middle_name": "King", "address": {"formatted": "Old Street", "country": "UK"}}"#;
        let kept = after(
            &[(Detail::GivenName, "Ada")],
            a_user().described(before).build(),
            1,
        )
        .await;
        let kept = serde_json::to_value(kept.unwrap().described).unwrap();
        assert_eq!(
            (&kept["middle_name"], &kept["address"]["formatted"]),
            (&"King".into(), &"Old Street".into())
        );
        let moved = after(
            &[(Detail::Locality, "Paris")],
            a_user().described(before).build(),
            1,
        )
        .await;
        let moved = serde_json::to_value(moved.unwrap().described).unwrap();
        assert_eq!(
            moved["address"],
            serde_json::json!({"locality": "Paris", "country": "UK"})
        );
    });
}

#[test]
fn what_cannot_be_taken_is_named_and_nothing_is_kept() {
    block_on(async {
        for (detail, typed) in [
            (Detail::GivenName, "a\u{7}b"),
            (Detail::Birthdate, "10.12.1815"),
            (Detail::Website, "javascript:alert(1)"),
            (Detail::PhoneNumber, "020 7946 0000"),
            (Detail::StreetAddress, "a\n\n\nb\u{0}"),
            (Detail::Country, &"x".repeat(101)),
        ] {
            let refused = after(&[(Detail::Nickname, "A"), (detail, typed)], a_user().build(), 1).await;
            assert!(
                matches!(refused, Err(ProfileError::InvalidDetail(InvalidDetail(named))) if named == detail),
                "{detail:?}"
            );
        }
        let stale = after(&[(Detail::Nickname, "A")], a_user().build(), 7).await;
        assert!(matches!(stale, Err(ProfileError::ChangedMeanwhile)));
    });
}
