//! The token response (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3, RFC 8693 §2.2.1).

use super::token_exchange::TokenTypeIdentifier;
use crate::dpop::SenderConstraint;
use domain::{opaque::OpaqueToken, scope::ScopeSet, services::federated::Released};
use serde::Serialize;
use std::time::Duration;

/// Tokens on their way to a client; serialises as the response's JSON. `Debug` shows none of them.
#[derive(Serialize)]
pub struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<u64>,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

impl TokenResponse {
    pub(super) fn new(
        access_token: String,
        lifetime: Duration,
        scopes: ScopeSet,
        id_token: Option<String>,
        refresh_token: Option<OpaqueToken>,
    ) -> Self {
        Self {
            access_token,
            token_type: "Bearer",
            issued_token_type: None,
            expires_in: Some(lifetime.as_secs()),
            scope: scopes.to_string(),
            refresh_token: refresh_token.map(|token| token.expose().to_owned()),
            id_token,
        }
    }

    /// The access token of another provider, which is a bearer token (RFC 6750).
    pub(super) fn of_provider(released: &Released) -> Self {
        let token = Self {
            access_token: released.access_token.expose().clone(),
            token_type: "Bearer",
            issued_token_type: None,
            expires_in: released.expires_in.map(|left| left.as_secs()),
            scope: released.scope.clone().unwrap_or_default(),
            refresh_token: None,
            id_token: None,
        };
        token.exchanged()
    }

    /// The same, where the access token is under `constraint`.
    pub(super) fn under(mut self, constraint: &SenderConstraint) -> Self {
        self.token_type = constraint.token_type();
        self
    }

    /// The same, where the access token was exchanged for another.
    pub(super) fn exchanged(mut self) -> Self {
        self.issued_token_type = Some(TokenTypeIdentifier::AccessToken.as_str());
        self
    }

    /// The access token.
    pub fn access_token(&self) -> &str {
        &self.access_token
    }

    /// The refresh token, if there is one.
    pub fn refresh_token(&self) -> Option<&str> {
        self.refresh_token.as_deref()
    }

    /// The ID token, if there is one.
    pub fn id_token(&self) -> Option<&str> {
        self.id_token.as_deref()
    }

    /// What the access token may do.
    pub fn scope(&self) -> &str {
        &self.scope
    }
}

impl std::fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenResponse")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}
