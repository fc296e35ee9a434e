//! What a person allowed a client.

use crate::{client::ClientId, clock::Timestamp, id::UserId, scope::ScopeSet};

/// What a person allowed a client; at most one for each pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Who allowed.
    pub user_id: UserId,
    /// Whom.
    pub client_id: ClientId,
    /// What.
    pub scopes: ScopeSet,
    /// When it was first allowed.
    pub granted_at: Timestamp,
    /// When it was last extended or used to issue a code.
    pub updated_at: Timestamp,
}
