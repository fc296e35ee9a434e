use super::*;
use crate::{
    consent::Consent,
    language::Language,
    login_session::LoginSession,
    services::scene::Scene,
    stores::Alongside,
    testing::{a_client, a_user},
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
        provider: None,
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

async fn of(scene: &Scene, user: &User) -> User {
    let users = &scene.act.realm.stores.users;
    users.find(user.id).await.unwrap().unwrap()
}

#[test]
fn core_s5_1_language_and_zone_are_changed_and_a_tag_of_the_same_language_stays() {
    block_on(async {
        let scene = Scene::new();
        let before = User {
            locale: Some("de-AT".to_owned()),
            ..a_user().build()
        };
        let user = scene.registered(before).await;
        let account = &scene.services.account;
        let zone = |name: &str| crate::user::TimeZone::try_from(name.to_owned()).ok();
        let mut now = user.clone();
        for (language, name, locale) in [
            (Some(Language::German), "Europe/Vienna", Some("de-AT")),
            (Some(Language::Portuguese), "America/Sao_Paulo", Some("pt-BR")),
            (None, "", None),
        ] {
            let preferences = Preferences {
                language,
                zone: zone(name),
            };
            let person = signed_in(&scene, &now);
            let updated = account.update_preferences(&scene.act, &person, preferences, now.version);
            updated.await.unwrap();
            now = of(&scene, &user).await;
            assert_eq!(now.locale.as_deref(), locale);
            assert_eq!(now.zoneinfo.as_deref().unwrap_or_default(), name);
            assert_eq!((&now.name, &now.described), (&user.name, &user.described));
        }
        let person = signed_in(&scene, &now);
        let stale = account.update_preferences(&scene.act, &person, Preferences::default(), user.version);
        assert!(matches!(stale.await, Err(ProfileError::ChangedMeanwhile)));
    });
}

#[test]
fn core_s5_1_a_picture_is_told_by_an_address_nobody_guesses_and_taken_away_again() {
    block_on(async {
        let scene = Scene::new();
        let user = scene.registered(a_user().build()).await;
        let (account, realm) = (&scene.services.account, &scene.act.realm);
        let mut paths = Vec::new();
        for _ in 0..2 {
            let now = of(&scene, &user).await;
            let person = signed_in(&scene, &now);
            let set = account.set_picture(&scene.act, &person, b"pixels".to_vec(), now.version);
            set.await.unwrap();
            let now = of(&scene, &user).await;
            paths.push(path_of_picture(&now, &realm.issuer).unwrap());
            let picture = realm.stores.pictures.of(user.id).await.unwrap().unwrap();
            assert_eq!(picture.png, b"pixels");
            let path = format!("/pictures/{}.png", picture.name.to_base64url());
            assert_eq!(paths.last(), Some(&path));
            let told = now.described.picture.unwrap();
            assert_eq!(told.as_str(), realm.issuer.url(&path));
        }
        assert_ne!(paths[0], paths[1], "the same pixels have another address");
        let now = of(&scene, &user).await;
        let person = signed_in(&scene, &now);
        let stale = account.set_picture(&scene.act, &person, Vec::new(), now.version - 1);
        assert!(matches!(stale.await, Err(ProfileError::ChangedMeanwhile)));
        let removed = account.remove_picture(&scene.act, &person, now.version);
        removed.await.unwrap();
        assert_eq!(of(&scene, &user).await.described.picture, None);
        assert_eq!(realm.stores.pictures.of(user.id).await.unwrap(), None);
    });
}

#[test]
fn a_picture_elsewhere_has_no_path_here() {
    let issuer = crate::issuer::Origin::parse("https://id.example").unwrap();
    let issuer = crate::issuer::Issuer::new(&issuer, &crate::realm::RealmName::Root);
    let name = crate::secret::Digest::of("one").to_base64url();
    for address in [
        format!("https://id.example.evil.example/pictures/{name}.png"),
        format!("https://elsewhere.example/pictures/{name}.png"),
        format!("https://id.example/logos/{name}.png"),
        "https://id.example/pictures/../logout.png".to_owned(),
    ] {
        let user = a_user()
            .described(&format!(r#"{{"picture": "{address}"}}"#))
            .build();
        assert_eq!(path_of_picture(&user, &issuer), None, "{address}");
    }
}

#[test]
fn every_app_is_removed_however_many_are_listed_at_once() {
    block_on(async {
        let scene = Scene::new();
        let user = scene.registered(a_user().build()).await;
        let (stores, now) = (&scene.act.realm.stores, scene.services.ports.clock.now());
        for number in 0..201 {
            let app = a_client().id(&format!("app-{number}")).build();
            stores.clients.create(&app, Alongside::default()).await.unwrap();
            let consent = Consent {
                user_id: user.id,
                client_id: app.id,
                scopes: "openid".parse().unwrap(),
                declined: Default::default(),
                granted_at: now,
                updated_at: now,
                expires_at: None,
            };
            let allowed = stores.consents.allow(&consent, Alongside::default());
            allowed.await.unwrap();
        }
        let (account, person) = (&scene.services.account, signed_in(&scene, &user));
        assert_eq!(account.remove_apps(&scene.act, &person).await.unwrap(), 201);
        let left = account.apps(&scene.act, &person, None).await.unwrap();
        assert_eq!((left.items.len(), left.total), (0, 0));
        assert_eq!(account.remove_apps(&scene.act, &person).await.unwrap(), 0);
    });
}
