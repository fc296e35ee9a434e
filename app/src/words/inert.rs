//! Text that came from somebody, so that it can do nothing to what stands around it: it begins no line and turns no
//! direction around, and what is written from right to left is kept apart (UAX #9 §2.5, §2.7).

use fluent_bundle::FluentValue;
use std::borrow::Cow;

const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_ISOLATE: char = '\u{2069}';

/// A value for a sentence.
pub(super) fn value<'a>(value: &FluentValue<'a>) -> FluentValue<'a> {
    match value {
        FluentValue::String(text) => FluentValue::String(apart(text.clone())),
        other => other.clone(),
    }
}

/// A text for a sentence.
pub(super) fn apart(text: Cow<'_, str>) -> Cow<'_, str> {
    let text = if text.contains(disturbs) {
        Cow::Owned(text.replace(disturbs, ""))
    } else {
        text
    };
    if text.contains(is_right_to_left) {
        return Cow::Owned(format!("{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"));
    }
    text
}

/// The document without the characters that turn what follows them around, wherever a reader would see them. Fields
/// keep theirs: what an app sent must go back as it came.
pub(crate) fn document(html: String) -> String {
    if !is_turned_around(html.as_bytes()) {
        return html;
    }
    let (mut in_tag, mut quoted) = (false, false);
    html.chars()
        .filter(|c| {
            match (c, in_tag) {
                ('<', false) => in_tag = true,
                ('>', true) if !quoted => in_tag = false,
                ('"', true) => quoted = !quoted,
                _ => {}
            }
            in_tag || !turns_around(*c)
        })
        .collect()
}

/// Whether a character that turns around stands in `html`. Every page is searched whole, so this looks at bytes: in
/// UTF-8 all of these characters begin with the same one, and few others do.
fn is_turned_around(html: &[u8]) -> bool {
    memchr::memchr_iter(0xe2, html).any(|at| {
        let character = html.get(at..at + 3).and_then(|bytes| str::from_utf8(bytes).ok());
        character
            .and_then(|text| text.chars().next())
            .is_some_and(turns_around)
    })
}

/// Embeddings, overrides and isolates of a direction that somebody else chose: no message of the product has any.
fn turns_around(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}' | '\u{2067}')
}

fn disturbs(c: char) -> bool {
    c.is_control()
        || turns_around(c)
        || matches!(
            c,
            '\u{061c}' | '\u{200e}' | '\u{200f}' | FIRST_STRONG_ISOLATE | POP_ISOLATE
        )
}

/// Whether the character stands in a block of scripts that are written from right to left.
fn is_right_to_left(c: char) -> bool {
    matches!(
        c,
        '\u{0590}'..='\u{08ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_from_right_to_left_is_kept_apart() {
        assert_eq!(apart("Ada".into()), "Ada");
        assert_eq!(apart("حديقة".into()), "\u{2068}حديقة\u{2069}");
        assert_eq!(apart("\u{202e}gpj.exe\u{2069}".into()), "gpj.exe");
        assert_eq!(apart("id\r\nBcc: x".into()), "idBcc: x");
    }

    #[test]
    fn nothing_turns_a_document_around_and_fields_keep_what_they_hold() {
        let html = "<p title=\"a>\u{202e}\">x\u{202e}y\u{2066}</p><input value=\"\u{202e}\">\u{202b}z";
        let inert = "<p title=\"a>\u{202e}\">xy</p><input value=\"\u{202e}\">z";
        assert_eq!(document(html.to_owned()), inert);
    }
}
