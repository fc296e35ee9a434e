//! `signet user`: accounts, addressed by id or e-mail.

use super::{RealmArgs, Session};
use clap::{Args, Subcommand};
use domain::{
    client::Status,
    services::users::CreateUser,
    stores::PageRequest,
    user::{Role, User},
};
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Make an account.
    Create(Create),
    /// List accounts.
    List(List),
    /// Refuse an account everywhere.
    Disable(Named),
    /// Let an account be used again.
    Enable(Named),
    /// Delete an account and everything that is its own.
    Delete(Named),
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
    /// Count the address as proven.
    #[arg(long)]
    verified: bool,
    /// Make the person an administrator.
    #[arg(long)]
    admin: bool,
}

#[derive(Args)]
pub(super) struct Named {
    #[command(flatten)]
    realm: RealmArgs,
    /// Id or e-mail.
    user: String,
}

#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    realm: RealmArgs,
    /// Where to go on: `next` of the page before.
    #[arg(long)]
    after: Option<String>,
    /// How many, 1 to 200.
    #[arg(long, default_value_t = 100)]
    limit: u16,
}

impl UserCommand {
    pub(super) async fn run(self, session: &Session) -> anyhow::Result<()> {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::List(list) => {
                let (runtime, act) = session.in_realm(&list.realm).await?;
                let page = runtime
                    .services
                    .users
                    .list(&act, &PageRequest::new(list.after, list.limit))
                    .await?;
                session.print_list(page.items.iter().map(describe).collect(), page.next)
            }
            Self::Disable(named) => named.set_status(session, Status::Disabled).await,
            Self::Enable(named) => named.set_status(session, Status::Active).await,
            Self::Delete(named) => {
                let (runtime, act) = session.in_realm(&named.realm).await?;
                let found = runtime.services.users.find(&act, &named.user).await?;
                let user = found.ok_or_else(|| anyhow::anyhow!("there is no such user"))?;
                anyhow::ensure!(
                    runtime.services.users.delete(&act, user.id).await?,
                    "there is no such user"
                );
                session.print(&json!({"id": user.id, "deleted": true}), "deleted")
            }
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> anyhow::Result<()> {
        let password = if self.password_stdin {
            let text = std::io::read_to_string(std::io::stdin())?;
            Some(text.trim_end_matches(['\r', '\n']).to_owned())
        } else {
            None
        };
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
        };
        let user = runtime.services.users.create(&act, new).await?;
        session.print(
            &json!({"id": user.id, "email": user.email.as_str()}),
            &user.id.to_string(),
        )
    }
}

impl Named {
    async fn set_status(self, session: &Session, status: Status) -> anyhow::Result<()> {
        let (runtime, act) = session.in_realm(&self.realm).await?;
        let found = runtime.services.users.find(&act, &self.user).await?;
        let user = found.ok_or_else(|| anyhow::anyhow!("there is no such user"))?;
        anyhow::ensure!(
            runtime.services.users.set_status(&act, user.id, status).await?,
            "there is no such user"
        );
        let word = status_word(status);
        session.print(&json!({"id": user.id, "status": word}), word)
    }
}

pub(super) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Disabled => "disabled",
    }
}

fn describe(user: &User) -> Value {
    json!({
        "id": user.id,
        "email": user.email.as_str(),
        "name": user.name.as_ref().map(|name| name.as_str()),
        "verified": user.email_verified(),
        "status": status_word(user.status),
        "admin": user.role == Role::Administrator,
    })
}
