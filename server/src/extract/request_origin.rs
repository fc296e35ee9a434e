//! Where a request came from: the peer, or what a trusted proxy says of it.

use crate::wiring::Runtime;
use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
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
        },
        peer,
    };
    request.extensions_mut().insert(origins);
    next.run(request).await
}

/// The rightmost address that is not a trusted proxy's: what stands left of it anybody may have written.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address.to_canonical()));
    let mut address = peer.to_canonical();
    let named: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for hop in named.iter().rev() {
        if !is_trusted(address) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(before) => address = before.to_canonical(),
            Err(_) => break,
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
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static(forwarded));
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
}
