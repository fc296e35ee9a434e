//! The port to one provider: where to send the browser, and what its answer vouches for.

use super::provider::{Provider, ProviderId};
use crate::{clock::Timestamp, pkce::CodeVerifier, random::Random, realm::RealmName, secret::Secret};
use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use url::Url;

/// One attempt to sign in at a provider: what its answer must match. It is used once, whatever comes of it.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// At whom.
    pub provider: ProviderId,
    /// `state` (RFC 6749 §10.12).
    pub state: Secret<String>,
    /// `nonce` (OpenID Connect Core §3.1.2.1).
    pub nonce: Secret<String>,
    /// The PKCE verifier (RFC 7636).
    pub verifier: CodeVerifier,
    /// Where the answer goes: this provider's own callback, in the realm of the attempt.
    pub redirect_uri: Url,
    /// How long ago the person may have proven there who they are.
    pub fresh: Option<Freshness>,
}

/// How fresh the proof must be that a provider goes by, and must say (OpenID Connect Core §3.1.2.1: it is sent `max_age`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Freshness {
    /// It was given since then.
    pub since: Timestamp,
}

impl Attempt {
    /// A fresh attempt. `None` only if the random source makes no verifier, which it always does.
    pub fn new(provider: ProviderId, redirect_uri: Url, random: &dyn Random) -> Option<Self> {
        let token = || URL_SAFE_NO_PAD.encode(random.bytes32());
        Some(Self {
            provider,
            state: Secret::new(token()),
            nonce: Secret::new(token()),
            verifier: CodeVerifier::parse(&token()).ok()?,
            redirect_uri,
            fresh: None,
        })
    }
}

/// What the provider may be told of what the app asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// `login_hint`.
    pub login_hint: Option<String>,
    /// `ui_locales`.
    pub ui_locales: Option<String>,
    /// Whether the person must prove again there who they are (`prompt=login`).
    pub fresh: bool,
    /// How long ago they may have proven it there (`max_age`).
    pub max_age: Option<Duration>,
}

impl Hints {
    /// How fresh the proof must be, of somebody who is sent there at `now`.
    pub fn freshness(&self, now: Timestamp) -> Option<Freshness> {
        let since = now - self.oldest()?;
        Some(Freshness { since })
    }

    /// How long ago the person may have proven it there (`max_age`): whoever must prove it again proves it now.
    pub fn oldest(&self) -> Option<Duration> {
        match self.fresh {
            true => Some(Duration::ZERO),
            false => self.max_age,
        }
    }
}

/// What came to the callback.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The code.
    pub code: Secret<String>,
    /// `iss` (RFC 9207).
    pub issuer: Option<String>,
}

/// An address as a provider knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VouchedEmail {
    /// The address, as it was sent.
    pub address: String,
    /// Whether the provider says that it is proven.
    pub verified: bool,
}

/// Somebody as a provider vouches for them. Everything is bounded and checked for what the protocol demands; none of
/// it was judged for what it means here.
#[derive(Clone, Debug)]
pub struct Vouched {
    /// By whom.
    pub provider: ProviderId,
    /// The issuer identifier; for providers without one, the address of their API.
    pub issuer: String,
    /// The subject: unique at the issuer, never given to another person.
    pub subject: String,
    /// The address.
    pub email: Option<VouchedEmail>,
    /// The name.
    pub name: Option<String>,
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// A BCP 47 tag.
    pub locale: Option<String>,
    /// Groups that the provider counts the person to.
    pub groups: Vec<String>,
    /// Attributes by the operator's mapping.
    pub attributes: BTreeMap<String, String>,
    /// The session at the provider (`sid`), for logout from there.
    pub session: Option<String>,
    /// When the person proved there who they are (`auth_time`).
    pub authenticated_at: Option<Timestamp>,
    /// Tokens, where they are to be kept.
    pub tokens: Option<UpstreamTokens>,
}

/// Tokens that a provider issued.
#[derive(Clone, Debug)]
pub struct UpstreamTokens {
    /// The access token.
    pub access_token: Secret<String>,
    /// The refresh token.
    pub refresh_token: Option<Secret<String>>,
    /// When the access token expires.
    pub expires_at: Option<Timestamp>,
    /// The scopes, as the provider wrote them.
    pub scope: Option<String>,
}

/// Whether a provider is asked at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It is.
    Closed,
    /// It failed too often and is left alone for a while.
    Open,
    /// One request finds out whether it is back.
    HalfOpen,
}

/// Why a provider vouches for nobody.
#[derive(Clone, Debug, thiserror::Error)]
pub enum UpstreamError {
    /// It cannot be reached, is too slow, or its circuit breaker is open: another way in is offered.
    #[error("the provider does not answer")]
    Unavailable(#[source] Option<Arc<dyn std::error::Error + Send + Sync>>),
    /// It does not say that the person proved who they are as lately as is asked for.
    #[error("the proof is not fresh: {0}")]
    Stale(&'static str),
    /// Its answer breaks a rule of the protocol; the sentence says which, and holds nothing of the answer.
    #[error("the provider's answer was refused: {0}")]
    Refused(&'static str),
}

/// Why a provider gives no new tokens.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RefreshError {
    /// It says that the refresh token counts no more (RFC 6749 §5.2, `invalid_grant`).
    #[error("the refresh token has ended")]
    Ended,
    /// It gave no answer, or one that says nothing about the refresh token.
    #[error(transparent)]
    Failed(#[from] UpstreamError),
}

/// One provider.
#[async_trait]
pub trait Upstream: Send + Sync {
    /// As it was set up.
    fn provider(&self) -> &Provider;
    /// Where to send the browser.
    async fn authorization_url(&self, attempt: &Attempt, hints: &Hints) -> Result<Url, UpstreamError>;
    /// Redeems the code and checks everything that the provider says by the attempt.
    async fn redeem(&self, attempt: &Attempt, answer: Answer) -> Result<Vouched, UpstreamError>;
    /// New tokens for a refresh token, which is sent once.
    async fn refresh(&self, refresh_token: &Secret<String>) -> Result<UpstreamTokens, RefreshError>;
    /// Who was signed out, and of which sessions, by a logout token (OpenID Connect Back-Channel Logout §2.6).
    async fn logged_out(&self, logout_token: &str) -> Result<LoggedOut, UpstreamError>;
    /// Whether it is asked at all.
    fn condition(&self) -> Condition;
}

/// What a logout token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedOut {
    /// The issuer.
    pub issuer: String,
    /// The subject.
    pub subject: Option<String>,
    /// The session there.
    pub session: Option<String>,
    /// The token's id, good once.
    pub token_id: String,
    /// When the token expires.
    pub expires_at: Timestamp,
}

/// All providers of the deployment.
#[derive(Clone, Default)]
pub struct Upstreams(Arc<[Arc<dyn Upstream>]>);

impl Upstreams {
    /// These.
    pub fn new(upstreams: Vec<Arc<dyn Upstream>>) -> Self {
        Self(upstreams.into())
    }

    /// All, in the operator's order.
    pub fn all(&self) -> &[Arc<dyn Upstream>] {
        &self.0
    }

    /// Those of a realm, in the operator's order.
    pub fn in_realm(&self, realm: &RealmName) -> impl Iterator<Item = &Arc<dyn Upstream>> {
        self.0
            .iter()
            .filter(move |upstream| upstream.provider().realms.contains(realm))
    }

    /// One of a realm by its name.
    pub fn find(&self, realm: &RealmName, id: &str) -> Option<&Arc<dyn Upstream>> {
        self.in_realm(realm)
            .find(|upstream| upstream.provider().id.as_str() == id)
    }
}
