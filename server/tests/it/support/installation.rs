//! The binary as operators have it: a data folder, a server process, and commands beside it.

use super::{Browser, RelyingParty, idp::PASSWORD, relying_party::CALLBACK};
use domain::client::ClientAuthMethod;
use serde_json::Value;
use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};

/// A data folder and a port.
pub struct Installation {
    folder: tempfile::TempDir,
    port: u16,
}

/// A server; it ends with its owner.
pub struct Running(Child);

impl Installation {
    pub fn new() -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        Self {
            folder: tempfile::tempdir().unwrap(),
            port,
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn database(&self) -> String {
        format!("sqlite://{}", self.path("signet.db").display())
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_signet"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("SIGNET_DATA_DIR", self.folder.path())
            .env("SIGNET_ISSUER", self.origin())
            .env("SIGNET_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("SIGNET_METRICS_LISTEN", "off")
            .env("SIGNET_LOG", "warn")
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// The document of a command that succeeds.
    pub fn run(&self, arguments: &[&str]) -> Value {
        document(self.command(arguments).arg("--json").output().unwrap())
    }

    /// What a command that fails says; it prints no document.
    pub fn refused(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).arg("--json").output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    }

    pub fn person(&self, email: &str) -> Value {
        let arguments = [
            "user",
            "create",
            "--email",
            email,
            "--verified",
            "--password-stdin",
            "--json",
        ];
        let mut child = self.command(&arguments).stdin(Stdio::piped()).spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(PASSWORD.as_bytes())
            .unwrap();
        document(child.wait_with_output().unwrap())
    }

    pub fn client(&self) -> RelyingParty {
        let made = self.run(&[
            "client",
            "create",
            "--name",
            "App",
            "--type",
            "confidential",
            "--redirect-uri",
            CALLBACK,
        ]);
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        RelyingParty {
            id: text("client_id"),
            secret: Some(text("client_secret")),
            method: Some(ClientAuthMethod::ClientSecretBasic),
            redirect_uri: CALLBACK.to_owned(),
        }
    }

    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    pub fn browser(&self) -> Browser {
        Browser::over_http(self.origin())
    }

    /// Starts the server and waits until it says that it is ready.
    pub fn serve(&self) -> Running {
        let mut child = self
            .command(&["serve", "--json"])
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let running = Running(child);
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not ready: {line}"));
        assert_eq!(ready["issuer"], self.origin());
        running
    }
}

impl Running {
    /// Asks the server to end, and waits until it has.
    pub fn stop(mut self) {
        let asked = Command::new("kill")
            .arg(self.0.id().to_string())
            .status()
            .unwrap();
        assert!(asked.success());
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The document that a command printed.
pub fn document(output: Output) -> Value {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("not a document; {told}"))
}
