//! The keys that clients publish at their `jwks_uri` (OpenID Connect Core §10.1.1), fetched when they are needed.
//!
//! One request at a time goes to a URI, and none within ten seconds of the last, whatever it answered, but for one: a
//! token by a key that is not known yet has them read again at once, so that a client may sign with a new key as soon
//! as it published it. After that the pause is kept: neither a client that is down nor tokens with invented `kid`s
//! make this server a source of load. Keys are used for an hour at most after they were read.

use crate::jose::{Claims, ForeignToken, ForeignTokenError, InvalidKeySet, KeySet};
use domain::{
    client::{ClientAlgorithm, ClientKeys},
    clock::{Clock, Timestamp},
    outbound::{FetchError, FetchRequest, Fetched, HttpFetch},
};
use futures::lock::Mutex as AsyncMutex;
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use url::Url;

/// The URIs remembered.
const MAX_URIS: usize = 1_000;
/// The longest JWK Set read, in bytes.
const MAX_BYTES: usize = 128 * 1_024;
/// How long keys are fresh when their server does not say.
const FRESH: Duration = Duration::from_secs(600);
/// The shortest that keys are fresh, whatever their server says.
const FRESH_AT_LEAST: Duration = Duration::from_secs(60);
/// How long keys are used at most, also while their server cannot be reached.
const USED_AT_MOST: Duration = Duration::from_secs(3_600);
/// The pause between two requests to one URI.
const PAUSE: Duration = Duration::from_secs(10);

