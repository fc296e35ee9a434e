//! RFC 9700 §2.1: tens of thousands of addresses, put together from what parsers disagree about. What is admitted or
//! registered means the same to browsers (WHATWG URL) and to readers of RFC 3986 (appendix B), and only that.

use crate::fixture::{Browser, Idp};
use domain::{redirect_uri::RedirectUri, testing::a_client};
use oidc::authorize::PageError;
use url::Url;

const REGISTERED: [&str; 5] = [
    "https://app.example.com/cb",
    "https://app.example.com/cb?x=1",
    "http://127.0.0.1/cb",
    "http://[::1]:8080/cb",
    "com.example.app:/cb",
];
const BEGINNINGS: [&str; 9] = [
    "https://",
    "HTTPS://",
    "http://",
    "https:",
    "https:\\\\",
    "https:/",
    "//",
    "javascript://",
    "com.example.app:/",
];
const USERS: [&str; 8] = [
    "",
    "@",
    "evil.example@",
    "app.example.com@",
    "a@b@",
    "app.example.com:443@",
    "evil.example\\@",
    "evil.example%40",
];
const HOSTS: [&str; 20] = [
    "app.example.com",
    "APP.example.com",
    "app.example.com.",
    "app.example.com.evil.example",
    "appXexample.com",
    "evil.example",
    "app.example.com%2eevil.example",
    "app.example.com%00.evil.example",
    "app\u{3002}example\u{3002}com",
    "app.exam\u{200d}ple.com",
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.0.0.1",
    "127.0.0.1.evil.example",
    "localhost",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "",
];
const PORTS: [&str; 8] = ["", ":", ":443", ":80", ":8080", ":08080", ":0", ":65536"];
const PATHS: [&str; 14] = [
    "/cb",
    "/CB",
    "/cb/",
    "//cb",
    "/cb?x=1",
    "/cb?x=1&x=2",
    "/cb#",
    "/x/../cb",
    "/x/..;/cb",
    "/%2e%2e/cb",
    "/%63b",
    "/cb%00",
    "\\cb",
    "/cb\t",
];

fn corpus() -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for beginning in BEGINNINGS {
        for (user, host) in USERS.iter().flat_map(|user| HOSTS.map(|host| (user, host))) {
            let tails = PORTS.iter().flat_map(|port| PATHS.map(|path| (port, path)));
            all.extend(tails.map(|(port, path)| format!("{beginning}{user}{host}{port}{path}")));
        }
    }
    all
}

/// Scheme, authority, path and query.
type Parts = (String, Option<String>, String, Option<String>);

/// As the expression of RFC 3986, appendix B, splits it.
fn by_rfc3986(text: &str) -> Option<Parts> {
    let (scheme, rest) = text.split_once(':')?;
    let rest = rest.split('#').next()?;
    let (before, query) = match rest.split_once('?') {
        Some((before, query)) => (before, Some(query.to_owned())),
        None => (rest, None),
    };
    let (authority, path) = match before.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            (Some(rest[..end].to_owned()), rest[end..].to_owned())
        }
        None => (None, before.to_owned()),
    };
    Some((scheme.to_owned(), authority, path, query))
}

/// As browsers read it.
fn by_whatwg(text: &str) -> Option<Parts> {
    let url = Url::parse(text).ok()?;
    let authority = url.has_host().then(|| url.authority().to_owned());
    let query = url.query().map(str::to_owned);
    Some((url.scheme().to_owned(), authority, url.path().to_owned(), query))
}

/// Without its port, where it may have any: that of a loopback address.
fn aside_from_port((scheme, authority, path, query): Parts) -> Parts {
    let bare = authority.map(|authority| {
        let host = authority.trim_end_matches(|c: char| c.is_ascii_digit());
        host.strip_suffix(':').unwrap_or(&authority).to_owned()
    });
    (scheme, bare, path, query)
}

#[test]
fn s2_1_whatever_is_admitted_is_the_registered_address_to_every_reader() {
    let corpus = corpus();
    assert!(corpus.len() > 10_000, "{}", corpus.len());
    let mut admitted = 0;
    for registered in REGISTERED {
        let uri = RedirectUri::parse(registered).unwrap();
        for text in &corpus {
            let Some(to) = uri.admits(text) else {
                assert_ne!(text, registered);
                continue;
            };
            admitted += 1;
            assert_eq!(to.as_str(), text);
            if registered.starts_with("http://") {
                for read in [by_rfc3986, by_whatwg] {
                    let (there, meant) = (read(text).unwrap(), read(registered).unwrap());
                    assert_eq!(aside_from_port(there), aside_from_port(meant), "{text}");
                }
            } else {
                assert_eq!(text, registered);
            }
        }
    }
    // Each of the first two and the last once; the loopback ones with each of the ports that are ports.
    assert!((3..=15).contains(&admitted), "{admitted}");
}

#[test]
fn s2_1_whatever_is_registered_reads_one_way() {
    let mut registered = 0;
    for text in corpus() {
        let Ok(uri) = RedirectUri::parse(&text) else {
            continue;
        };
        registered += 1;
        let ((scheme, authority, ..), (seen_scheme, seen_authority, ..)) = (
            by_rfc3986(uri.as_str()).unwrap(),
            by_whatwg(uri.as_str()).unwrap(),
        );
        assert_eq!(scheme.to_lowercase(), seen_scheme, "{text}");
        let (authority, seen) = (authority.unwrap_or_default(), seen_authority.unwrap_or_default());
        assert!(!authority.contains('@') && !seen.contains('@'), "{text}");
        let host = |authority: &str| {
            aside_from_port((String::new(), Some(authority.to_owned()), String::new(), None)).1
        };
        assert_eq!(
            host(&authority).map(|host| host.to_lowercase()),
            host(&seen).map(|host| host.to_lowercase()),
            "{text}"
        );
    }
    assert!(registered > 0);
}

/// A sample of the same through the authorization endpoint.
#[tokio::test]
async fn s4_1_2_1_whatever_is_not_registered_gets_a_page() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().redirect_uri(REGISTERED[0])).await;
    for text in corpus().iter().step_by(97) {
        let request = rp.request().with("redirect_uri", text);
        let answer = idp.authorize(&request, &Browser::default()).await;
        let refused = answer.page();
        assert_eq!(refused.is_ok(), text == REGISTERED[0], "{text}");
        let expected = |error| matches!(error, PageError::RedirectUriUnregistered);
        assert!(refused.is_ok() || refused.is_err_and(expected), "{text}");
    }
}
