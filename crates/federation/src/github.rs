//! GitHub and GitHub Enterprise Server: OAuth 2.0 with PKCE, and two requests to the API for who it was
//! (<https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps>).
//!
//! The subject is the account's number: a login is given to somebody else once its owner changes it.

use crate::{
    cached::{Cached, Kept, Read},
    claims::{self, Claims},
    exchange::{self, Endpoints},
    line::{self, Line, Outside},
    settings::GitHubSettings,
};
use async_trait::async_trait;
use domain::{
    federation::{
        Answer, Attempt, Condition, Hints, LoggedOut, Provider, RefreshError, Upstream, UpstreamError,
        UpstreamTokens, Vouched, VouchedEmail,
    },
    outbound::{FetchRequest, Fetched},
    secret::Secret,
};
use serde::Deserialize;
use std::time::Duration;
use url::Url;

/// The version of the API whose shapes are read.
const API_VERSION: &str = "2022-11-28";
/// The longest address (RFC 5321 §4.5.3.1).
const MAX_EMAIL: usize = 254;
/// Nothing is read of a sign of life, so any age of it will do that the line takes for lately.
const KEPT: Kept = Kept {
    usually: Duration::MAX,
    at_least: Duration::ZERO,
    at_most: Duration::MAX,
};

/// GitHub, or a server of that kind.
pub struct GitHub {
    settings: GitHubSettings,
    line: Line,
    authorize: Url,
    access_token: Url,
    issuer: String,
    life: Cached<()>,
}

#[derive(Deserialize)]
struct Address {
    email: String,
    primary: bool,
    verified: bool,
}

impl GitHub {
    /// The provider of `settings`, asked through `outside`.
    pub fn new(settings: GitHubSettings, outside: Outside) -> Self {
        let issuer = below(&settings.base_url, "login/oauth");
        Self {
            line: Line::new(settings.registered.provider.id.clone(), outside),
            authorize: below(&settings.base_url, "login/oauth/authorize"),
            access_token: below(&settings.base_url, "login/oauth/access_token"),
            issuer: issuer.into(),
            life: Cached::new(KEPT),
            settings,
        }
    }

    fn endpoints(&self) -> Endpoints<'_> {
        Endpoints {
            authorization: &self.authorize,
            token: &self.access_token,
            issuer: &self.issuer,
            // GitHub documents the secret as a parameter only.
            secret_in_body: true,
        }
    }

    /// Makes sure that the API answers, unless it did a short while ago. Whatever it says of its limits is an answer, and
    /// to ask for them uses none up (<https://docs.github.com/en/rest/rate-limit/rate-limit>).
    async fn lives(&self) -> Result<(), UpstreamError> {
        let read = || async {
            let limits = below(&self.settings.api_url, "rate_limit");
            let request = FetchRequest::get(limits, "application/vnd.github+json");
            self.line.read(&request.with_timeout(line::SIGN_OF_LIFE)).await?;
            Ok(Read {
                document: (),
                fresh_for: None,
            })
        };
        let lives = || self.line.answered_lately();
        self.life.get(|| self.line.now(), read, lives).await?;
        Ok(())
    }

    async fn api(&self, path: &str, access_token: &Secret<String>) -> Result<Fetched, UpstreamError> {
        let bearer = Secret::new(format!("Bearer {}", access_token.expose()));
        let request = FetchRequest::get(below(&self.settings.api_url, path), "application/vnd.github+json")
            .with_header("authorization", bearer)
            .with_header("x-github-api-version", Secret::new(API_VERSION.to_owned()));
        Ok(self.line.read(&request).await?)
    }

    /// The account, and its number as a subject.
    async fn user(&self, access_token: &Secret<String>) -> Result<(Claims, String), UpstreamError> {
        let fetched = self.api("user", access_token).await?;
        if fetched.status != 200 {
            return Err(UpstreamError::Refused("the API refused the access token"));
        }
        let user: Claims = serde_json::from_slice(&fetched.body)
            .map_err(|_| UpstreamError::Refused("the account is no JSON object"))?;
        let id = user
            .get("id")
            .and_then(serde_json::Value::as_u64)
            .filter(|id| *id > 0);
        let id = id.ok_or(UpstreamError::Refused("the account has no number"))?;
        Ok((user, id.to_string()))
    }

    /// The primary address. Whoever did not allow us to read it has none.
    async fn email(&self, access_token: &Secret<String>) -> Result<Option<VouchedEmail>, UpstreamError> {
        let fetched = self.api("user/emails", access_token).await?;
        if matches!(fetched.status, 403 | 404) {
            return Ok(None);
        }
        if fetched.status != 200 {
            return Err(UpstreamError::Refused("the API refused the access token"));
        }
        let listed: Vec<Address> = serde_json::from_slice(&fetched.body)
            .map_err(|_| UpstreamError::Refused("the addresses are no list"))?;
        let primary = listed.into_iter().find(|address| address.primary);
        let plain = |address: &Address| {
            (1..=MAX_EMAIL).contains(&address.email.len()) && !address.email.chars().any(char::is_control)
        };
        Ok(primary.filter(plain).map(|address| VouchedEmail {
            address: address.email,
            verified: address.verified,
        }))
    }
}

