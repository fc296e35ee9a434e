//! A compiler for WebAssembly, from what the machine has: the active toolchain with its own target, the
//! target added by rustup, or Debian's compiler with a standard library built from Debian's source.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result};

use super::{TARGET, sysroot};
use crate::{environment, process, workspace::Workspace};

/// A toolchain that can compile for the browser.
pub enum Toolchain {
    /// The one that `cargo` means here.
    Active,
    /// Debian's, with a folder that holds the standard library for the target.
    Debian(PathBuf),
}

impl Toolchain {
    /// Finds a toolchain, and makes one if there is none.
    pub fn find(workspace: &Workspace) -> Result<Self> {
        if has_target(workspace)? || added_by_rustup(workspace) {
            return Ok(Self::Active);
        }
        eprintln!("the active toolchain cannot compile for {TARGET}: taking Debian's");
        Ok(Self::Debian(sysroot::ensure(workspace)?))
    }

    /// A Cargo command of this toolchain, for the target.
    pub fn cargo(&self, workspace: &Workspace, verb: &str) -> Command {
        let mut command = match self {
            Self::Active => workspace.cargo(&[verb]),
            Self::Debian(sysroot) => {
                let mut command = sysroot::debian_cargo(workspace, &[verb]);
                let flags = format!("-Clinker=wasm-ld\u{1f}--sysroot={}", sysroot.display());
                command.env("CARGO_ENCODED_RUSTFLAGS", flags);
                command
            }
        };
        command.args(["--target", TARGET]);
        command
    }
}

/// Tells whether the active toolchain has a standard library for the target.
pub fn has_target(workspace: &Workspace) -> Result<bool> {
    let folder =
        process::output(&mut workspace.command("rustc", &["--print", "target-libdir", "--target", TARGET]))
            .context("Rust is needed; https://rustup.rs installs it")?;
    Ok(PathBuf::from(folder.trim()).is_dir())
}

fn added_by_rustup(workspace: &Workspace) -> bool {
    let allowed = !environment::is("RUSTUP_AUTO_INSTALL", "0") && environment::which("rustup").is_some();
    allowed && process::run(&mut workspace.command("rustup", &["target", "add", TARGET])).is_ok()
}
