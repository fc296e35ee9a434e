use super::*;
use serde_json::{Value, json};

fn kept(claims: &Value) -> bool {
    serde_json::from_value::<Described>(claims.clone()).is_ok()
}

#[test]
fn s5_1_what_is_set_is_told_under_its_name_and_nothing_else() {
    let claims = json!({
        "given_name": "Ada", "family_name": "Lovelace", "middle_name": "King", "nickname": "Ada",
        "preferred_username": "ada", "profile": "https://ada.example/", "picture": "https://ada.example/a.png",
        "website": "http://ada.example", "gender": "female", "birthdate": "1815-12-10",
        "phone_number": "+441632960961",
        "address": {
            "formatted": "12 St James's Square\nLondon", "street_address": "12 St James's Square",
            "locality": "London", "region": "England", "postal_code": "SW1Y 4JH", "country": "UK",
        },
    });
    let described: Described = serde_json::from_value(claims.clone()).unwrap();
    assert_eq!(serde_json::to_value(&described).unwrap(), claims);
    assert_eq!(serde_json::to_value(Described::default()).unwrap(), json!({}));
}

#[test]
fn s5_1_texts_have_their_form() {
    for birthdate in ["1815-12-10", "0000-02-29", "1815"] {
        assert!(kept(&json!({ "birthdate": birthdate })), "{birthdate}");
    }
    for birthdate in [
        "0000",
        "15-12-10",
        "1815-13-01",
        "1815-00-01",
        "1815-12-32",
        "1815-12",
        "1815-1-1",
        "+815",
    ] {
        assert!(!kept(&json!({ "birthdate": birthdate })), "{birthdate}");
    }
    for phone_number in ["+12", "+441632960961"] {
        assert!(kept(&json!({ "phone_number": phone_number })), "{phone_number}");
    }
    for phone_number in [
        "441632960961",
        "+1",
        "+1234567890123456",
        "+44 1632 960961",
        "+0441632",
        "+44x",
    ] {
        assert!(!kept(&json!({ "phone_number": phone_number })), "{phone_number}");
    }
    for formatted in ["", "a\n\nb", "a\u{7}", &"a\n".repeat(10)] {
        assert!(
            !kept(&json!({ "address": { "formatted": formatted } })),
            "{formatted}"
        );
    }
    assert!(kept(&json!({ "address": { "formatted": "a\r\nb" } })));
}

#[test]
fn s5_1_language_and_time_zone_have_places_of_their_own() {
    let parse = |claims: Value| Claims::parse(claims.as_object().unwrap().clone());
    let claims = json!({ "locale": "en-GB", "zoneinfo": "Europe/London", "nickname": "Ada" });
    let claims = parse(claims).unwrap();
    assert_eq!(claims.locale.map(String::from).as_deref(), Some("en-GB"));
    assert_eq!(
        claims.zoneinfo.map(String::from).as_deref(),
        Some("Europe/London")
    );
    assert_eq!(claims.described.nickname, DisplayName::parse("Ada").ok());
    assert!(parse(json!({})).unwrap().locale.is_none());
    for wrong in [
        json!({ "locale": "en GB" }),
        json!({ "locale": 1 }),
        json!({ "zoneinfo": "Europe London" }),
    ] {
        assert!(parse(wrong).is_err());
    }
}

#[test]
fn nothing_that_is_said_to_be_proven_can_be_set() {
    for claims in [
        json!({ "phone_number": "+441632960961", "phone_number_verified": true }),
        json!({ "sub": "somebody" }),
        json!({ "address": { "planet": "Earth" } }),
        json!({ "website": "javascript:alert(1)" }),
        json!({ "given_name": "x".repeat(101) }),
    ] {
        assert!(!kept(&claims), "{claims}");
    }
}
