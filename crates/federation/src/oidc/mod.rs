//! An OpenID Provider by its issuer identifier (OpenID Connect Core 1.0 §3.1, Discovery 1.0): the code flow with PKCE,
//! `nonce` and RFC 9207's `iss`.
//!
//! Nothing is asked of the provider before somebody chooses it.

mod id_token;
mod keys;
mod logout_token;
mod metadata;
mod signed;

use crate::{
    cached::Cached,
    claims::{self, Claims},
    exchange::{self, Endpoints, Issued},
    line::{self, Line, Outside},
    settings::OidcSettings,
};
use async_trait::async_trait;
use domain::{
    federation::{
        Answer, Attempt, Condition, Hints, LoggedOut, Mark, Provider, RefreshError, Upstream, UpstreamError,
        UpstreamTokens, Vouched,
    },
    outbound::FetchRequest,
    secret::Secret,
};
use id_token::Expected;
use keys::Keys;
use metadata::Metadata;
use signed::Signed;
use std::{sync::Arc, time::Duration};
use url::Url;

/// The age that is asked for where any will do (Core §2: `auth_time` is required of an answer to `max_age` alone).
const ANY_AGE: Duration = Duration::from_secs(365 * 86_400);

/// One OpenID Provider.
pub struct OpenIdProvider {
    settings: OidcSettings,
    line: Line,
    metadata: Cached<Metadata>,
    keys: Keys,
}

impl OpenIdProvider {
    /// The provider of `settings`, asked through `outside`.
    pub fn new(settings: OidcSettings, outside: Outside) -> Self {
        Self {
            line: Line::new(settings.registered.provider.id.clone(), outside),
            settings,
            metadata: Cached::new(metadata::KEPT),
            keys: Keys::default(),
        }
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, UpstreamError> {
        let read = || metadata::read(&self.line, &self.settings.issuer, FetchRequest::TIMEOUT);
        self.metadata.get(|| self.line.now(), read, || true).await
    }

    /// The metadata of a provider that answers: nobody is sent to one that is gone because it is remembered well.
    async fn metadata_of_the_living(&self) -> Result<Arc<Metadata>, UpstreamError> {
        let read = || metadata::read(&self.line, &self.settings.issuer, line::SIGN_OF_LIFE);
        let lives = || self.line.answered_lately();
        self.metadata.get(|| self.line.now(), read, lives).await
    }

    fn endpoints<'a>(&'a self, metadata: &'a Metadata) -> Endpoints<'a> {
        Endpoints {
            authorization: metadata.authorization_endpoint(),
            token: metadata.token_endpoint(),
            issuer: &self.settings.issuer,
            secret_in_body: metadata.wants_secret_in_body(),
        }
    }

    async fn verified(&self, token: &str, metadata: &Metadata) -> Result<Claims, UpstreamError> {
        let token = Signed::parse(token)?;
        self.keys.verify(&self.line, metadata.jwks_uri(), &token).await
    }

    /// What the ID token says, and where that is not enough, UserInfo (Core §5.3).
    async fn vouched(
        &self,
        metadata: &Metadata,
        id_token: Claims,
        tokens: UpstreamTokens,
    ) -> Result<Vouched, UpstreamError> {
        let registered = &self.settings.registered;
        let subject = claims::subject(&id_token)?;
        let userinfo = match metadata.userinfo_endpoint() {
            Some(endpoint) if !claims::is_complete(&id_token, &registered.claims) => {
                self.userinfo(endpoint, &tokens.access_token, &subject).await?
            }
            Some(_) | None => Claims::new(),
        };
        let said = claims::read(&[&id_token, &userinfo], &registered.claims)?;
        Ok(Vouched {
            provider: registered.provider.id.clone(),
            issuer: self.settings.issuer.clone(),
            subject,
            email: said.email,
            name: said.name,
            given_name: said.given_name,
            family_name: said.family_name,
            locale: said.locale,
            groups: said.groups,
            attributes: said.attributes,
            session: claims::identifier(&id_token, "sid"),
            authenticated_at: id_token::auth_time(&id_token),
            tokens: registered.provider.keeps_tokens.then_some(tokens),
        })
    }

    async fn userinfo(
        &self,
        endpoint: &Url,
        access_token: &Secret<String>,
        subject: &str,
    ) -> Result<Claims, UpstreamError> {
        let bearer = Secret::new(format!("Bearer {}", access_token.expose()));
        let request = FetchRequest::get(endpoint.clone(), "application/json");
        let fetched = self
            .line
            .read(&request.with_header("authorization", bearer))
            .await?;
        if fetched.status != 200 {
            return Err(UpstreamError::Refused("UserInfo refused the access token"));
        }
        let claims: Claims = serde_json::from_slice(&fetched.body)
            .map_err(|_| UpstreamError::Refused("UserInfo is no JSON object"))?;
        // Another's claims must not be taken for those of who signed in (Core §5.3.2).
        if claims.get("sub").and_then(serde_json::Value::as_str) != Some(subject) {
            return Err(UpstreamError::Refused("UserInfo is about somebody else"));
        }
        Ok(claims)
    }
}

#[async_trait]
impl Upstream for OpenIdProvider {
    fn provider(&self) -> &Provider {
        &self.settings.registered.provider
    }

