//! A provider that vouches for whom a test says.

use super::FixedClock;
use crate::{
    clock::Timestamp,
    federation::{
        Answer, Attempt, Condition, Freshness, Hints, LoggedOut, Mark, Provider, RefreshError, Upstream,
        UpstreamError, UpstreamTokens, Vouched, VouchedEmail,
    },
    realm::RealmName,
    secret::Secret,
};
use async_trait::async_trait;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use url::Url;

/// A provider of the root realm.
#[expect(clippy::expect_used, reason = "a test names providers well")]
pub fn a_provider(id: &str) -> Provider {
    Provider {
        id: id.parse().expect("a test names providers well"),
        label: format!("{}{}", id[..1].to_uppercase(), &id[1..]),
        mark: Mark::Plain,
        realms: vec![RealmName::Root],
        trust_email: false,
        domains: Vec::new(),
        dates_sign_ins: true,
        keeps_tokens: false,
        admin_groups: BTreeSet::new(),
    }
}

/// Somebody `provider` vouches for, whose address it calls verified.
#[expect(clippy::expect_used, reason = "a test names providers well")]
pub fn vouched(provider: &str, subject: &str) -> Vouched {
    Vouched {
        provider: provider.parse().expect("a test names providers well"),
        issuer: format!("https://{provider}.example"),
        subject: subject.to_owned(),
        email: Some(VouchedEmail {
            address: format!("{subject}@example.com"),
            verified: true,
        }),
        name: None,
        given_name: None,
        family_name: None,
        locale: None,
        groups: Vec::new(),
        attributes: BTreeMap::new(),
        session: None,
        // Whenever it is, the proof was given a moment ago.
        authenticated_at: Some(Timestamp::from_micros(i64::MAX)),
        tokens: None,
    }
}

/// Vouches for whoever a test put under a code, once.
#[derive(Debug)]
pub struct FakeUpstream {
    provider: Provider,
    people: Mutex<HashMap<String, Vouched>>,
    logouts: Mutex<HashMap<String, LoggedOut>>,
    refreshes: Mutex<HashMap<String, UpstreamTokens>>,
    refreshed: Mutex<Vec<String>>,
    down: Mutex<bool>,
    takes: Mutex<Option<(Arc<FixedClock>, Duration)>>,
    fresh: Mutex<Option<Freshness>>,
}

impl FakeUpstream {
    /// A provider that vouches for nobody yet.
    pub fn new(provider: Provider) -> Self {
        Self {
            provider,
            people: Mutex::default(),
            logouts: Mutex::default(),
            refreshes: Mutex::default(),
            refreshed: Mutex::default(),
            down: Mutex::default(),
            takes: Mutex::default(),
            fresh: Mutex::default(),
        }
    }

    /// Whoever brings `code` is this person.
    pub fn put(&self, code: &str, person: Vouched) {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        people.insert(code.to_owned(), person);
    }

    /// Whoever sends `token` says this.
    pub fn put_logout(&self, token: &str, said: LoggedOut) {
        let mut logouts = self.logouts.lock().unwrap_or_else(PoisonError::into_inner);
        logouts.insert(token.to_owned(), said);
    }

    /// Whoever brings this refresh token gets these, once.
    pub fn put_refresh(&self, refresh_token: &str, tokens: UpstreamTokens) {
        let mut refreshes = self.refreshes.lock().unwrap_or_else(PoisonError::into_inner);
        refreshes.insert(refresh_token.to_owned(), tokens);
    }

    /// The refresh tokens that were brought, in their order.
    pub fn refreshed(&self) -> Vec<String> {
        self.refreshed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether it answers.
    pub fn set_down(&self, down: bool) {
        *self.down.lock().unwrap_or_else(PoisonError::into_inner) = down;
    }

    /// How long by `clock` it takes to redeem a code.
    pub fn takes(&self, clock: Arc<FixedClock>, time: Duration) {
        *self.takes.lock().unwrap_or_else(PoisonError::into_inner) = Some((clock, time));
    }

    /// How fresh the last proof had to be.
    pub fn held_against(&self) -> Option<Freshness> {
        *self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answers(&self) -> Result<(), UpstreamError> {
        match *self.down.lock().unwrap_or_else(PoisonError::into_inner) {
            true => Err(UpstreamError::Unavailable(None)),
            false => Ok(()),
        }
    }
}

#[async_trait]
impl Upstream for FakeUpstream {
    fn provider(&self) -> &Provider {
        &self.provider
    }

    async fn authorization_url(&self, attempt: &Attempt, hints: &Hints) -> Result<Url, UpstreamError> {
        self.answers()?;
        let at = format!("https://{}.example/authorize", self.provider.id);
        let mut url = Url::parse(&at).map_err(|_| UpstreamError::Refused("the address"))?;
        url.query_pairs_mut()
            .append_pair("state", attempt.state.expose())
            .append_pair("redirect_uri", attempt.redirect_uri.as_str());
        if let Some(hint) = &hints.login_hint {
            url.query_pairs_mut().append_pair("login_hint", hint);
        }
        if hints.fresh {
            url.query_pairs_mut().append_pair("prompt", "login");
        }
        Ok(url)
    }

    async fn redeem(&self, attempt: &Attempt, answer: Answer) -> Result<Vouched, UpstreamError> {
        self.answers()?;
        *self.fresh.lock().unwrap_or_else(PoisonError::into_inner) = attempt.fresh;
        if let Some((clock, time)) = &*self.takes.lock().unwrap_or_else(PoisonError::into_inner) {
            clock.advance(*time);
        }
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        let person = people.remove(answer.code.expose());
        let person = person.ok_or(UpstreamError::Refused("the code"))?;
        match (attempt.fresh, person.authenticated_at) {
            (Some(fresh), Some(at)) if at < fresh.since => Err(UpstreamError::Stale("auth_time")),
            _ => Ok(person),
        }
    }

    async fn refresh(&self, refresh_token: &Secret<String>) -> Result<UpstreamTokens, RefreshError> {
        let token = refresh_token.expose();
        let mut refreshed = self.refreshed.lock().unwrap_or_else(PoisonError::into_inner);
        refreshed.push(token.clone());
        self.answers()?;
        let mut refreshes = self.refreshes.lock().unwrap_or_else(PoisonError::into_inner);
        refreshes.remove(token).ok_or(RefreshError::Ended)
    }

    async fn logged_out(&self, logout_token: &str) -> Result<LoggedOut, UpstreamError> {
        self.answers()?;
        let logouts = self.logouts.lock().unwrap_or_else(PoisonError::into_inner);
        let said = logouts.get(logout_token).cloned();
        said.ok_or(UpstreamError::Refused("the logout token"))
    }

    fn condition(&self) -> Condition {
        match self.answers() {
            Ok(()) => Condition::Closed,
            Err(_) => Condition::Open,
        }
    }
}
