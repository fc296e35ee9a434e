//! Tokens of providers, kept where an operator asked for it (RFC 6749 §1.5): sealed at every sign-in, refreshed before
//! they expire, and given to apps, never with the refresh token.
//!
//! Whether an app may have them is the token exchange's to say (RFC 8693); what is on the wire is the adapters'.

mod sealing;

use super::FederatedService;
use crate::{
    client::ClientId,
    event::EventKind,
    federation::{
        HeldTokens, LOOK_AGAIN, LinkedIdentity, Provider, ProviderId, RefreshError, SeenIdentity, Upstream,
        UpstreamTokens,
    },
    id::{AuthorizationId, LinkedIdentityId, UserId},
    realm_context::RealmContext,
    secret::Secret,
    services::Act,
    stores::{StoreError, Stored},
};
use std::{sync::Arc, time::Duration};

/// How long before its end an access token is not given any more if there is a way to get another.
const STALE: Duration = Duration::from_secs(60);
/// How long a refresh may take; all that it asks of a provider is bounded by less.
const CLAIM: Duration = Duration::from_secs(60);
/// The pause after the first refresh that failed; every one after it is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(15);
/// The longest of them.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);
/// How often what changed meanwhile is decided anew.
const TRIES: usize = 3;

/// Whom tokens are for: the app, and the approval that lets it have them.
#[derive(Clone, Copy, Debug)]
pub struct ForWhom<'a> {
    /// The app.
    pub client: &'a ClientId,
    /// Whose they are.
    pub user: UserId,
    /// What the person approved.
    pub authorization: AuthorizationId,
}

/// What an app gets.
#[derive(Clone, Debug)]
pub struct Released {
    /// The access token.
    pub access_token: Secret<String>,
    /// How much longer it works, as far as the provider said.
    pub expires_in: Option<Duration>,
    /// What it may do, in the provider's words.
    pub scope: Option<String>,
}