    async fn authorization_url(&self, attempt: &Attempt, hints: &Hints) -> Result<Url, UpstreamError> {
        // What is remembered would do, but nobody is sent to where no answer could be redeemed afterwards.
        if self.condition() == Condition::Open {
            return Err(UpstreamError::Unavailable(None));
        }
        let metadata = self.metadata_of_the_living().await?;
        let registered = &self.settings.registered;
        let mut further = vec![("nonce", attempt.nonce.expose().clone())];
        further.extend(hints.login_hint.clone().map(|hint| ("login_hint", hint)));
        further.extend(hints.ui_locales.clone().map(|locales| ("ui_locales", locales)));
        if hints.fresh {
            further.push(("prompt", "login".to_owned()));
        }
        // Whoever is asked with an age has to tell it: a session here is then as old as the proof that it rests on.
        let oldest = hints.oldest().unwrap_or(ANY_AGE);
        further.push(("max_age", oldest.as_secs().to_string()));
        // Google issues refresh tokens only to who asks in a way of its own.
        if registered.provider.mark == Mark::Google && registered.provider.keeps_tokens {
            further.push(("access_type", "offline".to_owned()));
        }
        Ok(exchange::authorization_url(
            registered,
            &self.endpoints(&metadata),
            attempt,
            further,
        ))
    }

    async fn redeem(&self, attempt: &Attempt, answer: Answer) -> Result<Vouched, UpstreamError> {
        let metadata = self.metadata().await?;
        // Before the code goes anywhere: it may be another provider's (RFC 9207 §2.4).
        check_issuer(&answer, &self.settings.issuer, metadata.names_itself())?;
        let endpoints = self.endpoints(&metadata);
        let registered = &self.settings.registered;
        let issued = exchange::redeem(&self.line, registered, &endpoints, attempt, &answer).await?;
        let Issued { tokens, id_token } = issued;
        let id_token = id_token.ok_or(UpstreamError::Refused("there is no ID token"))?;
        let claims = self.verified(id_token.expose(), &metadata).await?;
        let expected = Expected {
            issuer: &self.settings.issuer,
            client_id: &registered.client_id,
            nonce: &attempt.nonce,
            fresh: attempt.fresh,
            now: self.line.now(),
        };
        id_token::check(&claims, &expected)?;
        self.vouched(&metadata, claims, tokens).await
    }

    async fn refresh(&self, refresh_token: &Secret<String>) -> Result<UpstreamTokens, RefreshError> {
        let metadata = self.metadata().await?;
        let endpoints = self.endpoints(&metadata);
        exchange::refresh(&self.line, &self.settings.registered, &endpoints, refresh_token).await
    }

    async fn logged_out(&self, logout_token: &str) -> Result<LoggedOut, UpstreamError> {
        let metadata = self.metadata().await?;
        let claims = self.verified(logout_token, &metadata).await?;
        let registered = &self.settings.registered;
        logout_token::read(
            &claims,
            &self.settings.issuer,
            &registered.client_id,
            self.line.now(),
        )
    }

    fn condition(&self) -> Condition {
        self.line.condition()
    }
}

/// RFC 9207 §2.4: who answered must be who was asked. A provider that says it names itself must do so.
fn check_issuer(answer: &Answer, issuer: &str, names_itself: bool) -> Result<(), UpstreamError> {
    match &answer.issuer {
        Some(given) if given == issuer => Ok(()),
        Some(_) => Err(UpstreamError::Refused("iss names another provider")),
        None if names_itself => Err(UpstreamError::Refused("iss is missing")),
        None => Ok(()),
    }
}
