//! Identities that other providers vouch for: OpenID Connect Core 1.0 §3.1 and OAuth 2.0 (RFC 6749 §4.1) as their
//! client.
//!
//! What is on the wire is the adapter's affair; which account a vouched identity leads to is that of `services`.

mod identity;
mod kept;
mod newcomer;
mod provider;
mod rule;
mod said;
mod upstream;

pub use identity::{
    AttemptPurpose, ByIdentity, InvalidIdentity, LinkedIdentity, MAX_IDENTITIES, OfferedIdentity,
    OpenAttempt, SeenIdentity,
};
pub use kept::{HeldTokens, KeptTokens, LOOK_AGAIN};
pub use newcomer::{UnaddressedIdentity, VouchedProfile};
pub use provider::{InvalidProviderId, Mark, Provider, ProviderId};
pub use rule::role_of;
pub use said::{Said, attributes_of, groups_of};
pub use upstream::{
    Answer, Attempt, Condition, Freshness, Hints, LoggedOut, RefreshError, Upstream, UpstreamError,
    UpstreamTokens, Upstreams, Vouched, VouchedEmail,
};
