//! `signet consent`: what people allowed apps.

use super::{Session, concerning::Filter, managed::PageArgs};
use clap::{Args, Subcommand};
use domain::{clock::Timestamp, consent::Consent};
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum ConsentCommand {
    /// List what was allowed.
    List(List),
    /// Take back what a person allowed, or what a client was allowed; its tokens stop working.
    Revoke(Revoke),
}

#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    page: PageArgs,
}

#[derive(Args)]
pub(super) struct Revoke {
    #[command(flatten)]
    filter: Filter,
}

impl ConsentCommand {
    pub(super) async fn run(self, session: &Session) -> anyhow::Result<()> {
        match self {
            Self::List(list) => {
                let (runtime, act) = session.in_realm(&list.filter.realm).await?;
                let which = list.filter.resolve(&runtime.services, &act).await?;
                let page = list.page.request();
                let page = runtime.services.consents.list(&act, &which, &page).await?;
                session.print_list(page.items.iter().map(describe).collect(), page.next)
            }
            Self::Revoke(Revoke { filter }) => {
                anyhow::ensure!(!filter.is_empty(), "say whose: --user, --client or both");
                let (runtime, act) = session.in_realm(&filter.realm).await?;
                let which = filter.resolve(&runtime.services, &act).await?;
                let revoked = runtime.services.consents.revoke(&act, &which).await?;
                session.print(&json!({"revoked": revoked}), &format!("{revoked} revoked"))
            }
        }
    }
}

fn describe(consent: &Consent) -> Value {
    json!({
        "user_id": consent.user_id,
        "client_id": consent.client_id,
        "scope": consent.scopes.to_string(),
        "declined_scope": consent.declined.to_string(),
        "granted_at": consent.granted_at.seconds(),
        "updated_at": consent.updated_at.seconds(),
        "expires_at": consent.expires_at.map(Timestamp::seconds),
    })
}
