//! What operators do with accounts and with clients alike: list, disable, enable, delete.

use super::{RealmArgs, Session};
use async_trait::async_trait;
use clap::{Args, Subcommand};
use domain::{
    client::{Client, ClientId, Status},
    federation::ProviderId,
    id::UserId,
    services::{Act, Services},
    stores::{Page, PageRequest, StoreError},
    user::User,
};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum Common {
    /// List them.
    List(List),
    /// Refuse one everywhere.
    Disable(Named),
    /// Let one be used again.
    Enable(Named),
    /// Delete one and everything that depends on it.
    Delete(Named),
}

#[derive(Args)]
pub(super) struct Named {
    #[command(flatten)]
    realm: RealmArgs,
    /// An account's id or e-mail, or a client's client_id.
    // One made by chance may begin like an option.
    #[arg(allow_hyphen_values = true)]
    name: String,
}

#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    realm: RealmArgs,
    #[command(flatten)]
    page: PageArgs,
}

/// Which page of a list.
#[derive(Args)]
pub(super) struct PageArgs {
    /// Where to go on: `next` of the page before.
    #[arg(long, allow_hyphen_values = true)]
    after: Option<String>,
    /// How many, 1 to 200.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=200))]
    limit: u16,
}

impl PageArgs {
    pub(super) fn request(self) -> PageRequest {
        PageRequest::new(self.after, self.limit)
    }
}

/// A kind of thing that operators manage.
#[async_trait]
pub(super) trait Managed {
    /// What people call one.
    const NOUN: &'static str;
    /// What documents call its name.
    const KEY: &'static str;
    /// Its name.
    type Key: Serialize + Send + Sync;
    /// One of them.
    type Item: Send;

    async fn list(services: &Services, act: &Act, page: &PageRequest)
    -> Result<Page<Self::Item>, StoreError>;
    fn describe(item: &Self::Item) -> Value;
    async fn find(services: &Services, act: &Act, name: &str) -> Result<Option<Self::Key>, StoreError>;
    async fn set_status(
        services: &Services,
        act: &Act,
        key: &Self::Key,
        status: Status,
    ) -> Result<bool, StoreError>;
    async fn delete(services: &Services, act: &Act, key: &Self::Key) -> Result<bool, StoreError>;
}

impl Common {
    pub(super) async fn run<M: Managed>(self, session: &Session) -> anyhow::Result<()> {
        let named = match self {
            Self::List(list) => {
                let (runtime, act) = session.in_realm(&list.realm).await?;
                let page = M::list(&runtime.services, &act, &list.page.request()).await?;
                return session.print_list(page.items.iter().map(M::describe).collect(), page.next);
            }
            Self::Disable(named) => (named, Some(Status::Disabled)),
            Self::Enable(named) => (named, Some(Status::Active)),
            Self::Delete(named) => (named, None),
        };
        change::<M>(named, session).await
    }
}

/// Sets a status, or deletes where there is none to set.
async fn change<M: Managed>(
    (named, status): (Named, Option<Status>),
    session: &Session,
) -> anyhow::Result<()> {
    let (runtime, act) = session.in_realm(&named.realm).await?;
    let absent = || anyhow::anyhow!("there is no such {}", M::NOUN);
    let key = M::find(&runtime.services, &act, &named.name).await?;
    let key = key.ok_or_else(absent)?;
    let (done, word, told) = match status {
        Some(status) => {
            let word = status_word(status);
            let done = M::set_status(&runtime.services, &act, &key, status).await?;
            (done, word, json!({M::KEY: key, "status": word}))
        }
        None => {
            let done = M::delete(&runtime.services, &act, &key).await?;
            (done, "deleted", json!({M::KEY: key, "deleted": true}))
        }
    };
    if !done {
        return Err(absent());
    }
    session.print(&told, word)
}

/// A status as documents have it.
pub(super) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Disabled => "disabled",
    }
}

/// People's accounts.
pub(super) struct Users;

#[async_trait]
impl Managed for Users {
    const NOUN: &'static str = "user";
    const KEY: &'static str = "id";
    type Key = UserId;
    type Item = (User, Vec<ProviderId>);

    async fn list(
        services: &Services,
        act: &Act,
        page: &PageRequest,
    ) -> Result<Page<Self::Item>, StoreError> {
        let page = services.users.list(act, page).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for user in page.items {
            let through = services.federated.administers_through(act, &user).await?;
            items.push((user, through));
        }
        Ok(Page {
            items,
            next: page.next,
        })
    }

    fn describe((user, through): &Self::Item) -> Value {
        super::user::describe(user, through)
    }

    async fn find(services: &Services, act: &Act, name: &str) -> Result<Option<UserId>, StoreError> {
        Ok(services.users.find(act, name).await?.map(|user| user.id))
    }

    async fn set_status(
        services: &Services,
        act: &Act,
        key: &UserId,
        status: Status,
    ) -> Result<bool, StoreError> {
        services.users.set_status(act, *key, status).await
    }

    async fn delete(services: &Services, act: &Act, key: &UserId) -> Result<bool, StoreError> {
        services.users.delete(act, *key).await
    }
}

/// Registered clients.
pub(super) struct Clients;

#[async_trait]
impl Managed for Clients {
    const NOUN: &'static str = "client";
    const KEY: &'static str = "client_id";
    type Key = ClientId;
    type Item = Client;

    async fn list(services: &Services, act: &Act, page: &PageRequest) -> Result<Page<Client>, StoreError> {
        services.clients.list(act, page).await
    }

    fn describe(client: &Client) -> Value {
        super::client::describe(client)
    }

    async fn find(_: &Services, act: &Act, name: &str) -> Result<Option<ClientId>, StoreError> {
        match name.parse() {
            Ok(id) => Ok(act.realm.stores.clients.find(&id).await?.map(|client| client.id)),
            Err(_) => Ok(None),
        }
    }

    async fn set_status(
        services: &Services,
        act: &Act,
        key: &ClientId,
        status: Status,
    ) -> Result<bool, StoreError> {
        services.clients.set_status(act, key, status).await
    }

    async fn delete(services: &Services, act: &Act, key: &ClientId) -> Result<bool, StoreError> {
        services.clients.delete(act, key).await
    }
}
