use super::*;
use crate::{error::UiErrorKind, fields::Fields, frame::render};
use domain::{clock::Timestamp, person::DisplayName, secret::Digest, theme::Theme};
use samples::{error, every_page, frame, sign_in};

mod languages;
mod marks;
mod own_account;
mod passkeys;
mod samples;
mod styles;

#[test]
fn whatever_is_put_into_a_page_stays_text() {
    for page in every_page() {
        let html = render(page, &frame(false));
        assert!(
            !html.contains("<script>") && !html.contains("<img src=x"),
            "{html}"
        );
        // Between tags a quote is harmless; inside an attribute it would end it.
        for attribute in html.split("=\"").skip(1) {
            let value = attribute.split('"').next().unwrap();
            assert!(!value.contains('<'), "{value}");
        }
        assert!(!html.contains("\"'>"), "{html}");
    }
}

#[test]
fn whatever_somebody_wrote_does_nothing_to_what_stands_around_it() {
    for written in samples::OTHERS {
        for page in samples::pages_with(written) {
            let html = render(page, &frame(false));
            let seen: String = html
                .split('<')
                .filter_map(|part| part.split_once('>'))
                .map(|(_, seen)| seen)
                .collect();
            let turned = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}' | '\u{2067}');
            assert!(!seen.contains(turned), "{html}");
            let isolates = |c| seen.matches(c).count();
            assert!(isolates('\u{2068}') <= isolates('\u{2069}'), "{html}");
            assert!(html.ends_with("</body></html>"), "{html}");
        }
    }
}

#[test]
fn what_an_app_sent_goes_back_as_it_came() {
    let state = "a\u{202e}b";
    let page = samples::pages_with(state)
        .into_iter()
        .find(|page| matches!(page, Page::FormPost(_)));
    let html = render(page.unwrap(), &frame(false));
    assert!(html.contains(&format!("value=\"{state}\"")), "{html}");
}

#[test]
fn every_page_is_a_whole_document_with_one_heading() {
    for page in every_page() {
        let has_script = match &page {
            Page::FormPost(_) | Page::ThemePreview(_) => true,
            Page::SignedOut(page) => !page.frames.is_empty(),
            _ => false,
        };
        let has_error = page.has_error();
        let html = render(page, &frame(false));
        assert!(
            html.starts_with("<!doctype html><html lang=\"en\" dir=\"ltr\">"),
            "{html}"
        );
        assert_eq!(html.matches("<h1").count(), 1, "{html}");
        assert_eq!(html.matches("<title>").count(), 1);
        assert_eq!(html.contains("<title>Error: "), has_error, "{html}");
        assert!(html.contains("name=\"color-scheme\" content=\"light dark\""));
        assert!(!html.contains(" style=") && !html.contains("<style"), "{html}");
        assert!(!html.contains("leptos-island"));
        assert_eq!(html.matches("<script").count(), usize::from(has_script), "{html}");
        assert!(html.matches("<script").count() == html.matches("<script nonce=\"bm9uY2U\"").count());
    }
}

#[test]
fn links_and_forms_stay_in_the_realm() {
    for page in every_page() {
        let html = render(page, &frame(true));
        for local in html
            .split("action=\"/")
            .skip(1)
            .chain(html.split("data-act=\"/").skip(1))
        {
            assert!(local.starts_with("realms/acme/"), "{local}");
        }
    }
}

#[test]
fn labels_and_descriptions_name_what_is_there() {
    for page in every_page() {
        let html = render(page, &frame(false));
        for attribute in [
            "for=\"",
            "aria-describedby=\"",
            "aria-labelledby=\"",
            "aria-controls=\"",
        ] {
            for list in html.split(attribute).skip(1) {
                for id in list.split('"').next().unwrap().split(' ') {
                    assert_eq!(
                        html.matches(&format!(" id=\"{id}\"")).count(),
                        1,
                        "{attribute}{id}: {html}"
                    );
                }
            }
        }
    }
}

#[test]
fn wcag_s2_4_3_whoever_acted_is_led_to_what_became_of_it() {
    for page in every_page() {
        let html = render(page, &frame(false));
        let told = ["role=\"alert\"", "<p class=\"notice notice--ok\" role=\"status\""];
        let has_told = told.iter().any(|told| html.contains(told));
        assert!(!has_told || html.contains(" autofocus"), "{html}");
        // What takes no focus leads nowhere.
        for (at, _) in html.match_indices(" autofocus") {
            let element = html[..at].rsplit('<').next().unwrap();
            let takes = element.starts_with("input") || element.contains(" tabindex=\"-1\"");
            assert!(takes, "{element}");
        }
    }
}

