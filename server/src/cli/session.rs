//! `signet session`: people's sign-in sessions.

use super::{Session, concerning::Filter, managed::PageArgs};
use clap::{Args, Subcommand};
use domain::{id::LoginSessionId, login_session::LoginSession};
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum SessionCommand {
    /// List sessions that are alive.
    List(List),
    /// End one session, or those of a person or client; apps without offline_access lose their tokens.
    End(End),
}

#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    page: PageArgs,
}

#[derive(Args)]
pub(super) struct End {
    /// The session's id.
    #[arg(conflicts_with_all = ["user", "client"])]
    id: Option<LoginSessionId>,
    #[command(flatten)]
    filter: Filter,
}

impl SessionCommand {
    pub(super) async fn run(self, session: &Session) -> anyhow::Result<()> {
        match self {
            Self::List(list) => {
                let (runtime, act) = session.in_realm(&list.filter.realm).await?;
                let which = list.filter.resolve(&runtime.services, &act).await?;
                let page = list.page.request();
                let page = runtime.services.sessions.list(&act, &which, &page).await?;
                session.print_list(page.items.iter().map(describe).collect(), page.next)
            }
            Self::End(end) => end.run(session).await,
        }
    }
}

impl End {
    async fn run(self, session: &Session) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.id.is_some() || !self.filter.is_empty(),
            "say which: an id, --user or --client"
        );
        let (runtime, act) = session.in_realm(&self.filter.realm).await?;
        let sessions = &runtime.services.sessions;
        let ended = match self.id {
            Some(id) => {
                anyhow::ensure!(sessions.end(&act, id).await?, "there is no such session");
                1
            }
            None => {
                let which = self.filter.resolve(&runtime.services, &act).await?;
                sessions.end_all(&act, &which).await?
            }
        };
        session.print(&json!({"ended": ended}), &format!("{ended} ended"))
    }
}

/// Moments are seconds since the epoch, as in tokens.
fn describe(session: &LoginSession) -> Value {
    json!({
        "id": session.id,
        "user_id": session.user_id,
        "created_at": session.created_at.seconds(),
        "authenticated_at": session.authenticated_at.seconds(),
        "last_seen_at": session.last_seen_at.seconds(),
        "expires_at": session.expires_at.seconds(),
        "address": session.origin.address,
        "user_agent": session.origin.user_agent,
    })
}
