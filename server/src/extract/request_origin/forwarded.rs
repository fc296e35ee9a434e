//! The headers in which proxies say for whom they ask: `Forwarded` (RFC 7239) and the older `X-Forwarded-For`.

use axum::http::HeaderMap;
use std::net::IpAddr;

/// The addresses that the header names, the nearest last; `None` for one that says nothing or hides it. `None` where the
/// header was not sent.
pub(super) fn hops(headers: &HeaderMap, name: &str) -> Option<Vec<Option<IpAddr>>> {
    let mut sent = headers.get_all(name).iter().peekable();
    sent.peek()?;
    let standard = name == "forwarded";
    let elements = sent.flat_map(|value| match value.to_str() {
        Ok(text) => split(text, ','),
        Err(_) => vec![""],
    });
    let address = |element: &str| {
        if standard {
            for_whom(element)
        } else {
            element.trim().parse().ok()
        }
    };
    Some(elements.map(address).collect())
}

/// The `for` of an element (RFC 7239 §5.2).
fn for_whom(element: &str) -> Option<IpAddr> {
    let mut pairs = split(element, ';')
        .into_iter()
        .filter_map(|pair| pair.split_once('='));
    let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    node_address(node.trim().trim_matches('"'))
}

/// The address of a node (RFC 7239 §6), whatever port it has.
fn node_address(node: &str) -> Option<IpAddr> {
    if let Some(bracketed) = node.strip_prefix('[') {
        return bracketed.split_once(']')?.0.parse().ok();
    }
    node.split(':').next()?.parse().ok()
}

/// The parts between separators that stand in no quoted text.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(|c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
    .collect()
}
