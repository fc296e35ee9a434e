//! Building the product and running it: the bundle first, because the server carries it inside.

use std::{
    fs,
    io::Read,
    net::TcpListener,
    os::unix::process::CommandExt,
    process::{Child, ExitCode, Stdio},
};

use anyhow::{Context, Result, bail};
use serde_json::{Deserializer, Value};

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
    let mut demo = Demo::start(workspace)?;
    let mut pictures = npm::npm(workspace, &["run", "screenshots", "--"]);
    pictures
        .args(arguments)
        .env("SIGNET_DEMO", demo.ready.to_string());
    let outcome = process::run(&mut pictures);
    demo.server.kill()?;
    demo.server.wait()?;
    outcome?;
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
    let mut command = workspace.cargo(&["build", "-p", "server", "--bin", "signet"]);
    if profile == "release" {
        command.arg("--release");
    }
    process::run(&mut command)
}

/// A server with demo data on a free port, in a folder of its own.
struct Demo {
    server: Child,
    /// What `signet serve --json` prints when it is ready.
    ready: Value,
}

impl Demo {
    fn start(workspace: &Workspace) -> Result<Self> {
        let data = workspace.target.join("screenshots-data");
        if data.exists() {
            fs::remove_dir_all(&data)?;
        }
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut signet = workspace.command(workspace.signet("debug"), &["serve", "--demo", "--json"]);
        signet
            .env("SIGNET_DATA_DIR", &data)
            .env("SIGNET_LISTEN", format!("127.0.0.1:{port}"))
            .env("SIGNET_ISSUER", format!("http://localhost:{port}"))
            .stdout(Stdio::piped());
        process::show(&signet);
        let mut server = signet.spawn().context("cannot start signet")?;
        let output = server.stdout.take().context("the output is not readable")?;
        match first_document(output) {
            Ok(ready) => Ok(Self { server, ready }),
            Err(error) => {
                server.kill()?;
                server.wait()?;
                Err(error.context("signet did not become ready"))
            }
        }
    }
}

fn first_document(output: impl Read) -> Result<Value> {
    let mut documents = Deserializer::from_reader(output).into_iter::<Value>();
    documents
        .next()
        .context("it said nothing")?
        .context("it said something else than JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_document_is_read_without_waiting_for_the_end() {
        let (reader, mut writer) = std::io::pipe().unwrap();
        std::io::Write::write_all(&mut writer, b"{\"issuer\": \"http://localhost:1\"}\n").unwrap();
        let ready = first_document(reader).unwrap();
        assert_eq!(ready.get("issuer").unwrap(), "http://localhost:1");
        drop(writer);
        assert!(first_document(&b""[..]).is_err());
        assert!(first_document(&b"listening"[..]).is_err());
    }
}
