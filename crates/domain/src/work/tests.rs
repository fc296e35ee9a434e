use super::*;
use crate::testing::{FakeSealer, SeededRandom, solve};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn realm(number: u64) -> RealmId {
    RealmId::generate(NOW, &SeededRandom::new(number))
}

fn ticket(bits: u8, wait: Option<u64>) -> Ticket {
    Ticket::new(bits, wait.map(Duration::from_secs), NOW, &SeededRandom::new(7))
}

fn read(text: &str, form: WorkForm, now: Timestamp) -> Option<Ticket> {
    Ticket::read(text, &FakeSealer, (realm(1), form), now)
}

#[test]
fn a_ticket_is_good_for_its_realm_its_form_and_an_hour() {
    let made = ticket(12, Some(20));
    let text = made.write(&FakeSealer, (realm(1), WorkForm::SignUp));
    assert!(text.len() < LONGEST_TICKET, "{}", text.len());
    assert_eq!(read(&text, WorkForm::SignUp, NOW), Some(made.clone()));
    assert_eq!(read(&text, WorkForm::Reset, NOW), None);
    assert_eq!(
        Ticket::read(&text, &FakeSealer, (realm(2), WorkForm::SignUp), NOW),
        None
    );
    let last = NOW + GOOD_FOR - Duration::from_secs(1);
    assert!(read(&text, WorkForm::SignUp, last).is_some());
    assert!(read(&text, WorkForm::SignUp, NOW + GOOD_FOR).is_none());
}

#[test]
fn nobody_writes_a_ticket_of_their_own() {
    let text = ticket(18, Some(20)).write(&FakeSealer, (realm(1), WorkForm::SignUp));
    let parts: Vec<&str> = text.split('.').collect();
    for (at, other) in [
        (0, "1799999000"),
        (1, "0"),
        (2, "1"),
        (3, "AAAAAAAAAAAAAAAA"),
        (4, "AAAA"),
    ] {
        let mut forged = parts.clone();
        forged[at] = other;
        assert_eq!(read(&forged.join("."), WorkForm::SignUp, NOW), None, "{other}");
    }
    let longer = text.replacen('.', ".0.", 1);
    for garbage in [
        "",
        ".",
        "....",
        "x",
        &longer,
        &"9".repeat(10_000),
        &format!("{text}.x"),
    ] {
        assert_eq!(read(garbage, WorkForm::SignUp, NOW), None, "{garbage}");
    }
}

#[test]
fn an_answer_is_a_number_whose_digest_begins_with_enough_zero_bits() {
    let made = ticket(12, None);
    let text = made.write(&FakeSealer, (realm(1), WorkForm::SignUp));
    let answer = solve(&text);
    assert!(made.is_solved(&text, &answer));
    let harder = Ticket {
        bits: 64,
        ..made.clone()
    };
    assert!(!harder.is_solved(&text, &answer));
    let wrong = (0..9_u32).map(|number| number.to_string());
    let wrong: Vec<String> = wrong.filter(|number| *number != answer).collect();
    assert!(wrong.iter().all(|number| !made.is_solved(&text, number)));
    let free = Ticket { bits: 0, ..made };
    assert!(free.is_solved(&text, "5"));
    for garbage in ["", "-5", "5 ", "x", "555555555555555555555"] {
        assert!(!free.is_solved(&text, garbage), "{garbage}");
    }
}

#[test]
fn waiting_does_where_the_ticket_says_so() {
    assert_eq!(ticket(12, None).left(NOW + GOOD_FOR), None);
    let made = ticket(12, Some(20));
    assert_eq!(made.left(NOW), Some(Duration::from_secs(20)));
    assert_eq!(
        made.left(NOW + Duration::from_secs(19)),
        Some(Duration::from_secs(1))
    );
    assert_eq!(made.left(NOW + Duration::from_secs(20)), Some(Duration::ZERO));
}

#[test]
fn zero_bits_are_counted_from_the_front() {
    let digest = |first: [u8; 3]| {
        let mut bytes = [0xff; 32];
        bytes[..3].copy_from_slice(&first);
        Digest::from_bytes(bytes)
    };
    assert_eq!(zero_bits(&digest([0xff, 0, 0])), 0);
    assert_eq!(zero_bits(&digest([0x01, 0, 0])), 7);
    assert_eq!(zero_bits(&digest([0x00, 0x1f, 0])), 11);
    assert_eq!(zero_bits(&digest([0x00, 0x00, 0x00])), 24);
}
