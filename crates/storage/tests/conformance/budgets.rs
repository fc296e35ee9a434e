//! Guessing at a realm that runs on the stores under test: what is let through stays within the budget, however many try
//! at once and at whichever door.

use crate::subject::{Subject, at_once};
use domain::{
    budget::Allowance,
    door::{Door, Refusal},
    event::Actor,
    federation::Upstreams,
    id::UserId,
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
use std::{collections::HashMap, sync::Arc, time::Duration};

/// Attempts at once; they come in turns, as many as connections would carry.
const GUESSES: usize = 10_000;
const TURN: usize = 1_000;

/// Whose budget the attempts at a door use up. A door that is added must say it here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Pays {
    /// The account that is guessed at.
    Account,
    /// Whoever is signed in and types it, and the address it is about.
    TypistAndAddress,
    /// Whoever is signed in and types it.
    Typist,
    /// Where it comes from.
    Origin,
    /// The client, where it comes from.
    Client,
}

impl Pays {
    const ALL: [Self; 5] = [
        Self::Account,
        Self::TypistAndAddress,
        Self::Typist,
        Self::Origin,
        Self::Client,
    ];

    fn at(door: Door) -> Self {
        match door {
            Door::Password | Door::SecondFactor | Door::SignInCode | Door::SignUpCode => Self::Account,
            Door::AddressCode => Self::TypistAndAddress,
            Door::UserCode => Self::Typist,
            Door::MailedLink | Door::SetUpLink | Door::Passkey | Door::Provider => Self::Origin,
            Door::Client | Door::RegistrationToken => Self::Client,
        }
    }

    /// How many attempts are judged, of ten people who type.
    fn most(self) -> usize {
        match self {
            Self::Account | Self::TypistAndAddress => 30,
            Self::Typist => 10 * 5,
            Self::Origin => 300,
            Self::Client => 5,
        }
    }
}

fn secrets(door: Door) -> FailureLane {
    FailureLane {
        door,
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

/// Somebody who attacks Ada's account, and what there is to attack.
#[derive(Clone)]
struct Siege {
    services: Services,
    act: Act,
    ada: UserId,
    typists: [[UserId; 10]; 2],
}

impl Siege {
    /// Whether an attempt at `door` is judged. Those that the origin pays for all come from one.
    async fn tries(self, door: Door, number: usize) -> bool {
        let (budgets, pays) = (&self.services.budgets, Pays::at(door));
        let act = from(&self.act, if pays == Pays::Origin { 0 } else { 1 + number % 99 });
        let by = |address: Option<&'static str>| Whom::By {
            user: self.typists[usize::from(address.is_some())][number / Door::ALL.len() % 10],
            address,
        };
        let judged = match pays {
            Pays::Account if door == Door::Password => return self.types_password(&act, number).await,
            Pays::Account => budgets
                .reserve(&act, door, Whom::Account(self.ada))
                .await
                .map(drop),
            Pays::TypistAndAddress => {
                let reserved = budgets.reserve(&act, door, by(Some("taken@example.com")));
                reserved.await.map(drop)
            }
            Pays::Typist => budgets.reserve(&act, door, by(None)).await.map(drop),
            Pays::Origin => budgets.arrive(&act, door, None).await.map(drop),
            Pays::Client => budgets.failed(&act, &secrets(door), Refusal::Wrong).await,
        };
        match judged {
            Ok(()) => true,
            Err(BudgetError::Spent { .. }) => false,
            Err(BudgetError::Store(error)) => panic!("{error}"),
        }
    }

    /// The address is written in two ways.
    async fn types_password(&self, act: &Act, number: usize) -> bool {
        let typed = ["ada@example.com", "ADA@example.com"][number % 2];
        let sign_in = &self.services.sign_in;
        let tried = sign_in.password(act, typed, "guess".to_owned()).await;
        !matches!(tried, Err(SignInError::TooManyAttempts { .. }))
    }
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
    let ada = a_user().email("ada@example.com").build();
    let siege = Siege {
        services: Services::new(ports),
        act: act(&s),
        ada: ada.id,
        typists: [(); 2].map(|()| [(); 10].map(|()| UserId::generate(s.now(), &s.random))),
    };
    let new = NewUser {
        user: ada,
        password: Some(FakeHasher::hash_of("correct horse battery")),
        mailed_code: None,
    };
    let users = &siege.act.realm.stores.users;
    users.register(new, Alongside::default()).await.unwrap();
    let mut judged: HashMap<Door, usize> = HashMap::new();
    for turn in 0..GUESSES / TURN {
        let door = |number: usize| Door::ALL[number % Door::ALL.len()];
        let answers = at_once(TURN, |number| {
            let number = turn * TURN + number;
            siege.clone().tries(door(number), number)
        })
        .await;
        for (number, answer) in answers.into_iter().enumerate() {
            *judged.entry(door(turn * TURN + number)).or_default() += usize::from(answer);
        }
    }
    for pays in Pays::ALL {
        let doors = judged.iter().filter(|(door, _)| Pays::at(**door) == pays);
        let sum: usize = doors.map(|(_, judged)| judged).sum();
        assert_eq!(sum, pays.most(), "{pays:?} {judged:?}");
    }
    let typed = judged[&Door::Password] as u64;
    assert_eq!(hasher.calls(), typed, "nothing else was looked at");
    s.clock.advance(Duration::from_secs(30));
    let again = at_once(TURN, |number| siege.clone().tries(Door::SecondFactor, number)).await;
    assert_eq!(
        again.into_iter().filter(|judged| *judged).count(),
        1,
        "the wait grew"
    );
}
