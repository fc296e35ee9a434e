//! Ports for what may be lost with its store, after which the flow simply starts again.

use crate::{
    budget::Lane,
    client::ClientId,
    clock::Timestamp,
    federation::OpenAttempt,
    id::{AuthorizationId, CeremonyId, InteractionId, RealmId},
    interaction::Interaction,
    passkey::Ceremony,
    pkce::CodeChallenge,
    redirect_uri::RedirectUri,
    secret::Digest,
    stores::Stored,
    thumbprint::Thumbprint,
};
use async_trait::async_trait;
use std::{sync::Arc, time::Duration};

/// What an authorization code stands for.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CodeGrant {
    /// The approval.
    pub authorization_id: AuthorizationId,
    /// To whom it was issued.
    pub client_id: ClientId,
    /// Where it was sent.
    pub redirect_uri: RedirectUri,
    /// The challenge the redeemer must meet.
    pub code_challenge: Option<CodeChallenge>,
    /// The key whose holder alone may redeem it (RFC 9449 §10).
    pub dpop_jkt: Option<Thumbprint>,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// What became of a redemption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redemption {
    /// This call redeemed the code.
    First,
    /// Another call did before, and was answered.
    Replay,
    /// Another call did before and is not answered yet; what it is given ends when it is settled.
    Meanwhile,
}

/// What came between the redemption of a code and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Nothing.
    Alone,
    /// Somebody else with the same code.
    Replayed,
}

/// Authorization codes.
#[async_trait]
pub trait AuthorizationCodes: Send + Sync {
    /// Stores a code.
    async fn put(&self, code: &Digest, grant: &CodeGrant) -> Stored<()>;
    /// What the code stands for, also after it was redeemed, until it expires.
    async fn find(&self, code: &Digest) -> Stored<Option<CodeGrant>>;
    /// Redeems the code: of any number of callers, the first alone gets `First`.
    async fn redeem(&self, code: &Digest, expires_at: Timestamp) -> Stored<Redemption>;
    /// Says that what the code gave to whoever got `First` is recorded: later calls of `redeem` are replays.
    async fn settle(&self, code: &Digest, expires_at: Timestamp) -> Stored<Settled>;
}

/// Requests that wait for a person.
#[async_trait]
pub trait Interactions: Send + Sync {
    /// Stores a new interaction.
    async fn put(&self, interaction: &Interaction) -> Stored<()>;
    /// The interaction, if it has not expired.
    async fn find(&self, id: InteractionId) -> Stored<Option<Interaction>>;
    /// Replaces `old` by `new` if it is still what is stored; false otherwise.
    async fn replace(&self, old: &Interaction, new: &Interaction) -> Stored<bool>;
    /// Takes the interaction out: of any number of callers, one gets it.
    async fn take(&self, id: InteractionId) -> Stored<Option<Interaction>>;
}

/// What a counter came to with one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Attempts in the window, this one included.
    pub sum: u64,
    /// When the window ends, by which it is told from the next.
    pub until: Timestamp,
}

/// Counters with an end and lanes, for limits on guessing and sending.
#[async_trait]
pub trait RateLimits: Send + Sync {
    /// Counts one attempt under `key` in the window that the first attempt opened.
    async fn counted(&self, key: &str, window: Duration) -> Stored<Counted>;
    /// Takes one attempt back that was counted under `key` in the window that ends at `until`. Nothing happens once
    /// that window is over, and no count falls below zero. It is the caller who sees to it that an attempt is given
    /// back once.
    async fn give_back(&self, key: &str, until: Timestamp) -> Stored<()>;
    /// Counts one attempt as [`counted`](Self::counted) does, for good; gives the count.
    async fn count(&self, key: &str, window: Duration) -> Stored<u64> {
        Ok(self.counted(key, window).await?.sum)
    }
    /// The lane under `key`, unless it is forgotten.
    async fn lane(&self, key: &str) -> Stored<Option<Lane>>;
    /// Puts `new` under `key`, to be forgotten at `until`, if `old` is still what is there: of any number of callers
    /// that saw the same lane, one gets true.
    async fn replace_lane(&self, key: &str, old: Option<&Lane>, new: &Lane, until: Timestamp)
    -> Stored<bool>;
}

/// Marks of what may be used once, such as the `jti` of an assertion or of a DPoP proof.
#[async_trait]
pub trait ReplayGuard: Send + Sync {
    /// Whether `mark` is used for the first time; the answer is no from then on until `until`, or a minute longer.
    async fn first_use(&self, mark: &Digest, until: Timestamp) -> Stored<bool>;
    /// What it was used for did not take place: it may be used again.
    async fn forget(&self, mark: &Digest) -> Stored<()>;
}

/// An authorization request that a client pushed (RFC 9126). `Debug` shows nothing of its parameters.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PushedRequest {
    /// Who pushed it.
    pub client_id: ClientId,
    /// Its parameters, as the protocol wrote them down.
    pub parameters: String,
    /// From when on it cannot be started any more.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for PushedRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PushedRequest")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Authorization requests that clients pushed, by the digest of what stands for them.
#[async_trait]
pub trait PushedRequests: Send + Sync {
    /// Stores a request.
    async fn put(&self, uri: &Digest, request: &PushedRequest) -> Stored<()>;
    /// The request, unless it has expired or was consumed.
    async fn find(&self, uri: &Digest) -> Stored<Option<PushedRequest>>;
    /// Consumes a request, also one that has expired, and remembers it until `until`: of any number of callers, the
    /// first alone gets true.
    async fn consume(&self, uri: &Digest, until: Timestamp) -> Stored<bool>;
}

/// Ceremonies of passkeys under way.
#[async_trait]
pub trait Ceremonies: Send + Sync {
    /// Stores a new ceremony.
    async fn put(&self, id: CeremonyId, ceremony: &Ceremony) -> Stored<()>;
    /// Takes a ceremony out unless it has expired: of any number of callers, one gets it.
    async fn take(&self, id: CeremonyId) -> Stored<Option<Ceremony>>;
}

/// Attempts to sign in at other providers, by a digest of their `state` and their browser.
#[async_trait]
pub trait Attempts: Send + Sync {
    /// Stores a new attempt.
    async fn put(&self, name: &Digest, attempt: &OpenAttempt) -> Stored<()>;
    /// Takes an attempt out unless it has expired: of any number of callers, one gets it.
    async fn take(&self, name: &Digest) -> Stored<Option<OpenAttempt>>;
}

/// The ephemeral stores of one realm.
#[derive(Clone)]
#[allow(missing_docs, reason = "the port's documentation says it")]
pub struct RealmEphemeral {
    pub codes: Arc<dyn AuthorizationCodes>,
    pub interactions: Arc<dyn Interactions>,
    pub limits: Arc<dyn RateLimits>,
    pub replays: Arc<dyn ReplayGuard>,
    /// Apart from other marks: anybody can make a proof, and a flood of them must push out nothing else.
    pub proofs: Arc<dyn ReplayGuard>,
    pub pushed: Arc<dyn PushedRequests>,
    pub ceremonies: Arc<dyn Ceremonies>,
    pub attempts: Arc<dyn Attempts>,
}

/// Opens ephemeral stores.
#[async_trait]
pub trait Ephemeral: Send + Sync {
    /// The ephemeral stores of `realm`.
    fn in_realm(&self, realm: RealmId) -> RealmEphemeral;
    /// Whether the store answers.
    async fn ping(&self) -> Stored<()>;
}
