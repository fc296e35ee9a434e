//! The browser bundle: our WebAssembly library, its loader and their compressed copies.

mod bundle;
mod site;
mod sysroot;
mod toolchain;

use std::process::Command;

use anyhow::Result;

use crate::workspace::Workspace;

/// The target the bundle is compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Makes the bundle unless it is still good, and puts it where the server takes it from.
pub fn build(workspace: &Workspace) -> Result<()> {
    site::make_folder(workspace)?;
    let bundle = bundle::make(workspace)?;
    site::publish(workspace, &bundle)
}

/// Makes sure that the folder the server embeds exists: without it the server does not compile.
pub fn make_site_folder(workspace: &Workspace) -> Result<()> {
    site::make_folder(workspace)
}

/// Lets a Cargo command of the active toolchain compile for the browser, if that toolchain can.
/// Otherwise the command stays as it is, for the machine itself.
pub fn target_if_at_hand(workspace: &Workspace, command: &mut Command) -> Result<()> {
    if toolchain::has_target(workspace)? {
        command.args(["--target", TARGET]);
    }
    Ok(())
}
