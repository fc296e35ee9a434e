//! Comparing the `htu` of a proof with an endpoint's URI (RFC 9449 §4.3): without query and fragment, normalised by
//! syntax and scheme (RFC 3986 §6.2.2, §6.2.3).

use crate::discovery::path;
use domain::issuer::Issuer;
use url::Url;

/// Whether `htu` names the endpoint of `issuer` at `canonical`, by that path or by an older name of it: each proof is
/// good once, whichever the name.
pub(super) fn names_endpoint(htu: &str, issuer: &Issuer, canonical: &str) -> bool {
    let older = path::ALIASES
        .into_iter()
        .filter(|(_, stands_for)| *stands_for == canonical);
    let older = older.map(|(alias, _)| alias);
    std::iter::once(canonical)
        .chain(older)
        .any(|path| is_same(htu, &issuer.url(path)))
}

/// Whether `htu` names `endpoint`.
pub(super) fn is_same(htu: &str, endpoint: &str) -> bool {
    let normalised = normalised(htu);
    normalised.is_some() && normalised == self::normalised(endpoint)
}

/// Scheme, host, port and path. Parsing puts scheme and host in lower case and takes away the scheme's own port and
/// dot segments.
fn normalised(uri: &str) -> Option<String> {
    // The parser would pass over white space and take a backslash for a slash.
    if !uri.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') {
        return None;
    }
    let url = Url::parse(uri).ok()?;
    let bare = url.username().is_empty() && url.password().is_none();
    let web = matches!(url.scheme(), "https" | "http") && url.has_host();
    (bare && web).then(|| {
        let origin = url.origin().ascii_serialization();
        format!("{origin}{}", unescaped(url.path()))
    })
}

/// A path whose escapes are in upper case, and gone where the character needs none.
fn unescaped(path: &str) -> String {
    let mut parts = path.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let escape = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (escape, part.get(2..)) {
            (Some(byte), Some(rest)) => {
                if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                    plain.push(char::from(byte));
                } else {
                    plain.push_str(&format!("%{byte:02X}"));
                }
                plain.push_str(rest);
            }
            (None, _) | (_, None) => {
                plain.push('%');
                plain.push_str(part);
            }
        }
    }
    plain
}
