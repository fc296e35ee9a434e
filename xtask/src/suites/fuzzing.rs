//! The fuzzers of `crates/fuzz`, each for a minute, built so that they see which code an input reaches.
//!
//! The compiler's own passes give the coverage that libFuzzer steers by; a nightly toolchain would add checks of
//! memory that code without `unsafe` does not need.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::Tally;
use crate::{packages, process, workspace::Workspace};

const SECONDS: u32 = 60;

/// What `cargo fuzz` asks of the compiler when no sanitizer is chosen.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions";

/// Runs every fuzzer that has a corpus.
pub fn run(workspace: &Workspace) -> Result<Tally> {
    packages::ensure(&[packages::CPP])?;
    let (host, target) = (host(workspace)?, workspace.target.join("fuzz"));
    let mut build = workspace.cargo(&["build", "--release", "-p", "fuzz", "--target", &host]);
    // With a target named, the flags reach no build script.
    build.env("RUSTFLAGS", COVERAGE).env("CARGO_TARGET_DIR", &target);
    process::run(&mut build)?;

    let programs = target.join(host).join("release");
    let mut tally = Tally::default();
    for seeds in fs::read_dir(workspace.root.join("crates/fuzz/corpus"))? {
        let seeds = seeds?.path();
        let name = seeds.file_name().context("a corpus without a name")?;
        let found = target.join("corpus").join(name);
        fs::create_dir_all(&found)?;
        tally.add(Tally::of(fuzz(&programs.join(name), &found, &seeds)));
    }
    Ok(tally)
}

fn fuzz(program: &Path, found: &Path, seeds: &Path) -> Result<()> {
    let mut command = process::command(program, found);
    let time = format!("-max_total_time={SECONDS}");
    command.args([&time, "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"]);
    process::run(command.arg(found).arg(seeds))
}

fn host(workspace: &Workspace) -> Result<String> {
    let mut rustc = process::command("rustc", &workspace.root);
    let version = process::output(rustc.arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}
