//! The binary as operators have it: a data folder, a server process, and commands beside it.

use super::{Browser, RelyingParty, deployment::MASTER_KEY, idp::PASSWORD, relying_party::CALLBACK};
use domain::client::ClientAuthMethod;
use serde_json::Value;
use server::{
    config::Config,
    wiring::{Adapters, Runtime},
};
use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
};

/// A data folder, a port and settings.
pub struct Installation {
    folder: tempfile::TempDir,
    port: u16,
    settings: HashMap<String, String>,
}

/// A server; it ends with its owner.
pub struct Running(Child);

impl Installation {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            port: free_port(),
            settings: HashMap::new(),
        }
    }

    /// One of several, with what it shares with the others.
    pub fn node(port: u16, settings: &[(&str, &str)]) -> Self {
        Self { port, ..Self::new() }.with(settings)
    }

    /// With its data in the PostgreSQL database at `url`.
    pub fn at(url: &str) -> Self {
        Self::new().with(&[("SIGNET_DATABASE_URL", url), ("SIGNET_MASTER_KEY", MASTER_KEY)])
    }

    pub fn with(mut self, settings: &[(&str, &str)]) -> Self {
        let settings = settings
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        self.settings.extend(settings);
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn database(&self) -> String {
        match self.settings.get("SIGNET_DATABASE_URL") {
            Some(url) => url.clone(),
            None => format!("sqlite://{}", self.path("signet.db").display()),
        }
    }

    /// The product on this data within this process; it listens nowhere.
    pub async fn runtime(&self) -> Arc<Runtime> {
        let mut environment = self.settings.clone();
        let folder = self.folder.path().display().to_string();
        environment.insert("SIGNET_DATA_DIR".to_owned(), folder);
        environment.insert("SIGNET_ISSUER".to_owned(), self.origin());
        let config = Config::from_sources(None, environment).unwrap();
        Runtime::start(&config, Adapters::default()).await.unwrap()
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
            .env("SIGNET_REQUEST_LIMIT", "0")
            .env("SIGNET_LOG", "warn")
            .env("RUST_BACKTRACE", "0")
            .envs(&self.settings)
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
        document(self.told(&arguments, PASSWORD))
    }

    /// What becomes of a command that reads `text`.
    pub fn told(&self, arguments: &[&str], text: &str) -> Output {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        // A command that refuses at once does not read.
        input.write_all(text.as_bytes()).ok();
        drop(input);
        child.wait_with_output().unwrap()
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
            assertions: None,
        }
    }

    pub fn port(&self) -> u16 {
        self.port
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
        assert!(ready["issuer"].is_string());
        running
    }
}

impl Running {
    /// Asks the server to end, and waits until it has.
    pub fn stop(self) {
        self.ask_to_stop();
        assert!(self.ended().success());
    }

    /// Sends the server SIGTERM.
    pub fn ask_to_stop(&self) {
        let asked = Command::new("kill")
            .arg(self.0.id().to_string())
            .status()
            .unwrap();
        assert!(asked.success());
    }

    /// Waits until the server has ended.
    pub fn ended(mut self) -> ExitStatus {
        self.0.wait().unwrap()
    }
}

impl Running {
    /// Ends the server without asking: it finishes nothing.
    pub fn kill(self) {
        drop(self);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A port below those that connections are given, so that it is still free when a server comes back to it.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 10_000 + u16::try_from(std::process::id() % 20_000).unwrap();
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// The document that a command printed.
pub fn document(output: Output) -> Value {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("not a document; {told}"))
}
