//! The issuer identifier (RFC 8414 §2) and the addresses that follow from it.

use crate::realm::RealmName;
use url::Url;

/// The configured public origin: scheme, host and port, nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    url: Url,
    text: String,
}

/// Why an address cannot be the public origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidOrigin {
    /// It does not parse as an http or https URL.
    #[error("it is not an http or https address")]
    NotHttp,
    /// It has a path, query, fragment or credentials.
    #[error("it must be an origin: scheme, host and port only")]
    NotAnOrigin,
    /// It is http and its host is not loopback.
    #[error("http is allowed for a loopback host only; use https")]
    InsecureHttp,
}

impl Origin {
    /// Parses a public origin.
    pub fn parse(text: &str) -> Result<Self, InvalidOrigin> {
        let url = Url::parse(text.trim_end_matches('/')).map_err(|_| InvalidOrigin::NotHttp)?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(InvalidOrigin::NotHttp);
        }
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidOrigin::NotAnOrigin);
        }
        let origin = Self {
            text: url.origin().ascii_serialization(),
            url,
        };
        if !origin.is_https() && !origin.is_loopback() {
            return Err(InvalidOrigin::InsecureHttp);
        }
        Ok(origin)
    }

    /// The origin as text, without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether browsers reach it over TLS.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether the host is this machine.
    pub fn is_loopback(&self) -> bool {
        match self.url.host() {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        }
    }

    /// The host, with the port when it is not the scheme's own.
    pub fn authority(&self) -> &str {
        self.text.split_once("://").map_or("", |(_, authority)| authority)
    }

    /// The port, also when it is the scheme's own.
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or_default()
    }
}

/// A realm's issuer identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(String);

impl Issuer {
    /// The issuer of `realm` at `origin`.
    pub fn new(origin: &Origin, realm: &RealmName) -> Self {
        Self(format!("{}{}", origin.as_str(), realm.path_prefix()))
    }

    /// The identifier as text; compared byte by byte by clients.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The absolute address of `path`, which starts with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}
