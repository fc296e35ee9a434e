//! Configuration: file and environment, read and validated once. The only reader of the environment.
//!
//! A key is the variable's name without `SIGNET_`, in lower case; the environment wins over the file. Whatever
//! is unknown, unreadable or unsafe stops the start with a sentence that names the key.

mod passwords;
mod providers;
mod raw;
mod registration;
mod settings;
mod terms;
#[cfg(test)]
mod tests;
mod theme;

use crate::places::GeoDatabase;
use domain::{issuer::Origin, realm_context::RealmSettings, secret::Secret};
use ipnet::IpNet;
use oidc::jose::RsaKeySize;
pub use providers::{ProviderConfig, UpstreamConfig};
use raw::Raw;
use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

/// Why the process does not start: which key, why, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{key}: {problem}")]
pub struct ConfigError {
    /// The key, as a variable, or the file.
    pub key: String,
    /// Why, and what to do.
    pub problem: String,
}

impl ConfigError {
    fn new(key: &str, problem: impl Into<String>) -> Self {
        Self {
            key: key.to_owned(),
            problem: problem.into(),
        }
    }
}

/// Where the master key comes from.
#[derive(Debug)]
pub enum MasterKeySource {
    /// The key itself, base64 of 32 bytes.
    Value(Secret<String>),
    /// A file that holds it.
    File(PathBuf),
    /// A file made at the first start.
    Made(PathBuf),
}

/// Where mails go.
#[derive(Debug)]
pub enum MailRoute {
    /// To the local mailbox below the data folder.
    Mailbox(PathBuf),
    /// To an SMTP server.
    Smtp(Secret<String>),
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// Everything an operator decides.
#[derive(Debug)]
#[allow(
    missing_docs,
    reason = "each field is the variable of the same name in docs/configuration.md"
)]
pub struct Config {
    pub issuer: Origin,
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    pub database_url: Secret<String>,
    pub ephemeral_url: Secret<String>,
    pub master_key: MasterKeySource,
    pub mail: MailRoute,
    pub mail_from: lettre::message::Mailbox,
    pub trusted_proxies: Vec<IpNet>,
    pub outbound_allow: Vec<IpNet>,
    pub administrator: Option<(String, Secret<String>)>,
    pub providers: Vec<ProviderConfig>,
    pub settings: RealmSettings,
    pub logo: Option<Vec<u8>>,
    pub geo_database: Option<Arc<GeoDatabase>>,
    pub request_limit: u32,
    pub rsa_key_size: RsaKeySize,
    pub log: String,
    pub log_format: LogFormat,
    pub metrics_listen: Option<SocketAddr>,
}

impl Config {
    /// Reads the file (`--config`, else `SIGNET_CONFIG`, else `./signet.toml` if there) and the environment.
    #[expect(
        clippy::disallowed_methods,
        reason = "configuration is the one reader of the environment"
    )]
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let environment: HashMap<String, String> = std::env::vars()
            .filter(|(key, _)| key.starts_with("SIGNET_"))
            .collect();
        let named = environment.get("SIGNET_CONFIG").map(PathBuf::from);
        let default = PathBuf::from("signet.toml");
        let file = file
            .map(Path::to_path_buf)
            .or(named)
            .or_else(|| default.exists().then_some(default));
        Self::from_sources(file.as_deref(), environment)
    }

    /// Reads `file` and the variables of `environment`.
    pub fn from_sources(
        file: Option<&Path>,
        environment: HashMap<String, String>,
    ) -> Result<Self, ConfigError> {
        Raw::read(file, environment)?.validate()
    }
}

