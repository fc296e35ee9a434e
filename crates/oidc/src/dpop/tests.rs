use super::{htu::is_same, *};

const TOKEN: &str = "https://id.example.com/realms/acme/token";

#[test]
fn s4_3_htu_is_compared_after_normalisation() {
    for same in [
        TOKEN,
        "HTTPS://ID.Example.COM/realms/acme/token",
        "https://id.example.com:443/realms/acme/token",
        "https://id.example.com/realms/acme/token?x=y",
        "https://id.example.com/realms/acme/token#x",
        "https://id.example.com/realms/acme/token?#",
        "https://id.example.com/realms/%61cme/token",
        "https://id.example.com/realms/acme/t%6Fken",
        "https://id.example.com/realms/acme/t%6fken",
        "https://id.example.com/realms/./acme/x/../token",
    ] {
        assert!(is_same(same, TOKEN), "{same}");
    }
    for other in [
        "",
        "/realms/acme/token",
        "http://id.example.com/realms/acme/token",
        "http://id.example.com:443/realms/acme/token",
        "https://id.example.com:444/realms/acme/token",
        "https://id.example.com/realms/acme/token/",
        "https://id.example.com/realms/acme/Token",
        "https://id.example.com/realms/acme%2Ftoken",
        "https://id.example.com/realms/acme/%",
        "https://id.example.com/realms/acme/token%",
        "https://id.example.com/realms/acme/%zztoken",
        "https://id.example.com/realms/other/token",
        "https://id.example.com.evil.example/realms/acme/token",
        "https://ada@id.example.com/realms/acme/token",
        "https:\\\\id.example.com/realms/acme/token",
        " https://id.example.com/realms/acme/token",
        "https://id.example.com/realms/acme/to\nken",
        "ftp://id.example.com/realms/acme/token",
    ] {
        assert!(!is_same(other, TOKEN), "{other}");
    }
    // An escape that stands for a delimiter is another path, however it is written.
    let escaped = "https://id.example.com/a%2fb";
    assert!(is_same("https://id.example.com/a%2Fb", escaped));
    assert!(!is_same("https://id.example.com/a/b", escaped));
    let whole = "https://id.example.com";
    assert!(is_same("https://id.example.com/", whole));
}

#[test]
fn of_several_headers_none_counts() {
    let values = |count| vec!["proof".to_owned(); count];
    assert_eq!(ProofHeader::of(&values(0)), ProofHeader::Absent);
    assert_eq!(ProofHeader::of(&values(1)), ProofHeader::One("proof"));
    for several in [2, 3] {
        assert_eq!(ProofHeader::of(&values(several)), ProofHeader::Several);
    }
}
