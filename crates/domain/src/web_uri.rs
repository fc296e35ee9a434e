//! The address of something on the web that a client names: a document, a picture, an endpoint of its own.

use std::str::FromStr;
use url::Url;

const MAX_BYTES: usize = 2_048;

/// An absolute `https` or `http` URL without user information, kept as it was written. Whether `http`, a fragment or
/// the host is acceptable is for whoever uses it to say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebUri(String);

/// The text is not an absolute `https` or `http` URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an absolute https or http URL")]
pub struct InvalidWebUri;

impl WebUri {
    /// The URL as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is `https`.
    pub fn is_https(&self) -> bool {
        self.url().is_some_and(|url| url.scheme() == "https")
    }

    /// The host, in lower case; IPv6 addresses in brackets.
    pub fn host(&self) -> String {
        let url = self.url();
        url.as_ref()
            .and_then(Url::host_str)
            .unwrap_or_default()
            .to_owned()
    }

    /// The parts of the URL. What was parsed once parses again.
    pub fn url(&self) -> Option<Url> {
        Url::parse(&self.0).ok()
    }
}

impl FromStr for WebUri {
    type Err = InvalidWebUri;
    fn from_str(text: &str) -> Result<Self, InvalidWebUri> {
        let printable = |b: u8| b.is_ascii_graphic() && !matches!(b, b'\\' | b'"' | b'<' | b'>');
        if text.len() > MAX_BYTES || !text.bytes().all(printable) {
            return Err(InvalidWebUri);
        }
        let url = Url::parse(text).map_err(|_| InvalidWebUri)?;
        let web = matches!(url.scheme(), "https" | "http") && url.has_host();
        if web && url.username().is_empty() && url.password().is_none() {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidWebUri)
        }
    }
}

impl TryFrom<String> for WebUri {
    type Error = InvalidWebUri;
    fn try_from(text: String) -> Result<Self, InvalidWebUri> {
        text.parse()
    }
}

impl From<WebUri> for String {
    fn from(uri: WebUri) -> String {
        uri.0
    }
}

impl std::fmt::Display for WebUri {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_web_addresses_without_user_information() {
        for good in [
            "https://app.example.com/logo.png",
            "http://127.0.0.1:8080/jwks",
            "https://[::1]/x?y=z",
        ] {
            assert_eq!(good.parse::<WebUri>().map(String::from).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "/logo.png",
            "//app.example.com/logo.png",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://ada:secret@example.com/",
            "https://ada@example.com/",
            "https://example.com/a b",
            "https:\\\\example.com",
            "https://example.com/\"",
            "https://example.com/<b>",
            "https://example.com/\u{e9}",
            "urn:ietf:params:oauth:request_uri:x",
        ] {
            assert_eq!(bad.parse::<WebUri>(), Err(InvalidWebUri), "{bad}");
        }
        let long = format!("https://example.com/{}", "a".repeat(MAX_BYTES));
        assert_eq!(long.parse::<WebUri>(), Err(InvalidWebUri));
    }

    #[test]
    fn host_and_scheme() {
        let uri: WebUri = "https://App.Example.com:444/x".parse().unwrap();
        assert_eq!((uri.host().as_str(), uri.is_https()), ("app.example.com", true));
        assert!(!"http://app.example.com".parse::<WebUri>().unwrap().is_https());
    }
}
