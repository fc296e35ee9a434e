//! The standard library for WebAssembly, built once from Debian's source with Debian's compiler.
//! The active toolchain is not touched. See Cargo's `build-std`:
//! <https://doc.rust-lang.org/cargo/reference/unstable.html#build-std>.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use super::TARGET;
use crate::{packages, process, workspace::Workspace};

const SEED: &str = "sysroot_seed";

/// A Cargo command that runs Debian's Cargo and compiler.
pub fn debian_cargo(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = workspace.command(packages::DEBIAN_CARGO.proof, arguments);
    // Inside `cargo xtask` these speak of the toolchain that built this program.
    for name in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTC_WRAPPER", "RUSTFLAGS"] {
        command.env_remove(name);
    }
    command.env("RUSTC", packages::DEBIAN_RUSTC.proof);
    command
}

/// The folder with the standard library of Debian's compiler for the target, built if it is missing.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    use packages::{DEBIAN_CARGO, DEBIAN_RUST_SRC, DEBIAN_RUSTC, WASM_LD};
    packages::ensure(&[DEBIAN_RUSTC, DEBIAN_CARGO, DEBIAN_RUST_SRC, WASM_LD])?;
    let sysroot = workspace
        .target
        .join("wasm-sysroot")
        .join(compiler_version(workspace)?);
    if !sysroot.is_dir() {
        eprintln!("building the standard library for {TARGET}, once");
        let partial = sysroot.with_extension("partial");
        build(workspace, &partial)?;
        fs::rename(&partial, &sysroot)?;
    }
    Ok(sysroot)
}

/// The compiler's release and the package's revision: a library fits only the compiler that built it.
fn compiler_version(workspace: &Workspace) -> Result<String> {
    let mut query = workspace.command("dpkg-query", &["--search", packages::DEBIAN_RUSTC.proof]);
    let found = process::output(&mut query)?;
    let package = found.split(':').next().unwrap_or_default();
    let version = process::output(&mut workspace.command("dpkg-query", &["-W", "-f=${Version}", package]))?;
    Ok(version
        .trim()
        .replace(|letter: char| !letter.is_ascii_alphanumeric(), "-"))
}

fn build(workspace: &Workspace, sysroot: &Path) -> Result<()> {
    let seed = sysroot.join("seed");
    let library = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(seed.join("src"))?;
    fs::create_dir_all(&library)?;
    let manifest = format!("[package]\nname = \"{SEED}\"\nedition = \"2024\"\n\n[workspace]\n");
    fs::write(seed.join("Cargo.toml"), manifest)?;
    fs::write(seed.join("src/lib.rs"), "")?;

    let mut command = debian_cargo(workspace, &["build", "--release", "--target", TARGET]);
    command
        .args(["-Z", "build-std=std,panic_abort"])
        .current_dir(&seed)
        .env("CARGO_TARGET_DIR", seed.join("target"))
        // Debian's stable compiler is asked for one unstable thing, and only to build its own library.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_ENCODED_RUSTFLAGS", "-Cembed-bitcode=yes");
    process::run(&mut command).context("the standard library for the browser could not be built")?;

    let built = seed.join("target").join(TARGET).join("release/deps");
    if copy_libraries(&built, &library)? == 0 {
        bail!("Debian's Cargo left no library in {}", built.display());
    }
    fs::remove_dir_all(&seed)?;
    Ok(())
}

fn copy_libraries(from: &Path, to: &Path) -> Result<usize> {
    let mut copied = 0;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if name.ends_with(".rlib") && !name.contains(SEED) {
            fs::copy(&path, to.join(name))?;
            copied += 1;
        }
    }
    Ok(copied)
}
