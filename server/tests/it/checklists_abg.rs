//! `checklists_abg.txt` names the tests against three classes of bugs that other providers had. Here it is made sure that no
//! line is missing and that every test is there.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const LISTS: &str = include_str!("checklists_abg.txt");
/// The lines there must be.
const LINES: [usize; 15] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// Each line's number, and the tests it names.
fn lines() -> Vec<(usize, Vec<&'static str>)> {
    let mut lines: Vec<(usize, Vec<&str>)> = Vec::new();
    for text in LISTS
        .lines()
        .filter(|text| !text.is_empty() && !text.starts_with(['#', '[']))
    {
        match text.strip_prefix("    ") {
            Some(test) => lines.last_mut().unwrap().1.push(test),
            None => lines.push((text.split_once(". ").unwrap().0.parse().unwrap(), Vec::new())),
        }
    }
    lines
}

/// The names of functions behind an attribute, in every source of the workspace, and of cases that tables list.
fn tests() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut waiting: Vec<PathBuf> = ["app", "crates", "server"].map(|name| root.join(name)).into();
    let mut found = BTreeSet::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.extend(named(&fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

fn named(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut attributed = false;
    for line in source.lines().map(str::trim) {
        let function = line.trim_start_matches("pub ").trim_start_matches("async ");
        if let Some(rest) = function.strip_prefix("fn ") {
            // The cases of the conformance suite are public, take the store they are for and are listed in a table.
            if attributed || rest.contains("(s: Subject)") {
                names.extend(rest.split('(').next().map(str::to_owned));
            }
            attributed = false;
        } else if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            attributed = true;
        }
    }
    names
}

#[test]
fn every_line_of_the_classes_a_b_and_g_has_tests_that_are_there() {
    let (lines, tests) = (lines(), tests());
    let numbers: Vec<usize> = lines.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, LINES);
    for (number, named) in lines {
        assert!(!named.is_empty(), "{number}");
        for test in named {
            assert!(tests.contains(test), "{number}: {test}");
        }
    }
}
