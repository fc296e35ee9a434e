//! Where the parameters of an authorization request come from: the request itself, or what its client pushed before
//! (RFC 9126 §4). Whatever else stands beside a pushed request does not count.

use super::{AuthorizeError, PageError};
use crate::{Protocol, parameters::Parameters};
use domain::{
    client::Client,
    opaque::{OpaqueKind, OpaqueToken},
    realm_context::RealmContext,
    secret::Digest,
    services::Act,
};
use std::{borrow::Cow, time::Duration};

/// How every `request_uri` given out here begins (RFC 9126 §2.2).
pub(crate) const REQUEST_URI_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// How long a pushed request may be started.
pub(crate) const PUSHED_LIFETIME: Duration = Duration::from_secs(90);

/// The parameters that count.
pub(super) struct Source<'a> {
    pub parameters: Cow<'a, Parameters>,
    /// The pushed request they are from.
    pub pushed: Option<Digest>,
}

/// Finds the parameters of a request.
pub(super) async fn resolve<'a>(realm: &RealmContext, sent: &'a Parameters) -> Result<Source<'a>, PageError> {
    let reference = match sent.one("request_uri") {
        Ok(Some(uri)) => uri.strip_prefix(REQUEST_URI_PREFIX),
        // A repetition is refused with the other parameters.
        Ok(None) | Err(_) => None,
    };
    let Some(reference) = reference else {
        return Ok(Source {
            parameters: Cow::Borrowed(sent),
            pushed: None,
        });
    };
    let client_id = sent.one("client_id").map_err(|_| PageError::Repeated)?;
    let client_id = client_id.ok_or(PageError::ClientMissing)?;
    let uri = OpaqueToken::parse(OpaqueKind::PushedRequest, reference).ok_or(PageError::RequestUri)?;
    let found = realm.ephemeral.pushed.find(&uri.digest()).await?;
    let request = found
        .filter(|request| request.client_id.as_str() == client_id)
        .ok_or(PageError::RequestUri)?;
    let parameters = Parameters::parse(&request.parameters).map_err(|_| PageError::RequestUri)?;
    Ok(Source {
        parameters: Cow::Owned(parameters),
        pushed: Some(uri.digest()),
    })
}

impl Source<'_> {
    /// Whether the client may send its requests this way (RFC 9126 §5, §6).
    pub(super) fn check(&self, realm: &RealmContext, client: &Client) -> Result<(), AuthorizeError> {
        let required = realm.settings.require_pushed_authorization_requests
            || client.oidc().metadata.require_pushed_authorization_requests;
        if required && self.pushed.is_none() {
            Err(AuthorizeError::NotPushed)
        } else {
            Ok(())
        }
    }
}

/// Uses the pushed request up: it is answered once, from whatever tab (RFC 9126 §4).
pub(super) async fn consume(
    protocol: &Protocol,
    act: &Act,
    pushed: Option<&Digest>,
) -> Result<(), AuthorizeError> {
    let Some(uri) = pushed else {
        return Ok(());
    };
    // As long as anything that was begun with it may still wait for a person.
    let until = protocol.ports.clock.now() + act.realm.settings.lifetimes.interaction + PUSHED_LIFETIME;
    if act.realm.ephemeral.pushed.consume(uri, until).await? {
        Ok(())
    } else {
        Err(AuthorizeError::RequestUriUsed)
    }
}
