//! `signet keys`: signing keys.

use super::{RealmArgs, Session};
use clap::{Args, Subcommand};
use serde_json::json;

#[derive(Subcommand)]
pub(super) enum KeysCommand {
    /// List the published keys.
    List(InRealm),
    /// Let the published next keys sign and publish others; old ones stay until what they signed has expired.
    Rotate(InRealm),
}

#[derive(Args)]
pub(super) struct InRealm {
    #[command(flatten)]
    realm: RealmArgs,
}

impl KeysCommand {
    pub(super) async fn run(self, session: &Session) -> anyhow::Result<()> {
        let (rotate, args) = match self {
            Self::List(args) => (false, args),
            Self::Rotate(args) => (true, args),
        };
        let (runtime, act) = session.in_realm(&args.realm).await?;
        if rotate {
            runtime.keys.rotate(&act).await?;
        }
        let keys = runtime.keys.list(&act).await?;
        let items = keys
            .iter()
            .map(|key| json!({"kid": key.kid, "alg": key.alg.as_str(), "state": key.state.name()}))
            .collect();
        session.print_list(items, None)
    }
}
