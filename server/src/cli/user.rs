//! `signet user`: accounts, addressed by id or e-mail.

use super::{
    RealmArgs, Session,
    managed::{Common, Users, status_word},
};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use domain::{
    federation::ProviderId,
    services::users::CreateUser,
    user::{Role, User},
};
use serde_json::{Map, Value, json};

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Make an account.
    Create(Create),
    #[command(flatten)]
    Common(Common),
}

#[derive(Args)]
pub(super) struct Create {
    #[command(flatten)]
    realm: RealmArgs,
    /// The address that identifies the person.
    #[arg(long)]
    email: String,
    /// Their name.
    #[arg(long, default_value = "")]
    name: String,
    /// Read a password from standard input.
    #[arg(long)]
    password_stdin: bool,
    /// Read the hash of a password from standard input, as another program made it: bcrypt ($2a$, $2b$, $2y$),
    /// $scrypt$, $pbkdf2-sha256$, $pbkdf2-sha512$ or $argon2id$.
    #[arg(long, conflicts_with = "password_stdin")]
    password_hash_stdin: bool,
    /// Count the address as proven.
    #[arg(long)]
    verified: bool,
    /// What else apps may be told: a JSON object of standard claims, or a file that holds one.
    #[arg(long, value_name = "JSON|FILE")]
    claims: Option<String>,
    /// Make the person an administrator.
    #[arg(long)]
    admin: bool,
}

impl UserCommand {
    pub(super) async fn run(self, session: &Session) -> anyhow::Result<()> {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Common(common) => common.run::<Users>(session).await,
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> anyhow::Result<()> {
        let typed = match self.password_stdin || self.password_hash_stdin {
            true => Some(std::io::read_to_string(std::io::stdin())?),
            false => None,
        };
        let typed = typed.map(|text| text.trim_end_matches(['\r', '\n']).to_owned());
        let (hash, password) = match self.password_hash_stdin {
            true => (typed, None),
            false => (None, typed),
        };
        let claims = self.claims.as_deref().map(read_claims).transpose()?;
        let (runtime, act) = session.in_realm(&self.realm).await?;
        let role = if self.admin {
            Role::Administrator
        } else {
            Role::Member
        };
        let new = CreateUser {
            email: self.email,
            name: self.name,
            password,
            verified: self.verified,
            role,
            claims: claims.unwrap_or_default(),
        };
        let users = &runtime.services.users;
        let user = match hash {
            Some(hash) => users.create_with_hash(&act, new, &hash).await?,
            None => users.create(&act, new).await?,
        };
        session.print(
            &json!({"id": user.id, "email": user.email.as_str()}),
            &user.id.to_string(),
        )
    }
}

/// The object itself, or what the file holds.
fn read_claims(text: &str) -> anyhow::Result<Map<String, Value>> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).context("the claims are not a JSON object");
    }
    let held = std::fs::read_to_string(text).with_context(|| format!("{text} cannot be read"))?;
    serde_json::from_str(&held).with_context(|| format!("{text} does not hold a JSON object"))
}

/// An account as lists show it, with the providers through which it runs the realm.
pub(super) fn describe(user: &User, admin_through: &[ProviderId]) -> Value {
    json!({
        "id": user.id,
        "email": user.email.as_str(),
        "name": user.name.as_ref().map(|name| name.as_str()),
        "verified": user.email_verified(),
        "claims": user.described,
        "status": status_word(user.status),
        "erase_at": user.erase_at.map(|at| at.rfc3339()),
        "admin": user.role == Role::Administrator,
        "admin_through": admin_through,
    })
}
