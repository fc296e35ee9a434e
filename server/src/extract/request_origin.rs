//! Where a request came from: the peer, or what a trusted proxy says of it.

mod forwarded;

use crate::{layers::request_limit::Recognised, wiring::Runtime};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, header, uri::Authority},
    middleware::Next,
    response::Response,
};
use domain::{issuer::Origin, login_session::RequestOrigin};
use ipnet::IpNet;
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};
use tower_http::request_id::RequestId;

const MAX_USER_AGENT: usize = 256;
const MAX_REQUEST_ID: usize = 128;

/// The two ends of a request.
#[derive(Clone)]
pub struct Origins {
    /// The deployment's public origin; never taken from a header.
    pub public: Origin,
    /// Where the request came from.
    pub request: RequestOrigin,
    /// The address of the connection itself.
    pub peer: Option<IpAddr>,
    /// Whether the request was sent to a name that always means the machine itself. A page of any site can have its
    /// own name lead here (DNS rebinding), but not one of these.
    pub to_loopback_name: bool,
    /// Whether whoever made the request turned out to be somebody.
    pub recognised: Recognised,
}

/// Notes where the request came from.
pub async fn note_origin(State(runtime): State<Arc<Runtime>>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    let request_id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .map(|text| cut(text, MAX_REQUEST_ID));
    let to_loopback_name = host(&request).as_ref().is_some_and(is_loopback_name);
    let headers = request.headers();
    let user_agent = headers
        .get(axum::http::header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .map(|text| cut(text, MAX_USER_AGENT));
    let address = peer.map(|peer| client_address(peer, headers, &runtime.trusted_proxies));
    let origins = Origins {
        public: runtime.origin.clone(),
        request: RequestOrigin {
            address,
            user_agent,
            request_id,
            device: None,
        },
        peer,
        to_loopback_name,
        recognised: Recognised::default(),
    };
    request.extensions_mut().insert(origins);
    next.run(request).await
}

/// To whom the request was sent: what its target says, or else its one `Host` (RFC 9112 §3.2.2).
fn host(request: &Request) -> Option<Authority> {
    if let Some(authority) = request.uri().authority() {
        return Some(authority.clone());
    }
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(only), None) => only.to_str().ok()?.parse().ok(),
        _ => None,
    }
}

fn is_loopback_name(host: &Authority) -> bool {
    let name = host.host().to_ascii_lowercase();
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    match bare.unwrap_or(&name).parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        // RFC 6761 §6.3.
        Err(_) => name == "localhost" || name.ends_with(".localhost"),
    }
}

/// Who asks, by what trusted proxies say in either of two headers. A proxy writes one of them and passes the other on as
/// it came, so where they do not say the same neither is believed.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let sent = |name| forwarded::hops(headers, name);
    let behind = |hops: &[Option<IpAddr>]| behind_proxies(peer, hops, trusted);
    match (sent("forwarded"), sent("x-forwarded-for")) {
        (None, None) => peer.to_canonical(),
        (Some(hops), None) | (None, Some(hops)) => behind(&hops),
        (Some(one), Some(other)) if behind(&one) == behind(&other) => behind(&one),
        (Some(_), Some(_)) => peer.to_canonical(),
    }
}

/// The rightmost address that is not a trusted proxy's: what stands left of it anybody may have written.
fn behind_proxies(peer: IpAddr, hops: &[Option<IpAddr>], trusted: &[IpNet]) -> IpAddr {
    let mut address = peer.to_canonical();
    for hop in hops.iter().rev() {
        let is_trusted = trusted.iter().any(|net| net.contains(&address));
        match hop {
            Some(before) if is_trusted => address = before.to_canonical(),
            Some(_) | None => break,
        }
    }
    address
}

