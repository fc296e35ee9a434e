//! Where things are: the checkout, the folder for build output and the names of our crates.
//! Cargo is asked for them, so that `CARGO_TARGET_DIR` and configuration files count.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{environment, process};

/// The checkout this program was built from.
pub struct Workspace {
    /// The folder of the checkout.
    pub root: PathBuf,
    /// The folder Cargo builds into.
    pub target: PathBuf,
    members: Vec<String>,
}

impl Workspace {
    /// Asks Cargo about the workspace.
    pub fn find() -> Result<Self> {
        let mut metadata = process::command("cargo", environment::manifest_folder());
        metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
        let metadata: Value =
            serde_json::from_str(&process::output(&mut metadata)?).context("cargo metadata is not JSON")?;
        let path = |key: &str| {
            let value = metadata.get(key).and_then(Value::as_str);
            value
                .map(PathBuf::from)
                .with_context(|| format!("cargo metadata names no {key}"))
        };
        let packages = metadata
            .get("packages")
            .and_then(Value::as_array)
            .context("no packages")?;
        let name = |package: &Value| package.get("name")?.as_str().map(String::from);
        Ok(Self {
            root: path("workspace_root")?,
            target: path("target_directory")?,
            members: packages.iter().filter_map(name).collect(),
        })
    }

    /// `-p NAME` for every crate of the server's half. The browser's half and the fuzzers need other features of the
    /// same crates, and the recipes have their own dependencies: all of these are built by themselves.
    pub fn server_side(&self) -> Vec<&str> {
        let ours = self
            .members
            .iter()
            .filter(|name| !matches!(name.as_str(), "frontend" | "fuzz" | "xtask"));
        ours.flat_map(|name| ["-p", name.as_str()]).collect()
    }

    /// The `signet` program of a profile's folder, `debug` or `release`.
    pub fn signet(&self, profile: &str) -> PathBuf {
        self.target.join(profile).join("signet")
    }

    /// The folder whose files the server carries inside it. It stays in the checkout whatever the target
    /// folder is, because the server's source names it.
    pub fn site(&self) -> PathBuf {
        self.root.join("target/site")
    }

    /// The folder of the browser journeys.
    pub fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }

    /// A Cargo command in the checkout.
    pub fn cargo(&self, arguments: &[&str]) -> std::process::Command {
        self.command("cargo", arguments)
    }

    /// A command in the checkout.
    pub fn command(&self, program: impl AsRef<Path>, arguments: &[&str]) -> std::process::Command {
        let mut command = process::command(program, &self.root);
        command.args(arguments);
        command
    }
}
