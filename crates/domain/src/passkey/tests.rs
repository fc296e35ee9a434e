use super::*;

#[test]
fn s7_2_a_count_goes_up_or_is_never_told() {
    for (stored, told, may) in [
        (0, 0, true),
        (0, 1, true),
        (1, 2, true),
        (1, 1, false),
        (2, 1, false),
        (1, 0, false),
        (u32::MAX, u32::MAX, false),
    ] {
        assert_eq!(count_may_follow(stored, told), may, "{stored} {told}");
    }
}

#[test]
fn every_way_in_counts_once() {
    let none = WaysIn::default();
    assert_eq!(ways_in(none), 0);
    for (has, ways) in [
        (
            WaysIn {
                password: true,
                ..none
            },
            1,
        ),
        (WaysIn { passkeys: 2, ..none }, 2),
        (
            WaysIn {
                identities: 2,
                ..none
            },
            2,
        ),
        (
            WaysIn {
                mailed_code: true,
                ..none
            },
            1,
        ),
        (
            WaysIn {
                password: true,
                passkeys: 1,
                identities: 1,
                mailed_code: true,
            },
            4,
        ),
    ] {
        assert_eq!(ways_in(has), ways, "{has:?}");
    }
}

#[test]
fn s14_6_1_one_person_has_another_handle_in_every_realm() {
    let id = |number: u128| uuid::Uuid::from_u128(number);
    let of = |realm, user| UserHandle::of(RealmId::from_uuid(id(realm)), UserId::from_uuid(id(user)));
    assert_eq!(of(1, 2), of(1, 2));
    for other in [of(2, 2), of(1, 1), of(2, 1)] {
        assert_ne!(of(1, 2), other);
    }
    assert_ne!(
        of(1, 2).as_bytes(),
        id(2).as_bytes(),
        "the public id is not given away"
    );
}

#[test]
fn a_passkey_is_offered_to_who_has_none_and_did_not_decline() {
    let now = Timestamp::from_seconds(1_000);
    for (passkeys, not_before, due) in [
        (0, None, true),
        (1, None, false),
        (0, Some(1_001), false),
        (0, Some(1_000), true),
    ] {
        let state = OfferState {
            passkeys,
            not_before: not_before.map(Timestamp::from_seconds),
        };
        assert_eq!(state.is_due(now), due, "{state:?}");
    }
}

#[test]
fn credential_ids_are_bounded_and_not_shown() {
    assert!(CredentialId::new(Vec::new()).is_none());
    assert!(CredentialId::new(vec![7; MAX_CREDENTIAL_ID + 1]).is_none());
    let id = CredentialId::new(vec![7; MAX_CREDENTIAL_ID]).unwrap();
    assert_eq!(format!("{id:?}"), "CredentialId(…)");
}

#[test]
fn well_known_authenticators_have_a_name_and_some_a_mark() {
    for (id, name, keeper) in [
        (
            uuid::uuid!("fbfc3007-154e-4ecc-8c0b-6e020557d7bd"),
            "iCloud Keychain",
            Some(Keeper::ICloud),
        ),
        (
            uuid::uuid!("08987058-cadc-4b81-b6e1-30de50dcbe96"),
            "Windows Hello",
            None,
        ),
        (
            uuid::uuid!("2fc0579f-8113-47ea-b116-bb5a8db9202a"),
            "YubiKey",
            Some(Keeper::Yubico),
        ),
    ] {
        let model = Aaguid(*id.as_bytes());
        assert_eq!((model.provider(), model.keeper()), (Some(name), keeper));
    }
    let unknown = Aaguid([0; 16]);
    assert_eq!((unknown.provider(), unknown.keeper()), (None, None));
}
