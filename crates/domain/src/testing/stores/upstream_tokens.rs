//! Tokens of other providers.

use super::{
    InRealm,
    state::{Room, Tokens},
};
use crate::{
    clock::Timestamp,
    federation::{HeldTokens, KeptTokens, ProviderId},
    id::{LinkedIdentityId, UserId},
    stores::{Stored, UpstreamTokenStore},
};
use async_trait::async_trait;

/// What is kept, of an identity that is linked.
fn held(room: &Room, id: LinkedIdentityId) -> Option<HeldTokens> {
    let identity = room.identities.get(&id)?.clone();
    let Tokens {
        kept,
        attempt,
        version,
    } = room.upstream_tokens.get(&id)?.clone();
    Some(HeldTokens {
        identity,
        tokens: kept,
        attempt,
        version,
    })
}

/// The tokens, if they are still those.
fn same<'a>(room: &'a mut Room, held: &HeldTokens) -> Option<&'a mut Tokens> {
    let tokens = room.upstream_tokens.get_mut(&held.identity.id)?;
    (tokens.version == held.version && room.identities.contains_key(&held.identity.id)).then_some(tokens)
}

#[async_trait]
impl UpstreamTokenStore for InRealm {
    async fn find(&self, identity: LinkedIdentityId) -> Stored<Option<HeldTokens>> {
        Ok(self.act(|room, _| held(room, identity)))
    }

    async fn of(&self, user: UserId, provider: &ProviderId) -> Stored<Option<HeldTokens>> {
        Ok(self.act(|room, _| {
            let all = room.upstream_tokens.keys().filter_map(|id| held(room, *id));
            let theirs =
                all.filter(|held| held.identity.user_id == user && held.tokens.provider == *provider);
            theirs.max_by_key(|held| (held.tokens.kept_at, held.identity.id))
        }))
    }

    async fn keep(&self, identity: LinkedIdentityId, tokens: &KeptTokens, over: Option<i64>) -> Stored<bool> {
        Ok(self.act(|room, _| {
            let there = held(room, identity).map(|held| held.version);
            if there != over || !room.identities.contains_key(&identity) {
                return false;
            }
            let kept = Tokens {
                kept: tokens.clone(),
                attempt: 0,
                version: over.unwrap_or_default() + 1,
            };
            room.upstream_tokens.insert(identity, kept);
            true
        }))
    }

    async fn claim(&self, held: &HeldTokens, now: Timestamp, until: Timestamp) -> Stored<Option<HeldTokens>> {
        Ok(self.act(|room, _| {
            let tokens = same(room, held).filter(|tokens| tokens.kept.due_at <= now)?;
            tokens.kept.due_at = until;
            tokens.attempt += 1;
            tokens.version += 1;
            self::held(room, held.identity.id)
        }))
    }

    async fn postpone(&self, held: &HeldTokens, at: Timestamp) -> Stored<bool> {
        Ok(self.act(|room, _| {
            let tokens = same(room, held);
            tokens.map(|tokens| tokens.kept.due_at = at).is_some()
        }))
    }

    async fn forget(&self, held: &HeldTokens) -> Stored<bool> {
        Ok(self.act(|room, _| {
            let there = same(room, held).is_some();
            there && room.upstream_tokens.remove(&held.identity.id).is_some()
        }))
    }
}
