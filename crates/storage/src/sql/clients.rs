//! Clients and their secrets.

mod rows;
mod update;

use super::{
    InRealm,
    act::Act,
    endings,
    entity::{authorization_root, client, client_secret},
    error::{Sql, failed},
    row,
};
use async_trait::async_trait;
use domain::{
    change::{Changed, Revoked},
    client::{Client, ClientId, ClientSecret, ClientType, Status},
    clock::Timestamp,
    id::RealmId,
    stores::{Alongside, ClientStore, Moment, Page, PageRequest, Stored},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType},
};

#[async_trait]
impl ClientStore for InRealm {
    async fn create(&self, client: &Client, with: Alongside) -> Stored<()> {
        let (realm, client) = (self.realm, client.clone());
        self.db
            .act(move |act| Box::pin(create(act, realm, client, with)))
            .await
    }

    async fn find(&self, id: &ClientId) -> Stored<Option<Client>> {
        let rows = client::Entity::find()
            .join(JoinType::LeftJoin, rows::secrets_of())
            .select_also(client_secret::Entity)
            .filter(client::Column::RealmId.eq(self.key()))
            .filter(client::Column::ClientId.eq(id.as_str()))
            .all(&self.db.reading)
            .await
            .map_err(failed)?;
        let mut found = None;
        let mut secrets = Vec::new();
        for (client, secret) in rows {
            found = Some(client);
            secrets.extend(secret);
        }
        found.map(|client| rows::client(client, secrets)).transpose()
    }

    async fn update(&self, client: &Client, with: Alongside) -> Stored<bool> {
        let (realm, client) = (self.realm, client.clone());
        self.db
            .act(move |act| Box::pin(update::update(act, realm, client, with)))
            .await
    }

    async fn list(&self, page: &PageRequest) -> Stored<Page<Client>> {
        let mut query = client::Entity::find()
            .filter(client::Column::RealmId.eq(self.key()))
            .order_by_asc(client::Column::ClientId)
            .limit(u64::from(page.limit()) + 1);
        if let Some(after) = &page.after {
            query = query.filter(client::Column::ClientId.gt(after.as_str()));
        }
        let clients = query.all(&self.db.reading).await.map_err(failed)?;
        let secrets = client_secret::Entity::find()
            .filter(client_secret::Column::RealmId.eq(self.key()))
            .filter(client_secret::Column::ClientId.is_in(clients.iter().map(|row| row.client_id.as_str())))
            .all(&self.db.reading)
            .await
            .map_err(failed)?;
        let items = clients
            .into_iter()
            .map(|row| {
                let own = secrets.iter().filter(|secret| secret.client_id == row.client_id);
                let own = own.cloned().collect();
                rows::client(row, own)
            })
            .collect::<Stored<Vec<_>>>()?;
        Ok(row::page(items, page, |client| client.id.to_string()))
    }

    async fn set_status(
        &self,
        id: &ClientId,
        status: Status,
        moment: Moment,
        with: Alongside,
    ) -> Stored<bool> {
        let (realm, id) = (self.realm, id.clone());
        self.db
            .act(move |act| Box::pin(set_status(act, realm, id, (status, moment), with)))
            .await
    }

    async fn rotate_secret(
        &self,
        id: &ClientId,
        new: &ClientSecret,
        others_until: Timestamp,
        with: Alongside,
    ) -> Stored<bool> {
        let (realm, id, new) = (self.realm, id.clone(), new.clone());
        self.db
            .act(move |act| Box::pin(rotate_secret(act, realm, id, (new, others_until), with)))
            .await
    }

    async fn delete(&self, id: &ClientId, moment: Moment, with: Alongside) -> Stored<bool> {
        let (realm, id) = (self.realm, id.clone());
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let key = (realm.as_uuid(), id.to_string());
                    let deleted = client::Entity::delete_by_id(key).exec(act.tx()).await?;
                    if deleted.rows_affected == 0 {
                        return Ok(false);
                    }
                    act.revoke(realm, Revoked::Client(id.clone()), moment).await?;
                    act.announce(realm, Changed::Client(id));
                    act.store(realm, with).await?;
                    Ok(true)
                })
            })
            .await
    }
}

async fn create(act: &mut Act, realm: RealmId, client: Client, with: Alongside) -> Sql<()> {
    let row = rows::to_row(realm, &client)?;
    client::Entity::insert(row.into_active_model())
        .exec_without_returning(act.tx())
        .await?;
    if let ClientType::Confidential { secrets, .. } = &client.oidc().client_type {
        for secret in secrets {
            insert_secret(act, realm, &client.id, secret).await?;
        }
    }
    // A node may know the id as absent.
    act.announce(realm, Changed::Client(client.id));
    act.store(realm, with).await
}

async fn insert_secret(act: &Act, realm: RealmId, client: &ClientId, secret: &ClientSecret) -> Sql<()> {
    let row = rows::secret_row(realm, client, secret);
    client_secret::Entity::insert(row.into_active_model())
        .exec_without_returning(act.tx())
        .await?;
    Ok(())
}

async fn set_status(
    act: &mut Act,
    realm: RealmId,
    id: ClientId,
    (status, moment): (Status, Moment),
    with: Alongside,
) -> Sql<bool> {
    use client::Column;
    let mut update = client::Entity::update_many()
        .col_expr(Column::Status, Expr::value(row::status_name(status)))
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::ClientId.eq(id.as_str()));
    if status == Status::Disabled {
        update = update.col_expr(Column::NotBefore, Expr::value(moment.at.micros()));
    }
    if update.exec(act.tx()).await?.rows_affected == 0 {
        return Ok(false);
    }
    if status == Status::Disabled {
        let theirs = Condition::all().add(authorization_root::Column::ClientId.eq(id.as_str()));
        endings::revoke_authorizations(act, realm, theirs, moment.at.micros()).await?;
        act.revoke(realm, Revoked::Client(id.clone()), moment).await?;
    }
    act.announce(realm, Changed::Client(id));
    act.store(realm, with).await?;
    Ok(true)
}

async fn rotate_secret(
    act: &mut Act,
    realm: RealmId,
    id: ClientId,
    (new, others_until): (ClientSecret, Timestamp),
    with: Alongside,
) -> Sql<bool> {
    use client_secret::{Column, Entity};
    let key = (realm.as_uuid(), id.to_string());
    // Two rotations at once would each spare the other's secret.
    let held = client::Entity::find_by_id(key).lock(LockType::NoKeyUpdate);
    let found = held.one(act.tx()).await?;
    if !found.is_some_and(|client| rows::keeps_secrets(&client)) {
        return Ok(false);
    }
    let others = Entity::find()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::ClientId.eq(id.as_str()))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .all(act.tx())
        .await?;
    for (at, other) in others.into_iter().enumerate() {
        if at > 0 {
            Entity::delete_by_id((other.realm_id, other.id))
                .exec(act.tx())
                .await?;
            continue;
        }
        let until = other.expires_at.unwrap_or(i64::MAX).min(others_until.micros());
        Entity::update_many()
            .col_expr(Column::ExpiresAt, Expr::value(until))
            .filter(Column::RealmId.eq(other.realm_id))
            .filter(Column::Id.eq(other.id))
            .exec(act.tx())
            .await?;
    }
    insert_secret(act, realm, &id, &new).await?;
    act.announce(realm, Changed::Client(id));
    act.store(realm, with).await?;
    Ok(true)
}

/// The client of a row alone, for people to see: what it shares with the provider is not read.
pub fn without_secrets(row: client::Model) -> Stored<Client> {
    rows::client(row, Vec::new())
}
