//! What holds between the words of every language and the English ones: the same messages, values and choices.

use super::*;
use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey},
    parser,
};
use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use std::collections::BTreeMap;

mod wording;

/// Stands for a value in the text of a message.
const VALUE: char = '\u{25cc}';

/// A message as its file has it.
#[derive(Default)]
struct Message {
    file: String,
    /// The texts between values, of every variant.
    text: String,
    /// The values it names.
    values: BTreeSet<String>,
    /// The values it chooses by, and the keys of the variants.
    choices: Vec<(String, Vec<String>)>,
}

impl Message {
    fn take(&mut self, pattern: &Pattern<String>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => self.text.push_str(value),
                PatternElement::Placeable { expression } => self.expression(expression),
            }
        }
    }

    fn expression(&mut self, expression: &Expression<String>) {
        match expression {
            Expression::Inline(inline) => {
                let name = named(inline);
                self.values.insert(name);
                self.text.push(VALUE);
            }
            Expression::Select { selector, variants } => {
                let name = named(selector);
                self.values.insert(name.clone());
                let mut keys = Vec::new();
                for variant in variants {
                    keys.push(match &variant.key {
                        VariantKey::Identifier { name } => name.clone(),
                        VariantKey::NumberLiteral { value } => value.clone(),
                    });
                    self.take(&variant.value);
                    self.text.push(VALUE);
                }
                self.choices.push((name, keys));
            }
        }
    }
}

fn named(inline: &InlineExpression<String>) -> String {
    match inline {
        InlineExpression::VariableReference { id } => id.name.clone(),
        other => panic!("only values are put into messages: {other:?}"),
    }
}

fn messages(language: Language) -> BTreeMap<String, Message> {
    let mut all = BTreeMap::new();
    for (name, text) in files(language) {
        let resource = parser::parse(text)
            .unwrap_or_else(|(_, errors)| panic!("{}/{name}: {errors:?}", language.as_str()));
        for entry in resource.body {
            match entry {
                Entry::Message(message) => {
                    let mut found = Message {
                        file: name.clone(),
                        ..Message::default()
                    };
                    let key = message.id.name;
                    found.take(&message.value.unwrap_or_else(|| panic!("{key} is empty")));
                    assert!(message.attributes.is_empty(), "{key}");
                    assert!(all.insert(key.clone(), found).is_none(), "{key} is there twice");
                }
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
                other => panic!("{}/{name}: {other:?}", language.as_str()),
            }
        }
    }
    all
}

fn others() -> impl Iterator<Item = (Language, BTreeMap<String, Message>)> {
    let others = Language::ALL
        .into_iter()
        .filter(|language| *language != Language::English);
    others.map(|language| (language, messages(language)))
}

/// Pairs of a message in English and in another language.
fn pairs(mut judge: impl FnMut(Language, &str, &Message, &Message)) {
    let english = messages(Language::English);
    for (language, messages) in others() {
        for (key, message) in &messages {
            if let Some(original) = english.get(key) {
                judge(language, key, original, message);
            }
        }
    }
}

#[test]
fn every_language_has_every_message_in_the_same_file_and_no_other() {
    let english = messages(Language::English);
    let place = |messages: &BTreeMap<String, Message>| -> BTreeSet<String> {
        let places = messages
            .iter()
            .map(|(key, message)| format!("{}: {key}", message.file));
        places.collect()
    };
    let wanted = place(&english);
    let mut wrong = Vec::new();
    for (language, messages) in others() {
        let found = place(&messages);
        let missing = wanted
            .difference(&found)
            .map(|key| format!("{}: {key} is missing", language.as_str()));
        wrong.extend(missing);
        let extra = found
            .difference(&wanted)
            .map(|key| format!("{}: {key} is nowhere in English", language.as_str()));
        wrong.extend(extra);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_message_takes_the_same_values_in_every_language_and_chooses_by_no_others() {
    let english = messages(Language::English);
    let numbers: BTreeSet<&str> = english
        .values()
        .flat_map(|message| &message.choices)
        .map(|(name, _)| name.as_str())
        .chain(["days", "history", "hours", "kinds", "min"])
        .collect();
    pairs(|language, key, original, message| {
        let at = language.as_str();
        assert_eq!(message.values, original.values, "{at}: {key}");
        for (name, _) in &message.choices {
            assert!(numbers.contains(name.as_str()), "{at}: {key} chooses by {name}");
        }
    });
}

#[test]
fn a_choice_by_number_has_a_variant_for_every_form_that_the_language_has() {
    let forms = |language: Language| {
        let tag: unic_langid::LanguageIdentifier = language.as_str().parse().unwrap();
        let known = PluralRules::get_locales(PluralRuleType::CARDINAL);
        let known = known
            .into_iter()
            .find(|known| known.language == tag.language && known.region.is_none());
        PluralRules::create(known.unwrap(), PluralRuleType::CARDINAL).unwrap()
    };
    for language in Language::ALL {
        let rules = forms(language);
        for (key, message) in messages(language) {
            for (name, variants) in message.choices.iter().filter(|(name, _)| name != "month") {
                for count in 0..=200_u32 {
                    let form = match rules.select(count).unwrap() {
                        PluralCategory::ZERO => "zero",
                        PluralCategory::ONE => "one",
                        PluralCategory::TWO => "two",
                        PluralCategory::FEW => "few",
                        PluralCategory::MANY => "many",
                        PluralCategory::OTHER => "other",
                    };
                    let count = count.to_string();
                    let told = variants
                        .iter()
                        .any(|variant| *variant == form || *variant == count);
                    // No code at all is one more case of its own, which English has in words.
                    assert!(
                        told,
                        "{}: {key} by {name}: no {form} for {count}",
                        language.as_str()
                    );
                }
            }
        }
    }
}

#[test]
fn the_engine_knows_the_plurals_of_every_language() {
    let seconds = |language, count: u32| {
        let words = Words::from(language);
        let text = words.with("error-too-many", &[("seconds", count.into())]);
        text.chars()
            .filter(|sign| !('\u{2068}'..='\u{2069}').contains(sign))
            .collect::<String>()
    };
    for (language, count, expected) in [
        (Language::German, 1, "einer Sekunde"),
        (Language::German, 2, "2 Sekunden"),
        (Language::French, 0, "0 seconde."),
        (Language::French, 2, "2 secondes"),
        (Language::Portuguese, 5, "5 segundos"),
        (Language::Portuguese, 1, "1 segundo."),
        (Language::Arabic, 1, "ثانية واحدة"),
        (Language::Arabic, 2, "ثانيتين"),
        (Language::Arabic, 7, "7 ثوانٍ"),
        (Language::Arabic, 11, "11 ثانيةً"),
        (Language::Arabic, 100, "100 ثانية"),
        (Language::Japanese, 1, "1 秒"),
        (Language::Chinese, 7, "7 秒"),
    ] {
        let text = seconds(language, count);
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn no_message_is_markup_or_has_signs_that_nobody_sees() {
    for language in Language::ALL {
        for (key, message) in messages(language) {
            let at = language.as_str();
            for sign in [
                '<', '>', '&', '\u{200b}', '\u{200e}', '\u{200f}', '\u{202e}', '\u{feff}', '\u{fffc}', '"',
                '`',
            ] {
                // A date of figures alone does not say by itself that it is read from right to left.
                let marked = sign == '\u{200f}' && language.is_right_to_left() && key.starts_with("date");
                assert!(marked || !message.text.contains(sign), "{at}: {key} has {sign:?}");
            }
            assert!(
                !message.text.contains(" ,") && !message.text.contains("..."),
                "{at}: {key}"
            );
        }
    }
}
