//! `signet registration-token`: what lets somebody register clients where `SIGNET_REGISTRATION` is `token`.

use super::{RealmArgs, Session, managed::PageArgs};
use clap::{Args, Subcommand};
use domain::{client_registration::RegistrationToken, id::RegistrationTokenId};
use serde_json::{Value, json};
use std::time::Duration;

#[derive(Subcommand)]
pub(super) enum RegistrationTokenCommand {
    /// Make one; it is shown this once.
    Create(Create),
    /// List them.
    List(List),
    /// Make one useless.
    Revoke(Revoke),
}

#[derive(Args)]
pub(super) struct Create {
    #[command(flatten)]
    realm: RealmArgs,
    /// Seconds after which it stops working; without it, it never does.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=315_360_000))]
    expires: Option<u64>,
    /// How many clients it registers; without it, any number.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    uses: Option<u32>,
}

#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    realm: RealmArgs,
    #[command(flatten)]
    page: PageArgs,
}

#[derive(Args)]
pub(super) struct Revoke {
    #[command(flatten)]
    realm: RealmArgs,
    /// Its id, as the list shows it.
    id: RegistrationTokenId,
}

impl RegistrationTokenCommand {
    pub(super) async fn run(self, session: &Session) -> anyhow::Result<()> {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::List(list) => {
                let (runtime, act) = session.in_realm(&list.realm).await?;
                let tokens = &runtime.services.registration_tokens;
                let page = tokens.list(&act, &list.page.request()).await?;
                session.print_list(page.items.iter().map(describe).collect(), page.next)
            }
            Self::Revoke(Revoke { realm, id }) => {
                let (runtime, act) = session.in_realm(&realm).await?;
                let revoked = runtime.services.registration_tokens.revoke(&act, id).await?;
                anyhow::ensure!(revoked, "there is no such token");
                session.print(&json!({"id": id, "revoked": true}), "revoked")
            }
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> anyhow::Result<()> {
        let (runtime, act) = session.in_realm(&self.realm).await?;
        let lifetime = self.expires.map(Duration::from_secs);
        let tokens = &runtime.services.registration_tokens;
        let (stored, token) = tokens.create(&act, lifetime, self.uses).await?;
        let mut document = describe(&stored);
        if let Some(members) = document.as_object_mut() {
            members.insert("token".to_owned(), json!(token.expose()));
        }
        session.print(&document, token.expose())
    }
}

fn describe(token: &RegistrationToken) -> Value {
    json!({
        "id": token.id,
        "created_at": token.created_at.seconds(),
        "expires_at": token.expires_at.map(|end| end.seconds()),
        "uses_left": token.uses_left,
    })
}
