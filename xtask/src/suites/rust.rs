//! The suites that Cargo runs: format, lints, tests and the builds.

use std::process::Command;

use anyhow::{Context, Result};

use super::Tally;
use crate::{packages, process, product, wasm, workspace::Workspace};

/// Every file is formatted.
pub fn format(workspace: &Workspace) -> Result<Tally> {
    need_component(workspace, "fmt", "rustfmt")?;
    Ok(Tally::of(process::run(
        &mut workspace.cargo(&["fmt", "--all", "--check"]),
    )))
}

/// No warning in either half of the product, nor in the recipes.
pub fn lints(workspace: &Workspace) -> Result<Tally> {
    need_component(workspace, "clippy", "clippy")?;
    wasm::make_site_folder(workspace)?;
    let mut server = workspace.cargo(&["clippy", "--all-targets"]);
    server.args(workspace.server_side());
    let mut recipes = workspace.cargo(&["clippy", "--all-targets", "-p", "xtask"]);
    let mut fuzzers = workspace.cargo(&["clippy", "-p", "fuzz"]);
    let mut browser = workspace.cargo(&["clippy", "-p", "app", "-p", "frontend"]);
    wasm::target_if_at_hand(workspace, &mut browser)?;

    let mut tally = Tally::default();
    for command in [&mut server, &mut browser, &mut recipes, &mut fuzzers] {
        tally.add(Tally::of(process::run(command.args(["--", "-D", "warnings"]))));
    }
    Ok(tally)
}

/// Every test of every crate.
pub fn tests(workspace: &Workspace) -> Result<Tally> {
    packages::ensure(&[packages::POSTGRESQL, packages::REDIS, packages::NGINX])?;
    wasm::make_site_folder(workspace)?;
    let mut tally = cargo_test(workspace, &workspace.server_side())?;
    tally.add(cargo_test(workspace, &["-p", "xtask"])?);
    Ok(tally)
}

/// The tests of the protocols and of what stands below them.
pub fn core_tests(workspace: &Workspace) -> Result<Tally> {
    cargo_test(workspace, &["-p", "domain", "-p", "oidc", "-p", "federation"])
}

/// The scripts that the stores are held to an oracle with, many more of them than among the other tests.
pub fn many_scripts(workspace: &Workspace) -> Result<Tally> {
    packages::ensure(&[packages::POSTGRESQL, packages::REDIS])?;
    let mut command = workspace.cargo(&["test", "--no-fail-fast", "-p", "storage", "--test", "conformance"]);
    counted(command.args(["--", "model::"]).env("PROPTEST_CASES", "512"))
}

/// The bundle for the browser.
pub fn bundle(workspace: &Workspace) -> Result<Tally> {
    wasm::build(workspace)?;
    Ok(Tally::of(Ok(())))
}

/// The program the journeys run against.
pub fn server(workspace: &Workspace) -> Result<Tally> {
    product::server(workspace, "debug")?;
    Ok(Tally::of(Ok(())))
}

fn need_component(workspace: &Workspace, verb: &str, component: &str) -> Result<()> {
    process::output(&mut workspace.cargo(&[verb, "--version"])).with_context(|| {
        format!("cargo {verb} is missing; this installs it: rustup component add {component}")
    })?;
    Ok(())
}

fn cargo_test(workspace: &Workspace, arguments: &[&str]) -> Result<Tally> {
    let mut command = workspace.cargo(&["test", "--no-fail-fast"]);
    counted(command.args(arguments))
}

/// Runs a command that tests, and counts what it reports.
fn counted(command: &mut Command) -> Result<Tally> {
    let mut tally = Tally::default();
    let succeeded = process::run_reading(command, |line| {
        if let Some(result) = test_result(line) {
            tally.add(result);
        }
    })?;
    Ok(tally.ended(succeeded))
}

/// Reads the line with which a test binary ends: `test result: ok. 3 passed; 0 failed; …`.
fn test_result(line: &str) -> Option<Tally> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |what: &str| {
        let mut counts = counts.split("; ").filter_map(|part| part.split_once(' '));
        counts.find(|(_, name)| *name == what)?.0.parse().ok()
    };
    Some(Tally {
        passed: count("passed")?,
        failed: count("failed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_of_a_test_binary_is_counted() {
        let line = "test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.01s";
        assert_eq!(
            test_result(line),
            Some(Tally {
                passed: 12,
                failed: 2
            })
        );
        let line =
            "test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(test_result(line), Some(Tally { passed: 5, failed: 0 }));
        assert_eq!(test_result("test result_is_read ... ok"), None);
        assert_eq!(test_result("running 12 tests"), None);
    }
}
