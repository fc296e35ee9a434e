//! Replacing what is registered of a client.

use super::{insert_secret, rows};
use crate::sql::{
    act::Act,
    entity::{client, client_secret},
    error::Sql,
};
use domain::{
    change::Changed,
    client::{Client, ClientType},
    id::RealmId,
    stores::Alongside,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::LockType,
};

/// Replaces everything but status, times and the secrets that the client keeps using.
pub async fn update(act: &mut Act, realm: RealmId, client: Client, with: Alongside) -> Sql<bool> {
    let key = (realm.as_uuid(), client.id.to_string());
    // Whoever rotates its secrets meanwhile waits, and nothing is lost of either.
    let held = client::Entity::find_by_id(key.clone()).lock(LockType::NoKeyUpdate);
    let Some(stored) = held.one(act.tx()).await? else {
        return Ok(false);
    };
    replace_secrets(act, realm, &client).await?;
    let row = client::Model {
        status: stored.status,
        not_before: stored.not_before,
        created_at: stored.created_at,
        ..rows::to_row(realm, &client)?
    };
    let mut row = row.into_active_model().reset_all();
    for same in [client::Column::RealmId, client::Column::ClientId] {
        row.not_set(same);
    }
    (row.realm_id, row.client_id) = (ActiveValue::Unchanged(key.0), ActiveValue::Unchanged(key.1));
    client::Entity::update(row)
        .exec_without_returning(act.tx())
        .await?;
    act.announce(realm, Changed::Client(client.id));
    act.store(realm, with).await?;
    Ok(true)
}

async fn replace_secrets(act: &Act, realm: RealmId, client: &Client) -> Sql<()> {
    use client_secret::{Column, Entity};
    let (new, shared) = match &client.oidc().client_type {
        ClientType::Public => (&[][..], false),
        ClientType::Confidential { method, secrets } => (secrets.as_slice(), method.uses_secret()),
    };
    let stored = || {
        let of_realm = Entity::find().filter(Column::RealmId.eq(realm.as_uuid()));
        of_realm.filter(Column::ClientId.eq(client.id.as_str()))
    };
    if shared && stored().one(act.tx()).await?.is_some() {
        return Ok(());
    }
    Entity::delete_many()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::ClientId.eq(client.id.as_str()))
        .exec(act.tx())
        .await?;
    for secret in new {
        insert_secret(act, realm, &client.id, secret).await?;
    }
    Ok(())
}