impl Raw {
    fn validate(self) -> Result<Config, ConfigError> {
        self.refuse_what_is_absent()?;
        let issuer = Origin::parse(self.issuer.as_deref().unwrap_or("http://localhost:4000"))
            .map_err(|error| ConfigError::new("SIGNET_ISSUER", error.to_string()))?;
        let data_dir = PathBuf::from(self.data_dir.as_deref().unwrap_or("./data"));
        let database_url = match &self.database_url {
            Some(url) => url.clone(),
            None => format!("sqlite://{}", data_dir.join("signet.db").display()),
        };
        storage::check_address(&database_url)
            .map_err(|error| ConfigError::new("SIGNET_DATABASE_URL", error.to_string()))?;
        let sqlite = database_url.starts_with("sqlite:");
        Ok(Config {
            listen: parse(
                "SIGNET_LISTEN",
                self.listen.as_deref().unwrap_or("127.0.0.1:4000"),
                "an address and port such as 127.0.0.1:4000",
            )?,
            ephemeral_url: Secret::new(self.ephemeral_url()?),
            master_key: self.master_key(&data_dir, sqlite)?,
            mail: self.mail(&issuer, &data_dir)?,
            mail_from: parse(
                "SIGNET_MAIL_FROM",
                self.mail_from.as_deref().unwrap_or("Signet <no-reply@localhost>"),
                "an address such as Signet <no-reply@example.com>",
            )?,
            trusted_proxies: networks("SIGNET_TRUSTED_PROXIES", self.trusted_proxies.as_deref())?,
            outbound_allow: networks("SIGNET_OUTBOUND_ALLOW", self.outbound_allow.as_deref())?,
            administrator: self.administrator()?,
            providers: self.providers()?,
            settings: self.settings(&issuer)?,
            logo: self.logo()?,
            geo_database: self.geo_database()?,
            request_limit: bounded("SIGNET_REQUEST_LIMIT", self.request_limit, 600, 0..=6_000_000)?,
            rsa_key_size: self.rsa_key_size()?,
            log: self.log.clone().unwrap_or_else(|| "info".to_owned()),
            log_format: self.log_format()?,
            metrics_listen: self.metrics_listen()?,
            database_url: Secret::new(database_url),
            issuer,
            data_dir,
        })
    }

    /// Settings of parts that this binary does not have: nobody is to believe that they have an effect.
    fn refuse_what_is_absent(&self) -> Result<(), ConfigError> {
        let absent = |key, problem| Err(ConfigError::new(key, problem));
        if self.events_url.as_deref().is_some_and(|url| url != "sql:") {
            return absent(
                "SIGNET_EVENTS_URL",
                "this backend is not built into this binary; use sql:",
            );
        }
        for (key, value) in [
            ("SIGNET_TLS_CERT", &self.tls_cert),
            ("SIGNET_TLS_KEY", &self.tls_key),
        ] {
            if value.is_some() {
                let problem = "serving https itself is not built into this binary; put a TLS proxy in front";
                return absent(key, problem);
            }
        }
        Ok(())
    }

    fn ephemeral_url(&self) -> Result<String, ConfigError> {
        let url = self.ephemeral_url.as_deref().unwrap_or("memory:");
        storage::check_ephemeral(url)
            .map_err(|error| ConfigError::new("SIGNET_EPHEMERAL_URL", error.to_string()))?;
        Ok(url.to_owned())
    }

    fn master_key(&self, data_dir: &Path, sqlite: bool) -> Result<MasterKeySource, ConfigError> {
        match (&self.master_key, &self.master_key_file) {
            (Some(_), Some(_)) => Err(ConfigError::new(
                "SIGNET_MASTER_KEY",
                "set this or SIGNET_MASTER_KEY_FILE, not both",
            )),
            (Some(key), None) => Ok(MasterKeySource::Value(Secret::new(key.clone()))),
            (None, Some(file)) => Ok(MasterKeySource::File(PathBuf::from(file))),
            (None, None) if sqlite => Ok(MasterKeySource::Made(data_dir.join("master.key"))),
            (None, None) => Err(ConfigError::new(
                "SIGNET_MASTER_KEY_FILE",
                "is required with this database: 32 random bytes in base64, such as from `openssl rand -base64 32`",
            )),
        }
    }

