use super::*;
use crate::testing::SeededRandom;

const AT: i64 = 1_000_000;

fn client(id: &str) -> ClientId {
    id.parse().unwrap()
}

fn a_user() -> UserId {
    UserId::generate(Timestamp::default(), &SeededRandom::new(1))
}

/// A token of `app`, issued this many seconds after the revocation to somebody who signed in long before.
fn issued_after(seconds: i64) -> TokenOrigin {
    TokenOrigin {
        jti: None,
        authorization: None,
        session: None,
        user: None,
        client: client("app"),
        came_by: Vec::new(),
        authenticated_at: None,
        issued_at: Timestamp::from_seconds(AT + seconds),
    }
}

/// A list of what ended within the second.
fn ended(what: Revoked) -> RevocationList {
    let at = Timestamp::from_seconds(AT) + Duration::from_millis(900);
    let until = at + Duration::from_secs(600);
    RevocationList::new([Revocation { what, at, until }])
}

#[test]
fn a_client_that_ended_takes_along_what_other_nodes_issued_before_they_heard() {
    let list = ended(Revoked::Client(client("app")));
    for (seconds, revoked) in [(-60, true), (0, true), (1, true), (2, false)] {
        assert_eq!(list.revokes(&issued_after(seconds)), revoked, "{seconds}");
    }
    assert!(!ended(Revoked::Client(client("other"))).revokes(&issued_after(-1)));
}

#[test]
fn every_client_that_a_token_came_by_counts() {
    let list = ended(Revoked::Client(client("b")));
    let came_by = |clients: &[&str]| TokenOrigin {
        came_by: clients.iter().copied().map(client).collect(),
        ..issued_after(-1)
    };
    assert!(list.revokes(&came_by(&["b"])));
    assert!(list.revokes(&came_by(&["a", "b", "c"])));
    assert!(!list.revokes(&came_by(&["a", "c"])));
}

#[test]
fn a_person_who_ended_takes_along_what_is_issued_later_for_a_sign_in_of_before() {
    let user = a_user();
    let list = ended(Revoked::User(user));
    let token = |issued, signed_in: i64| TokenOrigin {
        user: Some(user),
        authenticated_at: Some(Timestamp::from_seconds(AT + signed_in)),
        ..issued_after(issued)
    };
    for (issued, signed_in, revoked) in [
        (-1, -60, true),
        (0, 0, true),
        (3, -1, true),
        (1, 0, false),
        (3, 2, false),
    ] {
        assert_eq!(
            list.revokes(&token(issued, signed_in)),
            revoked,
            "{issued} {signed_in}"
        );
    }
}

#[test]
fn wcag_s2_2_1_whoever_reads_or_types_slowly_has_twenty_minutes() {
    let (life, enough) = (Lifetimes::default(), Duration::from_secs(1_200));
    assert!(life.interaction >= enough && life.mailed_code >= enough);
    assert!(crate::interaction::SecondFactorOwed::LIFE >= enough);
}
