//! The command line. One file a subcommand; every one takes `--json` and prints one document on stdout.

mod api;
mod backup;
mod client;
mod client_description;
mod client_keys;
mod client_update;
mod concerning;
mod consent;
mod copy;
mod keys;
mod managed;
mod realm;
mod registration_token;
mod serve;
mod session;
mod theme;
mod user;

use crate::{
    config::{Config, LogFormat, MasterKeySource},
    outbound::{master_key::MasterKey, system::SystemRandomness},
    wiring::{Adapters, Runtime},
};
use clap::{Args, Parser, Subcommand};
use domain::{event::Actor, realm::RealmName, services::Act};
use std::{io::Write as _, path::PathBuf, sync::Arc, time::Duration};

/// An OAuth 2 authorization server and OpenID Provider with its own hosted pages.
#[derive(Parser)]
#[command(name = "signet", version, arg_required_else_help = true)]
pub struct Cli {
    /// Configuration file; else SIGNET_CONFIG, else ./signet.toml if it is there.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print one JSON document on stdout.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until told to stop.
    Serve(serve::Serve),
    /// Bring the database up to date.
    Migrate,
    /// Look at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Ask the running server whether it is ready.
    Healthcheck,
    /// People's accounts.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Registered clients.
    #[command(subcommand)]
    Client(client::ClientCommand),
    /// APIs that access tokens are for.
    #[command(subcommand)]
    Api(api::ApiCommand),
    /// People's sign-in sessions.
    #[command(subcommand)]
    Session(session::SessionCommand),
    /// What people allowed apps.
    #[command(subcommand)]
    Consent(consent::ConsentCommand),
    /// Tokens that let somebody register clients.
    #[command(subcommand)]
    RegistrationToken(registration_token::RegistrationTokenCommand),
    /// Realms.
    #[command(subcommand)]
    Realm(realm::RealmCommand),
    /// Signing keys.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Copy the SQLite database into one file, while the server runs. The master key is not inside.
    Backup(backup::Backup),
    /// Put a backup in the place of the SQLite database, while nothing runs.
    Restore(backup::Restore),
    /// Copy a whole database into an empty one: from SQLite to PostgreSQL or back.
    Copy(copy::Copy),
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Check the configuration without starting anything.
    Check,
}

/// Which realm a command works in.
#[derive(Args)]
struct RealmArgs {
    /// The realm; the root realm if none.
    #[arg(long, value_name = "SLUG", default_value = "root")]
    realm: RealmName,
}

/// What a command works with and prints to.
struct Session {
    config: Config,
    json: bool,
}

/// Does what the command line says.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    let config = Config::load(cli.config.as_deref())?;
    let serving = matches!(cli.command, Command::Serve(_));
    start_log(&config, serving);
    let session = Session {
        config,
        json: cli.json,
    };
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(session.execute(cli.command))
}

impl Session {
    async fn execute(self, command: Command) -> anyhow::Result<()> {
        match command {
            Command::Serve(serve) => serve.run(&self).await,
            Command::Migrate => {
                std::fs::create_dir_all(&self.config.data_dir)?;
                storage::migrate(self.config.database_url.expose()).await?;
                self.print(
                    &serde_json::json!({"migrated": true}),
                    "the database is up to date",
                )
            }
            Command::Config(ConfigCommand::Check) => self.check(),
            Command::Healthcheck => self.healthcheck().await,
            Command::User(command) => command.run(&self).await,
            Command::Client(command) => command.run(&self).await,
            Command::Api(command) => command.run(&self).await,
            Command::RegistrationToken(command) => command.run(&self).await,
            Command::Realm(command) => command.run(&self).await,
            Command::Session(command) => command.run(&self).await,
            Command::Consent(command) => command.run(&self).await,
            Command::Keys(command) => command.run(&self).await,
            Command::Backup(command) => command.run(&self).await,
            Command::Restore(command) => command.run(self).await,
            Command::Copy(command) => command.run(&self).await,
        }
    }

    async fn open(&self) -> anyhow::Result<Arc<Runtime>> {
        Runtime::start(&self.config, Adapters::default()).await
    }

    /// Opens the stores and the realm the command names.
    async fn in_realm(&self, realm: &RealmArgs) -> anyhow::Result<(Arc<Runtime>, Act)> {
        let runtime = self.open().await?;
        let context = runtime.realm(&realm.realm).await?;
        Ok((runtime, Runtime::act(context, Actor::CommandLine)))
    }

    /// Prints `document`, or `text` for people.
    fn print(&self, document: &serde_json::Value, text: &str) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if self.json {
            writeln!(out, "{document}")?
        } else {
            writeln!(out, "{text}")?
        }
        Ok(())
    }

    /// Prints a list: one document, or one line an item.
    fn print_list(&self, items: Vec<serde_json::Value>, next: Option<String>) -> anyhow::Result<()> {
        let line = |item: &serde_json::Value| match item.as_object() {
            Some(fields) => fields
                .values()
                .map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned))
                .collect::<Vec<_>>()
                .join("  "),
            None => item.to_string(),
        };
        let text = items.iter().map(line).collect::<Vec<_>>().join("\n");
        self.print(&serde_json::json!({"items": items, "next": next}), &text)
    }

    /// What `serve` would refuse before it opens the database is refused here too.
    fn check(&self) -> anyhow::Result<()> {
        let key = &self.config.master_key;
        if !matches!(key, MasterKeySource::Made(path) if !path.exists()) {
            MasterKey::load(key, &SystemRandomness::default())?;
        }
        self.print(
            &serde_json::json!({"valid": true, "issuer": self.config.issuer.as_str()}),
            "the configuration is valid",
        )
    }

    async fn healthcheck(&self) -> anyhow::Result<()> {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let ask = async {
            let mut stream = tokio::net::TcpStream::connect(self.config.listen).await?;
            let host = self.config.issuer.authority();
            stream
                .write_all(
                    format!("GET /readyz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes(),
                )
                .await?;
            let mut answer = String::new();
            stream.take(16_384).read_to_string(&mut answer).await?;
            std::io::Result::Ok(answer)
        };
        let problem = match tokio::time::timeout(Duration::from_secs(5), ask).await {
            Ok(Ok(answer)) if answer.starts_with("HTTP/1.1 200") => None,
            Ok(Ok(_)) => Some("the server is not ready"),
            Ok(Err(_)) => Some("nothing answers"),
            Err(_) => Some("no answer within 5 s"),
        };
        let (healthy, said) = (problem.is_none(), problem.map_or("ready", |_| "not ready"));
        self.print(&serde_json::json!({ "healthy": healthy }), said)?;
        problem.map_or(Ok(()), |problem| Err(anyhow::anyhow!(problem)))
    }
}

fn start_log(config: &Config, serving: bool) {
    let filter = tracing_subscriber::EnvFilter::try_new(if serving { config.log.as_str() } else { "warn" })
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}
