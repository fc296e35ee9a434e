//! How things are said: in the language, in its script, with one name for each thing and in proportion.

use super::*;

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
const WORDLESS: [&str; 15] = [
    "activity-csv",
    "activity-from",
    "activity-json",
    "apps-open-of",
    "linked-remove-of",
    "list-pair",
    "date",
    "date-time",
    "decimal-mark",
    "error-credentials-end",
    "product",
    "sessions-report-of",
    "title",
    "passkey-of",
    "place",
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

#[test]
fn a_thing_has_the_same_name_everywhere() {
    let mut wrong = Vec::new();
    pairs(|language, key, original, message| {
        let Some(column) = Language::ALL.iter().skip(1).position(|other| *other == language) else {
            return;
        };
        let (original, said) = (original.text.to_lowercase(), message.text.to_lowercase());
        for (word, names) in &GLOSSARY {
            if original.contains(word) && !said.contains(names[column]) {
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

#[test]
fn figures_with_signs_between_them_stand_apart_where_words_run_the_other_way() {
    for (key, message) in messages(Language::Arabic) {
        let mut depth = 0_u32;
        let signs: Vec<char> = message.text.chars().collect();
        for three in signs.windows(3) {
            match three.first() {
                Some('\u{2068}') => depth += 1,
                Some('\u{2069}') => depth -= 1,
                _ => {}
            }
            let figure = |at: usize| {
                three
                    .get(at)
                    .is_some_and(|sign| sign.is_ascii_digit() || *sign == VALUE)
            };
            let turned = figure(0) && figure(2) && matches!(three.get(1), Some('-' | ':' | '/' | '+'));
            assert!(!turned || depth > 0, "{key}: {three:?} would be read backwards");
        }
    }
}