#[test]
fn the_island_comes_with_forms_and_with_a_bundle_only() {
    let page = || sign_in(sign_in::Step::Identifier { typed: String::new() }, None);
    let html = render(page(), &frame(true));
    assert!(
        html.contains("<leptos-island data-component=\"Enhance_"),
        "{html}"
    );
    assert!(
        html.contains("data-js=\"/pkg/signet.js\" data-wasm=\"/pkg/signet.wasm\""),
        "{html}"
    );
    assert!(
        html.contains("<script type=\"module\" nonce=\"bm9uY2U\">const{js,wasm}"),
        "{html}"
    );
    assert!(html.contains("m.hydrate();for"), "{html}");
    let message = Page::Message(message::Message {
        kind: message::MessageKind::NotFound,
    });
    assert!(!render(message, &frame(true)).contains("<script"));
}

#[test]
fn wrong_credentials_are_told_letter_for_letter() {
    let step = sign_in::Step::Password {
        identifier: "ada@example.org".into(),
    };
    let html = render(
        sign_in(step, error(UiErrorKind::Rejected, "password")),
        &frame(false),
    );
    let mut plain = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => plain.push(c),
            _ => {}
        }
    }
    let told = "That email or password isn't right. Try again or reset your password.";
    assert!(plain.replace("&#x27;", "'").contains(told), "{plain}");
}

#[test]
fn addresses_are_masked_once_and_for_all() {
    assert_eq!(masked("ada@example.org").as_deref(), Some("a***@example.org"));
    assert_eq!(masked("a***@example.org").as_deref(), Some("a***@example.org"));
    assert_eq!(masked("ada"), None);
    assert_eq!(encoded("a***@b.c&d"), "a%2A%2A%2A%40b.c%26d");
}

#[test]
fn an_app_that_registered_itself_is_said_to_be_unreviewed() {
    for (unreviewed, told) in [
        (true, "registered itself"),
        (false, "have not checked who publishes"),
    ] {
        for page in [samples::consent_of(unreviewed), samples::device_of(unreviewed)] {
            let html = render(page, &frame(false));
            assert_eq!(html.matches("registered itself").count(), usize::from(unreviewed));
            assert!(html.contains(told), "{html}");
        }
    }
}

#[test]
fn what_was_allowed_before_is_kept_and_only_what_is_new_is_asked_for() {
    let html = render(samples::consent_for_more(), &frame(false));
    let (before, new) = html.split_once("<fieldset><legend").unwrap();
    let at = before.find("You allowed Garden before to").unwrap();
    let kept = "name=\"scope\" value=\"profile\"";
    assert!(html.contains(&format!("type=\"hidden\" {kept}")) && before[at..].contains("your name"));
    assert!(
        new.contains("New: you choose") && new.contains("type=\"checkbox\" name=\"scope\" value=\"email\"")
    );
    assert_eq!(html.matches("name=\"scope\"").count(), 3, "{html}");
    assert!(html.contains("value=\"1_day\" checked") && html.contains("what you allowed before as well"));
}

#[test]
fn what_was_left_out_before_is_not_ticked_and_not_called_new() {
    let html = render(samples::consent_for_what_was_left_out(), &frame(false));
    let ticked = |scope: &str| {
        let (_, after) = html
            .split_once(&format!("type=\"checkbox\" name=\"scope\" value=\"{scope}\""))
            .unwrap();
        after.split('>').next().unwrap().contains("checked")
    };
    assert!(ticked("email") && !ticked("phone"), "{html}");
    assert!(html.contains("You choose whether") && !html.contains("New:"));
}

#[test]
fn going_on_to_a_program_of_the_same_device_is_warned_of() {
    for (to_loopback, page) in [
        (true, samples::consent_of(true)),
        (false, samples::consent_of(false)),
    ] {
        let html = render(page, &frame(false));
        assert_eq!(html.contains("whatever program on this device"), to_loopback);
    }
}

