//! Attempts under way: begun for one browser, one provider and one purpose, and taken once, whatever comes of it.

use super::{BeginError, Setback};
use crate::{
    federation::{Attempt, AttemptPurpose, Freshness, OpenAttempt, ProviderId},
    pkce::CodeVerifier,
    secret::{Digest, Secret},
    services::{Act, Ports, network},
    stores::{StoreError, Stored},
};
use std::time::Duration;

/// How long a person may take at the provider.
const LIFE: Duration = Duration::from_secs(600);
/// Attempts that one browser may begin meanwhile.
const PER_BROWSER: u64 = 20;
/// Attempts that one network may begin meanwhile.
const PER_NETWORK: u64 = 600;
/// Characters of the longest `state` that is looked up; ours have 43.
const MAX_STATE: usize = 128;

/// What the answer must match, as it is sealed.
#[derive(serde::Serialize, serde::Deserialize)]
struct Matched {
    nonce: String,
    verifier: String,
    redirect_uri: String,
    #[serde(default)]
    fresh: Option<Freshness>,
}

/// Counts an attempt.
pub(super) async fn count(act: &Act, browser: Digest) -> Result<(), BeginError> {
    let limits = &act.realm.ephemeral.limits;
    let by_browser = format!("provider-attempt:browser:{}", browser.to_base64url());
    let mut spent = limits.count(&by_browser, LIFE).await? > PER_BROWSER;
    if let Some(address) = act.origin.address {
        let by_network = format!("provider-attempt:network:{}", network(address));
        spent |= limits.count(&by_network, LIFE).await? > PER_NETWORK;
    }
    match spent {
        true => Err(BeginError::TooMany { retry_after: LIFE }),
        false => Ok(()),
    }
}

/// Begins an attempt.
pub(super) async fn open(
    ports: &Ports,
    act: &Act,
    (provider, fresh): (&ProviderId, Option<Freshness>),
    (browser, purpose): (Digest, AttemptPurpose),
) -> Result<Attempt, BeginError> {
    let refused = || BeginError::Setback(Setback::Refused);
    let callback = act.realm.issuer.url(&format!("/login/{provider}/callback"));
    let redirect_uri = callback.parse().map_err(|_| refused())?;
    let attempt = Attempt {
        fresh,
        ..Attempt::new(provider.clone(), redirect_uri, &*ports.random).ok_or_else(refused)?
    };
    let matched = Matched {
        nonce: attempt.nonce.expose().clone(),
        verifier: attempt.verifier.expose().to_owned(),
        redirect_uri: callback,
        fresh,
    };
    let state = name(attempt.state.expose(), &browser);
    // Writing strings as JSON has no way to fail.
    let plain = Secret::new(serde_json::to_vec(&matched).unwrap_or_default());
    let open = OpenAttempt {
        browser,
        provider: provider.clone(),
        purpose,
        sealed: ports.sealer.seal(&context(&state), plain.expose()),
        expires_at: ports.clock.now() + LIFE,
    };
    act.realm.ephemeral.attempts.put(&state, &open).await?;
    Ok(attempt)
}

/// The attempt whose answer came to the callback of `provider` in `browser`: one that the same browser began at the same
/// provider, once.
pub(super) async fn take(
    ports: &Ports,
    act: &Act,
    (provider, browser): (&str, Digest),
    state: &str,
) -> Stored<Option<(Attempt, AttemptPurpose)>> {
    if state.len() > MAX_STATE {
        return Ok(None);
    }
    let digest = name(state, &browser);
    let Some(open) = act.realm.ephemeral.attempts.take(&digest).await? else {
        return Ok(None);
    };
    if open.browser != browser || open.provider.as_str() != provider {
        return Ok(None);
    }
    let opened = ports.sealer.open(&context(&digest), &open.sealed);
    let opened = opened.map_err(StoreError::unavailable)?;
    let matched: Matched = serde_json::from_slice(opened.expose()).map_err(StoreError::unavailable)?;
    let attempt = Attempt {
        provider: open.provider,
        state: Secret::new(state.to_owned()),
        nonce: Secret::new(matched.nonce),
        verifier: CodeVerifier::parse(&matched.verifier).map_err(StoreError::unavailable)?,
        redirect_uri: matched.redirect_uri.parse().map_err(StoreError::unavailable)?,
        fresh: matched.fresh,
    };
    Ok(Some((attempt, open.purpose)))
}

/// The name of an attempt: whoever learns of a `state` finds nothing by it in another browser, and uses nothing up.
pub(super) fn name(state: &str, browser: &Digest) -> Digest {
    Digest::of([browser.as_bytes().as_slice(), state.as_bytes()].concat())
}

fn context(state: &Digest) -> String {
    format!("provider-attempt:{}", state.to_base64url())
}
