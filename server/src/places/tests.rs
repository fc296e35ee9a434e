use super::*;
use std::io::Write as _;
use tempfile::NamedTempFile;

fn text(value: &str) -> Vec<u8> {
    let length = u8::try_from(value.len()).unwrap();
    // Up to 28 bytes the length stands with the type; from 29 on in a byte of its own.
    let head = if length < 29 {
        vec![2 << 5 | length]
    } else {
        vec![2 << 5 | 29, length - 29]
    };
    [head, value.as_bytes().to_vec()].concat()
}

fn map(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let head = vec![7 << 5 | u8::try_from(entries.len()).unwrap()];
    let entries = entries
        .iter()
        .map(|(key, value)| [text(key), value.clone()].concat());
    [head].into_iter().chain(entries).collect::<Vec<_>>().concat()
}

fn names(names: &[(&str, &str)]) -> Vec<u8> {
    let names: Vec<_> = names.iter().map(|(tag, name)| (*tag, text(name))).collect();
    map(&[("names", map(&names))])
}

fn number(kind: u8, value: u32) -> Vec<u8> {
    [vec![kind << 5 | 4], value.to_be_bytes().to_vec()].concat()
}

fn short(value: u16) -> Vec<u8> {
    [vec![5 << 5 | 2], value.to_be_bytes().to_vec()].concat()
}

/// A file that says of one network of IPv4, its first bits, where it is.
fn file(network: [u8; 4], bits: usize, data: &[u8]) -> Vec<u8> {
    let nodes = u32::try_from(bits).unwrap();
    let place = |record: u32| record.to_be_bytes()[1..].to_vec();
    let address = u32::from_be_bytes(network);
    let mut tree = Vec::new();
    for node in 0..nodes {
        let next = if node + 1 == nodes { nodes + 16 } else { node + 1 };
        let one = (address >> (31 - node)) & 1 == 1;
        let (left, right) = if one { (nodes, next) } else { (next, nodes) };
        tree.extend([place(left), place(right)].concat());
    }
    let described = map(&[
        ("node_count", number(6, nodes)),
        ("record_size", short(24)),
        ("ip_version", short(4)),
        ("database_type", text("Test-City")),
        ("languages", vec![0, 4]),
        ("binary_format_major_version", short(2)),
        ("binary_format_minor_version", short(0)),
        ("build_epoch", vec![4, 2, 0x65, 0, 0, 0]),
        ("description", map(&[])),
    ]);
    [&tree[..], &[0; 16], data, b"\xab\xcd\xefMaxMind.com", &described].concat()
}

fn kept(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// Berlin, at 192.0.2.0/24.
fn berlin() -> NamedTempFile {
    let data = map(&[
        (
            "city",
            names(&[("en", "Berlin"), ("ja", "ベルリン"), ("fr", "Ber\u{202e}lin")]),
        ),
        (
            "country",
            names(&[("de", "Deutschland"), ("en", "Germany"), ("zh-CN", "德国")]),
        ),
    ]);
    kept(&file([192, 0, 2, 0], 24, &data))
}

fn said(places: &GeoDatabase, address: &str, language: Language) -> Option<(String, String)> {
    let place = places.find(address.parse().unwrap(), language)?;
    Some((place.city?, place.country?))
}

#[test]
fn an_address_is_where_the_file_says_in_the_language_of_who_reads() {
    let file = berlin();
    let places = GeoDatabase::open(file.path()).unwrap();
    for (language, city, country) in [
        (Language::English, "Berlin", "Germany"),
        (Language::German, "Berlin", "Deutschland"),
        (Language::Japanese, "ベルリン", "Germany"),
        (Language::Chinese, "Berlin", "德国"),
        (Language::French, "Berlin", "Germany"),
    ] {
        for address in ["192.0.2.7", "::ffff:192.0.2.7"] {
            let found = said(&places, address, language);
            assert_eq!(found, Some((city.to_owned(), country.to_owned())), "{language:?}");
        }
    }
    for elsewhere in ["192.0.3.7", "10.0.0.1", "127.0.0.1", "2001:db8::1", "::1"] {
        assert_eq!(places.find(elsewhere.parse().unwrap(), Language::English), None);
    }
}

#[test]
fn a_file_that_says_less_or_nothing_is_no_error() {
    let country = map(&[("country", names(&[("en", "Germany")]))]);
    let kept_country = kept(&file([192, 0, 2, 0], 24, &country));
    let places = GeoDatabase::open(kept_country.path()).unwrap();
    let place = places.find("192.0.2.7".parse().unwrap(), Language::English);
    let expected = Place {
        city: None,
        country: Some("Germany".to_owned()),
    };
    assert_eq!(place, Some(expected));
    let other = kept(&file([192, 0, 2, 0], 24, &map(&[("city", text("Berlin"))])));
    let places = GeoDatabase::open(other.path()).unwrap();
    assert_eq!(places.find("192.0.2.7".parse().unwrap(), Language::English), None);
}

#[test]
fn what_is_no_such_file_is_not_opened() {
    let whole = std::fs::read(berlin().path()).unwrap();
    for bytes in [
        &b""[..],
        b"city,country\nBerlin,Germany\n",
        &whole[whole.len() - 200..],
    ] {
        let file = kept(bytes);
        assert!(GeoDatabase::open(file.path()).is_err());
    }
    assert!(GeoDatabase::open(Path::new("/nowhere/at/all.mmdb")).is_err());
}
