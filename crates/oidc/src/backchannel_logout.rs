//! OpenID Connect Back-Channel Logout 1.0: tells one client that a session it took part in has ended.
//!
//! One attempt; whether and when there is another is for whoever keeps the job to say.

use crate::{Protocol, issue::logout_token, subject::SubjectIdentifier};
use domain::{
    client::{Client, LogoutUri, Status},
    outbound::{FetchError, FetchRequest, Fetched},
    realm_context::RealmContext,
    services::logouts::Logout,
    signing_key::SigningError,
    stores::StoreError,
};

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The client knows (§2.8).
    Told,
    /// There is no such client any more, it is disabled, or it does not want to know.
    NobodyToTell,
}

/// Why an attempt told nobody anything.
#[derive(Debug, thiserror::Error)]
pub enum LogoutError {
    /// The client's server could not be asked.
    #[error("the client could not be reached")]
    Unreachable(#[source] FetchError),
    /// The client's server answered that it did not log anybody out.
    #[error("the client answered with status {0}")]
    Declined(u16),
    /// There is no key to sign with.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[from] StoreError),
}

/// Tells the client now, with a token minted for this attempt.
pub async fn tell(protocol: &Protocol, realm: &RealmContext, logout: &Logout) -> Result<Told, LogoutError> {
    let found = realm.stores.clients.find(&logout.client).await?;
    let Some(client) = found.filter(is_active) else {
        return Ok(Told::NobodyToTell);
    };
    let Some(url) = client.oidc().metadata.backchannel_logout.as_ref().and_then(url) else {
        return Ok(Told::NobodyToTell);
    };
    let ports = &protocol.ports;
    let known_as = SubjectIdentifier::of(ports, &realm.realm, &client, logout.user);
    let whom = (known_as, logout.session);
    let token = logout_token::issue(realm, &*ports.random, &client, whom, ports.clock.now()).await?;
    let request = FetchRequest::post_form(url, &[("logout_token", &token)]);
    judge(ports.http.fetch(&request).await)
}

/// 200 it is, and 204 where a framework says so of an answer without a body (§2.8).
fn judge(answer: Result<Fetched, FetchError>) -> Result<Told, LogoutError> {
    match answer {
        Ok(Fetched {
            status: 200 | 204, ..
        }) => Ok(Told::Told),
        Ok(Fetched { status, .. }) => Err(LogoutError::Declined(status)),
        Err(error) => Err(LogoutError::Unreachable(error)),
    }
}

fn is_active(client: &Client) -> bool {
    match client.status {
        Status::Active => true,
        Status::Disabled => false,
    }
}

fn url(registered: &LogoutUri) -> Option<url::Url> {
    registered.uri.url()
}
