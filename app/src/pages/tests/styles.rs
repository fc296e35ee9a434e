//! Styles are laid out by where lines begin and end, so that they hold from right to left too.

use std::{fs, path::Path};

/// What means the left or right side whatever the direction is, each where that is right.
const PHYSICAL: [(&str, &str); 4] = [
    // A tick and an arrow down are drawn the same way everywhere.
    ("consent.css", "border-width: 0 2px 2px 0"),
    ("languages.css", "border-width: 0 1px 1px 0"),
    // A background has no sides of its own: it is turned for the other direction in the rule that follows.
    (
        "field.css",
        "background: linear-gradient(var(--accent), var(--accent)) no-repeat left / 10% 100%",
    ),
    ("field.css", "background-position: right"),
];

fn declarations() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../style");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut text = fs::read_to_string(&path).unwrap();
        while let (Some(start), Some(end)) = (text.find("/*"), text.find("*/")) {
            text.replace_range(start..end + 2, "");
        }
        let parts = text
            .split(['{', '}', ';'])
            .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
        found.extend(
            parts
                .filter(|part| part.contains(": "))
                .map(|part| (name.clone(), part)),
        );
    }
    found
}

fn is_physical(declaration: &str) -> bool {
    let Some((property, value)) = declaration.split_once(": ") else {
        return false;
    };
    let sided = |text: &str| {
        text.split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| word == "left" || word == "right")
    };
    // Four values go around the box, or around its corners: on neither side may it be another than on the other.
    let uneven = match (property, values(value).as_slice()) {
        (
            "margin" | "padding" | "border-width" | "border-color" | "border-style" | "inset",
            [_, right, _, left],
        ) => right != left,
        ("border-radius", [first, second, third, fourth]) => first != second || third != fourth,
        _ => false,
    };
    sided(property) || (!property.starts_with('@') && !property.contains('(') && sided(value)) || uneven
}

/// The values of a declaration; one in brackets is one.
fn values(value: &str) -> Vec<String> {
    let mut depth = 0_u32;
    let mut found = vec![String::new()];
    for sign in value.chars() {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match found.last_mut() {
            Some(last) if sign != ' ' || depth > 0 => last.push(sign),
            _ => found.push(String::new()),
        }
    }
    found
}

#[test]
fn styles_name_no_side_but_the_beginning_and_the_end_of_a_line() {
    let all = declarations();
    assert!(all.len() > 400, "{}", all.len());
    let wrong: Vec<_> = all
        .iter()
        .filter(|(_, declaration)| is_physical(declaration))
        .filter(|(name, declaration)| !PHYSICAL.contains(&(name.as_str(), declaration.as_str())))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    for (name, declaration) in PHYSICAL {
        let there = all
            .iter()
            .any(|(file, found)| file == name && found == declaration);
        assert!(there, "{declaration} is not in {name} any more");
    }
}

#[test]
fn what_means_a_side_is_told_from_what_does_not() {
    for physical in [
        "margin-left: 1rem",
        "right: 0",
        "border-top-left-radius: 2px",
        "text-align: right",
        "float: left",
        "padding: 0 1px 0 2px",
        "border-radius: 1px 0 0 1px",
    ] {
        assert!(is_physical(physical), "{physical}");
    }
    for logical in [
        "margin-inline-start: 1rem",
        "padding: 0 1px",
        "text-align: end",
        "margin: 0 1px 2px 1px",
        "inset: 0",
        "padding: 1px clamp(1px, 2vw, 3px)",
        "border-radius: 0 0 1px 1px",
    ] {
        assert!(!is_physical(logical), "{logical}");
    }
}
