use super::*;
use crate::testing::{FakeSealer, SeededRandom};

fn a_code(seed: u64) -> UserCode {
    UserCode::generate(&SeededRandom::new(seed))
}

#[test]
fn s6_1_a_user_code_is_eight_letters_of_twenty_in_two_groups() {
    for seed in 0..200 {
        let shown = a_code(seed).shown();
        let (first, second) = shown.split_once('-').unwrap();
        assert_eq!((first.len(), second.len()), (4, 4), "{shown}");
        assert!(
            shown.bytes().all(|b| b == b'-' || LETTERS.contains(&b)),
            "{shown}"
        );
    }
}

#[test]
fn s6_1_case_punctuation_and_spaces_do_not_matter() {
    let code = a_code(1);
    let shown = code.shown();
    let plain = shown.replace('-', "");
    let spaced: String = plain.chars().flat_map(|c| [c, ' ']).collect();
    for typed in [
        shown.clone(),
        plain.clone(),
        shown.to_lowercase(),
        spaced,
        format!("  {plain}.\n"),
        shown.replace('-', "–"),
    ] {
        assert_eq!(UserCode::parse(&typed), Ok(code.clone()), "{typed:?}");
    }
}

#[test]
fn what_is_no_user_code_is_refused() {
    let long = "B".repeat(9);
    let padded = format!("BCDFGHJK{}", " ".repeat(MAX_TYPED));
    for typed in [
        "",
        "BCDFGHJ",
        &long,
        "BCDF-GHJA",
        "BCDF-GHJ1",
        "BCDFGHJß",
        &padded,
    ] {
        assert_eq!(UserCode::parse(typed), Err(InvalidUserCode), "{typed:?}");
    }
}

#[test]
fn debug_shows_nothing_and_the_digest_is_keyed() {
    let code = a_code(3);
    assert!(!format!("{code:?}").contains(code.shown().split('-').next().unwrap()));
    let plain = Digest::of(code.shown().replace('-', ""));
    assert_ne!(code.digest(&FakeSealer), plain);
    assert_ne!(code.digest(&FakeSealer), a_code(4).digest(&FakeSealer));
}

#[test]
fn s3_5_every_poll_that_comes_too_soon_makes_the_interval_five_seconds_longer() {
    let second = Duration::from_secs(1);
    let start = Timestamp::from_seconds(1_000);
    let pace = Pace {
        interval: 5 * second,
        next_at: start,
    };
    let (pace, in_time) = pace.polled(start);
    assert!(in_time);
    assert_eq!((pace.interval, pace.next_at), (5 * second, start + 5 * second));
    let (pace, in_time) = pace.polled(start + 4 * second);
    assert!(!in_time);
    assert_eq!((pace.interval, pace.next_at), (10 * second, start + 14 * second));
    let (pace, in_time) = pace.polled(start + 14 * second);
    assert!(in_time);
    assert_eq!(pace.interval, 10 * second, "it stays longer");
}

#[test]
fn a_decision_is_final() {
    let authorization = AuthorizationId::generate(Timestamp::default(), &SeededRandom::new(1));
    let other = AuthorizationId::generate(Timestamp::default(), &SeededRandom::new(2));
    let pace = Pace {
        interval: Duration::from_secs(5),
        next_at: Timestamp::default(),
    };
    let pending = DeviceState::Pending { pace };
    assert_eq!(pending.denied(), Ok(DeviceState::Denied));
    assert_eq!(
        pending.approved(authorization),
        Ok(DeviceState::Approved { authorization })
    );
    for decided in [
        DeviceState::Denied,
        DeviceState::Approved { authorization },
        DeviceState::Redeemed { authorization },
    ] {
        assert_eq!(decided.approved(other), Err(AlreadyDecided));
        assert_eq!(decided.denied(), Err(AlreadyDecided));
    }
}
