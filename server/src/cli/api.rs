//! `signet api`: resource servers, addressed by their audience.

use super::{RealmArgs, Session, managed::PageArgs};
use clap::{Args, Subcommand};
use domain::{
    api::{Api, ApiAudience, TokenFormat},
    client::ClientId,
    services::apis::NewApi,
    signing_key::SigningAlgorithm,
};
use serde_json::{Value, json};
use std::time::Duration;

#[derive(Subcommand)]
pub(super) enum ApiCommand {
    /// Register an API that access tokens can be asked for.
    Create(Box<Create>),
    /// List APIs.
    List(List),
    /// Delete an API; tokens for it are issued no more.
    Delete(Named),
}

#[derive(Args)]
pub(super) struct Create {
    #[command(flatten)]
    realm: RealmArgs,
    /// What `resource` and `aud` call it: a URI without fragment, or any other name.
    #[arg(long)]
    audience: String,
    /// What operators call it.
    #[arg(long)]
    name: String,
    /// A scope and what it means, as name=description; repeat for several.
    #[arg(long = "scope", num_args = 1.., value_parser = parse_scope, value_name = "NAME=DESCRIPTION")]
    scopes: Vec<(String, String)>,
    /// Seconds that access tokens for it live; as configured if none.
    #[arg(long)]
    access_token_lifetime: Option<u64>,
    /// What they are signed with; as configured if none.
    #[arg(long, value_parser = parse_alg)]
    alg: Option<SigningAlgorithm>,
    /// What they look like: jwt or opaque.
    #[arg(long, default_value = "jwt", value_parser = parse_format)]
    format: TokenFormat,
    /// A confidential client that may ask about its tokens; repeat for several.
    // One made by chance may begin like an option.
    #[arg(long = "introspection-client", allow_hyphen_values = true)]
    introspection_clients: Vec<ClientId>,
}

#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    realm: RealmArgs,
    #[command(flatten)]
    page: PageArgs,
}

#[derive(Args)]
pub(super) struct Named {
    #[command(flatten)]
    realm: RealmArgs,
    /// The audience.
    audience: ApiAudience,
}

impl ApiCommand {
    pub(super) async fn run(self, session: &Session) -> anyhow::Result<()> {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::List(list) => {
                let (runtime, act) = session.in_realm(&list.realm).await?;
                let page = runtime.services.apis.list(&act, &list.page.request()).await?;
                session.print_list(page.items.iter().map(describe).collect(), page.next)
            }
            Self::Delete(Named { realm, audience }) => {
                let (runtime, act) = session.in_realm(&realm).await?;
                let deleted = runtime.services.apis.delete(&act, &audience).await?;
                anyhow::ensure!(deleted, "there is no such api");
                session.print(&json!({"audience": audience, "deleted": true}), "deleted")
            }
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> anyhow::Result<()> {
        let (runtime, act) = session.in_realm(&self.realm).await?;
        let new = NewApi {
            audience: self.audience,
            name: self.name,
            scopes: self.scopes,
            access_token_lifetime: self.access_token_lifetime.map(Duration::from_secs),
            alg: self.alg,
            format: self.format,
            introspection_clients: self.introspection_clients,
        };
        let api = runtime.services.apis.create(&act, new).await?;
        session.print(
            &json!({"id": api.id, "audience": api.audience}),
            &format!("registered {}", api.audience),
        )
    }
}

fn parse_scope(text: &str) -> Result<(String, String), String> {
    let (name, words) = text.split_once('=').ok_or("say name=description")?;
    Ok((name.to_owned(), words.to_owned()))
}

fn parse_alg(text: &str) -> Result<SigningAlgorithm, String> {
    let known = SigningAlgorithm::ALL.map(SigningAlgorithm::as_str).join(", ");
    SigningAlgorithm::parse(text).ok_or_else(|| format!("use one of {known}"))
}

fn parse_format(text: &str) -> Result<TokenFormat, String> {
    TokenFormat::parse(text).ok_or_else(|| "use jwt or opaque".to_owned())
}

/// An API as lists show it.
fn describe(api: &Api) -> Value {
    json!({
        "id": api.id,
        "audience": api.audience,
        "name": api.name.as_str(),
        "scopes": api.scopes,
        "access_token_lifetime": api.access_token_lifetime.map(|lifetime| lifetime.as_secs()),
        "alg": api.alg,
        "format": api.format,
        "introspection_clients": api.introspection_clients,
    })
}
