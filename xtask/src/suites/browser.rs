//! The journeys in a real browser, run by Playwright against the debug binary.

use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Tally;
use crate::{npm, packages, process, workspace::Workspace};

/// Every journey, once.
pub fn journeys(workspace: &Workspace) -> Result<Tally> {
    playwright(workspace, &[])
}

/// Every journey several times, to find what fails only now and then.
pub fn repeated_journeys(workspace: &Workspace) -> Result<Tally> {
    playwright(workspace, &["--repeat-each=5"])
}

/// Runs Playwright with more arguments and counts what it reports.
pub fn playwright(workspace: &Workspace, arguments: &[&str]) -> Result<Tally> {
    packages::ensure(&[packages::CHROMIUM])?;
    npm::ensure_packages(workspace)?;
    let signet = workspace.signet("debug");
    if !signet.is_file() {
        bail!("there is no server to test: {} was not built", signet.display());
    }
    let report = workspace.target.join("journeys.json");
    if report.exists() {
        fs::remove_file(&report)?;
    }
    // What the build wrote goes to the disk first: the journeys' durable writes would wait behind gigabytes of it.
    process::run(&mut process::command("sync", &workspace.root))?;
    let mut command = npm::npm(workspace, &["test", "--", "--reporter=list,json"]);
    command
        .args(arguments)
        .env("SIGNET_BIN", signet)
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    let succeeded = process::run(&mut command);
    let report = fs::read_to_string(&report).context("Playwright left no report")?;
    let tally = count(&serde_json::from_str(&report)?).context("Playwright's report has no figures")?;
    Ok(tally.ended(succeeded.is_ok()))
}

/// A test that passed only when tried again has failed.
fn count(report: &Value) -> Option<Tally> {
    let figure = |name: &str| report.get("stats")?.get(name)?.as_u64();
    Some(Tally {
        passed: figure("expected")?,
        failed: figure("unexpected")? + figure("flaky")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flaky_tests_count_as_failed_and_a_report_needs_its_figures() {
        let report = serde_json::json!({"stats": {"expected": 7, "unexpected": 1, "flaky": 2, "skipped": 4}});
        assert_eq!(count(&report), Some(Tally { passed: 7, failed: 3 }));
        assert_eq!(count(&serde_json::json!({"stats": {}})), None);
    }
}
