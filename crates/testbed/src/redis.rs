//! A Redis server of Debian's package.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use anyhow::Result;

use crate::service::{self, Recipe, Service};

const DATABASES: u32 = 4096;
const PATIENCE: Duration = Duration::from_secs(1);

/// An empty Redis server that keeps nothing on disk.
pub struct Redis {
    service: Service,
    port: u16,
    databases: AtomicU32,
}

impl Redis {
    /// Starts a server.
    ///
    /// # Errors
    /// When the package is missing or the server does not get ready.
    pub fn start() -> Result<Self> {
        let (folder, mut command) = service::scratch("redis")?;
        let port = service::free_port()?;
        command.extend(
            [
                "redis-server",
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
            ]
            .map(str::to_owned),
        );
        command.extend(["--port".to_owned(), port.to_string()]);
        command.extend(["--databases".to_owned(), DATABASES.to_string()]);
        let service = Service::start(
            folder,
            Recipe {
                command,
                signal: "TERM",
            },
        )?;
        let redis = Self {
            service,
            port,
            databases: AtomicU32::new(0),
        };
        redis.wait()?;
        Ok(redis)
    }

    /// The server that all tests of this process share.
    ///
    /// # Panics
    /// When it cannot be started: a test that lacks its server has failed.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Redis> = OnceLock::new();
        SHARED.get_or_init(|| {
            #[expect(clippy::panic, reason = "a test without its server has failed")]
            Self::start().unwrap_or_else(|error| panic!("no Redis: {error:#}"))
        })
    }

    /// The URL of a logical database that no other caller was given.
    pub fn url(&self) -> String {
        let database = self.databases.fetch_add(1, Ordering::Relaxed) % DATABASES;
        format!("redis://127.0.0.1:{}/{database}", self.port)
    }

    /// Stops the server; what it held is lost.
    ///
    /// # Errors
    /// When it does not run.
    pub fn stop(&self) -> Result<()> {
        self.service.stop("")
    }

    /// Starts the stopped server again, empty, on the same port.
    ///
    /// # Errors
    /// When it runs already or does not get ready.
    pub fn resume(&self) -> Result<()> {
        self.service.resume()?;
        self.wait()
    }

    fn wait(&self) -> Result<()> {
        self.service.wait_until(|| self.answers().unwrap_or(false))
    }

    fn answers(&self) -> Result<bool> {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port))?;
        connection.set_read_timeout(Some(PATIENCE))?;
        connection.write_all(b"PING\r\n")?;
        let mut answer = [0; 7];
        connection.read_exact(&mut answer)?;
        Ok(&answer == b"+PONG\r\n")
    }
}
