//! `signet realm`: tenants.

use super::{Session, managed::PageArgs};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use domain::{
    event::Actor,
    issuer::Issuer,
    realm::{Realm, RealmName, RealmSlug},
    services::realms::RealmChange,
};
use serde_json::json;

#[derive(Subcommand)]
pub(super) enum RealmCommand {
    /// Make a realm; it starts with its own keys, no users and no clients.
    Create(Named),
    /// Change what is asked in a realm; `root` is the one at the origin itself.
    Update(Update),
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

#[derive(Args)]
pub(super) struct Update {
    /// Its name in paths, or root.
    name: RealmName,
    /// Its clients must push their authorization requests.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    require_par: Option<bool>,
}

fn described(session: &Session, realm: &Realm) -> serde_json::Value {
    json!({
        "id": realm.id,
        "slug": realm.name.as_str(),
        "issuer": Issuer::new(&session.config.issuer, &realm.name).as_str(),
        "require_pushed_authorization_requests": realm.require_pushed_authorization_requests,
    })
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
                session.print(&described(session, &realm), issuer.as_str())
            }
            Self::Update(update) => {
                let change = RealmChange {
                    require_pushed_authorization_requests: update.require_par,
                };
                let realm = runtime
                    .realm_service
                    .update(&update.name, change, Actor::CommandLine)
                    .await?
                    .context("there is no such realm")?;
                session.print(&described(session, &realm), "changed")
            }
            Self::List(page) => {
                let page = runtime.realm_service.list(&page.request()).await?;
                let items = page.items.iter().map(|realm| described(session, realm));
                session.print_list(items.collect(), page.next)
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
