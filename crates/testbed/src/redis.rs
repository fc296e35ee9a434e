//! A Redis server of Debian's package.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
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

/// A server that answers over TLS too, and what its clients have to trust.
pub struct RedisOverTls {
    _redis: Redis,
    port: u16,
    certificate: PathBuf,
}

impl RedisOverTls {
    /// Starts a server with a certificate for `localhost` that nobody else has signed.
    ///
    /// # Errors
    /// When the package is missing or the server does not get ready.
    pub fn start() -> Result<Self> {
        let (folder, command) = service::scratch("redis")?;
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])?;
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        fs::write(&certificate, made.cert.pem())?;
        fs::write(&key, made.signing_key.serialize_pem())?;
        let port = service::free_port()?;
        let (port_text, certificate_text) = (port.to_string(), certificate.display().to_string());
        let key_text = key.display().to_string();
        let over_tls = [
            ["--tls-port", &port_text],
            ["--tls-cert-file", &certificate_text],
            ["--tls-key-file", &key_text],
            ["--tls-ca-cert-file", &certificate_text],
            ["--tls-auth-clients", "no"],
        ];
        let redis = Redis::start_in(folder, command, over_tls.as_flattened())?;
        Ok(Self {
            _redis: redis,
            port,
            certificate,
        })
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("rediss://localhost:{}", self.port)
    }

    /// The certificate to trust, as a PEM file.
    pub fn certificate(&self) -> &Path {
        &self.certificate
    }
}

impl Redis {
    /// Starts a server.
    ///
    /// # Errors
    /// When the package is missing or the server does not get ready.
    pub fn start() -> Result<Self> {
        let (folder, command) = service::scratch("redis")?;
        Self::start_in(folder, command, &[])
    }

    fn start_in(folder: PathBuf, mut command: Vec<String>, settings: &[&str]) -> Result<Self> {
        let port = service::free_port()?;
        let (port_text, databases) = (port.to_string(), DATABASES.to_string());
        let always = [
            ["--bind", "127.0.0.1"],
            ["--save", ""],
            ["--appendonly", "no"],
            ["--port", &port_text],
            ["--databases", &databases],
        ];
        let words = ["redis-server"]
            .iter()
            .chain(always.as_flattened())
            .chain(settings);
        command.extend(words.map(|word| (*word).to_owned()));
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