    fn mail(&self, issuer: &Origin, data_dir: &Path) -> Result<MailRoute, ConfigError> {
        match &self.smtp_url {
            Some(url) if url.starts_with("smtp://") || url.starts_with("smtps://") => {
                Ok(MailRoute::Smtp(Secret::new(url.clone())))
            }
            Some(_) => Err(ConfigError::new("SIGNET_SMTP_URL", "use smtp://… or smtps://…")),
            None if issuer.is_loopback() => Ok(MailRoute::Mailbox(data_dir.join("mailbox"))),
            None => Err(ConfigError::new(
                "SIGNET_SMTP_URL",
                "is required unless the issuer is loopback; people must get their mail",
            )),
        }
    }

    fn administrator(&self) -> Result<Option<(String, Secret<String>)>, ConfigError> {
        match (&self.admin_email, &self.admin_password) {
            (Some(email), Some(password)) => Ok(Some((email.clone(), Secret::new(password.clone())))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(ConfigError::new(
                "SIGNET_ADMIN_PASSWORD",
                "is required with SIGNET_ADMIN_EMAIL",
            )),
            (None, Some(_)) => Err(ConfigError::new(
                "SIGNET_ADMIN_EMAIL",
                "is required with SIGNET_ADMIN_PASSWORD",
            )),
        }
    }

    fn geo_database(&self) -> Result<Option<Arc<GeoDatabase>>, ConfigError> {
        let path = self.geo_database.as_deref().filter(|path| !path.is_empty());
        path.map(|path| GeoDatabase::open(Path::new(path)).map(Arc::new))
            .transpose()
            .map_err(|error| {
                ConfigError::new("SIGNET_GEO_DATABASE", format!("the file cannot be used: {error}"))
            })
    }

    fn rsa_key_size(&self) -> Result<RsaKeySize, ConfigError> {
        match self.rsa_bits {
            None | Some(2048) => Ok(RsaKeySize::Bits2048),
            Some(3072) => Ok(RsaKeySize::Bits3072),
            Some(4096) => Ok(RsaKeySize::Bits4096),
            Some(_) => Err(ConfigError::new("SIGNET_RSA_BITS", "use 2048, 3072 or 4096")),
        }
    }

    fn log_format(&self) -> Result<LogFormat, ConfigError> {
        match self.log_format.as_deref() {
            None | Some("text") => Ok(LogFormat::Text),
            Some("json") => Ok(LogFormat::Json),
            Some(_) => Err(ConfigError::new("SIGNET_LOG_FORMAT", "use text or json")),
        }
    }

    fn metrics_listen(&self) -> Result<Option<SocketAddr>, ConfigError> {
        match self.metrics_listen.as_deref().unwrap_or("127.0.0.1:9464") {
            "off" => Ok(None),
            address => parse("SIGNET_METRICS_LISTEN", address, "an address and port, or off").map(Some),
        }
    }
}

fn parse<T: FromStr>(key: &str, text: &str, expected: &str) -> Result<T, ConfigError> {
    text.parse()
        .map_err(|_| ConfigError::new(key, format!("must be {expected}")))
}

fn networks(key: &str, text: Option<&str>) -> Result<Vec<IpNet>, ConfigError> {
    text.unwrap_or_default()
        .split([',', ' '])
        .filter(|part| !part.is_empty())
        .map(|part| match part.parse::<IpAddr>() {
            Ok(address) => Ok(address.into()),
            Err(_) => parse(key, part, "a list of CIDRs such as 10.0.0.0/8"),
        })
        .collect()
}

fn bounded<T: PartialOrd + std::fmt::Display>(
    key: &str,
    given: Option<T>,
    default: T,
    bound: std::ops::RangeInclusive<T>,
) -> Result<T, ConfigError> {
    let value = given.unwrap_or(default);
    if bound.contains(&value) {
        return Ok(value);
    }
    Err(ConfigError::new(
        key,
        format!("must be between {} and {}", bound.start(), bound.end()),
    ))
}
