//! The measured program, started on a free port with a folder of its own.

use crate::load::Rate;
use anyhow::{Context, Result, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rusqlite::Connection;
use serde_json::Value;
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt as _,
    process::{Child, Command},
};

/// Clock ticks a second in `/proc/PID/stat`, the same on every Linux of today.
const TICKS: f64 = 100.0;

/// A running server; it ends with this value.
pub struct Server {
    child: Child,
    signet: PathBuf,
    issuer: String,
    environment: Vec<(&'static str, String)>,
    folder: tempfile::TempDir,
}

impl Server {
    /// Starts the server on SQLite, or on the database at the address given.
    pub async fn start(signet: &Path, database: Option<&str>) -> Result<Self> {
        Self::start_configured(signet, database, "").await
    }

    /// Starts the server on SQLite with this as its file of settings.
    pub async fn configured(signet: &Path, settings: &str) -> Result<Self> {
        Self::start_configured(signet, None, settings).await
    }

    async fn start_configured(signet: &Path, database: Option<&str>, settings: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let issuer = format!("http://localhost:{port}");
        let mut environment = vec![
            ("SIGNET_DATA_DIR", folder.path().display().to_string()),
            ("SIGNET_ISSUER", issuer.clone()),
            ("SIGNET_LISTEN", format!("127.0.0.1:{port}")),
            ("SIGNET_METRICS_LISTEN", "off".to_owned()),
            ("SIGNET_REQUEST_LIMIT", "0".to_owned()),
            ("SIGNET_TRUSTED_PROXIES", "127.0.0.0/8,::1/128".to_owned()),
            ("SIGNET_LOG", "warn".to_owned()),
            ("SIGNET_MASTER_KEY", STANDARD.encode(unpredictable()?)),
        ];
        let file = folder.path().join("signet.toml");
        fs::write(&file, settings)?;
        environment.push(("SIGNET_CONFIG", file.display().to_string()));
        environment.extend(database.map(|url| ("SIGNET_DATABASE_URL", url.to_owned())));
        let child = command(signet, &environment)
            .arg("serve")
            .stdout(Stdio::null())
            .spawn()
            .context("the server cannot be started")?;
        let mut server = Self {
            child,
            signet: signet.to_owned(),
            issuer,
            environment,
            folder,
        };
        server.wait().await?;
        Ok(server)
    }

    async fn wait(&mut self) -> Result<()> {
        let ready = self.url("/readyz");
        loop {
            ensure!(self.child.try_wait()?.is_none(), "the server ended at once");
            if reqwest::get(&ready)
                .await
                .is_ok_and(|answer| answer.status() == 200)
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends the server and gives its folder.
    pub async fn end(mut self) -> Result<tempfile::TempDir> {
        self.child.kill().await?;
        Ok(self.folder)
    }

    /// The database of a server on SQLite.
    pub fn database(&self) -> Result<Connection> {
        let database = Connection::open(self.folder.path().join("signet.db"))?;
        database.busy_timeout(Duration::from_secs(10))?;
        Ok(database)
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// Runs a subcommand and gives the document it prints.
    pub async fn command(&self, arguments: &[&str], input: &str) -> Result<Value> {
        let mut child = command(&self.signet, &self.environment)
            .args(arguments)
            .arg("--json")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut stdin = child.stdin.take().context("no standard input")?;
        stdin.write_all(input.as_bytes()).await?;
        drop(stdin);
        let output = child.wait_with_output().await?;
        ensure!(output.status.success(), "signet {} failed", arguments.join(" "));
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// A load, with the processor time it cost the server.
    pub async fn measured(&self, load: impl Future<Output = Result<Rate>>) -> Result<Rate> {
        let before = self.cpu()?;
        let rate = load.await?;
        Ok(Rate {
            cpu: Some(self.cpu()?.saturating_sub(before)),
            ..rate
        })
    }

    fn cpu(&self) -> Result<Duration> {
        let id = self.child.id().context("the server has ended")?;
        let stat = fs::read_to_string(format!("/proc/{id}/stat"))?;
        // The second field is a name in parentheses; user and system time are the 14th and 15th.
        let (_, fields) = stat.rsplit_once(") ").context("an unknown form of stat")?;
        let ticks = fields.split(' ').skip(11).take(2).map(str::parse::<f64>);
        let ticks: f64 = ticks.sum::<Result<f64, _>>()?;
        Ok(Duration::from_secs_f64(ticks / TICKS))
    }
}

fn command(signet: &Path, environment: &[(&'static str, String)]) -> Command {
    let mut command = Command::new(signet);
    command
        .env_clear()
        .envs(environment.iter().map(|(name, value)| (*name, value)))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

fn unpredictable() -> Result<[u8; 32]> {
    use std::io::Read as _;
    let mut bytes = [0; 32];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes)
}
