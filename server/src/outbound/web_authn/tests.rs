use super::*;
use domain::{
    id::{RealmId, UserId},
    passkey::UserHandle,
};
use testbed::authenticator::{AAGUID, Answer, Authenticator};

const ORIGIN: &str = "https://id.example.com";

fn ceremonies() -> Ceremonies {
    Ceremonies::new(&Origin::parse(ORIGIN).unwrap())
}

fn handle() -> UserHandle {
    UserHandle::of(
        RealmId::from_uuid(Uuid::from_u128(1)),
        UserId::from_uuid(Uuid::from_u128(2)),
    )
}

fn whom<'a>(existing: Vec<CredentialId>) -> ForWhom<'a> {
    ForWhom {
        handle: handle(),
        name: "ada@example.com",
        display_name: "Ada",
        existing,
    }
}

fn options(begun: &Begun) -> serde_json::Value {
    serde_json::from_str(&begun.options).unwrap()
}

fn made(with: &Authenticator) -> Made {
    let (ceremonies, answer) = (ceremonies(), Answer::new(ORIGIN, "id.example.com"));
    let begun = ceremonies.begin_making(&whom(Vec::new())).unwrap();
    let answer = with.make(&options(&begun), &answer);
    ceremonies.finish_making(&begun.state, &answer).unwrap()
}

fn made_with(change: impl FnOnce(&mut Answer)) -> Result<Made, Refused> {
    let (ceremonies, mut answer) = (ceremonies(), Answer::new(ORIGIN, "id.example.com"));
    let begun = ceremonies.begin_making(&whom(Vec::new())).unwrap();
    change(&mut answer);
    let answer = Authenticator::new().make(&options(&begun), &answer);
    ceremonies.finish_making(&begun.state, &answer)
}

fn asked_with(change: impl FnOnce(&mut Answer)) -> Result<Verified, Refused> {
    let (ceremonies, mut answer) = (ceremonies(), Answer::new(ORIGIN, "id.example.com"));
    let authenticator = Authenticator::new();
    let passkey = made(&authenticator);
    let begun = ceremonies.begin_asking().unwrap();
    answer.count = 6;
    change(&mut answer);
    let answer = authenticator.answer(&options(&begun), handle().as_bytes(), &answer);
    ceremonies.finish_asking(&begun.state, &answer, &passkey.public, 5)
}

#[test]
fn an_ip_address_is_no_relying_party_and_no_error() {
    for (origin, party) in [
        ("http://127.0.0.1:4000", None),
        ("http://[::1]:4000", None),
        ("http://localhost:4000", Some("localhost")),
        (ORIGIN, Some("id.example.com")),
    ] {
        let ceremonies = Ceremonies::new(&Origin::parse(origin).unwrap());
        assert_eq!(ceremonies.relying_party(), party);
        assert_eq!(ceremonies.begin_asking().is_ok(), party.is_some());
        assert_eq!(
            ceremonies.begin_making(&whom(Vec::new())).is_ok(),
            party.is_some()
        );
    }
}

#[test]
fn a_discoverable_credential_and_user_verification_are_asked_for_and_nobody_vouches() {
    let known = CredentialId::new(vec![1, 2, 3]).unwrap();
    let making = options(&ceremonies().begin_making(&whom(vec![known])).unwrap());
    assert_eq!(making["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(making["authenticatorSelection"]["requireResidentKey"], true);
    assert_eq!(making["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(making["attestation"], "none");
    assert_eq!(making["rp"]["id"], "id.example.com");
    assert_eq!(making["user"]["id"], handle().to_base64url());
    assert_eq!(making["excludeCredentials"][0]["id"], "AQID");
    let asking = options(&ceremonies().begin_asking().unwrap());
    assert_eq!(asking["userVerification"], "required");
    assert_eq!(asking["allowCredentials"], serde_json::json!([]));
    assert_eq!(asking["rpId"], "id.example.com");
}

#[test]
fn s7_1_a_credential_is_made() {
    let authenticator = Authenticator::new();
    let made = made(&authenticator);
    assert_eq!(made.credential_id.as_bytes(), authenticator.credential());
    assert_eq!(made.aaguid, Aaguid(AAGUID));
    assert!(made.synced);
}

#[test]
fn s7_1_what_is_not_right_makes_none() {
    assert!(made_with(|_| {}).is_ok());
    let not_accepted = Err(Refused::NotAccepted);
    assert_eq!(made_with(|answer| answer.user_verified = false), not_accepted);
    assert_eq!(
        made_with(|answer| answer.relying_party = "example.com".to_owned()),
        not_accepted
    );
    assert_eq!(made_with(|answer| answer.cross_origin = true), not_accepted);
    assert_eq!(
        made_with(|answer| answer.kind = Some("webauthn.get")),
        not_accepted
    );
    assert_eq!(
        made_with(|answer| answer.challenge = Some("c29tZXRoaW5nIGVsc2U")),
        not_accepted
    );
    assert_eq!(
        made_with(|answer| answer.discoverable = Some(false)),
        Err(Refused::NotDiscoverable)
    );
    for origin in foreign() {
        assert_eq!(
            made_with(|answer| answer.origin = origin.to_owned()),
            not_accepted,
            "{origin}"
        );
    }
}

/// Other origins, some of which share a suffix or the relying party's id.
fn foreign() -> [&'static str; 5] {
    [
        "https://evil.example",
        "https://app.id.example.com",
        "https://example.com",
        "https://id.example.com:8443",
        "http://id.example.com",
    ]
}

#[test]
fn s7_2_a_credential_answers() {
    let verified = asked_with(|_| {}).unwrap();
    assert_eq!((verified.sign_count, verified.synced), (6, true));
    let moved = asked_with(|answer| answer.synced = false).unwrap();
    assert!(!moved.synced);
}

#[test]
fn s7_2_what_is_not_right_is_no_answer() {
    let not_accepted = Err(Refused::NotAccepted);
    assert_eq!(asked_with(|answer| answer.user_verified = false), not_accepted);
    assert_eq!(
        asked_with(|answer| answer.relying_party = "example.com".to_owned()),
        not_accepted
    );
    assert_eq!(asked_with(|answer| answer.cross_origin = true), not_accepted);
    assert_eq!(
        asked_with(|answer| answer.kind = Some("webauthn.create")),
        not_accepted
    );
    assert_eq!(
        asked_with(|answer| answer.challenge = Some("c29tZXRoaW5nIGVsc2U")),
        not_accepted
    );
    assert_eq!(asked_with(|answer| answer.forged = true), not_accepted);
    for count in [5, 4, 0] {
        assert_eq!(
            asked_with(|answer| answer.count = count),
            Err(Refused::CountWentBack)
        );
    }
    for origin in foreign() {
        assert_eq!(
            asked_with(|answer| answer.origin = origin.to_owned()),
            not_accepted,
            "{origin}"
        );
    }
}

#[test]
fn an_answer_claims_a_credential_and_an_account() {
    let (ceremonies, authenticator) = (ceremonies(), Authenticator::new());
    let begun = ceremonies.begin_asking().unwrap();
    let answer = Answer::new(ORIGIN, "id.example.com");
    let claimed = authenticator.answer(&options(&begun), handle().as_bytes(), &answer);
    let claimed = ceremonies.claimed(&claimed).unwrap();
    assert_eq!(claimed.credential_id.as_bytes(), authenticator.credential());
    assert_eq!(claimed.handle, handle().as_bytes());
    for text in ["", "{}", "[]", "null"] {
        assert_eq!(ceremonies.claimed(text), Err(Refused::NotAccepted));
    }
}
