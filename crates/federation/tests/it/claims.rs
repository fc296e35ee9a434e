//! What a provider says of somebody: mapped by the operator's names, bounded, and from whom it must come.

use crate::fixture::{Scene, refusal, registered};
use domain::federation::Vouched;
use serde_json::{Value, json};

async fn vouched(id_token: Value) -> Vouched {
    let scene = Scene::new();
    scene.provider.state().id_token = id_token;
    scene.sign_in().await.unwrap()
}

async fn verified(claim: Value) -> bool {
    let claims = json!({"email": "ada@example.com", "email_verified": claim});
    vouched(claims).await.email.unwrap().verified
}

#[tokio::test]
async fn s5_1_an_address_is_proven_only_if_the_provider_says_so_plainly() {
    assert!(verified(json!(true)).await);
    assert!(verified(json!("true")).await);
    for other in [
        json!(false),
        json!("false"),
        json!("True"),
        json!("1"),
        json!(1),
        json!([true]),
        json!(null),
    ] {
        assert!(!verified(other.clone()).await, "{other}");
    }
}

#[tokio::test]
async fn claims_may_be_of_any_script() {
    let said = vouched(json!({
        "sub": "пользователь-Ωμέγα",
        "email": "δοκιμή@παράδειγμα.example",
        "email_verified": true,
        "name": "李 Łukasz \u{1F469}\u{200D}\u{1F4BB} עברית",
        "locale": "zh-Hant",
    }))
    .await;
    assert_eq!(said.subject, "пользователь-Ωμέγα");
    assert_eq!(said.email.unwrap().address, "δοκιμή@παράδειγμα.example");
    assert_eq!(
        said.name.as_deref(),
        Some("李 Łukasz \u{1F469}\u{200D}\u{1F4BB} עברית")
    );
    assert_eq!(said.locale.as_deref(), Some("zh-Hant"));
}

#[tokio::test]
async fn what_is_too_long_or_no_text_is_left_out() {
    let said = vouched(json!({
        "email": format!("{}@example.com", "a".repeat(250)),
        "email_verified": true,
        "name": "n".repeat(513),
        "given_name": "A\u{7}da",
        "family_name": {"text": "Lovelace"},
        "locale": "l".repeat(36),
        "sid": "s".repeat(256),
    }))
    .await;
    assert_eq!((said.email, said.name, said.given_name), (None, None, None));
    assert_eq!((said.family_name, said.locale, said.session), (None, None, None));
}

#[tokio::test]
async fn a_subject_is_taken_to_the_letter() {
    let said = vouched(json!({
        "sub": " 7 ", "sid": "session 1", "email": "ada@example.com", "email_verified": true, "name": "Ada",
    }))
    .await;
    assert_eq!(said.subject, " 7 ");
    assert_eq!(said.session.as_deref(), Some("session 1"));
}

#[tokio::test]
async fn an_operator_names_the_claims() {
    let mut settings = registered(false);
    settings.claims.email = "mail".to_owned();
    settings.claims.groups = Some("/realm_access/roles".to_owned());
    settings.claims.attributes = [
        ("department", "dept"),
        ("floor", "/office/a~1b"),
        ("absent", "absent"),
    ]
    .map(|(attribute, claim)| (attribute.to_owned(), claim.to_owned()))
    .into();
    let scene = Scene::registered_as(settings);
    scene.provider.state().id_token = json!({
        "mail": "ada@example.com",
        "email": "other@example.com",
        "name": "Ada",
        "realm_access": {"roles": ["engineers", "ärzte"]},
        "dept": "R&D",
        "office": {"a/b": 3},
    });
    let said = scene.sign_in().await.unwrap();
    assert_eq!(said.email.unwrap().address, "ada@example.com");
    assert_eq!(said.groups, ["engineers", "ärzte"]);
    let attributes: Vec<(&str, &str)> = said
        .attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(attributes, [("department", "R&D"), ("floor", "3")]);
}

#[tokio::test]
async fn what_is_said_of_the_standard_address_proves_no_other() {
    for (standard, verified) in [
        (json!("other@example.com"), false),
        (json!("ada@example.com"), true),
        (json!(null), true),
    ] {
        let mut settings = registered(false);
        settings.claims.email = "mail".to_owned();
        let scene = Scene::registered_as(settings);
        scene.provider.state().id_token = json!({
            "mail": "ada@example.com", "email": standard, "email_verified": true, "name": "Ada",
        });
        assert_eq!(scene.sign_in().await.unwrap().email.unwrap().verified, verified);
    }
}

