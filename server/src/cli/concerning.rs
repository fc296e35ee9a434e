//! `--user` and `--client`: what a list or an ending is about.

use super::{
    RealmArgs,
    managed::{Clients, Managed, Users},
};
use clap::Args;
use domain::{
    services::{Act, Services},
    stores::Concerning,
};

#[derive(Args)]
pub(super) struct Filter {
    #[command(flatten)]
    pub(super) realm: RealmArgs,
    /// Only this person's: id or e-mail.
    #[arg(long)]
    user: Option<String>,
    /// Only what has to do with this client.
    #[arg(long, value_name = "CLIENT_ID", allow_hyphen_values = true)]
    client: Option<String>,
}

impl Filter {
    /// Whether it leaves everything in.
    pub(super) fn is_empty(&self) -> bool {
        self.user.is_none() && self.client.is_none()
    }

    /// Who is meant; whoever is named must exist.
    pub(super) async fn resolve(&self, services: &Services, act: &Act) -> anyhow::Result<Concerning> {
        Ok(Concerning {
            user: named::<Users>(services, act, self.user.as_deref()).await?,
            client: named::<Clients>(services, act, self.client.as_deref()).await?,
        })
    }
}

async fn named<M: Managed>(
    services: &Services,
    act: &Act,
    name: Option<&str>,
) -> anyhow::Result<Option<M::Key>> {
    let Some(name) = name else {
        return Ok(None);
    };
    let found = M::find(services, act, name).await?;
    anyhow::ensure!(found.is_some(), "there is no such {}", M::NOUN);
    Ok(found)
}
