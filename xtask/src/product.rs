//! Building the product and running it: the bundle first, because the server carries it inside.

use std::{
    fs,
    os::unix::process::CommandExt,
    process::{ExitCode, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{npm, only_flag, packages, process, wasm, workspace::Workspace};

/// `cargo xtask wasm`
pub fn wasm(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    if let Some(argument) = arguments.first() {
        bail!("unexpected argument {argument:?}");
    }
    wasm::build(workspace)?;
    Ok(ExitCode::SUCCESS)
}

/// `cargo xtask build [--release]`
pub fn build(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    let profile = if only_flag(arguments, "--release")? {
        "release"
    } else {
        "debug"
    };
    wasm::build(workspace)?;
    server(workspace, profile)?;
    println!("{}", workspace.signet(profile).display());
    Ok(ExitCode::SUCCESS)
}

/// `cargo xtask serve`
pub fn serve(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    wasm::build(workspace)?;
    server(workspace, "release")?;
    let mut signet = workspace.command(workspace.signet("release"), &["serve", "--demo"]);
    signet.args(arguments).stdin(Stdio::inherit());
    process::show(&signet);
    // The server takes this program's place, so that a signal meant for it reaches it.
    Err(signet.exec()).context("cannot start signet")
}

/// `cargo xtask screenshots`
pub fn screenshots(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    packages::ensure(&[packages::CHROMIUM])?;
    npm::ensure_packages(workspace)?;
    wasm::build(workspace)?;
    server(workspace, "debug")?;
    let mut pictures = npm::npm(workspace, &["run", "screenshots", "--"]);
    process::run(
        pictures
            .args(arguments)
            .env("SIGNET_BIN", workspace.signet("debug")),
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Compiles the server in a profile's folder, `debug` or `release`.
pub fn server(workspace: &Workspace, profile: &str) -> Result<()> {
    wasm::make_site_folder(workspace)?;
    // A program left from an earlier build must not stand in for one that does not compile.
    let signet = workspace.signet(profile);
    if signet.exists() {
        fs::remove_file(signet)?;
    }
    let mut command = workspace.cargo(&["rustc", "-p", "server", "--bin", "signet"]);
    if profile == "release" {
        command.arg("--release");
        // The linker that rustc brings for this platform keeps functions that are alike once, and says in a few bits what
        // is to be moved to where the program is loaded; others lack the options.
        if cfg!(all(
            target_arch = "x86_64",
            target_os = "linux",
            target_env = "gnu"
        )) {
            command.args(["--", "-C", "link-arg=-Wl,--icf=all,-z,pack-relative-relocs"]);
        }
    }
    process::run(&mut command)
}
