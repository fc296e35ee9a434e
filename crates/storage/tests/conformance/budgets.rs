//! Guessing at a realm that runs on the stores under test: what is let through stays within the budget, however many try
//! at once and at whichever door.

use crate::subject::{Subject, at_once};
use domain::{
    budget::Allowance,
    door::{Door, Refusal},
    event::Actor,
    federation::Upstreams,
    issuer::{Issuer, Origin},
    login_session::RequestOrigin,
    realm::RealmName,
    realm_context::{RealmContext, RealmSettings, RevocationList},
    services::{
        Act, Ports, Services,
        budgets::{BudgetError, FailureLane, Whom},
        sign_in::SignInError,
    },
    signing_key::KeyRing,
    stores::{Alongside, NewUser},
    testing::{
        CollectedEvents, CollectedRefusals, FakeHasher, FakeHttp, FakeJudge, FakeSealer, FakeWebAuthn,
        PlainMailWriter, SeededRandom, a_realm, a_user,
    },
};
use std::{sync::Arc, time::Duration};

/// Attempts at once; they come in turns, as many as connections would carry.
const GUESSES: usize = 10_000;
const TURN: usize = 1_000;

fn secrets() -> FailureLane {
    FailureLane {
        door: Door::Client,
        key: "client-secret:app".to_owned(),
        allowance: Allowance::Strict {
            attempts: 5,
            within: Duration::from_secs(900),
            closed: Duration::from_secs(3_600),
        },
    }
}

fn act(s: &Subject) -> Act {
    let realm = a_realm(RealmName::Root);
    let origin = Origin::parse("https://id.example.com").unwrap();
    let realm = RealmContext {
        issuer: Issuer::new(&origin, &realm.name),
        origin,
        settings: RealmSettings::default(),
        stores: s.here(),
        ephemeral: s.ephemeral.in_realm(s.realm),
        keys: KeyRing::new(Vec::new(), Vec::new()),
        revocations: RevocationList::default(),
        realm,
    };
    Act {
        realm: Arc::new(realm),
        actor: Actor::Anonymous,
        origin: RequestOrigin::default(),
        locale: None,
    }
}

fn from(act: &Act, number: usize) -> Act {
    let mut act = act.clone();
    act.origin.address = Some(format!("2001:db8:{:x}::1", number % 100).parse().unwrap());
    act
}

pub async fn ten_thousand_guesses_at_once_stay_within_the_budget(s: Subject) {
    let hasher = Arc::new(FakeHasher::default());
    let ports = Ports {
        clock: s.clock.clone(),
        random: Arc::new(SeededRandom::new(1)),
        hasher: hasher.clone(),
        password_judge: Arc::new(FakeJudge),
        sealer: Arc::new(FakeSealer),
        mail_writer: Arc::new(PlainMailWriter),
        event_queue: Arc::new(CollectedEvents::default()),
        http: Arc::new(FakeHttp::default()),
        web_authn: Arc::new(FakeWebAuthn::default()),
        refusals: Arc::new(CollectedRefusals::default()),
        upstreams: Upstreams::default(),
    };
    let (services, act) = (Services::new(ports), act(&s));
    let ada = a_user().email("ada@example.com").build();
    let new = NewUser {
        user: ada.clone(),
        password: Some(FakeHasher::hash_of("correct horse battery")),
        mailed_code: None,
    };
    let users = &act.realm.stores.users;
    users.register(new, Alongside::default()).await.unwrap();
    let mut judged = [0; 3];
    for turn in 0..GUESSES / TURN {
        let answers = at_once(TURN, |number| {
            let (services, id) = (services.clone(), ada.id);
            let act = from(&act, turn * TURN + number);
            async move {
                match number % 3 {
                    // The password, the address written in two ways.
                    0 => {
                        let typed = if number % 2 == 0 {
                            "ada@example.com"
                        } else {
                            "ADA@example.com"
                        };
                        let tried = services.sign_in.password(&act, typed, "guess".to_owned()).await;
                        !matches!(tried, Err(SignInError::TooManyAttempts { .. }))
                    }
                    // Any other door that names the account.
                    1 => match services
                        .budgets
                        .reserve(&act, Door::SecondFactor, Whom::Account(id))
                        .await
                    {
                        Ok(_) => true,
                        Err(BudgetError::Spent { .. }) => false,
                        Err(BudgetError::Store(error)) => panic!("{error}"),
                    },
                    // A client's secret, guessed from one address.
                    _ => services
                        .budgets
                        .failed(&act, &secrets(), Refusal::Wrong)
                        .await
                        .is_ok(),
                }
            }
        })
        .await;
        for (number, answer) in answers.into_iter().enumerate() {
            judged[number % 3] += usize::from(answer);
        }
    }
    assert_eq!(judged[0] + judged[1], 30, "{judged:?}");
    assert_eq!(judged[2], 5);
    assert_eq!(hasher.calls(), judged[0] as u64, "nothing else was looked at");
    s.clock.advance(Duration::from_secs(30));
    let again = at_once(TURN, |number| {
        let (services, act, id) = (services.clone(), from(&act, number), ada.id);
        async move {
            services
                .budgets
                .reserve(&act, Door::SecondFactor, Whom::Account(id))
                .await
                .is_ok()
        }
    })
    .await;
    assert_eq!(
        again.into_iter().filter(|judged| *judged).count(),
        1,
        "the wait grew"
    );
}
