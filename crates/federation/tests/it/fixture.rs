//! One provider, set up as an operator would, and sign-ins through it.

use crate::provider::{CLIENT_ID, FakeProvider, ISSUER, SECRET};
use domain::{
    federation::{
        Answer, Attempt, Condition, Hints, Mark, Provider, ProviderId, RefreshError, Upstream, UpstreamError,
        Vouched,
    },
    random::Random,
    realm::RealmName,
    secret::Secret,
    testing::{FixedClock, SeededRandom},
};
use federation::{
    ClaimNames, Credential, Observer, OidcSettings, OpenIdProvider, Outcome, Outside, Patience, Registered,
};
use std::sync::{Arc, Mutex};
use url::Url;

/// What the metrics were told.
#[derive(Default)]
pub struct Observed {
    pub outcomes: Mutex<Vec<Outcome>>,
    pub condition: Mutex<Option<Condition>>,
}

impl Observer for Observed {
    fn asked(&self, _provider: &ProviderId, outcome: Outcome) {
        self.outcomes.lock().unwrap().push(outcome);
    }

    fn condition(&self, _provider: &ProviderId, condition: Condition) {
        *self.condition.lock().unwrap() = Some(condition);
    }
}

pub struct Scene {
    pub clock: Arc<FixedClock>,
    pub provider: Arc<FakeProvider>,
    pub observed: Arc<Observed>,
    pub upstream: OpenIdProvider,
    pub random: Arc<dyn Random>,
}

pub fn registered(keeps_tokens: bool) -> Registered {
    Registered {
        provider: Provider {
            id: "acme".parse().unwrap(),
            label: "Acme".to_owned(),
            mark: Mark::Plain,
            realms: vec![RealmName::Root],
            trust_email: false,
            domains: Vec::new(),
            dates_sign_ins: true,
            keeps_tokens,
            admin_groups: Default::default(),
        },
        client_id: CLIENT_ID.to_owned(),
        credential: Credential::Secret(Secret::new(SECRET.to_owned())),
        scopes: ["openid", "email", "profile"].map(str::to_owned).into(),
        claims: ClaimNames::default(),
    }
}

impl Scene {
    pub fn new() -> Self {
        Self::registered_as(registered(false))
    }

    pub fn registered_as(registered: Registered) -> Self {
        let clock = Arc::new(FixedClock::default());
        let provider = Arc::new(FakeProvider::new(clock.clone()));
        let observed = Arc::new(Observed::default());
        let random: Arc<dyn Random> = Arc::new(SeededRandom::new(7));
        let outside = Outside {
            http: provider.clone(),
            clock: clock.clone(),
            random: random.clone(),
            observer: observed.clone(),
            patience: Patience::default(),
        };
        let settings = OidcSettings {
            registered,
            issuer: ISSUER.to_owned(),
        };
        Self {
            upstream: OpenIdProvider::new(settings, outside),
            clock,
            provider,
            observed,
            random,
        }
    }

    pub fn attempt(&self) -> Attempt {
        let callback = Url::parse("https://signet.example/login/acme/callback").unwrap();
        Attempt::new("acme".parse().unwrap(), callback, &*self.random).unwrap()
    }

    /// The browser goes there and comes back.
    pub async fn begin(&self) -> Result<(Attempt, Answer), UpstreamError> {
        let attempt = self.attempt();
        let url = self
            .upstream
            .authorization_url(&attempt, &Hints::default())
            .await?;
        let answer = self.provider.approve(&url);
        Ok((attempt, answer))
    }

    pub async fn sign_in(&self) -> Result<Vouched, UpstreamError> {
        let (attempt, answer) = self.begin().await?;
        self.upstream.redeem(&attempt, answer).await
    }

    /// The rule a sign-in broke.
    pub async fn refusal(&self) -> &'static str {
        refusal(self.sign_in().await)
    }
}

/// The rule that was broken, or what happened instead.
pub fn refusal<T>(result: Result<T, UpstreamError>) -> &'static str {
    match result {
        Err(UpstreamError::Refused(rule) | UpstreamError::Stale(rule)) => rule,
        Err(UpstreamError::Unavailable(_)) => "unavailable",
        Ok(_) => "accepted",
    }
}

/// Says all cases at once that came out otherwise than they should: what was tried, what was expected, what came.
#[derive(Default)]
pub struct Table(Vec<String>);

impl Table {
    pub fn expect(&mut self, tried: &dyn std::fmt::Display, expected: &str, came: &str) {
        if expected != came {
            self.0
                .push(format!("{tried}: expected “{expected}”, came “{came}”"));
        }
    }

    pub fn done(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

/// Why a refresh failed that says nothing about the refresh token.
pub fn failure(error: RefreshError) -> UpstreamError {
    match error {
        RefreshError::Failed(error) => error,
        RefreshError::Ended => panic!("the refresh token is said to have ended"),
    }
}

pub fn assert_unavailable<T: std::fmt::Debug>(result: Result<T, UpstreamError>) {
    assert!(matches!(result, Err(UpstreamError::Unavailable(_))), "{result:?}");
}
