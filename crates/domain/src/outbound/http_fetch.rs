//! The one way in which the product asks other servers for something over HTTP.
//!
//! Whoever fills the port decides which addresses may be reached (RFC 9700 §4.16) and follows no redirect; callers
//! bound what they read and how long they wait.

use crate::secret::Secret;
use async_trait::async_trait;
use std::{sync::Arc, time::Duration};
use url::{Url, form_urlencoded};

/// Asks other servers.
#[async_trait]
pub trait HttpFetch: Send + Sync {
    /// Sends one request and reads the answer, whatever its status is, unless it is a redirect.
    async fn fetch(&self, request: &FetchRequest) -> Result<Fetched, FetchError>;
}

/// A request to another server. Bodies and headers may hold secrets, so `Debug` does not show them.
#[derive(Clone, Debug)]
pub struct FetchRequest {
    /// Whom to ask.
    pub url: Url,
    /// What to send.
    pub body: FetchBody,
    /// The media type of the answer.
    pub accept: &'static str,
    /// Further headers, such as `authorization`.
    pub headers: Vec<(&'static str, Secret<String>)>,
    /// The longest body accepted, in bytes.
    pub max_bytes: usize,
    /// How long all of it may take.
    pub timeout: Duration,
}

/// What a request sends.
#[derive(Clone, Debug)]
pub enum FetchBody {
    /// Nothing: it is a GET.
    None,
    /// It is a POST.
    Post {
        /// The media type of `bytes`.
        content_type: &'static str,
        /// The body.
        bytes: Secret<Vec<u8>>,
    },
}

impl FetchRequest {
    /// The longest body accepted unless the caller says otherwise.
    pub const MAX_BYTES: usize = 512 * 1_024;
    /// How long a request may take unless the caller says otherwise.
    pub const TIMEOUT: Duration = Duration::from_secs(5);

    /// A GET that accepts `accept`.
    pub fn get(url: Url, accept: &'static str) -> Self {
        Self {
            url,
            body: FetchBody::None,
            accept,
            headers: Vec::new(),
            max_bytes: Self::MAX_BYTES,
            timeout: Self::TIMEOUT,
        }
    }

    /// A POST of a form that accepts JSON.
    pub fn post_form(url: Url, pairs: &[(&str, &str)]) -> Self {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        Self::post(url, "application/x-www-form-urlencoded", form.into_bytes())
    }

    /// A POST of a JSON document that accepts JSON.
    pub fn post_json(url: Url, document: &serde_json::Value) -> Self {
        Self::post(url, "application/json", document.to_string().into_bytes())
    }

    fn post(url: Url, content_type: &'static str, bytes: Vec<u8>) -> Self {
        Self {
            body: FetchBody::Post {
                content_type,
                bytes: Secret::new(bytes),
            },
            ..Self::get(url, "application/json")
        }
    }

    /// With one more header.
    pub fn with_header(mut self, name: &'static str, value: Secret<String>) -> Self {
        self.headers.push((name, value));
        self
    }

    /// With another bound on the answer's body.
    pub fn with_max_bytes(self, max_bytes: usize) -> Self {
        Self { max_bytes, ..self }
    }

    /// With another bound on the time.
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }
}

/// What another server answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// The status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Cache-Control`.
    pub cache_control: Option<String>,
    /// `ETag`.
    pub etag: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Fetched {
    /// The answer, if its status is 200.
    pub fn ok(self) -> Result<Self, FetchError> {
        match self.status {
            200 => Ok(self),
            status => Err(FetchError::Status(status)),
        }
    }

    /// The media type without its parameters, in lower case.
    pub fn media_type(&self) -> Option<String> {
        let essence = self.content_type.as_deref()?.split(';').next()?;
        Some(essence.trim().to_ascii_lowercase())
    }

    /// How long the answer stays fresh by its `Cache-Control` (RFC 9111 §5.2.2); `None` when that is not said.
    pub fn max_age(&self) -> Option<Duration> {
        let directives = self.cache_control.as_deref()?;
        let mut age = None;
        for directive in directives.split(',') {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-store" | "no-cache" => return Some(Duration::ZERO),
                "max-age" => {
                    age = value
                        .trim()
                        .trim_matches('"')
                        .parse()
                        .ok()
                        .map(Duration::from_secs)
                }
                _ => {}
            }
        }
        age
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FetchError {
    /// The scheme, the form of the URL or an address of its host is not allowed.
    #[error("the address may not be reached: {0}")]
    Refused(&'static str),
    /// The host is unknown, does not answer, or does not speak HTTP or TLS.
    #[error("the server cannot be reached")]
    Unreachable(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The answer was not complete in time.
    #[error("the server took too long")]
    TooSlow,
    /// The answer is longer than the caller accepts.
    #[error("the answer is too large")]
    TooLarge,
    /// The answer is a redirect, which is never followed.
    #[error("the server redirects")]
    Redirected,
    /// The status is not what the caller needs.
    #[error("the server answered with status {0}")]
    Status(u16),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh_for(cache_control: &str) -> Option<u64> {
        let answer = Fetched {
            cache_control: Some(cache_control.to_owned()),
            ..Fetched::default()
        };
        answer.max_age().map(|age| age.as_secs())
    }

    #[test]
    fn rfc9111_s5_2_2_freshness_is_read_from_cache_control() {
        assert_eq!(fresh_for("public, max-age=300"), Some(300));
        assert_eq!(fresh_for("Max-Age=\"60\""), Some(60));
        assert_eq!(fresh_for("max-age=300, no-store"), Some(0));
        assert_eq!(fresh_for("no-cache"), Some(0));
        for said_nothing in ["", "public", "max-age=", "max-age=-1", "max-age=soon"] {
            assert_eq!(fresh_for(said_nothing), None, "{said_nothing}");
        }
    }

    #[test]
    fn what_is_sent_does_not_show() {
        let url = Url::parse("https://app.example.com/").unwrap();
        let request = FetchRequest::post_form(url, &[("token", "hush&hush")])
            .with_header("authorization", Secret::new("Bearer hush".to_owned()));
        assert!(!format!("{request:?}").contains("hush"));
        match &request.body {
            FetchBody::Post { bytes, .. } => assert_eq!(bytes.expose(), b"token=hush%26hush"),
            FetchBody::None => panic!("a form is posted"),
        }
    }
}
