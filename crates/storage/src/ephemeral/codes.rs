//! Authorization codes. A redeemed code stays readable until it expires, so that a replay is told from an
//! unknown code.

use super::value::Values;
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    ephemeral::{AuthorizationCodes, CodeGrant, Redemption},
    secret::Digest,
    stores::Stored,
};

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
        let first = self
            .redeemed
            .put_if_absent(&code.to_base64url(), &(), expires_at)
            .await?;
        Ok(if first {
            Redemption::First
        } else {
            Redemption::Replay
        })
    }
}
