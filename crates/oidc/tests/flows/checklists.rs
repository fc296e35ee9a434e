//! `checklists.txt` names, for every line of the lists that this provider is measured by, the tests that fail when the
//! line's rule is gone. Here it is made sure that no line is missing and that every test is there.

use std::{
    collections::BTreeSet,
    fs,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

const LISTS: &str = include_str!("checklists.txt");
/// The lists, and the numbers of their lines.
const LINES: [(&str, RangeInclusive<usize>); 11] = [
    ("A9.1", 1..=25),
    ("A9.2", 1..=17),
    ("A9.4", 1..=33),
    ("Rust", 1..=22),
    ("Rust sign-in", 33..=35),
    ("C", 11..=18),
    ("D", 19..=25),
    ("E", 26..=27),
    ("F", 28..=34),
    ("G", 35..=39),
    ("Input", 1..=12),
];

/// A line of a list.
struct Line<'a> {
    list: &'a str,
    number: usize,
    tests: Vec<&'a str>,
    not_applicable: bool,
}

fn lines() -> Vec<Line<'static>> {
    let (mut list, mut lines) = ("", Vec::new());
    for text in LISTS
        .lines()
        .filter(|text| !text.is_empty() && !text.starts_with('#'))
    {
        if let Some((name, _)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            list = name;
        } else if let Some(under) = text.strip_prefix("    ") {
            let line: &mut Line<'_> = lines.last_mut().unwrap();
            match under.strip_prefix("not applicable: ") {
                Some(reason) => line.not_applicable = reason.len() > 20,
                None => line.tests.push(under),
            }
        } else {
            let (number, _) = text.split_once(". ").unwrap_or_else(|| panic!("{text}"));
            lines.push(Line {
                list,
                number: number.parse().unwrap(),
                tests: Vec::new(),
                not_applicable: false,
            });
        }
    }
    lines
}

/// Every source file of the workspace's tests and code.
fn sources() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut waiting: Vec<PathBuf> = ["app", "crates", "server"].map(|name| root.join(name)).into();
    let mut found = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
    found
}

/// The tests of a source: functions behind an attribute that says so, and those that a table makes of its lines.
fn tests_of(source: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut attributed = false;
    for line in source.lines().map(str::trim_start) {
        let function = line.trim_start_matches("pub ").trim_start_matches("async ");
        if let Some(rest) = function.strip_prefix("fn ") {
            if attributed {
                names.extend(rest.split(['(', '<']).next());
            }
            attributed = false;
        } else if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            attributed = true;
        }
    }
    if source.contains("\nendings! {") {
        let table = source
            .lines()
            .filter(|line| line.ends_with(',') && !line.contains('('));
        names.extend(table.filter_map(|line| Some(line.trim().split_once(": ")?.0)));
    }
    names
}

#[test]
fn every_line_has_a_test_or_a_reason() {
    let lines = lines();
    let mut known = 0;
    for (list, expected) in LINES {
        let numbers = lines.iter().filter(|line| line.list == list);
        let numbers: Vec<usize> = numbers.map(|line| line.number).collect();
        assert_eq!(numbers, expected.collect::<Vec<_>>(), "{list}");
        known += numbers.len();
    }
    assert_eq!(lines.len(), known);
    for line in lines {
        let named = !line.tests.is_empty();
        assert_ne!(named, line.not_applicable, "{} {}", line.list, line.number);
    }
}

#[test]
fn every_test_that_is_named_is_there() {
    let sources = sources();
    for line in lines() {
        for test in line.tests {
            // What stands in brackets is a case of the test: text that its source has.
            let (name, case) = match test.split_once(" [") {
                Some((name, case)) => (name, case.trim_end_matches(']')),
                None => (test, ""),
            };
            let there = |source: &&String| tests_of(source).contains(name);
            let with_case = sources.iter().filter(there).any(|source| source.contains(case));
            assert!(with_case, "{} {}: {test}", line.list, line.number);
        }
    }
}
