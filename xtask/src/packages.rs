//! What recipes need from the machine, and the Debian packages that bring it.
//! To need one more thing (a database server, say), add a `Need` and name it in the suite that uses it.
//! Toolchains and browsers come from Debian only; nothing here downloads anything by itself.

use std::path::Path;

use anyhow::{Result, bail};

use crate::{environment, process};

/// Something that must be on the machine.
pub struct Need {
    /// The words for it in a message.
    pub what: &'static str,
    /// A program on the path, or a full path, that proves it is there.
    pub proof: &'static str,
    /// The Debian packages that bring it.
    pub debian: &'static [&'static str],
}

/// Chromium, for the browser journeys.
pub const CHROMIUM: Need = Need {
    what: "Chromium",
    proof: "chromium",
    debian: &["chromium"],
};
/// Node.js, for npm packages.
pub const NODE: Need = Need {
    what: "Node.js",
    proof: "node",
    debian: &["nodejs"],
};
/// npm, for the packages of `end2end`.
pub const NPM: Need = Need {
    what: "npm",
    proof: "npm",
    debian: &["npm"],
};

/// PostgreSQL, for tests and benchmarks that start their own server.
pub const POSTGRESQL: Need = Need {
    what: "PostgreSQL",
    proof: "pg_ctlcluster",
    debian: &["postgresql"],
};
/// Redis, for tests that start their own server.
pub const REDIS: Need = Need {
    what: "Redis",
    proof: "redis-server",
    debian: &["redis-server"],
};
/// A C++ compiler, for libFuzzer.
pub const CPP: Need = Need {
    what: "a C++ compiler",
    proof: "g++",
    debian: &["g++"],
};
/// nginx, for tests of several nodes behind a proxy.
pub const NGINX: Need = Need {
    what: "nginx",
    proof: "/usr/sbin/nginx",
    debian: &["nginx-light"],
};

/// Debian's own Rust compiler, from which the WebAssembly target can be built.
pub const DEBIAN_RUSTC: Need = Need {
    what: "Debian's Rust compiler",
    proof: "/usr/bin/rustc",
    debian: &["rustc-web"],
};
/// The Cargo of that compiler.
pub const DEBIAN_CARGO: Need = Need {
    what: "Debian's Cargo",
    proof: "/usr/bin/cargo",
    debian: &["cargo-web"],
};
/// The source of that compiler's standard library.
pub const DEBIAN_RUST_SRC: Need = Need {
    what: "the source of Debian's Rust",
    proof: "/usr/lib/rustlib/src/rust/library/Cargo.lock",
    debian: &["rust-web-src"],
};
/// The WebAssembly linker.
pub const WASM_LD: Need = Need {
    what: "the WebAssembly linker",
    proof: "wasm-ld",
    debian: &["lld"],
};

impl Need {
    /// Tells whether it is on the machine.
    pub fn is_met(&self) -> bool {
        if self.proof.starts_with('/') {
            Path::new(self.proof).exists()
        } else {
            environment::which(self.proof).is_some()
        }
    }
}

/// Installs those of `needs` that are missing, or says in one sentence which command would.
pub fn ensure(needs: &[Need]) -> Result<()> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !need.is_met()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let what = missing
        .iter()
        .map(|need| need.what)
        .collect::<Vec<_>>()
        .join(", ");
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.debian).copied().collect();
    eprintln!("missing: {what}; installing {}", packages.join(" "));
    let outcome = install(&packages);
    let command = format!(
        "sudo apt-get update && sudo apt-get install {}",
        packages.join(" ")
    );
    if let Err(error) = outcome {
        bail!("{what} could not be installed ({error:#}); this installs it: {command}");
    }
    match missing.iter().find(|need| !need.is_met()) {
        Some(need) => bail!(
            "{} is still not found as {}; this should install it: {command}",
            need.what,
            need.proof
        ),
        None => Ok(()),
    }
}

fn install(packages: &[&str]) -> Result<()> {
    if environment::which("apt-get").is_none() {
        bail!("there is no apt-get here");
    }
    // A new machine has no package lists yet. Old lists may still do, so a failure here is not the end.
    if let Err(error) = apt_get(&["update"]) {
        eprintln!("going on with the package lists at hand: {error:#}");
    }
    // What is installed stays: a package that conflicts with one of these is the reader's to remove.
    let mut arguments = vec!["install", "--yes", "--no-remove", "--no-install-recommends"];
    arguments.extend(packages);
    apt_get(&arguments)
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let here = Path::new(".");
    let user = process::output(process::command("id", here).arg("-u"))?;
    let prefix: &[&str] = if user.trim() == "0" {
        &["env"]
    } else {
        &["sudo", "-n", "env"]
    };
    let mut words = prefix.iter();
    let mut command = process::command(words.next().unwrap_or(&"env"), here);
    command
        .args(words)
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get"])
        .args(arguments);
    process::run(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHELL: Need = Need {
        what: "a shell",
        proof: "sh",
        debian: &["dash"],
    };
    const ROOT: Need = Need {
        what: "a file system",
        proof: "/",
        debian: &[],
    };
    const ABSENT: Need = Need {
        what: "a sea serpent",
        proof: "/no/such/file",
        debian: &[],
    };

    #[test]
    fn proofs_are_programs_on_the_path_or_full_paths() {
        assert!(SHELL.is_met());
        assert!(ROOT.is_met());
        assert!(!ABSENT.is_met());
    }

    #[test]
    fn nothing_is_installed_when_nothing_is_missing() {
        assert!(ensure(&[SHELL, ROOT]).is_ok());
    }
}
