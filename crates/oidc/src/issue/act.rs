//! The `act` claim (RFC 8693 §4.1): who acts for the person a token is about, and who did before.

use domain::client::ClientId;
use serde::{Deserialize, Serialize};

/// One who acts, outermost the one who acts now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ActClaim {
    /// A client, or a person as the token's holder knows them.
    pub sub: String,
    /// Through which client.
    pub client_id: ClientId,
    /// Who acted before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Box<ActClaim>>,
}

impl ActClaim {
    /// How many have acted.
    pub fn depth(&self) -> usize {
        self.chain().count()
    }

    /// The clients through which they did.
    pub fn clients(&self) -> impl Iterator<Item = &ClientId> {
        self.chain().map(|claim| &claim.client_id)
    }

    fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |claim| claim.act.as_deref())
    }
}
