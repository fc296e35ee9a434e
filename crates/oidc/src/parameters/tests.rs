use super::*;

fn parse(text: &str) -> Parameters {
    Parameters::parse(text).unwrap()
}

#[test]
fn rfc6749_s3_1_a_defined_parameter_is_not_repeated() {
    let parameters = parse("scope=a&scope=b&x=1&x=2&state=s");
    assert_eq!(parameters.one("scope"), Err(Repeated));
    assert_eq!(parameters.one("state"), Ok(Some("s")));
}

#[test]
fn rfc6749_s3_1_without_a_value_counts_as_omitted() {
    let parameters = parse("state=&nonce&scope=&scope=a&&");
    assert_eq!(parameters.one("state"), Ok(None));
    assert_eq!(parameters.one("nonce"), Ok(None));
    assert_eq!(parameters.one("scope"), Ok(Some("a")));
}

#[test]
fn appendix_b_decoding_is_strict() {
    assert_eq!(parse("a=x+y%2B%c3%A4=").one("a"), Ok(Some("x y+ä=")));
    for broken in [
        &b"a=%"[..],
        b"a=%2",
        b"a=%zz",
        b"a=%+1",
        b"a=%ff",
        b"a=\xff",
        b"%ff=a",
    ] {
        assert_eq!(
            Parameters::parse(broken).err(),
            Some(InvalidParameters),
            "{broken:?}"
        );
    }
}

#[test]
fn everything_is_bounded() {
    assert!(Parameters::parse(vec![b'a'; MAX_BYTES + 1]).is_err());
    assert!(Parameters::parse(format!("a={}", "x".repeat(MAX_VALUE_BYTES))).is_ok());
    assert!(Parameters::parse(format!("a={}", "x".repeat(MAX_VALUE_BYTES + 1))).is_err());
    assert!(Parameters::parse("a=1&".repeat(MAX_COUNT)).is_ok());
    assert!(Parameters::parse("a=1&".repeat(MAX_COUNT + 1)).is_err());
}

#[test]
fn debug_shows_no_value() {
    let shown = format!("{:?}", parse("client_secret=hush"));
    assert!(shown.contains("client_secret") && !shown.contains("hush"));
}
