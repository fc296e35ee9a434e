//! Redirection URIs (RFC 6749 §3.1.2, RFC 9700 §2.1, RFC 8252 §7).
//!
//! A registered URI is matched as an exact string; only the port of a loopback IP literal may differ
//! (RFC 8252 §7.3). There are no patterns, prefixes or wildcards.

use url::{Host, Url};

/// The longest URI accepted, in bytes.
pub const MAX_LENGTH: usize = 2048;

/// A registered redirection URI.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RedirectUri(String);

/// Why a URI cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRedirectUri {
    /// It is not an absolute URI, or is longer than [`MAX_LENGTH`].
    #[error("it is not an absolute URI")]
    NotAbsolute,
    /// It contains characters a URI cannot have, such as spaces, controls, `\` or `*`.
    #[error("it contains a character that is not allowed")]
    ForbiddenCharacter,
    /// It has a fragment (RFC 6749 §3.1.2).
    #[error("it must not have a fragment")]
    Fragment,
    /// Its host is written in a way that not every reader takes for the same.
    #[error("its host is not written as browsers write it")]
    Host,
    /// It carries a user name or password.
    #[error("it must not carry credentials")]
    Credentials,
    /// It is http and its host is not loopback (RFC 9700 §2.6).
    #[error("http is allowed for loopback addresses only")]
    InsecureHttp,
    /// Its private-use scheme has no dot (RFC 8252 §7.1), or is one that browsers execute.
    #[error("a private-use scheme is a reversed domain name, such as com.example.app")]
    Scheme,
}

impl RedirectUri {
    /// Parses a URI for registration.
    pub fn parse(text: &str) -> Result<Self, InvalidRedirectUri> {
        if text.len() > MAX_LENGTH {
            return Err(InvalidRedirectUri::NotAbsolute);
        }
        let forbidden = |b: u8| !(0x21..=0x7e).contains(&b) || matches!(b, b'\\' | b'*' | b'"' | b'<' | b'>');
        if text.bytes().any(forbidden) {
            return Err(InvalidRedirectUri::ForbiddenCharacter);
        }
        let url = Url::parse(text).map_err(|_| InvalidRedirectUri::NotAbsolute)?;
        if text.contains('#') {
            return Err(InvalidRedirectUri::Fragment);
        }
        if !url.username().is_empty() || url.password().is_some() || text.contains('@') && has_userinfo(text)
        {
            return Err(InvalidRedirectUri::Credentials);
        }
        if !has_plain_host(&url, text) {
            return Err(InvalidRedirectUri::Host);
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(InvalidRedirectUri::InsecureHttp),
            scheme if scheme.contains('.') => {}
            _ => return Err(InvalidRedirectUri::Scheme),
        }
        Ok(Self(text.to_owned()))
    }

    /// The URI exactly as registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host people can recognise, with its port where that is not the scheme's own, or the private-use scheme.
    pub fn display_host(&self) -> String {
        let Ok(url) = Url::parse(&self.0) else {
            return String::new();
        };
        match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_owned(),
            (None, _) => url.scheme().to_owned(),
        }
    }

    /// The web origin, or `None` for a private-use scheme.
    pub fn origin(&self) -> Option<String> {
        let url = Url::parse(&self.0).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
    }

    /// Whether whatever program of the device came first answers there: a private-use scheme, or a loopback address,
    /// whose port is left open (RFC 8252 §8.6).
    pub fn is_anybodys(&self) -> bool {
        self.origin().is_none() || without_loopback_port(&self.0).is_some()
    }

    /// Whether it leads to the person's own device: a loopback address, by name or number.
    pub fn is_loopback(&self) -> bool {
        Url::parse(&self.0).is_ok_and(|url| is_loopback(&url))
    }

    /// Whether a request that names `requested` means this URI; gives the URI to redirect to.
    pub fn admits(&self, requested: &str) -> Option<RedirectUri> {
        if requested == self.0 {
            return Some(self.clone());
        }
        (without_loopback_port(&self.0)? == without_loopback_port(requested)?)
            .then(|| RedirectUri(requested.to_owned()))
    }

    /// The URI with `parameters` appended to its query, and with an empty fragment, so that a fragment of the
    /// page that leads here is not carried over (RFC 9700 §4.2).
    pub fn with_query(&self, parameters: &[(&str, &str)]) -> String {
        let mut uri = self.0.clone();
        uri.push(if uri.contains('?') { '&' } else { '?' });
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters);
        uri.push_str(&query.finish());
        uri.push('#');
        uri
    }
}

fn has_userinfo(text: &str) -> bool {
    let after_scheme = text.split_once("://").map_or("", |(_, rest)| rest);
    after_scheme
        .split(['/', '?'])
        .next()
        .is_some_and(|authority| authority.contains('@'))
}

/// Whether the host, if there is one, stands in `text` as it is read: two slashes before it, nothing encoded, and
/// addresses in their own notation.
fn has_plain_host(url: &Url, text: &str) -> bool {
    let Some(host) = url.host_str() else { return true };
    let authority = text.split_once("://").map_or("", |(_, rest)| rest);
    let (written, rest) = authority.split_at_checked(host.len()).unwrap_or_default();
    written.eq_ignore_ascii_case(host) && (rest.is_empty() || rest.starts_with([':', '/', '?']))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The URI split around its port when it starts with a loopback IP literal over http.
fn without_loopback_port(text: &str) -> Option<(&str, &str)> {
    let host = ["http://127.0.0.1", "http://[::1]"]
        .into_iter()
        .find(|host| text.starts_with(host))?;
    let rest = text.strip_prefix(host)?;
    let path_at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (port, path) = rest.split_at_checked(path_at)?;
    let digits = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    digits.then_some((host, path))
}

/// Whether `text` is a port as browsers write it: digits without sign or leading zero.
fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0') && text.parse::<u16>().is_ok()
}

impl From<RedirectUri> for String {
    fn from(uri: RedirectUri) -> String {
        uri.0
    }
}

impl TryFrom<String> for RedirectUri {
    type Error = InvalidRedirectUri;
    fn try_from(text: String) -> Result<Self, InvalidRedirectUri> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests;
