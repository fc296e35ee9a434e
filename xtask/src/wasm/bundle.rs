//! Compiling `frontend` and turning it into what a browser loads: wasm-bindgen, wasm-opt, brotli.
//! The finished bundle is kept in the target folder and made again only when its sources have changed.

use std::{
    fs::{self, File},
    io::BufWriter,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use wasm_bindgen_cli_support::Bindgen;

use super::{TARGET, toolchain::Toolchain};
use crate::{fingerprint::fingerprint, npm, packages, process, workspace::Workspace};

const NAME: &str = "signet";
const PROFILE: &str = "wasm-release";
const SOURCES: &[&str] = &[
    "app",
    "frontend",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "xtask/src/wasm",
];
const OPTIMISED: &str = "optimised";
const PLAIN: &str = "plain";

/// Makes the bundle unless the one at hand is still good, and returns its folder.
pub fn make(workspace: &Workspace) -> Result<PathBuf> {
    let output = workspace.target.join("wasm");
    let (bundle, stamp) = (output.join("bundle"), output.join("bundle.stamp"));
    let sources = fingerprint(&workspace.root, SOURCES)?;
    let known = fs::read_to_string(&stamp).unwrap_or_default();
    // A bundle made without the optimiser is good only as long as there is still no npm to bring one.
    let good = known == format!("{sources} {OPTIMISED}")
        || (known == format!("{sources} {PLAIN}") && !packages::NPM.is_met());
    if good && bundle.is_dir() {
        eprintln!("the browser bundle is up to date");
        return Ok(bundle);
    }
    for old in [&bundle, &output.join("fresh")] {
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
    }
    let fresh = output.join("fresh");
    let library = compile(workspace, &output)?;
    bind(&library, &fresh)?;
    let module = fresh.join(format!("{NAME}_bg.wasm"));
    let state = if optimise(workspace, &module)? {
        OPTIMISED
    } else {
        PLAIN
    };
    for file in [module, fresh.join(format!("{NAME}.js"))] {
        compress(&file)?;
    }
    fs::rename(&fresh, &bundle)?;
    fs::write(&stamp, format!("{sources} {state}"))?;
    Ok(bundle)
}

fn compile(workspace: &Workspace, output: &Path) -> Result<PathBuf> {
    let mut command = Toolchain::find(workspace)?.cargo(workspace, "build");
    command
        .args(["-p", "frontend", "--lib", "--profile", PROFILE])
        .env("CARGO_TARGET_DIR", output);
    // wasm-bindgen and wasm-opt read from the module which instructions it may use; they strip it afterwards.
    command.args(["--config", &format!("profile.{PROFILE}.strip='none'")]);
    process::run(&mut command)?;
    Ok(output.join(TARGET).join(PROFILE).join("frontend.wasm"))
}

fn bind(library: &Path, folder: &Path) -> Result<()> {
    eprintln!("writing the loader with wasm-bindgen");
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(library)
        .out_name(NAME)
        .typescript(false)
        .remove_name_section(true);
    bindgen
        .remove_producers_section(true)
        .web(true)?
        .generate(folder)
        .context("wasm-bindgen failed")
}

/// Shrinks the module if npm can bring the optimiser, and tells whether it did.
fn optimise(workspace: &Workspace, module: &Path) -> Result<bool> {
    if !packages::NPM.is_met() {
        eprintln!("there is no npm to bring wasm-opt: the bundle works, but is about twice as large");
        return Ok(false);
    }
    npm::ensure_packages(workspace)?;
    let mut command = process::command(npm::program(workspace, "wasm-opt"), &workspace.root);
    process::run(command.arg("-Oz").arg(module).arg("-o").arg(module))?;
    Ok(true)
}

fn compress(file: &Path) -> Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    let packed = PathBuf::from(name);
    let parameters = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    let mut writer = BufWriter::new(File::create(&packed)?);
    brotli::BrotliCompress(&mut File::open(file)?, &mut writer, &parameters)?;
    drop(writer);
    let (raw, small) = (fs::metadata(file)?.len(), fs::metadata(&packed)?.len());
    eprintln!("{}: {raw} bytes, {small} compressed", file.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compressed_copy_holds_the_same_bytes() {
        let folder = std::env::temp_dir().join(format!("bundle-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("a.js");
        let text = "hydrate();\n".repeat(200);
        fs::write(&file, &text).unwrap();
        compress(&file).unwrap();
        let packed = fs::read(folder.join("a.js.br")).unwrap();
        assert!(packed.len() < text.len() / 10);
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut unpacked).unwrap();
        assert_eq!(unpacked, text.as_bytes());
        fs::remove_dir_all(&folder).unwrap();
    }
}
