use super::*;
use std::{collections::BTreeSet, fs, path::Path};

mod translations;

fn keys() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for (_, file) in files(Language::English) {
        assert!(FluentResource::try_new(file.clone()).is_ok());
        for line in file
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        {
            let key = line.split_once(" = ").unwrap().0.to_owned();
            assert!(keys.insert(key.clone()), "{key} is there twice");
        }
    }
    keys
}

fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("tests") {
            continue;
        }
        if path.is_dir() {
            sources(&path, into);
        } else if path.file_name().unwrap() != "tests.rs" {
            into.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

fn source() -> String {
    let mut all = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    all
}

#[test]
fn every_message_is_used() {
    let source = source();
    let unused: Vec<_> = keys()
        .into_iter()
        .filter(|key| !source.contains(&format!("\"{key}\"")))
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn every_key_used_has_a_message() {
    let source: String = source().split_whitespace().collect();
    let keys = keys();
    let mut seen = 0;
    for call in [
        "words.get(\"",
        "w.get(\"",
        "words.with(\"",
        "w.with(\"",
        "put(\"",
        "say(\"",
        "words.around(\"",
        "w.around(\"",
        "w(\"",
    ] {
        for found in source.split(call).skip(1) {
            let key = found.split('"').next().unwrap();
            assert!(keys.contains(key), "{key} has no message");
            seen += 1;
        }
    }
    for found in source.split("\"error-").skip(1) {
        let key = format!("error-{}", found.split('"').next().unwrap());
        assert!(keys.contains(&key), "{key} has no message");
        seen += 1;
    }
    assert!(seen > 150, "{seen}");
}

#[test]
fn values_stay_plain_text() {
    let words = Words::for_locale(None);
    assert_eq!(
        words.with("sign-in-title-app", &[("app", "{ $x } <b>".into())]),
        "Sign in to { $x } <b>"
    );
    assert_eq!(
        words.around("title", "page", &[("product", "Signet".into())]),
        (String::new(), " · Signet".into())
    );
    assert_eq!(
        words.with("error-too-many", &[("seconds", 1.into())]),
        "Too many attempts. Try again in one second."
    );
}

#[test]
fn values_stand_apart_where_words_run_the_other_way() {
    let said = |language| Words::from(language).with("sign-in-title-app", &[("app", "Harbour 2".into())]);
    assert_eq!(
        said(Language::Arabic),
        "تسجيل الدخول إلى \u{2068}Harbour 2\u{2069}"
    );
    assert_eq!(said(Language::German), "Bei Harbour 2 anmelden");
}
