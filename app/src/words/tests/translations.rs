//! What holds between the words of every language and the English ones.

use super::*;
use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey},
    parser,
};
use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use std::collections::BTreeMap;

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

/// Words that are the same in both languages.
const SAME: [(Language, &[&str]); 7] = [
    (
        Language::German,
        &[
            "activity-topic-apps",
            "code-label",
            "mail-code",
            "mail-link",
            "mailbox-to",
            "name-label",
            "passkey-unnamed",
            "passkeys-title",
            "safe-passkey",
            "sessions-apps",
            "playground-header",
            "playground-title",
            "second-factor-label",
            "website-label",
            "app-home",
        ],
    ),
    (
        Language::French,
        &[
            "activity-topic-sessions",
            "mail-code",
            "playground-title",
            "second-factor-label",
            "sessions-title",
        ],
    ),
    (Language::Spanish, &["playground-title", "title-error"]),
    (Language::Portuguese, &["playground-title"]),
    (Language::Japanese, &[]),
    (Language::Chinese, &[]),
    (Language::Arabic, &[]),
];

/// Messages without words of a language.
const WORDLESS: [&str; 12] = [
    "activity-csv",
    "activity-from",
    "activity-json",
    "apps-open-of",
    "linked-remove-of",
    "date",
    "date-time",
    "error-credentials-end",
    "product",
    "sessions-report-of",
    "title",
    "passkey-of",
];

#[test]
fn what_is_said_in_english_is_said_otherwise_elsewhere() {
    let mut left = Vec::new();
    pairs(|language, key, original, message| {
        let same = SAME
            .iter()
            .any(|(other, keys)| *other == language && keys.contains(&key));
        if !same && !WORDLESS.contains(&key) && message.text.trim() == original.text.trim() {
            left.push(format!("{}: {key}", language.as_str()));
        }
    });
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn every_message_is_in_the_script_of_its_language() {
    pairs(|language, key, _, message| {
        let of = |ranges: &[(char, char)]| {
            message
                .text
                .chars()
                .any(|sign| ranges.iter().any(|(from, to)| (*from..=*to).contains(&sign)))
        };
        let han = ('\u{4e00}', '\u{9fff}');
        let written = match language {
            Language::Japanese => of(&[('\u{3040}', '\u{30ff}'), han]),
            Language::Chinese => of(&[han]) && !of(&[('\u{3040}', '\u{30ff}')]),
            Language::Arabic => of(&[('\u{0600}', '\u{06ff}')]),
            _ => !of(&[('\u{0400}', '\u{06ff}'), ('\u{3040}', '\u{9fff}')]),
        };
        assert!(written || WORDLESS.contains(&key), "{}: {key}", language.as_str());
    });
}

/// Words of English messages and what each language has for them, in small letters.
const GLOSSARY: [(&str, [&str; 7]); 9] = [
    (
        "passkey",
        [
            "passkey",
            "accès",
            "llave",
            "chave",
            "パスキー",
            "通行密钥",
            "مرور",
        ],
    ),
    (
        "password",
        [
            "passw",
            "de passe",
            "contraseña",
            "senha",
            "パスワード",
            "密码",
            "كلم",
        ],
    ),
    (
        "authenticator app",
        [
            "authenticator-app",
            "d’authentification",
            "de autenticación",
            "autenticador",
            "認証アプリ",
            "身份验证器应用",
            "المصادقة",
        ],
    ),
    (
        "recovery code",
        [
            "wiederherstellungscode",
            "récupération",
            "recuperación",
            "recuperação",
            "リカバリーコード",
            "恢复码",
            "استرداد",
        ],
    ),
    (
        "account",
        ["kont", "compte", "cuenta", "conta", "アカウント", "账号", "حساب"],
    ),
    (
        "browser",
        [
            "browser",
            "navigateur",
            "navegador",
            "navegador",
            "ブラウザ",
            "浏览器",
            "متصفح",
        ],
    ),
    (
        "connected apps",
        [
            "verbundene",
            "applications connectées",
            "aplicaciones conectadas",
            "apps conectados",
            "連携アプリ",
            "已连接的应用",
            "التطبيقات المرتبطة",
        ],
    ),
    (
        "terms of use",
        [
            "nutzungsbedingungen",
            "conditions d’utilisation",
            "condiciones de uso",
            "termos de uso",
            "利用規約",
            "使用条款",
            "شروط الاستخدام",
        ],
    ),
    (
        "privacy policy",
        [
            "datenschutzerklärung",
            "confidentialité",
            "privacidad",
            "privacidade",
            "プライバシーポリシー",
            "隐私政策",
            "سياسة الخصوصية",
        ],
    ),
];

/// Messages that say a word of the glossary in another way, because the sentence asks for it.
const OTHERWISE: [&str; 0] = [];

#[test]
fn a_thing_has_the_same_name_everywhere() {
    let mut wrong = Vec::new();
    pairs(|language, key, original, message| {
        let Some(column) = Language::ALL.iter().skip(1).position(|other| *other == language) else {
            return;
        };
        let (original, said) = (original.text.to_lowercase(), message.text.to_lowercase());
        for (word, names) in &GLOSSARY {
            if original.contains(word) && !said.contains(names[column]) && !OTHERWISE.contains(&key) {
                wrong.push(format!("{}: {key}: {word}", language.as_str()));
            }
        }
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn names_and_figures_are_carried_over_as_they_are() {
    const NAMES: [&str; 7] = [
        "Signet",
        "JavaScript",
        "QR",
        "BCDF-GHJK",
        "https://",
        "name@example.com",
        "ID",
    ];
    let figures = |text: &str| -> BTreeSet<String> {
        let figures = text.split(|sign: char| !sign.is_ascii_digit());
        figures
            .filter(|figure| !figure.is_empty())
            .map(str::to_owned)
            .collect()
    };
    pairs(|language, key, original, message| {
        let at = language.as_str();
        for name in NAMES {
            if original.text.contains(name) {
                assert!(message.text.contains(name), "{at}: {key} lost {name}");
            }
        }
        if key != "date" && original.choices.is_empty() && message.choices.is_empty() {
            assert_eq!(figures(&message.text), figures(&original.text), "{at}: {key}");
        }
    });
}

#[test]
fn no_translation_is_out_of_proportion() {
    pairs(|language, key, original, message| {
        // Variants are counted together, and languages have more or fewer of them.
        if original.choices.is_empty() && message.choices.is_empty() {
            let (before, after) = (original.text.chars().count(), message.text.chars().count());
            let least = match language {
                Language::Japanese | Language::Chinese => before / 6,
                _ => before / 2,
            };
            let at = language.as_str();
            assert!(after + 12 >= least, "{at}: {key} has {after} signs of {before}");
            assert!(
                after <= before * 2 + 16,
                "{at}: {key} has {after} signs of {before}"
            );
        }
    });
}
