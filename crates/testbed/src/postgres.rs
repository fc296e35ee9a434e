//! A PostgreSQL server of Debian's package.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use anyhow::{Context, Result};

use crate::service::{self, Recipe, Service};

const PACKAGED: &str = "/usr/lib/postgresql";
const USER: &str = "signet";

/// A PostgreSQL server with no database of ours in it yet.
pub struct Postgres {
    service: Service,
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    databases: AtomicU32,
}

impl Postgres {
    /// Starts a server with further `settings`, each as `name=value`. It flushes nothing unless `fsync=on` is among them:
    /// tests end processes, not the machine's power.
    ///
    /// # Errors
    /// When the package is missing or the server does not get ready.
    pub fn start(settings: &[&str]) -> Result<Self> {
        let programs = programs()?;
        let (folder, owner) = service::scratch("postgres")?;
        let program = |name: &str| programs.join(name).display().to_string();
        let data = folder.join("data").display().to_string();
        let mut initialise = owner.clone();
        initialise.extend([program("initdb"), "--pgdata".to_owned(), data.clone()]);
        initialise.extend(
            [
                "--auth=trust",
                "--username=signet",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ]
            .map(str::to_owned),
        );
        service::run(&initialise, &folder)?;

        let port = service::free_port()?;
        let mut command = owner;
        command.extend([program("postgres"), "-D".to_owned(), data]);
        let socket = format!("unix_socket_directories={}", folder.display());
        let port_setting = format!("port={port}");
        let usual = [
            "listen_addresses=127.0.0.1",
            "max_connections=400",
            "fsync=off",
            &socket,
            &port_setting,
        ];
        for setting in usual.iter().chain(settings) {
            command.extend(["-c".to_owned(), (*setting).to_owned()]);
        }
        let service = Service::start(
            folder.clone(),
            Recipe {
                command,
                signal: "INT",
            },
        )?;
        let postgres = Self {
            service,
            programs,
            folder,
            port,
            databases: AtomicU32::new(0),
        };
        postgres.wait()?;
        Ok(postgres)
    }

    /// The server that all tests of this process share.
    ///
    /// # Panics
    /// When it cannot be started: a test that lacks its database has failed.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| {
            #[expect(clippy::panic, reason = "a test without its database has failed")]
            Self::start(&[]).unwrap_or_else(|error| panic!("no PostgreSQL: {error:#}"))
        })
    }

    /// Makes a database, a copy of `template` where there is one (to which nobody may be connected), and returns its name.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn create_database(&self, template: Option<&str>) -> Result<String> {
        let name = format!("signet_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut command = self.client("createdb");
        // Copying files is quick where nothing is flushed.
        command.push("--strategy=file_copy".to_owned());
        command.extend(template.map(|template| format!("--template={template}")));
        command.push(name.clone());
        service::run(&command, &self.folder)?;
        Ok(name)
    }

    /// Removes a database and ends the connections to it.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn drop_database(&self, name: &str) -> Result<()> {
        let mut command = self.client("dropdb");
        command.extend(["--force".to_owned(), name.to_owned()]);
        service::run(&command, &self.folder)
    }

    /// Ends every connection to a database, so that it can be copied.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn disconnect(&self, name: &str) -> Result<()> {
        let mut command = self.client("psql");
        let sql = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        command.extend(["--dbname=postgres".to_owned(), format!("--command={sql}")]);
        service::run(&command, &self.folder)
    }

    /// The URL of a database of this server.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// Where its client programs are, `pgbench` among them.
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Stops the server in order; what is connected is cut off.
    ///
    /// # Errors
    /// When it does not run.
    pub fn stop(&self) -> Result<()> {
        self.service.stop("")
    }

    /// Starts the stopped server again, on the same port with the same data.
    ///
    /// # Errors
    /// When it runs already or does not get ready.
    pub fn resume(&self) -> Result<()> {
        self.service.resume()?;
        self.wait()
    }

    fn wait(&self) -> Result<()> {
        let probe = self.client("pg_isready");
        self.service
            .wait_until(|| service::run(&probe, &self.folder).is_ok())
    }

    fn client(&self, program: &str) -> Vec<String> {
        vec![
            self.programs.join(program).display().to_string(),
            "--host=127.0.0.1".to_owned(),
            format!("--port={}", self.port),
            format!("--username={USER}"),
        ]
    }
}

/// The folder of the newest packaged version.
fn programs() -> Result<PathBuf> {
    let mut versions: Vec<u32> = fs::read_dir(PACKAGED)
        .context("PostgreSQL is missing; this installs it: sudo apt-get install postgresql")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|version| Path::new(PACKAGED).join(format!("{version}/bin/initdb")).exists())
        .collect();
    versions.sort_unstable();
    let newest = versions.last().context("there is no PostgreSQL server here")?;
    Ok(Path::new(PACKAGED).join(format!("{newest}/bin")))
}
