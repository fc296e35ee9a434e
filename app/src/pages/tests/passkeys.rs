//! What pages say of passkeys: where there are some, where there are none, and which way was used last.

use super::*;
use domain::acr::Method;

#[test]
fn script_is_asked_whether_the_device_makes_passkeys_on_pages_that_have_any() {
    const COOKIE: &str = "signet-makes-passkeys-4000=1; SameSite=Lax; Path=/; Max-Age=2592000";
    let page = || sign_in(sign_in::Step::Identifier { typed: String::new() }, None);
    for (script, cookie, asked) in [
        (true, Some(COOKIE), true),
        (true, None, false),
        (false, Some(COOKIE), false),
    ] {
        let frame = Frame {
            makes_passkeys: cookie.map(ToOwned::to_owned),
            ..frame(script)
        };
        let html = render(page(), &frame);
        let named = format!("data-makes-passkeys=\"{COOKIE}\"");
        assert_eq!(html.contains(&named), asked, "{html}");
        assert_eq!(html.contains("data-makes-passkeys"), asked, "{html}");
    }
}

#[test]
fn how_somebody_last_signed_in_is_marked_at_that_way() {
    for method in [None, Some(Method::Passkey), Some(Method::MailedCode)] {
        let Page::SignIn(mut page) = sign_in(
            sign_in::Step::Password {
                identifier: "ada@example.org".into(),
            },
            None,
        ) else {
            panic!("another page")
        };
        page.known.last_method = method;
        page.offer = federated::Offer::default();
        let html = render(Page::SignIn(page), &frame(true));
        let marked: Vec<bool> = ["Use a passkey", "Email me a code"]
            .into_iter()
            .map(|text| html.contains(&format!("{text} <span class=\"badge\">Last used</span></button>")))
            .collect();
        let expected = [Method::Passkey, Method::MailedCode].map(|way| method == Some(way));
        assert_eq!(marked, expected, "{html}");
    }
}

#[test]
fn where_there_are_no_passkeys_or_no_script_the_page_says_what_else_works() {
    const NOT_HERE: &str = "Passkeys don&#39;t work at this address. Your password or a code from the mail";
    for here in [true, false] {
        for step in [
            sign_in::Step::Identifier { typed: String::new() },
            sign_in::Step::Password {
                identifier: "ada@example.org".into(),
            },
        ] {
            let Page::SignIn(mut page) = sign_in(step, None) else {
                panic!("another page")
            };
            page.passkeys = here;
            let html = render(Page::SignIn(page), &frame(false)).replace('\'', "&#39;");
            assert_eq!(html.contains("data-passkey=\"get\""), here, "{html}");
            assert_eq!(html.contains(NOT_HERE), !here, "{html}");
            let noscript = "<noscript><p class=\"muted small\">Passkeys need JavaScript. Your password or a code \
                            from the mail works without it.</p></noscript>";
            assert_eq!(html.contains(noscript), here, "{html}");
        }
        for page in every_page() {
            let Page::Security(mut page) = page else { continue };
            page.passkeys.relying_party = here.then(|| "id.example.org".to_owned());
            let html = render(Page::Security(page), &frame(false)).replace('\'', "&#39;");
            assert_eq!(html.contains("data-passkey=\"create\""), here, "{html}");
            assert_eq!(html.contains(NOT_HERE), !here, "{html}");
            let noscript = "<noscript><p class=\"muted\">Creating a passkey needs JavaScript. An authenticator app \
                            can be added without it.</p></noscript>";
            assert_eq!(html.contains(noscript), here, "{html}");
        }
    }
}
