//! What holds for every input: addresses that look alike, any `state`, tokens changed by one bit or in length.

use crate::fixture::{Browser, Idp, RelyingParty};
use domain::{
    redirect_uri::RedirectUri,
    testing::{a_client, a_user},
};
use futures::executor::block_on;
use proptest::{
    prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest},
    sample::{Index, select},
};
use url::Url;

const REGISTERED: [&str; 5] = [
    "https://app.example.com/cb",
    "https://app.example.com/cb?tenant=1&x=%2F",
    "http://127.0.0.1/cb",
    "http://[::1]:8080/cb?x=1",
    "com.example.app:/cb",
];

/// What browsers and parsers have been confused with.
const HOSTILE: [&str; 34] = [
    "@",
    "\\",
    "/",
    "//",
    "/..",
    "/./",
    ".",
    "..;",
    ":",
    ":80",
    ":443",
    ":0",
    ":099",
    "#",
    "?",
    "&",
    "%2f",
    "%2e",
    "%00",
    "%0d%0a",
    "%23",
    "%40",
    "*",
    "\t",
    "\n",
    "\u{0}",
    " ",
    "evil.example",
    ".evil.example",
    "\u{ff0e}",
    "\u{3002}",
    "\u{17f}",
    "\u{202e}",
    "[::ffff:127.0.0.1]",
];

