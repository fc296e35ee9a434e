//! What file and environment say, before anything is believed.

use super::{ConfigError, providers::VARIABLES};
use std::{collections::HashMap, path::Path};

/// The keys there are, as text and numbers.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    pub issuer: Option<String>,
    pub listen: Option<String>,
    pub data_dir: Option<String>,
    pub database_url: Option<String>,
    pub ephemeral_url: Option<String>,
    pub events_url: Option<String>,
    pub smtp_url: Option<String>,
    pub mail_from: Option<String>,
    pub master_key: Option<String>,
    pub master_key_file: Option<String>,
    pub tls_cert: Option<String>,
    pub tls_key: Option<String>,
    #[serde(default, deserialize_with = "listed")]
    pub trusted_proxies: Option<String>,
    #[serde(default, deserialize_with = "listed")]
    pub outbound_allow: Option<String>,
    pub leaked_passwords_url: Option<String>,
    pub password_policy: Option<String>,
    pub registration: Option<String>,
    pub registration_grants: Option<String>,
    pub registration_hosts: Option<String>,
    pub registration_limit: Option<u32>,
    pub registration_scopes: Option<String>,
    pub admin_email: Option<String>,
    pub admin_password: Option<String>,
    pub code_lifetime: Option<u64>,
    pub device_code_lifetime: Option<u64>,
    pub access_token_lifetime: Option<u64>,
    pub id_token_lifetime: Option<u64>,
    pub refresh_idle: Option<u64>,
    pub refresh_absolute: Option<u64>,
    pub refresh_grace: Option<u64>,
    pub session_idle: Option<u64>,
    pub session_absolute: Option<u64>,
    pub access_token_alg: Option<String>,
    pub rsa_bits: Option<u32>,
    pub require_dpop_nonce: Option<bool>,
    pub require_pushed_authorization_requests: Option<bool>,
    pub hard_lockout: Option<bool>,
    pub work_after: Option<u64>,
    pub terms_url: Option<String>,
    pub terms_version: Option<String>,
    pub privacy_url: Option<String>,
    pub theme_name: Option<String>,
    pub theme_logo: Option<String>,
    pub theme_accent: Option<String>,
    pub theme_accent_dark: Option<String>,
    pub theme_radius: Option<String>,
    pub geo_database: Option<String>,
    pub request_limit: Option<u32>,
    pub log: Option<String>,
    pub log_format: Option<String>,
    pub metrics_listen: Option<String>,
    /// The tables `[[providers]]`.
    #[serde(skip)]
    pub providers: Vec<config::Value>,
    /// The variables about them.
    #[serde(skip)]
    pub provider_variables: HashMap<String, String>,
}

/// Keys that hold a secret and may name a file instead: `{key}_file`.
const SECRETS: [&str; 5] = [
    "admin_password",
    "database_url",
    "ephemeral_url",
    "events_url",
    "smtp_url",
];

/// A list as one text with commas, or as an array.
fn listed<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Listed {
        Text(String),
        Array(Vec<String>),
    }
    let listed = <Option<Listed> as serde::Deserialize>::deserialize(value)?;
    Ok(listed.map(|listed| match listed {
        Listed::Text(text) => text,
        Listed::Array(items) => items.join(","),
    }))
}

impl Raw {
    /// Merges the file and the environment.
    pub(super) fn read(
        file: Option<&Path>,
        environment: HashMap<String, String>,
    ) -> Result<Self, ConfigError> {
        let mut builder = config::Config::builder();
        if let Some(path) = file {
            let source = config::File::from(path).format(config::FileFormat::Toml);
            builder = builder.add_source(source);
        }
        let (provider_variables, variables): (HashMap<_, _>, HashMap<String, String>) = environment
            .into_iter()
            .filter(|(key, _)| key != "SIGNET_CONFIG")
            .partition(|(key, _)| key.starts_with(VARIABLES));
        let variables = config::Environment::with_prefix("SIGNET")
            .prefix_separator("_")
            .source(Some(variables.into_iter().collect()));
        let merged = builder
            .add_source(variables)
            .build()
            .map_err(|error| Self::unreadable(file, &error))?;
        let (merged, providers) = take_providers(merged)?;
        let merged = read_secret_files(merged)?;
        let raw: Self = merged
            .try_deserialize()
            .map_err(|error| Self::unreadable(file, &error))?;
        Ok(Self {
            providers,
            provider_variables,
            ..raw
        })
    }

    fn unreadable(file: Option<&Path>, error: &config::ConfigError) -> ConfigError {
        let text = error.to_string();
        let unknown = text
            .split_once("unknown field `")
            .and_then(|(_, rest)| rest.split_once('`'));
        match unknown {
            Some((key, _)) => ConfigError::new(
                &variable(key),
                "is not a key of this product; remove it or mend its name",
            ),
            None => ConfigError::new(
                &file.map_or_else(|| "environment".to_owned(), |file| file.display().to_string()),
                // What follows quotes the file, and the line may hold a password.
                text.lines().next().unwrap_or_default(),
            ),
        }
    }
}

fn variable(key: &str) -> String {
    format!("SIGNET_{}", key.to_uppercase())
}

fn table(merged: &config::Config) -> Result<HashMap<String, config::Value>, ConfigError> {
    let table = merged.cache.clone().into_table();
    let table = table.map_err(|error| ConfigError::new("configuration", error.to_string()))?;
    Ok(table.into_iter().collect())
}

fn with_table(mut merged: config::Config, table: HashMap<String, config::Value>) -> config::Config {
    merged.cache = config::Value::new(None, config::ValueKind::Table(table.into_iter().collect()));
    merged
}

/// Each provider is read for itself, so that what is wrong with one can be named.
fn take_providers(merged: config::Config) -> Result<(config::Config, Vec<config::Value>), ConfigError> {
    let mut table = table(&merged)?;
    let Some(providers) = table.remove("providers") else {
        return Ok((merged, Vec::new()));
    };
    let providers = providers
        .into_array()
        .map_err(|_| ConfigError::new("providers", "must be tables [[providers]] of the file"))?;
    Ok((with_table(merged, table), providers))
}

fn read_secret_files(merged: config::Config) -> Result<config::Config, ConfigError> {
    let mut table = table(&merged)?;
    for key in SECRETS {
        let Some(path) = table.remove(&format!("{key}_file")) else {
            continue;
        };
        let path = path
            .into_string()
            .map_err(|error| ConfigError::new(&variable(key), error.to_string()))?;
        let named = format!("{}_FILE", variable(key));
        if table.contains_key(key) {
            return Err(ConfigError::new(
                &named,
                format!("set this or {}, not both", variable(key)),
            ));
        }
        let text = std::fs::read_to_string(&path)
            .map_err(|error| ConfigError::new(&named, format!("the file cannot be read: {error}")))?;
        table.insert(
            key.to_owned(),
            config::Value::from(text.trim_end_matches(['\r', '\n'])),
        );
    }
    Ok(with_table(merged, table))
}