#[test]
fn nothing_is_allowed_by_pressing_enter_and_refusing_is_as_easy() {
    for page in [samples::consent_for_more(), samples::device_of(false)] {
        let html = render(page, &frame(false));
        let (deny, allow) = (
            html.find("value=\"deny\"").unwrap(),
            html.find("value=\"allow\"").unwrap(),
        );
        assert!(deny < allow, "the first button is the one that Enter presses");
        assert!(!html.contains("autofocus"));
        assert!(
            html[..deny].rfind("actions--pair").is_some(),
            "both are of one size"
        );
    }
}

#[test]
fn wcag_s2_2_1_a_page_that_waits_says_until_when_and_one_that_tells_something_does_not() {
    let waiting = Frame {
        until: Some(Timestamp::from_seconds(1_795_302_300)),
        ..frame(false)
    };
    let told = "You have until 21 November 2026, 23:05 UTC to finish this.";
    let read = |page, frame: &Frame| render(page, frame).replace(['\u{2068}', '\u{2069}'], "");
    assert!(read(sign_in(samples::identifier(), None), &waiting).contains(told));
    assert!(!read(sign_in(samples::identifier(), None), &frame(false)).contains("You have until"));
    let kind = message::MessageKind::Expired;
    let expired = read(Page::Message(message::Message { kind }), &waiting);
    assert!(!expired.contains("You have until"));
}

#[test]
fn the_app_leads_and_what_it_does_not_decide_is_the_realms() {
    let realm = Theme {
        name: DisplayName::parse("Acme").ok(),
        logo: Some(Digest::of("realm")),
        radius: "4".parse().ok(),
        ..Theme::default()
    };
    let frame = Frame {
        theme: realm,
        ..frame(false)
    };
    let picture = |of: &str| format!("src=\"/realms/acme/logos/{}.png\"", Digest::of(of).to_base64url());
    let html = render(samples::themed_consent(), &frame);
    assert!(html.contains("href=\"/assets/theme-7a0019-x-4.css\""), "{html}");
    assert!(html.contains("<title>Allow Garden? · Acme</title>"), "{html}");
    let (app, realm) = (
        html.find(&picture("app")).unwrap(),
        html.find(&picture("realm")).unwrap(),
    );
    assert!(app < realm, "the app's picture leads");
    assert!(!html.contains("Signet"));
    let html = render(sign_in(samples::identifier(), None), &self::frame(false));
    assert!(!html.contains("/assets/theme-") && html.contains("/seal.svg"));
}

#[test]
fn a_look_that_cannot_be_read_is_not_shown_and_the_contrast_is_told() {
    let preview = |accent: &str| {
        let fields = Fields::new(vec![
            ("accent".into(), accent.into()),
            ("radius".into(), "2".into()),
        ]);
        let page = theme_preview::ThemePreview::read(&fields, &Words::for_locale(None));
        render(Page::ThemePreview(page), &frame(false))
    };
    let pale = preview("#ffcc00");
    assert!(
        pale.contains("1.51:1") && !pale.contains("href=\"/assets/theme-"),
        "{pale}"
    );
    let dark = preview("#7a0019");
    assert!(
        dark.contains("/assets/theme-7a0019-x-2.css") && !dark.contains("aria-invalid="),
        "{dark}"
    );
}

#[test]
fn a_look_is_shown_while_it_is_typed_over_that_of_the_realm() {
    let fields = Fields::new(vec![("radius".into(), "2".into())]);
    let page = || {
        Page::ThemePreview(theme_preview::ThemePreview::read(
            &fields,
            &Words::for_locale(None),
        ))
    };
    let mut frame = frame(true);
    frame.theme.accent = "#7a0019".parse().ok();
    let html = render(page(), &frame);
    assert!(
        html.contains("data-accent=\"7a0019\" data-accent-dark=\"x\" data-radius=\"x\""),
        "{html}"
    );
    assert!(html.contains("/assets/theme-7a0019-x-2.css"));
    let (_, script) = html.split_once("<script nonce=\"bm9uY2U\">").unwrap();
    let script = script.split("</script>").next().unwrap();
    assert!(
        script.contains("'/assets/theme-'+name+'.css'") && !script.contains("&#") && !script.contains("&lt")
    );
    assert!(!script.contains("innerHTML") && !script.contains("fetch"));
}

#[test]
fn a_device_page_uses_the_words_of_the_apis() {
    let html = render(samples::device_of(false), &frame(false));
    assert!(
        html.contains("See your orders") && html.contains("orders:read"),
        "{html}"
    );
}