/// Why an app gets none.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// The provider is not there, or its tokens are not kept.
    #[error("no tokens of this provider are kept")]
    Off,
    /// None is kept for the person, or what was kept has ended.
    #[error("no token is kept for this person")]
    NothingKept,
    /// The token has expired and the provider gives no other at the moment.
    #[error("the provider gives no token now")]
    Unavailable,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl FederatedService {
    /// Gives an app the person's access token at a provider, a new one if it is about to expire.
    pub async fn release(
        &self,
        act: &Act,
        whom: ForWhom<'_>,
        id: &ProviderId,
    ) -> Result<Released, ReleaseError> {
        let realm = &act.realm;
        let upstream = self.keeping(realm, id).ok_or(ReleaseError::Off)?;
        let now = self.ports.clock.now();
        let (held, tokens) = self.read(realm, (whom.user, id)).await?;
        let tokens = if tokens.expires_at.is_some_and(|end| end <= now + STALE) {
            self.refresh(realm, upstream, (&held, &tokens)).await?;
            self.read(realm, (whom.user, id)).await?.1
        } else {
            tokens
        };
        let now = self.ports.clock.now();
        if tokens.expires_at.is_some_and(|end| end <= now) {
            return Err(match tokens.refresh_token {
                Some(_) => ReleaseError::Unavailable,
                None => ReleaseError::NothingKept,
            });
        }
        let kind = EventKind::UpstreamTokenReleased {
            user: whom.user,
            client: whom.client.clone(),
            authorization: whom.authorization,
            provider: id.clone(),
        };
        realm
            .stores
            .events
            .record(self.ports.alongside(act, kind))
            .await?;
        Ok(Released {
            access_token: tokens.access_token,
            expires_in: tokens.expires_at.map(|end| end.since(now)),
            scope: tokens.scope,
        })
    }

    /// What is kept of these identities' tokens, for their owner; what cannot be opened any more is told without what is in
    /// it.
    pub(in crate::services) async fn kept_of(
        &self,
        act: &Act,
        identities: &[LinkedIdentity],
    ) -> Stored<Vec<(HeldTokens, Option<UpstreamTokens>)>> {
        let mut kept = Vec::new();
        for identity in identities {
            let found = act.realm.stores.upstream_tokens.find(identity.id).await?;
            kept.extend(found.map(|held| {
                let tokens = sealing::open(&self.ports, &act.realm, &held).ok();
                (held, tokens)
            }));
        }
        Ok(kept)
    }

    /// Does what is due for the tokens of an identity: refreshes them, or forgets those that are of no more use.
    pub async fn tend(&self, realm: &RealmContext, identity: LinkedIdentityId) -> Stored<()> {
        let (store, now) = (&realm.stores.upstream_tokens, self.ports.clock.now());
        let found = store.find(identity).await?;
        let Some(held) = found.filter(|held| held.tokens.due_at <= now) else {
            return Ok(());
        };
        let Some(upstream) = self.keeping(realm, &held.tokens.provider) else {
            return store.forget(&held).await.map(drop);
        };
        let tokens = match sealing::open(&self.ports, realm, &held) {
            Ok(tokens) => tokens,
            Err(error) => {
                store.postpone(&held, now + LOOK_AGAIN).await?;
                return Err(StoreError::unavailable(error));
            }
        };
        match (&tokens.refresh_token, tokens.expires_at) {
            (Some(_), Some(_)) => self.refresh(realm, upstream, (&held, &tokens)).await,
            (None, Some(end)) if end <= now => store.forget(&held).await.map(drop),
            (None, Some(_)) | (_, None) => store.postpone(&held, now + LOOK_AGAIN).await.map(drop),
        }
    }

    /// What was seen, with the tokens as they are kept, if the operator asked for that.
    pub(super) fn with_tokens(
        &self,
        act: &Act,
        provider: &Provider,
        (seen, tokens): (SeenIdentity, Option<&UpstreamTokens>),
    ) -> SeenIdentity {
        let tokens = tokens.filter(|_| provider.keeps_tokens);
        let sealed = tokens.and_then(|tokens| {
            let of = (&seen.provider, seen.issuer.as_str(), seen.subject.as_str());
            sealing::seal(&self.ports, &act.realm, of, tokens)
        });
        SeenIdentity {
            tokens: sealed,
            ..seen
        }
    }

    /// Keeps what came with a sign-in in the place of what was kept. Without tokens, those of the same provider go: it is
    /// not to keep them any more.
    pub(super) async fn keep(&self, act: &Act, id: LinkedIdentityId, seen: &SeenIdentity) -> Stored<()> {
        let store = &act.realm.stores.upstream_tokens;
        for _ in 0..TRIES {
            let before = store.find(id).await?;
            let done = match (&seen.tokens, &before) {
                (None, None) => true,
                (None, Some(held)) => held.tokens.provider != seen.provider || store.forget(held).await?,
                (Some(tokens), _) => {
                    let over = before.as_ref().map(|held| held.version);
                    let whole = sealing::completed(&self.ports, &act.realm, tokens, before.as_ref());
                    store.keep(id, whole.as_ref().unwrap_or(tokens), over).await?
                }
            };
            if done {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Refreshes tokens if they are due and nobody else does.
    async fn refresh(
        &self,
        realm: &RealmContext,
        upstream: &Arc<dyn Upstream>,
        (held, tokens): (&HeldTokens, &UpstreamTokens),
    ) -> Stored<()> {
        let Some(refresh_token) = &tokens.refresh_token else {
            return Ok(());
        };
        let (store, now) = (&realm.stores.upstream_tokens, self.ports.clock.now());
        let Some(claimed) = store.claim(held, now, now + CLAIM).await? else {
            return Ok(());
        };
        match upstream.refresh(refresh_token).await {
            Ok(new) => self.keep_refreshed(realm, &claimed, (tokens, new)).await,
            Err(RefreshError::Ended) => store.forget(&claimed).await.map(drop),
            Err(RefreshError::Failed(_)) => {
                let at = self.ports.clock.now() + pause(claimed.attempt);
                store.postpone(&claimed, at).await.map(drop)
            }
        }
    }

    /// Keeps new tokens in the place of those that were claimed; whatever came meanwhile is newer.
    async fn keep_refreshed(
        &self,
        realm: &RealmContext,
        claimed: &HeldTokens,
        (old, new): (&UpstreamTokens, UpstreamTokens),
    ) -> Stored<()> {
        let store = &realm.stores.upstream_tokens;
        // What the answer leaves out is as it was (RFC 6749 §5.1, §6).
        let new = UpstreamTokens {
            refresh_token: new.refresh_token.or_else(|| old.refresh_token.clone()),
            scope: new.scope.or_else(|| old.scope.clone()),
            ..new
        };
        match sealing::sealed_anew(&self.ports, realm, claimed, &new) {
            Some(tokens) => {
                let (id, over) = (claimed.identity.id, Some(claimed.version));
                store.keep(id, &tokens, over).await.map(drop)
            }
            None => store.forget(claimed).await.map(drop),
        }
    }

    /// The provider, if it may be used in the realm and its tokens are kept.
    fn keeping(&self, realm: &RealmContext, id: &ProviderId) -> Option<&Arc<dyn Upstream>> {
        let found = self.ports.upstreams.find(&realm.realm.name, id.as_str());
        found.filter(|upstream| upstream.provider().keeps_tokens)
    }

    async fn read(
        &self,
        realm: &RealmContext,
        (user, id): (UserId, &ProviderId),
    ) -> Result<(HeldTokens, UpstreamTokens), ReleaseError> {
        let held = realm.stores.upstream_tokens.of(user, id).await?;
        let held = held.ok_or(ReleaseError::NothingKept)?;
        let tokens = sealing::open(&self.ports, realm, &held).map_err(StoreError::unavailable)?;
        Ok((held, tokens))
    }
}

/// How long a provider that failed so often in a row is left alone.
fn pause(attempt: u32) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(1 << attempt.saturating_sub(1).min(10));
    doubled.min(LONGEST_PAUSE)
}
