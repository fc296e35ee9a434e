use super::*;

const GROWING: Allowance = Allowance::Growing {
    free: 5,
    first: Duration::from_secs(30),
    longest: Duration::from_secs(1_800),
};
const STRICT: Allowance = Allowance::Strict {
    attempts: 5,
    within: Duration::from_secs(900),
    closed: Duration::from_secs(3_600),
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_000_000 + seconds)
}

/// How long whoever tries as soon as they may waits after each attempt.
fn waits(allowance: Allowance, attempts: usize) -> Vec<u64> {
    let (mut lane, mut now) = (None, at(0));
    let mut waits = Vec::new();
    for _ in 0..attempts {
        let taken = allowance.taken(lane.as_ref(), now);
        let wait = allowance.wait(Some(&taken), now);
        waits.push(wait.as_secs());
        now = now + wait;
        assert!(allowance.wait(Some(&taken), now).is_zero());
        lane = Some(taken);
    }
    waits
}

#[test]
fn waits_begin_after_a_few_attempts_and_double_up_to_half_an_hour() {
    let expected = [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1_800, 1_800, 1_800];
    assert_eq!(waits(GROWING, 13), expected);
    let many = waits(GROWING, 200);
    assert_eq!(many.last(), Some(&1_800));
}

#[test]
fn a_strict_lane_closes_and_starts_anew() {
    let expected = [0, 0, 0, 0, 3_600, 0, 0, 0, 0, 3_600];
    assert_eq!(waits(STRICT, 10), expected);
}

#[test]
fn a_strict_lane_counts_what_was_tried_within_its_time() {
    let (mut lane, mut now) = (None, at(0));
    for _ in 0..20 {
        let taken = STRICT.taken(lane.as_ref(), now);
        assert!(STRICT.wait(Some(&taken), now).is_zero(), "{taken:?}");
        lane = Some(taken);
        now = now + Duration::from_secs(226);
    }
}

#[test]
fn what_is_given_back_was_not_tried() {
    for allowance in [GROWING, STRICT] {
        let mut lane = None;
        for _ in 0..5 {
            lane = Some(allowance.taken(lane.as_ref(), at(0)));
        }
        let closed = lane.unwrap();
        assert!(!allowance.wait(Some(&closed), at(0)).is_zero());
        let back = allowance.given_back(&closed, &closed);
        assert!(allowance.wait(Some(&back), at(0)).is_zero());
        assert_eq!(allowance.taken(Some(&back), at(0)), closed);
    }
    // One of several that wait gives back its own attempt, not the wait of the others.
    let mut lanes = Vec::new();
    for _ in 0..7 {
        lanes.push(GROWING.taken(lanes.last(), at(0)));
    }
    let back = GROWING.given_back(&lanes[6], &lanes[4]);
    assert_eq!(GROWING.wait(Some(&back), at(0)).as_secs(), 120);
}

#[test]
fn what_is_right_after_a_wait_begins_no_other_wait() {
    let mut lane = None;
    for _ in 0..5 {
        lane = Some(GROWING.taken(lane.as_ref(), at(0)));
    }
    let now = at(31);
    assert!(GROWING.wait(lane.as_ref(), now).is_zero());
    let right = GROWING.taken(lane.as_ref(), now);
    let back = GROWING.given_back(&right, &right);
    assert!(GROWING.wait(Some(&back), now).is_zero());
    let wrong = GROWING.taken(Some(&back), now);
    assert_eq!(GROWING.wait(Some(&wrong), now).as_secs(), 60);
}

#[test]
fn a_lane_is_kept_until_it_says_nothing_any_more() {
    let lane = GROWING.taken(None, at(0));
    assert_eq!(GROWING.forgotten_at(&lane, at(0)), at(86_400));
    let strict = STRICT.taken(None, at(0));
    assert_eq!(STRICT.forgotten_at(&strict, at(0)), at(900));
    let closed = (0..5).fold(None, |lane: Option<Lane>, _| {
        Some(STRICT.taken(lane.as_ref(), at(10)))
    });
    assert_eq!(STRICT.forgotten_at(&closed.unwrap(), at(10)), at(3_610));
}