/// Why a token of a signer is not believed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SignerError {
    /// Of the token's own.
    #[error(transparent)]
    Token(#[from] ForeignTokenError),
    /// The keys cannot be had.
    #[error("the signer's keys cannot be had")]
    Keys(#[from] KeysUnavailable),
}

/// Why keys cannot be had.
#[derive(Clone, Debug, thiserror::Error)]
pub enum KeysUnavailable {
    /// None are registered.
    #[error("it registered no keys")]
    None,
    /// They cannot be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// What was fetched or registered is no JWK Set.
    #[error(transparent)]
    Invalid(#[from] InvalidKeySet),
}

/// The key sets of clients, by their URI.
pub struct RemoteKeys {
    http: Arc<dyn HttpFetch>,
    clock: Arc<dyn Clock>,
    entries: Mutex<HashMap<Url, Arc<Entry>>>,
}

/// Held while its keys are fetched, so that others who need them wait for the one request.
#[derive(Default)]
struct Entry(AsyncMutex<Slot>);

#[derive(Default)]
struct Slot {
    asked_at: Option<Timestamp>,
    /// Whether the last request was the one that did not wait for the pause.
    hurried: bool,
    failure: Option<KeysUnavailable>,
    held: Option<Held>,
}

#[derive(Clone)]
struct Held {
    keys: Arc<KeySet>,
    read_at: Timestamp,
    fresh_until: Timestamp,
}

impl RemoteKeys {
    /// Fetches through `http`.
    pub fn new(http: Arc<dyn HttpFetch>, clock: Arc<dyn Clock>) -> Self {
        Self {
            http,
            clock,
            entries: Mutex::default(),
        }
    }

    /// The claims of `token`, if the signer with these registered keys signed it with an algorithm of `allowed`.
    /// Keys that do not fit are read again once, unless they were read just now: the signer may have changed them.
    pub async fn verify(
        &self,
        registered: &ClientKeys,
        allowed: &[ClientAlgorithm],
        token: &ForeignToken<'_>,
    ) -> Result<Claims, SignerError> {
        let uri = match registered {
            ClientKeys::None => return Err(KeysUnavailable::None.into()),
            ClientKeys::Inline(document) => {
                let keys = KeySet::parse(document).map_err(KeysUnavailable::from)?;
                return Ok(token.verify(&keys, allowed)?.clone());
            }
            ClientKeys::Uri(uri) => &uri.url().ok_or(KeysUnavailable::None)?,
        };
        let (keys, just_read) = self.get(uri).await?;
        match token.verify(&keys, allowed) {
            Err(error @ (ForeignTokenError::UnknownKey | ForeignTokenError::Signature)) => {
                let hurry = error == ForeignTokenError::UnknownKey && !just_read;
                let newer = self.newer(uri, &keys, hurry).await.ok_or(error)?;
                Ok(token.verify(&newer, allowed)?.clone())
            }
            judged => Ok(judged?.clone()),
        }
    }

    /// The keys at `uri`, and whether they were read for this.
    async fn get(&self, uri: &Url) -> Result<(Arc<KeySet>, bool), KeysUnavailable> {
        let entry = self.entry(uri);
        let mut slot = entry.0.lock().await;
        let now = self.clock.now();
        let reads = !slot.is_fresh(now) && slot.may_ask(now);
        if reads {
            self.read(uri, &mut slot).await;
        }
        Ok((slot.usable(self.clock.now())?, reads))
    }

    /// Keys at `uri` read after `than`, if there are any or it may be asked again; before the pause is over only in a
    /// `hurry`, and once.
    async fn newer(&self, uri: &Url, than: &Arc<KeySet>, hurry: bool) -> Option<Arc<KeySet>> {
        let entry = self.entry(uri);
        let mut slot = entry.0.lock().await;
        let is_newer = |slot: &Slot| {
            slot.held
                .as_ref()
                .is_some_and(|held| !Arc::ptr_eq(&held.keys, than))
        };
        let in_time = slot.may_ask(self.clock.now());
        if !is_newer(&slot) && (in_time || (hurry && !slot.hurried)) {
            self.read(uri, &mut slot).await;
            slot.hurried = !in_time;
        }
        is_newer(&slot).then(|| slot.usable(self.clock.now()).ok())?
    }

    async fn read(&self, uri: &Url, slot: &mut Slot) {
        slot.asked_at = Some(self.clock.now());
        slot.hurried = false;
        let request = FetchRequest::get(uri.clone(), "application/jwk-set+json, application/json");
        let fetched = self.http.fetch(&request.with_max_bytes(MAX_BYTES)).await;
        let now = self.clock.now();
        match fetched
            .and_then(Fetched::ok)
            .map_err(KeysUnavailable::from)
            .and_then(parse)
        {
            Ok((keys, fresh_for)) => {
                slot.failure = None;
                slot.held = Some(Held {
                    keys: Arc::new(keys),
                    read_at: now,
                    fresh_until: now + fresh_for,
                });
            }
            Err(error) => slot.failure = Some(error),
        }
    }

    fn entry(&self, uri: &Url) -> Arc<Entry> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get(uri) {
            return entry.clone();
        }
        if entries.len() >= MAX_URIS {
            let now = self.clock.now();
            entries.retain(|_, entry| entry.is_worth_keeping(now));
        }
        // All of them are in use: one has to go, and whichever it is can be read again.
        if entries.len() >= MAX_URIS
            && let Some(any) = entries.keys().next().cloned()
        {
            entries.remove(&any);
        }
        entries.entry(uri.clone()).or_default().clone()
    }
}

impl Entry {
    /// Whether it is in use, fresh, or tells that it is too early to ask again.
    fn is_worth_keeping(&self, now: Timestamp) -> bool {
        self.0
            .try_lock()
            .is_none_or(|slot| slot.is_fresh(now) || !slot.may_ask(now))
    }
}

impl Slot {
    fn is_fresh(&self, now: Timestamp) -> bool {
        self.held.as_ref().is_some_and(|held| now < held.fresh_until)
    }

    fn may_ask(&self, now: Timestamp) -> bool {
        self.asked_at.is_none_or(|at| now >= at + PAUSE)
    }

    /// The keys, though they may not be fresh, or why there are none.
    fn usable(&self, now: Timestamp) -> Result<Arc<KeySet>, KeysUnavailable> {
        let held = self
            .held
            .as_ref()
            .filter(|held| now < held.read_at + USED_AT_MOST);
        match (held, &self.failure) {
            (Some(held), _) => Ok(held.keys.clone()),
            (None, Some(failure)) => Err(failure.clone()),
            (None, None) => Err(FetchError::TooSlow.into()),
        }
    }
}

fn parse(fetched: Fetched) -> Result<(KeySet, Duration), KeysUnavailable> {
    let fresh_for = fetched
        .max_age()
        .unwrap_or(FRESH)
        .clamp(FRESH_AT_LEAST, USED_AT_MOST);
    let document: Value = serde_json::from_slice(&fetched.body).map_err(|_| InvalidKeySet::Malformed)?;
    Ok((KeySet::parse(&document)?, fresh_for))
}
