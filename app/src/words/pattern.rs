//! A message that is formatted once and filled in often: a page with a hundred items says the same of each.

use super::{Words, inert};
use fluent_bundle::FluentArgs;

/// The first of the characters that stand in for values; Unicode promises that they are nobody's.
const FIRST: char = '\u{fdd0}';

/// A message with places for values.
pub(crate) struct Pattern {
    before: String,
    places: Vec<(usize, String)>,
}

impl Words {
    /// The message `key` with places for the values `names`, which it must take as they are and not choose by.
    pub(crate) fn pattern(&self, key: &str, names: &[&'static str]) -> Pattern {
        let mut args = FluentArgs::new();
        for (name, mark) in names.iter().zip(FIRST..) {
            args.set(*name, mark.to_string());
        }
        let text = self.format(key, Some(&args));
        let marks: Vec<char> = (FIRST..).take(names.len()).collect();
        let mut places: Vec<(usize, String)> = Vec::new();
        let mut before = String::new();
        for c in text.chars() {
            match (marks.iter().position(|mark| *mark == c), places.last_mut()) {
                (Some(which), _) => places.push((which, String::new())),
                (None, Some((_, after))) => after.push(c),
                (None, None) => before.push(c),
            }
        }
        Pattern { before, places }
    }
}

impl Pattern {
    /// The message with these values, in the order of their names.
    pub(crate) fn with(&self, values: &[&str]) -> String {
        let mut text = self.before.clone();
        for (which, after) in &self.places {
            if let Some(value) = values.get(*which) {
                text.push_str(&inert::apart((*value).into()));
            }
            text.push_str(after);
        }
        text
    }

    /// Items one after the other, by a message that takes what stands before and the next.
    pub(crate) fn join(&self, items: &[String]) -> String {
        let listed = items.iter().cloned();
        let listed = listed.reduce(|before, next| self.with(&[&before, &next]));
        listed.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::language::Language;

    #[test]
    fn what_is_filled_in_later_reads_as_if_it_were_there_at_once() {
        let names = ["granted", "used"];
        for language in Language::ALL {
            let w = Words::from(language);
            let pattern = w.pattern("apps-times", &names);
            for values in [
                ["1 May 2026", "2 June 2026"],
                ["حديقة", "\u{202e}x\u{2069}"],
                ["\u{fdd1}", ""],
            ] {
                let at_once = [(names[0], values[0].into()), (names[1], values[1].into())];
                assert_eq!(
                    pattern.with(&values),
                    w.with("apps-times", &at_once),
                    "{language:?}"
                );
            }
        }
    }
}
