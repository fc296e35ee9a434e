//! `signet realm`: tenants.

use super::{
    Session,
    managed::PageArgs,
    theme::{Said, ThemeArgs},
};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use domain::{
    event::Actor,
    issuer::Issuer,
    person::{DisplayName, InvalidDisplayName},
    realm::{Realm, RealmName, RealmSlug},
    services::realms::RealmChange,
    theme::ThemeChange,
};
use serde_json::json;
use std::str::FromStr;

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
    /// What its pages call the product; an empty text for what the deployment calls it.
    #[arg(long, value_name = "NAME")]
    theme_name: Option<Said<Name>>,
    #[command(flatten)]
    theme: ThemeArgs,
}

#[derive(Clone)]
struct Name(DisplayName);

impl FromStr for Name {
    type Err = InvalidDisplayName;
    fn from_str(text: &str) -> Result<Self, InvalidDisplayName> {
        DisplayName::parse(text).map(Self)
    }
}

fn described(session: &Session, realm: &Realm) -> serde_json::Value {
    json!({
        "id": realm.id,
        "slug": realm.name.as_str(),
        "issuer": Issuer::new(&session.config.issuer, &realm.name).as_str(),
        "require_pushed_authorization_requests": realm.require_pushed_authorization_requests,
        "theme": realm.theme,
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
                let found = runtime.realms.get(&update.name).await?;
                let realm = found.context("there is no such realm")?;
                let theme = update.theme.read(&realm).await?;
                let name = update.theme_name.map(|said| said.0.map(|name| name.0));
                let change = RealmChange {
                    require_pushed_authorization_requests: update.require_par,
                    theme: ThemeChange { name, ..theme },
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
