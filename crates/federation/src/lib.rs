//! Other providers as people sign in through them: adapters of the port [`domain::federation::Upstream`] for OpenID
//! Connect Core 1.0 (§3.1) and for GitHub's OAuth 2.0 with its API.
//!
//! Every request goes through the product's one outbound client, bounded in size and time, behind a circuit breaker
//! for each provider. Which account an identity leads to is not decided here.

mod breaker;
mod cached;
mod claims;
mod client_assertion;
mod exchange;
mod github;
mod line;
mod oidc;
mod settings;

pub use breaker::Patience;
pub use client_assertion::{ClientKey, UnusableKey};
pub use github::GitHub;
pub use line::{Observer, Outcome, Outside};
pub use oidc::OpenIdProvider;
pub use settings::{ClaimNames, Credential, GitHubSettings, OidcSettings, Registered};
