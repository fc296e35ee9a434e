use super::*;
use uuid::Uuid;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn owing(until: i64) -> InteractionState {
    InteractionState::AwaitingSecondFactor(SecondFactorOwed {
        user: UserId::from_uuid(Uuid::nil()),
        methods: vec![Method::Password],
        begun: at(0),
        session: None,
        by: None,
        until: at(until),
    })
}

#[test]
fn it_waits_until_what_ends_first_and_no_longer_once_somebody_decided() {
    let session = LoginSessionId::from_uuid(Uuid::nil());
    for (state, waits) in [
        (InteractionState::AwaitingSignIn { identifier: None }, Some(3_600)),
        (InteractionState::SignedIn { session, fresh: true }, Some(3_600)),
        (owing(1_200), Some(1_200)),
        (owing(4_000), Some(3_600)),
        (InteractionState::Denied, None),
    ] {
        let interaction = Interaction {
            id: InteractionId::from_uuid(Uuid::nil()),
            browser: Digest::of("this browser"),
            requirement: Requirement::default(),
            consent: None,
            continuation: Continuation::Account(AccountPage::Overview),
            state,
            enrolment_declined: None,
            offered: None,
            unaddressed: None,
            created_at: at(0),
            expires_at: at(3_600),
        };
        assert_eq!(
            interaction.waits_until(),
            waits.map(at),
            "{:?}",
            interaction.state
        );
    }
}
