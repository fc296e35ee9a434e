//! Requests to other servers: https to public addresses, one answer, bounded in size and time (RFC 9700 §4.16).
//!
//! Redirects are not followed, proxies of the environment not used, bodies not decompressed, cookies not kept and
//! connections not reused: each request is judged for itself.

mod addresses;
mod resolver;
#[cfg(test)]
mod tests;

pub use addresses::AddressPolicy;

use async_trait::async_trait;
use domain::outbound::{FetchBody, FetchError, FetchRequest, Fetched, HttpFetch};
use reqwest::{
    Client, RequestBuilder, Response,
    header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName},
    redirect,
};
use resolver::{JudgedLookup, Lookup, RefusedAddress, SystemLookup};
use std::{
    error::Error,
    net::IpAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};
use url::{Host, Url};

/// How long connecting may take, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Asks other servers by the rules of one policy.
pub struct GuardedHttp {
    policy: Arc<AddressPolicy>,
    lookup: Arc<dyn Lookup>,
    // The system's certificates are read when somebody is asked first: most processes ask nobody.
    client: OnceLock<Client>,
}

impl GuardedHttp {
    /// Reaches what `policy` permits.
    pub fn new(policy: AddressPolicy) -> Self {
        Self::with_lookup(policy, Arc::new(SystemLookup))
    }

    fn with_lookup(policy: AddressPolicy, lookup: Arc<dyn Lookup>) -> Self {
        Self {
            policy: Arc::new(policy),
            lookup,
            client: OnceLock::new(),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one client of the product")]
    fn client(&self) -> Result<&Client, FetchError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let judged = JudgedLookup::new(self.lookup.clone(), self.policy.clone());
        let client = Client::builder()
            .use_rustls_tls()
            .dns_resolver(Arc::new(judged))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            // Another crate might turn these features on, and a small answer must not grow past its bound.
            .no_brotli()
            .no_deflate()
            .no_gzip()
            .no_zstd()
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(concat!("Signet/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(failure)?;
        Ok(self.client.get_or_init(|| client))
    }

    fn check(&self, url: &Url) -> Result<(), FetchError> {
        if url.scheme() != "https" && !(self.policy.loopback && url.scheme() == "http") {
            return Err(FetchError::Refused("the scheme is not https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Refused("the URL carries credentials"));
        }
        // A host that is an address is never looked up, so it is judged here.
        let literal = match url.host() {
            Some(Host::Ipv4(v4)) => Some(IpAddr::V4(v4)),
            Some(Host::Ipv6(v6)) => Some(IpAddr::V6(v6)),
            Some(Host::Domain(_)) => None,
            None => return Err(FetchError::Refused("the URL names no host")),
        };
        if literal.is_some_and(|address| !self.policy.permits(address)) {
            return Err(FetchError::Refused(
                "the host is an address that may not be reached",
            ));
        }
        Ok(())
    }
}

#[async_trait]
impl HttpFetch for GuardedHttp {
    async fn fetch(&self, request: &FetchRequest) -> Result<Fetched, FetchError> {
        self.check(&request.url)?;
        let prepared = prepare(self.client()?, request);
        let exchange = async {
            let response = prepared.send().await.map_err(failure)?;
            read(response, request.max_bytes).await
        };
        tokio::time::timeout(request.timeout, exchange)
            .await
            .unwrap_or(Err(FetchError::TooSlow))
    }
}

fn prepare(client: &Client, request: &FetchRequest) -> RequestBuilder {
    let url = request.url.clone();
    let builder = match &request.body {
        FetchBody::None => client.get(url),
        FetchBody::Post { content_type, bytes } => client
            .post(url)
            .header(CONTENT_TYPE, *content_type)
            .body(bytes.expose().clone()),
    };
    let accepting = builder.header(ACCEPT, request.accept);
    request.headers.iter().fold(accepting, |builder, (name, value)| {
        builder.header(*name, value.expose())
    })
}

async fn read(mut response: Response, max_bytes: usize) -> Result<Fetched, FetchError> {
    let status = response.status();
    // 304 answers a conditional request and leads nowhere.
    if status.is_redirection() && status.as_u16() != 304 {
        return Err(FetchError::Redirected);
    }
    let header = |name: HeaderName| {
        let value = response.headers().get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let mut fetched = Fetched {
        status: status.as_u16(),
        content_type: header(CONTENT_TYPE),
        cache_control: header(CACHE_CONTROL),
        etag: header(ETAG),
        body: Vec::new(),
    };
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if fetched.body.len() + chunk.len() > max_bytes {
            return Err(FetchError::TooLarge);
        }
        fetched.body.extend_from_slice(&chunk);
    }
    Ok(fetched)
}

fn failure(error: reqwest::Error) -> FetchError {
    let mut source: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(cause) = source {
        if cause.is::<RefusedAddress>() {
            return FetchError::Refused("the host has an address that may not be reached");
        }
        source = cause.source();
    }
    if error.is_timeout() {
        FetchError::TooSlow
    } else {
        // The URL may hold what the log must not.
        FetchError::Unreachable(Arc::new(error.without_url()))
    }
}
