use super::*;

const REGISTERED: &str = "https://app.example.com/cb";

#[test]
fn only_the_exact_string_is_admitted() {
    let uri = RedirectUri::parse(REGISTERED).unwrap();
    assert_eq!(uri.admits(REGISTERED), Some(uri.clone()));
    for hostile in [
        "https://app.example.com.evil.org/cb",
        "https://app.example.com@evil.org/cb",
        "https://evil.org\\@app.example.com/cb",
        "https://app.example.com/cb/",
        "https://app.example.com/cb?x=1",
        "https://app.example.com/cb#",
        "https://app.example.com:443/cb",
        "https://APP.example.com/cb",
        "https://app.example.com./cb",
        "https://app.example.com/%63b",
        "https://app.example.com/x/../cb",
        "https://app.example.com/x..;/cb",
        "http://app.example.com/cb",
        "//app.example.com/cb",
        "https://appXexample.com/cb",
        "",
    ] {
        assert_eq!(uri.admits(hostile), None, "{hostile}");
    }
}

#[test]
fn rfc8252_s7_3_the_port_of_a_loopback_literal_may_differ() {
    let uri = RedirectUri::parse("http://127.0.0.1/cb").unwrap();
    assert!(uri.admits("http://127.0.0.1:52014/cb").is_some());
    for other in [
        "http://127.0.0.1:52014/other",
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:+80/cb",
        "http://127.0.0.1:080/cb",
        "http://127.0.0.1:99999/cb",
        "http://127.0.0.1:80@evil.org/cb",
        "http://127.0.0.1.evil.org/cb",
        "http://localhost:52014/cb",
        "https://127.0.0.1:52014/cb",
        "http://[::1]:52014/cb",
    ] {
        assert_eq!(uri.admits(other), None, "{other}");
    }
    let named = RedirectUri::parse("http://localhost:3000/cb").unwrap();
    assert_eq!(named.admits("http://localhost:3001/cb"), None);
}

#[test]
fn what_cannot_be_registered() {
    use InvalidRedirectUri as E;
    for (text, why) in [
        ("https://app.example.com/cb#frag", E::Fragment),
        ("https://app.example.com/cb#", E::Fragment),
        ("https://user@app.example.com/cb", E::Credentials),
        ("https://@app.example.com/cb", E::Credentials),
        ("http://app.example.com/cb", E::InsecureHttp),
        ("javascript:alert(1)", E::Scheme),
        ("JavaScript:alert(1)", E::Scheme),
        ("data:text/html,x", E::Scheme),
        ("myapp:/cb", E::Scheme),
        ("/cb", E::NotAbsolute),
        ("https://*.example.com/cb", E::ForbiddenCharacter),
        ("https://app.example.com/c b", E::ForbiddenCharacter),
        ("https:\\\\app.example.com", E::ForbiddenCharacter),
        ("https:app.example.com/cb", E::Host),
        ("https:/app.example.com/cb", E::Host),
        ("https:///app.example.com/cb", E::Host),
        ("https://app.example.com%2eevil.example/cb", E::Host),
        ("http://127.1/cb", E::Host),
        ("http://2130706433/cb", E::Host),
        ("http://[0:0:0:0:0:0:0:1]/cb", E::Host),
    ] {
        assert_eq!(RedirectUri::parse(text), Err(why), "{text}");
    }
    for good in [
        "com.example.app:/cb",
        "com.example.app://cb",
        "HTTPS://App.Example.com:444/cb",
        "https://app.example.com?x=1",
        "http://[::1]",
    ] {
        assert!(RedirectUri::parse(good).is_ok(), "{good}");
    }
}

#[test]
fn parameters_join_an_existing_query_and_end_in_an_empty_fragment() {
    let uri = RedirectUri::parse("https://app.example.com/cb?a=1").unwrap();
    assert_eq!(
        uri.with_query(&[("code", "x y"), ("state", "")]),
        "https://app.example.com/cb?a=1&code=x+y&state=#"
    );
}

#[test]
fn what_people_can_recognise_is_the_host_with_a_port_of_its_own() {
    for (text, shown) in [
        ("https://app.example.com/cb", "app.example.com"),
        ("https://app.example.com:443/cb", "app.example.com"),
        ("https://app.example.com:8443/cb", "app.example.com:8443"),
        ("http://127.0.0.1:9000/cb", "127.0.0.1:9000"),
        ("com.example.app:/cb", "com.example.app"),
    ] {
        assert_eq!(RedirectUri::parse(text).unwrap().display_host(), shown);
    }
}

#[test]
fn rfc8252_s8_6_nobody_proves_who_they_are_by_such_an_address() {
    for (text, anybodys) in [
        ("com.example.app:/cb", true),
        ("http://127.0.0.1/cb", true),
        ("http://127.0.0.1:9000/cb", true),
        ("http://[::1]/cb", true),
        ("http://localhost:3000/cb", false),
        ("https://127.0.0.1/cb", false),
        ("https://app.example.com/cb", false),
    ] {
        let uri = RedirectUri::parse(text).unwrap();
        assert_eq!(uri.is_anybodys(), anybodys, "{text}");
    }
}