#[tokio::test]
async fn groups_are_read_only_if_somebody_asked_and_all_or_none() {
    assert!(vouched(json!({"groups": ["admin"]})).await.groups.is_empty());
    for bad in [
        json!(vec!["g"; 501]),
        json!([7]),
        json!({"a": 1}),
        json!(["g".repeat(257)]),
    ] {
        let mut settings = registered(false);
        settings.claims.groups = Some("groups".to_owned());
        let scene = Scene::registered_as(settings);
        scene.provider.state().id_token = json!({ "groups": bad });
        assert_eq!(scene.refusal().await, "the groups are no short list of texts");
    }
}

#[tokio::test]
async fn s5_3_what_the_id_token_does_not_say_is_asked_of_userinfo() {
    let scene = Scene::new();
    scene.provider.state().id_token = json!({"name": "Of the token"});
    scene.provider.state().userinfo = json!({
        "sub": "248289761001", "name": "Of UserInfo", "email": "ada@example.com", "email_verified": true,
    });
    let said = scene.sign_in().await.unwrap();
    assert_eq!(said.name.as_deref(), Some("Of the token"));
    assert!(said.email.unwrap().verified);
    assert_eq!(scene.provider.times_asked("/userinfo"), 1);
}

#[tokio::test]
async fn s5_3_2_userinfo_about_somebody_else_is_refused() {
    for sub in [json!("248289761002"), json!(null), json!(248_289_761_001_u64)] {
        let scene = Scene::new();
        scene.provider.state().id_token = json!({});
        scene.provider.state().userinfo = json!({"sub": sub, "email": "eve@example.com"});
        assert_eq!(refusal(scene.sign_in().await), "UserInfo is about somebody else");
    }
}

#[tokio::test]
async fn an_address_is_not_proven_by_what_is_said_of_another() {
    let scene = Scene::new();
    scene.provider.state().id_token = json!({"email_verified": true});
    scene.provider.state().userinfo = json!({"sub": "248289761001", "email": "eve@example.com"});
    assert!(!scene.sign_in().await.unwrap().email.unwrap().verified);
}

/// Whether `ada@example.com` of the ID token is taken for proven, and how often UserInfo was asked.
async fn told_by_userinfo(id_token: Value, userinfo: Value) -> (bool, usize) {
    let scene = Scene::new();
    scene.provider.state().id_token = id_token;
    scene.provider.state().userinfo = userinfo;
    let email = scene.sign_in().await.unwrap().email.unwrap();
    assert_eq!(email.address, "ada@example.com");
    (email.verified, scene.provider.times_asked("/userinfo"))
}

#[tokio::test]
async fn s5_3_whether_an_address_is_proven_is_asked_of_userinfo_and_believed_of_the_same_address_only() {
    let unsaid = json!({"email": "ada@example.com", "name": "Ada"});
    let of = |email: &str, verified: Value| json!({"sub": "248289761001", "email": email, "email_verified": verified});
    for (userinfo, verified) in [
        (of("ada@example.com", json!(true)), true),
        (of("ada@example.com", json!("true")), true),
        (of("ada@example.com", json!(false)), false),
        (of("ada@example.com", json!(null)), false),
        (of("Ada@example.com", json!(true)), false),
        (of("eve@example.com", json!(true)), false),
        (json!({"sub": "248289761001", "email_verified": true}), false),
    ] {
        let came = told_by_userinfo(unsaid.clone(), userinfo.clone()).await;
        assert_eq!(came, (verified, 1), "{userinfo}");
    }
    let mut said = unsaid.clone();
    said["email_verified"] = json!(false);
    let userinfo = of("ada@example.com", json!(true));
    assert_eq!(told_by_userinfo(said.clone(), userinfo.clone()).await, (false, 0));
    said["email_verified"] = json!(true);
    assert_eq!(told_by_userinfo(said, userinfo).await, (true, 0));
    let scene = Scene::new();
    scene.provider.state().id_token = unsaid;
    scene.provider.state().userinfo =
        json!({"sub": "248289761002", "email": "ada@example.com", "email_verified": true});
    assert_eq!(scene.refusal().await, "UserInfo is about somebody else");
}
