//! `signet keys`: signing keys.

use super::{RealmArgs, Session};
use crate::wiring::Runtime;
use clap::{Args, Subcommand};
use domain::services::Act;
use serde_json::json;

#[derive(Subcommand)]
pub(super) enum KeysCommand {
    /// List the published keys.
    List(InRealm),
    /// Let the published next keys sign and publish others; old ones stay until what they signed has expired.
    Rotate(InRealm),
    /// Withdraw keys at once, because somebody else may have them: what they signed is refused.
    Revoke(Revoke),
}

#[derive(Args)]
pub(super) struct InRealm {
    #[command(flatten)]
    realm: RealmArgs,
}

#[derive(Args)]
pub(super) struct Revoke {
    /// The keys, as `signet keys list` names them.
    #[arg(required_unless_present = "all")]
    kid: Vec<String>,
    /// Every key there is.
    #[arg(long, conflicts_with = "kid")]
    all: bool,
    #[command(flatten)]
    realm: RealmArgs,
}

impl KeysCommand {
    pub(super) async fn run(self, session: &Session) -> anyhow::Result<()> {
        let realm = match &self {
            Self::List(args) | Self::Rotate(args) => &args.realm,
            Self::Revoke(args) => &args.realm,
        };
        let (runtime, act) = session.in_realm(realm).await?;
        match &self {
            Self::List(_) => {}
            Self::Rotate(_) => runtime.keys.rotate(&act).await?,
            Self::Revoke(args) => args.run(&runtime, &act).await?,
        }
        let keys = runtime.keys.list(&act).await?;
        let items = keys
            .iter()
            .map(|key| json!({"kid": key.kid, "alg": key.alg.as_str(), "state": key.state.name()}))
            .collect();
        session.print_list(items, None)
    }
}

impl Revoke {
    async fn run(&self, runtime: &Runtime, act: &Act) -> anyhow::Result<()> {
        let known = runtime.keys.list(act).await?;
        let is_known = |kid: &String| known.iter().any(|key| key.kid == *kid);
        // All or none of them: a slip of the pen must not look like success.
        anyhow::ensure!(self.kid.iter().all(is_known), "no such key");
        let named = |kid: &&String| self.all || self.kid.contains(kid);
        for kid in known.iter().map(|key| &key.kid).filter(named) {
            runtime.keys.revoke(act, kid).await?;
        }
        Ok(())
    }
}