#[async_trait]
impl Upstream for GitHub {
    fn provider(&self) -> &Provider {
        &self.settings.registered.provider
    }

    async fn authorization_url(&self, attempt: &Attempt, hints: &Hints) -> Result<Url, UpstreamError> {
        // Nothing is needed of GitHub for this, but nobody is sent to where no answer could be redeemed afterwards.
        if self.condition() == Condition::Open {
            return Err(UpstreamError::Unavailable(None));
        }
        self.lives().await?;
        let hint = hints.login_hint.iter();
        let further = hint.map(|hint| ("login", hint.clone())).collect();
        let registered = &self.settings.registered;
        Ok(exchange::authorization_url(
            registered,
            &self.endpoints(),
            attempt,
            further,
        ))
    }

    async fn redeem(&self, attempt: &Attempt, answer: Answer) -> Result<Vouched, UpstreamError> {
        // Before the code goes anywhere: it may be another provider's (RFC 9207 §2.4).
        if answer
            .issuer
            .as_ref()
            .is_some_and(|issuer| *issuer != self.issuer)
        {
            return Err(UpstreamError::Refused("iss names another provider"));
        }
        // GitHub knows no way to ask for that, and says nothing of it.
        if attempt.fresh.is_some() {
            return Err(UpstreamError::Stale(
                "GitHub does not say when somebody signed in",
            ));
        }
        let registered = &self.settings.registered;
        let endpoints = self.endpoints();
        let issued = exchange::redeem(&self.line, registered, &endpoints, attempt, &answer).await?;
        let (user, subject) = self.user(&issued.tokens.access_token).await?;
        let email = self.email(&issued.tokens.access_token).await?;
        let said = claims::read(&[&user], &registered.claims)?;
        Ok(Vouched {
            provider: registered.provider.id.clone(),
            issuer: self.settings.api_url.as_str().trim_end_matches('/').to_owned(),
            subject,
            email,
            name: said.name,
            given_name: None,
            family_name: None,
            locale: None,
            groups: said.groups,
            attributes: said.attributes,
            session: None,
            authenticated_at: None,
            tokens: registered.provider.keeps_tokens.then_some(issued.tokens),
        })
    }

    async fn refresh(&self, refresh_token: &Secret<String>) -> Result<UpstreamTokens, RefreshError> {
        let registered = &self.settings.registered;
        exchange::refresh(&self.line, registered, &self.endpoints(), refresh_token).await
    }

    async fn logged_out(&self, _logout_token: &str) -> Result<LoggedOut, UpstreamError> {
        Err(UpstreamError::Refused("this provider has no back-channel logout"))
    }

    fn condition(&self) -> Condition {
        self.line.condition()
    }
}

/// An address below another, whatever its path ends with.
fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let joined = format!("{}/{path}", base.path().trim_end_matches('/'));
    url.set_path(&joined);
    url.set_query(None);
    url.set_fragment(None);
    url
}
