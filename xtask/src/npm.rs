//! The npm packages of `end2end`: installed as locked, again only when the lock file has changed.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use crate::{fingerprint::fingerprint, packages, process, workspace::Workspace};

const INSTALLED: &str = "node_modules/.installed";

/// Installs the locked packages unless they are there.
pub fn ensure_packages(workspace: &Workspace) -> Result<()> {
    packages::ensure(&[packages::NODE, packages::NPM])?;
    let folder = workspace.end2end();
    let wanted = fingerprint(&folder, &["package.json", "package-lock.json"])?;
    if fs::read_to_string(folder.join(INSTALLED)).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    process::run(&mut npm(workspace, &["ci"])).context("run this in end2end to see why: npm ci")?;
    fs::write(folder.join(INSTALLED), wanted)?;
    Ok(())
}

/// An npm command in `end2end`. The browser is Debian's, so Playwright must not bring one.
pub fn npm(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = process::command("npm", &workspace.end2end());
    command
        .args(arguments)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    command
}

/// A program that an installed package brings.
pub fn program(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.end2end().join("node_modules/.bin").join(name)
}
