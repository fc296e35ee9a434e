//! Authorization codes. A redeemed code stays readable until it expires, so that a replay is told from an
//! unknown code.

use super::value::Values;
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    ephemeral::{AuthorizationCodes, CodeGrant, Redemption, Settled},
    secret::Digest,
    stores::Stored,
};
use serde::{Deserialize, Serialize};

/// What is marked of a redeemed code.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Mark {
    /// Redeemed once, and not answered yet.
    Open,
    /// Redeemed again before it was answered.
    Replayed,
    /// Answered.
    Settled,
}

/// Codes, and beside them the marks of those that were redeemed.
pub struct Codes {
    codes: Values,
    redeemed: Values,
}

impl Codes {
    /// Over two kinds of values.
    pub fn new(codes: Values, redeemed: Values) -> Self {
        Self { codes, redeemed }
    }
}

#[async_trait]
impl AuthorizationCodes for Codes {
    async fn put(&self, code: &Digest, grant: &CodeGrant) -> Stored<()> {
        self.codes
            .put(&code.to_base64url(), grant, grant.expires_at)
            .await
    }

    async fn find(&self, code: &Digest) -> Stored<Option<CodeGrant>> {
        self.codes.get(&code.to_base64url()).await
    }

    async fn redeem(&self, code: &Digest, expires_at: Timestamp) -> Stored<Redemption> {
        let key = code.to_base64url();
        if self.redeemed.put_if_absent(&key, &Mark::Open, expires_at).await? {
            return Ok(Redemption::First);
        }
        let (open, replayed) = ((&Mark::Open, expires_at), (&Mark::Replayed, expires_at));
        if self.redeemed.replace(&key, open, replayed).await? {
            return Ok(Redemption::Meanwhile);
        }
        // It is never open again.
        Ok(match self.redeemed.get(&key).await? {
            Some(Mark::Replayed) => Redemption::Meanwhile,
            Some(Mark::Open | Mark::Settled) | None => Redemption::Replay,
        })
    }

    async fn settle(&self, code: &Digest, expires_at: Timestamp) -> Stored<Settled> {
        let key = code.to_base64url();
        let settled = (&Mark::Settled, expires_at);
        let replayed = (&Mark::Replayed, expires_at);
        if self
            .redeemed
            .replace(&key, (&Mark::Open, expires_at), settled)
            .await?
        {
            return Ok(Settled::Alone);
        }
        Ok(match self.redeemed.replace(&key, replayed, settled).await? {
            true => Settled::Replayed,
            // Both have expired.
            false => Settled::Alone,
        })
    }
}
