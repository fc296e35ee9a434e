//! What clients may register for themselves.

use super::{ConfigError, bounded, raw::Raw};
use domain::{
    client::GrantType,
    client_registration::{RegistrationMode, RegistrationPolicy},
    issuer::Origin,
    scope::ScopeSet,
};

impl Raw {
    pub(super) fn registration(&self, issuer: &Origin) -> Result<RegistrationPolicy, ConfigError> {
        let defaults = RegistrationPolicy::default();
        let mode = self.registration.as_deref().map(RegistrationMode::parse);
        let mode = mode.unwrap_or(Some(defaults.mode));
        Ok(RegistrationPolicy {
            mode: mode.ok_or_else(|| ConfigError::new("SIGNET_REGISTRATION", "use off, token or open"))?,
            grants: match &self.registration_grants {
                None => defaults.grants,
                Some(text) => words(text).map(grant).collect::<Result<_, _>>()?,
            },
            scopes: self.registration_scopes.as_deref().map(scopes).transpose()?,
            redirect_hosts: match &self.registration_hosts {
                None => defaults.redirect_hosts,
                Some(text) => words(text).map(host).collect::<Result<_, _>>()?,
            },
            developed: issuer.is_loopback(),
            per_hour: bounded(
                "SIGNET_REGISTRATION_LIMIT",
                self.registration_limit,
                // Who counts no requests counts none of these either, unless they say so.
                match self.request_limit {
                    Some(0) => u32::MAX,
                    Some(_) | None => defaults.per_hour,
                },
                1..=u32::MAX,
            )?,
        })
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ']).filter(|word| !word.is_empty())
}

fn grant(name: &str) -> Result<GrantType, ConfigError> {
    GrantType::parse(name).ok_or_else(|| {
        let known = GrantType::ALL.map(GrantType::as_str).join(", ");
        ConfigError::new("SIGNET_REGISTRATION_GRANTS", format!("use some of {known}"))
    })
}

fn scopes(text: &str) -> Result<ScopeSet, ConfigError> {
    let parsed: Option<ScopeSet> = text.parse().ok();
    parsed
        .filter(|scopes| !scopes.is_empty())
        .ok_or_else(|| ConfigError::new("SIGNET_REGISTRATION_SCOPES", "must be scopes separated by spaces"))
}

fn host(text: &str) -> Result<String, ConfigError> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
    if text.bytes().all(plain) && !text.starts_with('.') && !text.ends_with('.') {
        return Ok(text.to_owned());
    }
    Err(ConfigError::new(
        "SIGNET_REGISTRATION_HOSTS",
        "must be host names in lower case such as example.com; subdomains are included",
    ))
}
