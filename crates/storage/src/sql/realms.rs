//! Realms themselves.

use super::{
    Db,
    entity::realm::{ActiveModel, Column, Entity, Model},
    error::failed,
    row,
};
use domain::{
    change::Changed,
    clock::Timestamp,
    id::RealmId,
    realm::{Realm, RealmName},
    stores::{Alongside, Page, PageRequest, Stored},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

pub async fn create(db: &Db, realm: Realm, with: Alongside) -> Stored<()> {
    let theme = row::to_json(&realm.theme)?;
    db.act(move |act| {
        Box::pin(async move {
            let row = Model {
                id: realm.id.as_uuid(),
                name: realm.name.as_str().to_owned(),
                created_at: realm.created_at.micros(),
                require_pushed_authorization_requests: realm.require_pushed_authorization_requests,
                theme,
            };
            Entity::insert(ActiveModel::from(row))
                .exec_without_returning(act.tx())
                .await?;
            act.store(realm.id, with).await?;
            act.announce(realm.id, Changed::Realm);
            Ok(())
        })
    })
    .await
}

pub async fn find(db: &Db, name: &RealmName) -> Stored<Option<Realm>> {
    let found = Entity::find()
        .filter(Column::Name.eq(name.as_str()))
        .one(&db.reading)
        .await
        .map_err(failed)?;
    found.map(realm).transpose()
}

pub async fn list(db: &Db, page: &PageRequest) -> Stored<Page<Realm>> {
    let mut query = Entity::find()
        .order_by_asc(Column::Name)
        .limit(u64::from(page.limit()) + 1);
    if let Some(after) = &page.after {
        query = query.filter(Column::Name.gt(after.as_str()));
    }
    let rows = query.all(&db.reading).await.map_err(failed)?;
    let items = rows.into_iter().map(realm).collect::<Stored<Vec<_>>>()?;
    Ok(row::page(items, page, |realm| realm.name.as_str().to_owned()))
}

pub async fn update(db: &Db, realm: Realm, with: Alongside) -> Stored<bool> {
    let theme = row::to_json(&realm.theme)?;
    db.act(move |act| {
        Box::pin(async move {
            let row = ActiveModel {
                id: Set(realm.id.as_uuid()),
                require_pushed_authorization_requests: Set(realm.require_pushed_authorization_requests),
                theme: Set(theme),
                ..ActiveModel::default()
            };
            let updated = Entity::update_many()
                .set(row)
                .filter(Column::Id.eq(realm.id.as_uuid()))
                .exec(act.tx())
                .await?;
            if updated.rows_affected == 0 {
                return Ok(false);
            }
            act.store(realm.id, with).await?;
            act.announce(realm.id, Changed::Realm);
            Ok(true)
        })
    })
    .await
}

pub async fn delete(db: &Db, id: RealmId) -> Stored<bool> {
    db.act(move |act| {
        Box::pin(async move {
            let deleted = Entity::delete_by_id(id.as_uuid()).exec(act.tx()).await?;
            if deleted.rows_affected == 0 {
                return Ok(false);
            }
            act.announce(id, Changed::Realm);
            Ok(true)
        })
    })
    .await
}

fn realm(row: Model) -> Stored<Realm> {
    Ok(Realm {
        id: RealmId::from_uuid(row.id),
        name: row::parse(&row.name, "name")?,
        created_at: Timestamp::from_micros(row.created_at),
        require_pushed_authorization_requests: row.require_pushed_authorization_requests,
        theme: row::from_json(&row.theme, "theme")?,
    })
}
