//! `signet client`: registered clients, addressed by `client_id`.

use super::{
    RealmArgs, Session,
    client_description::DescriptionArgs,
    client_update::Update,
    managed::{Clients, Common, status_word},
};
use clap::{Args, Subcommand, ValueEnum};
use domain::{
    client::{
        Client, ClientAuthMethod, ClientId, ClientMetadata, ClientType, GrantType, Party, PkceRequirement,
    },
    services::clients::NewClient,
};
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum ClientCommand {
    /// Register a client; its secret is shown this once.
    Create(Box<Create>),
    /// Change what is registered of a client; what is not named stays.
    Update(Box<Update>),
    /// Give a client a new secret; the one before works for another day.
    RotateSecret(Named),
    #[command(flatten)]
    Common(Common),
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Public,
    Confidential,
}

#[derive(Clone, Copy, ValueEnum)]
enum Pkce {
    Required,
    Optional,
}

#[derive(Args)]
pub(super) struct Create {
    #[command(flatten)]
    realm: RealmArgs,
    /// Name people see.
    #[arg(long)]
    name: String,
    /// Whether it can keep a secret.
    #[arg(long = "type", value_enum)]
    kind: Kind,
    /// Where responses may go; repeat for several.
    #[arg(long = "redirect-uri", num_args = 1..)]
    redirect_uris: Vec<String>,
    /// Where people may land after signing out.
    #[arg(long = "post-logout-redirect-uri", num_args = 1..)]
    post_logout_redirect_uris: Vec<String>,
    /// Grant types; authorization_code and refresh_token if none.
    #[arg(long = "grant", num_args = 1.., value_parser = parse_grant)]
    grants: Vec<GrantType>,
    /// Scopes it may ask for, separated by spaces.
    #[arg(long)]
    scope: Option<String>,
    /// How it authenticates; client_secret_basic for a confidential client if none.
    #[arg(long, value_parser = parse_method)]
    auth_method: Option<Method>,
    /// Whether PKCE may be left out.
    #[arg(long, value_enum, default_value = "required")]
    pkce: Pkce,
    /// It is the operator's own: consent is not asked.
    #[arg(long)]
    first_party: bool,
    #[command(flatten)]
    description: DescriptionArgs,
    /// Further origins that may call CORS endpoints.
    #[arg(long = "allowed-origin", num_args = 1..)]
    allowed_origins: Vec<String>,
}

#[derive(Clone, Copy)]
enum Method {
    None,
    Secret(ClientAuthMethod),
}

#[derive(Args)]
pub(super) struct Named {
    #[command(flatten)]
    realm: RealmArgs,
    /// The client_id.
    // One made by chance may begin like an option.
    #[arg(allow_hyphen_values = true)]
    client_id: ClientId,
}

impl ClientCommand {
    pub(super) async fn run(self, session: &Session) -> anyhow::Result<()> {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Update(update) => update.run(session).await,
            Self::RotateSecret(named) => {
                let (runtime, act) = session.in_realm(&named.realm).await?;
                let secret = runtime
                    .services
                    .clients
                    .rotate_secret(&act, &named.client_id)
                    .await?;
                let secret = secret.ok_or_else(|| anyhow::anyhow!("there is no such confidential client"))?;
                session.print(
                    &json!({"client_id": named.client_id, "client_secret": secret.expose()}),
                    secret.expose(),
                )
            }
            Self::Common(common) => common.run::<Clients>(session).await,
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> anyhow::Result<()> {
        let method = match (self.kind, self.auth_method) {
            (Kind::Public, None | Some(Method::None)) => None,
            (Kind::Public, Some(Method::Secret(_))) => {
                anyhow::bail!("a public client authenticates with none")
            }
            (Kind::Confidential, None) => Some(ClientAuthMethod::ClientSecretBasic),
            (Kind::Confidential, Some(Method::Secret(method))) => Some(method),
            (Kind::Confidential, Some(Method::None)) => {
                anyhow::bail!("a confidential client must authenticate")
            }
        };
        let (runtime, act) = session.in_realm(&self.realm).await?;
        let description = self.description.read(&runtime.origin)?;
        let new = NewClient {
            id: None,
            name: self.name,
            method,
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            grants: self.grants,
            scope: self.scope,
            pkce: match self.pkce {
                Pkce::Required => PkceRequirement::Required,
                Pkce::Optional => PkceRequirement::Optional,
            },
            party: if self.first_party {
                Party::First
            } else {
                Party::Third
            },
            allowed_origins: self.allowed_origins,
            metadata: ClientMetadata {
                // What it proves itself with is part of what it is.
                keys: description.keys.clone().unwrap_or_default(),
                ..ClientMetadata::default()
            },
        };
        let registered = runtime
            .services
            .clients
            .create_described(&act, new, description)
            .await?;
        let id = registered.client.id.as_str();
        match &registered.secret {
            Some(secret) => session.print(
                &json!({"client_id": id, "client_secret": secret.expose()}),
                &format!("client_id      {id}\nclient_secret  {}", secret.expose()),
            ),
            None => session.print(&json!({"client_id": id}), &format!("client_id  {id}")),
        }
    }
}

fn parse_grant(text: &str) -> Result<GrantType, String> {
    GrantType::parse(text)
        .ok_or_else(|| format!("use one of {}", GrantType::ALL.map(GrantType::as_str).join(", ")))
}

fn parse_method(text: &str) -> Result<Method, String> {
    if text == "none" {
        return Ok(Method::None);
    }
    let known = ClientAuthMethod::ALL.map(ClientAuthMethod::as_str).join(", ");
    ClientAuthMethod::parse(text)
        .map(Method::Secret)
        .ok_or_else(|| format!("use one of none, {known}"))
}

/// A client as lists show it.
pub(super) fn describe(client: &Client) -> Value {
    let oidc = client.oidc();
    let (kind, method) = match &oidc.client_type {
        ClientType::Public => ("public", "none"),
        ClientType::Confidential { method, .. } => ("confidential", method.as_str()),
    };
    json!({
        "client_id": client.id,
        "name": client.application.name.as_str(),
        "type": kind,
        "token_endpoint_auth_method": method,
        "redirect_uris": oidc.redirect_uris,
        "status": status_word(client.status),
    })
}
