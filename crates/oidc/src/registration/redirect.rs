//! Which redirection URIs clients may register for themselves (OpenID Connect Registration §2, RFC 8252 §7).

use super::{RegistrationError, document::is_loopback};
use domain::{
    client_registration::{ApplicationType, RegistrationPolicy},
    redirect_uri::RedirectUri,
};
use url::Url;

/// The URI, if a client of this type may register it.
pub(super) fn parse(
    text: &str,
    application_type: ApplicationType,
    policy: &RegistrationPolicy,
) -> Result<RedirectUri, RegistrationError> {
    let malformed = |_| RegistrationError::RedirectUri("it is malformed, or has a fragment or credentials");
    let uri = RedirectUri::parse(text).map_err(malformed)?;
    let host = host(&uri);
    let local = host.as_deref().is_some_and(is_loopback);
    let (https, web) = (scheme(&uri) == "https", uri.origin().is_some());
    let allowed = match application_type {
        ApplicationType::Web if web && local => policy.developed,
        ApplicationType::Web => https,
        // Claimed https addresses are what RFC 8252 §7.2 prefers, later than OpenID Connect Registration.
        ApplicationType::Native => !web || local != https,
    };
    if !allowed {
        return Err(RegistrationError::RedirectUri(match application_type {
            ApplicationType::Web => "those of a web application are https and not local",
            ApplicationType::Native => {
                "those of a native application have a scheme of its own, or are https, or http and local"
            }
        }));
    }
    match may_lead_to(&uri, policy) {
        true => Ok(uri),
        false => Err(RegistrationError::RedirectUri(
            "its host may not be registered here",
        )),
    }
}

/// Whether the policy lets people be led to the host of the URI.
pub(super) fn may_lead_to(uri: &RedirectUri, policy: &RegistrationPolicy) -> bool {
    let host = host(uri);
    let named = |host: &str| {
        let under = |allowed: &String| host == allowed || host.ends_with(&format!(".{allowed}"));
        is_loopback(host) || policy.redirect_hosts.iter().any(under)
    };
    policy.redirect_hosts.is_empty() || host.as_deref().is_some_and(named)
}

/// The host of a URI on the web, in lower case.
pub(super) fn host(uri: &RedirectUri) -> Option<String> {
    uri.origin()?;
    Url::parse(uri.as_str()).ok()?.host_str().map(str::to_owned)
}

fn scheme(uri: &RedirectUri) -> String {
    Url::parse(uri.as_str()).map_or_else(|_| String::new(), |url| url.scheme().to_owned())
}