/// One change to an address.
#[derive(Clone, Debug)]
enum Edit {
    Insert(Index, &'static str),
    Remove(Index),
    SwapCase(Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (any::<Index>(), select(HOSTILE.as_slice())).prop_map(|(at, what)| Edit::Insert(at, what)),
        1 => any::<Index>().prop_map(Edit::Remove),
        1 => any::<Index>().prop_map(Edit::SwapCase),
    ]
}

fn edited(text: &str, edits: &[Edit]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for edit in edits {
        match edit {
            Edit::Insert(at, what) => {
                let at = at.index(characters.len() + 1);
                characters.splice(at..at, what.chars());
            }
            Edit::Remove(_) | Edit::SwapCase(_) if characters.is_empty() => {}
            Edit::Remove(at) => {
                characters.remove(at.index(characters.len()));
            }
            Edit::SwapCase(at) => {
                let one = at.index(characters.len());
                characters[one] = if characters[one].is_ascii_lowercase() {
                    characters[one].to_ascii_uppercase()
                } else {
                    characters[one].to_ascii_lowercase()
                };
            }
        }
    }
    characters.into_iter().collect()
}

/// Everything of the address but its port, as the parser of browsers reads it.
fn without_port(text: &str) -> (String, Option<String>, String, Option<String>) {
    let url = Url::parse(text).unwrap();
    assert!(
        url.username().is_empty() && url.password().is_none() && url.fragment().is_none(),
        "{text}"
    );
    let (scheme, host) = (url.scheme().to_owned(), url.host_str().map(str::to_owned));
    (
        scheme,
        host,
        url.path().to_owned(),
        url.query().map(str::to_owned),
    )
}

/// A change to a token.
#[derive(Clone, Debug)]
enum Tampering {
    Bit(Index, u8),
    Cut(Index),
    Longer(char),
}

fn tampering() -> impl Strategy<Value = Tampering> {
    prop_oneof![
        6 => (any::<Index>(), 0..7u8).prop_map(|(at, bit)| Tampering::Bit(at, bit)),
        1 => any::<Index>().prop_map(Tampering::Cut),
        1 => select(vec!['A', '=', '.', '_', ' ']).prop_map(Tampering::Longer),
    ]
}

fn tampered(token: &str, how: &Tampering) -> String {
    match how {
        Tampering::Bit(at, bit) => {
            let mut bytes = token.as_bytes().to_vec();
            bytes[at.index(token.len())] ^= 1 << bit;
            String::from_utf8(bytes).unwrap()
        }
        Tampering::Cut(at) => token[..at.index(token.len())].to_owned(),
        Tampering::Longer(more) => format!("{token}{more}"),
    }
}

async fn all_are_refused(rp: &RelyingParty<'_>, browser: &Browser, tokens: &[String; 4], how: &Tampering) {
    let idp = rp.idp;
    let [access, refresh, code, id] = tokens.each_ref().map(|token| tampered(token, how));
    assert!(idp.userinfo(&access).await.is_err(), "{access}");
    assert!(rp.refresh(&refresh).await.is_err(), "{refresh}");
    assert!(rp.redeem(&code).await.is_err(), "{code}");
    let hinted = rp.request().with("id_token_hint", &id);
    assert!(idp.authorize(&hinted, browser).await.response().is_err(), "{id}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_096) })]

    /// RFC 9700 §2.1: an address is admitted only if browsers would go to the very same place.
    #[test]
    fn rfc9700_s2_1_what_is_admitted_leads_where_the_registered_one_does(
        registered in select(REGISTERED.as_slice()),
        edits in proptest::collection::vec(edit(), 0..4),
    ) {
        let uri = RedirectUri::parse(registered).unwrap();
        let requested = edited(registered, &edits);
        if let Some(admitted) = uri.admits(&requested) {
            assert_eq!(admitted.as_str(), requested);
            assert_eq!(without_port(&requested), without_port(registered));
            let loopback = registered.starts_with("http://");
            assert!(requested == registered || loopback, "{requested}");
        }
    }

    /// RFC 9700 §2.1: what cannot be read one way only cannot be registered.
    #[test]
    fn rfc9700_s2_1_what_is_registered_has_one_reading(
        text in select(REGISTERED.as_slice()),
        edits in proptest::collection::vec(edit(), 0..4),
    ) {
        let text = edited(text, &edits);
        if let Ok(uri) = RedirectUri::parse(&text) {
            let (scheme, host, ..) = without_port(uri.as_str());
            assert!(text.is_ascii() && !text.contains(['\\', '*', ' ', '\t', '\n']));
            assert!(scheme != "http" || host.is_some_and(|host| host == "localhost" || host.starts_with("127.") || host == "[::1]"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    /// RFC 6749 §4.1.2: `state` comes back as it was sent, whatever it is, and leads nowhere else.
    #[test]
    fn rfc6749_s4_1_2_state_survives(
        state in prop_oneof![any::<String>(), Just("&code=x#\r\nLocation: https://evil.example".to_owned())],
        form_post in any::<bool>(),
    ) {
        block_on(async {
            let idp = Idp::start().await;
            let rp = idp.relying_party(a_client().first_party()).await;
            let browser = idp.signed_in(a_user()).await;
            let mode = if form_post { "form_post" } else { "query" };
            let request = rp.request().with("state", &state).with("response_mode", mode);
            let (fields, error) = idp.authorize(&request, &browser).await.told();
            assert!(error.is_none());
            assert_eq!(fields.get("state").unwrap_or_default(), state);
            let to = Url::parse(&fields.to).unwrap();
            assert_eq!(to.host_str(), Some("app.example.com"));
        });
    }

    /// RFC 9700 §4: whatever changes a token or code ends it.
    #[test]
    fn rfc9700_s4_a_changed_token_is_refused(how in tampering()) {
        block_on(async {
            let idp = Idp::start().await;
            let rp = idp.relying_party(a_client().first_party()).await;
            let browser = idp.signed_in(a_user()).await;
            let tokens = rp.tokens(&browser).await;
            let code = rp.code(&browser).await;
            let good = [
                tokens.access_token().to_owned(),
                tokens.refresh_token().unwrap().to_owned(),
                code,
                tokens.id_token().unwrap().to_owned(),
            ];
            all_are_refused(&rp, &browser, &good, &how).await;
            // What was not changed is still good: nothing was used up by trying.
            assert!(idp.userinfo(&good[0]).await.is_ok());
            assert!(rp.redeem(&good[2]).await.is_ok());
            assert!(rp.refresh(&good[1]).await.is_ok());
        });
    }
}