fn cut(text: &str, length: usize) -> String {
    text.char_indices()
        .take_while(|(at, c)| at + c.len_utf8() <= length)
        .map(|(_, c)| c)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn seen(peer: &str, forwarded: &'static str, trusted: &[&str]) -> String {
        seen_with(peer, &[("x-forwarded-for", forwarded)], trusted)
    }

    fn seen_with(peer: &str, sent: &[(&'static str, &'static str)], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(*name, HeaderValue::from_static(value));
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        assert_eq!(seen("203.0.113.9", "198.51.100.1", &[]), "203.0.113.9");
        assert_eq!(
            seen("10.0.0.1", "198.51.100.1, 203.0.113.9", &["10.0.0.0/8"]),
            "203.0.113.9"
        );
        assert_eq!(
            seen("10.0.0.1", "198.51.100.1, 10.0.0.2", &["10.0.0.0/8"]),
            "198.51.100.1"
        );
        assert_eq!(
            seen("::ffff:10.0.0.1", "198.51.100.1", &["10.0.0.0/8"]),
            "198.51.100.1"
        );
        assert_eq!(seen("10.0.0.1", "nonsense", &["10.0.0.0/8"]), "10.0.0.1");
    }

    #[test]
    fn rfc7239_s5_2_a_proxy_may_say_it_in_the_standard_header() {
        for (said, expected) in [
            ("for=198.51.100.1", "198.51.100.1"),
            (
                "for=192.0.2.7;proto=https;by=10.0.0.1, For=\"198.51.100.1:4711\"",
                "198.51.100.1",
            ),
            ("for=198.51.100.1, for=10.0.0.2", "198.51.100.1"),
            ("for=\"[2001:db8::1]:80\"", "2001:db8::1"),
            ("for=\"[::ffff:198.51.100.1]\"", "198.51.100.1"),
            ("host=\"a,for=192.0.2.7\";for=198.51.100.1", "198.51.100.1"),
            ("for=198.51.100.1, for=unknown", "10.0.0.1"),
            ("for=198.51.100.1, for=_hidden", "10.0.0.1"),
            ("for=198.51.100.1, proto=https", "10.0.0.1"),
            ("nonsense", "10.0.0.1"),
        ] {
            let seen = seen_with("10.0.0.1", &[("forwarded", said)], &["10.0.0.0/8"]);
            assert_eq!(seen, expected, "{said}");
            assert_eq!(
                seen_with("203.0.113.9", &[("forwarded", said)], &["10.0.0.0/8"]),
                "203.0.113.9"
            );
        }
    }

    #[test]
    fn what_a_proxy_passed_on_does_not_stand_in_for_what_it_wrote() {
        let both = |one, other| {
            let sent = [("forwarded", one), ("x-forwarded-for", other)];
            seen_with("10.0.0.1", &sent, &["10.0.0.0/8"])
        };
        assert_eq!(both("for=198.51.100.1", "198.51.100.1"), "198.51.100.1");
        assert_eq!(both("for=192.0.2.7", "198.51.100.1"), "10.0.0.1");
        assert_eq!(
            both("for=192.0.2.7, for=198.51.100.1", "198.51.100.1"),
            "198.51.100.1"
        );
    }

    #[test]
    fn only_names_of_the_machine_itself_are_loopback() {
        for (host, expected) in [
            ("localhost", true),
            ("LOCALHOST:4000", true),
            ("signet.localhost:4000", true),
            ("127.0.0.1:4000", true),
            ("127.9.9.9", true),
            ("[::1]:4000", true),
            ("[::ffff:127.0.0.1]:4000", true),
            ("evil.example", false),
            ("localhost.evil.example:4000", false),
            ("evillocalhost", false),
            ("127.0.0.1.evil.example", false),
            ("0.0.0.0:4000", false),
            ("192.0.2.1", false),
            ("[2001:db8::1]", false),
        ] {
            let sent = |host: &str| Request::builder().uri("/").header("host", host);
            let request = sent(host).body(axum::body::Body::empty()).unwrap();
            assert_eq!(
                super::host(&request).as_ref().is_some_and(is_loopback_name),
                expected,
                "{host}"
            );
            let twice = sent(host)
                .header("host", "evil.example")
                .body(axum::body::Body::empty());
            assert!(super::host(&twice.unwrap()).is_none());
        }
        let target = Request::builder()
            .uri("http://evil.example/")
            .header("host", "localhost");
        let request = target.body(axum::body::Body::empty()).unwrap();
        assert!(!super::host(&request).as_ref().is_some_and(is_loopback_name));
        assert!(super::host(&Request::new(axum::body::Body::empty())).is_none());
    }
}
