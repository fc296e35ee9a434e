//! Any text as the address of a request: it is admitted only if browsers would go to the very same place.

#![no_main]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a fuzzer ends by a panic"
)]

use domain::redirect_uri::RedirectUri;
use libfuzzer_sys::fuzz_target;
use url::Url;

const REGISTERED: [&str; 4] = [
    "https://app.example.com/cb",
    "http://127.0.0.1/cb",
    "http://[::1]:8080/cb?x=1",
    "com.example.app:/cb",
];

fuzz_target!(|requested: &str| {
    for registered in REGISTERED {
        let uri = RedirectUri::parse(registered).unwrap();
        if uri.admits(requested).is_some() {
            let (asked, known) = (Url::parse(requested).unwrap(), Url::parse(registered).unwrap());
            assert_eq!(asked.scheme(), known.scheme());
            assert_eq!(asked.host(), known.host());
            assert_eq!(asked.path(), known.path());
            assert_eq!(asked.query(), known.query());
            assert!(asked.username().is_empty() && asked.password().is_none() && asked.fragment().is_none());
        }
    }
    if let Ok(uri) = RedirectUri::parse(requested) {
        assert_eq!(
            uri.admits(requested),
            Some(uri.clone()),
            "what is registered may be asked for"
        );
        assert!(Url::parse(&uri.with_query(&[("code", "x")])).is_ok());
    }
});
