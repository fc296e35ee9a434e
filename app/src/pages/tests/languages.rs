//! Every page in every state, in every language.

use super::samples::{every_page, frame, text};
use crate::{
    frame::{Frame, render},
    words::Words,
};
use domain::language::Language;

fn frame_in(language: Language) -> Frame {
    Frame {
        words: Words::from(language),
        ..frame(false)
    }
}

#[test]
fn every_page_says_in_which_language_and_direction_it_is() {
    for language in Language::ALL {
        let direction = if language == Language::Arabic {
            "rtl"
        } else {
            "ltr"
        };
        let begins = format!(
            "<!doctype html><html lang=\"{}\" dir=\"{direction}\">",
            language.as_str()
        );
        for page in every_page() {
            let html = render(page, &frame_in(language));
            assert!(html.starts_with(&begins), "{html}");
        }
    }
}

#[test]
fn whatever_is_put_into_a_page_stays_text_in_every_language() {
    for language in Language::ALL {
        for page in every_page() {
            let html = render(page, &frame_in(language));
            assert!(
                !html.contains("<script>") && !html.contains("<img src=x"),
                "{html}"
            );
            assert!(!html.contains("\"'>"), "{html}");
        }
    }
}

#[test]
fn isolates_are_closed_where_they_were_opened() {
    for page in every_page() {
        let html = render(page, &frame_in(Language::Arabic));
        let mut depth = 0_i32;
        for sign in html.chars() {
            match sign {
                '\u{2066}'..='\u{2068}' => depth += 1,
                '\u{2069}' => depth -= 1,
                _ => {}
            }
            assert!((0..=3).contains(&depth), "{html}");
        }
        assert_eq!(depth, 0, "{html}");
    }
}

#[test]
fn every_page_but_one_that_goes_on_by_itself_offers_every_language_in_its_own_words() {
    for page in every_page() {
        let goes_on = matches!(page, crate::pages::Page::FormPost(_));
        let html = render(page, &frame_in(Language::German));
        let offered = html.matches(" name=\"language\"").count();
        assert_eq!(offered, if goes_on { 0 } else { Language::ALL.len() }, "{html}");
        if !goes_on {
            assert!(html.contains("action=\"/realms/acme/language\""), "{html}");
            assert!(html.contains("value=\"ja\" lang=\"ja\""), "{html}");
            assert_eq!(
                html.matches("aria-current=\"true\" type=\"submit\"").count(),
                1,
                "{html}"
            );
            assert!(!html.contains(&format!("value=\"/login?{}\"", text())), "{html}");
        }
    }
}
