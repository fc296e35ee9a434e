//! `signet realm`: tenants.

use super::{Session, managed::PageArgs};
use clap::{Args, Subcommand};
use domain::{
    event::Actor,
    issuer::Issuer,
    realm::{RealmName, RealmSlug},
};
use serde_json::json;

#[derive(Subcommand)]
pub(super) enum RealmCommand {
    /// Make a realm; it starts with its own keys, no users and no clients.
    Create(Named),
    /// List realms.
    List(PageArgs),
    /// Delete a realm and everything in it.
    Delete(Named),
}

#[derive(Args)]
pub(super) struct Named {
    /// Its name in paths: a-z, 0-9 and -.
    slug: RealmSlug,
}

impl RealmCommand {
    pub(super) async fn run(self, session: &Session) -> anyhow::Result<()> {
        let runtime = session.open().await?;
        match self {
            Self::Create(named) => {
                let realm = runtime
                    .realm_service
                    .create(RealmName::Named(named.slug), Actor::CommandLine)
                    .await?;
                let issuer = Issuer::new(&session.config.issuer, &realm.name);
                session.print(
                    &json!({"id": realm.id, "slug": realm.name.as_str(), "issuer": issuer.as_str()}),
                    issuer.as_str(),
                )
            }
            Self::List(page) => {
                let page = runtime.realm_service.list(&page.request()).await?;
                let describe = |realm: &domain::realm::Realm| {
                    let issuer = Issuer::new(&session.config.issuer, &realm.name);
                    json!({"id": realm.id, "slug": realm.name.as_str(), "issuer": issuer.as_str()})
                };
                session.print_list(page.items.iter().map(describe).collect(), page.next)
            }
            Self::Delete(named) => {
                let name = RealmName::Named(named.slug);
                anyhow::ensure!(
                    runtime.realm_service.delete(&name).await?,
                    "there is no such realm"
                );
                session.print(&json!({"slug": name.as_str(), "deleted": true}), "deleted")
            }
        }
    }
}
