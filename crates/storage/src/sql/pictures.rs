//! Pictures of people. One changes in the act that changes what apps are told, so that neither is there without the other.

use super::{
    InRealm,
    act::Act,
    entity::{
        app_user,
        picture::{Column, Entity, Model},
    },
    error::{Sql, failed},
    row, users,
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    id::UserId,
    secret::Digest,
    stores::{Alongside, Picture, PictureChange, PictureStore, StoreError, Stored},
};
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

#[async_trait]
impl PictureStore for InRealm {
    async fn change(
        &self,
        user: UserId,
        version: i64,
        change: &PictureChange,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<()> {
        use app_user::Column;
        let realm = self.realm;
        let described = row::to_json(&change.described)?;
        let update = users::changed(realm, user, at)
            .filter(Column::RowVersion.eq(version))
            .col_expr(Column::Profile, Expr::value(described));
        let key = (self.key(), user.as_uuid());
        let picture = change.picture.clone();
        self.db
            .act(move |act| {
                Box::pin(async move {
                    if update.exec(act.tx()).await?.rows_affected == 0 {
                        return Err(StoreError::Conflict.into());
                    }
                    put(act, key, picture).await?;
                    act.store(realm, with).await
                })
            })
            .await
    }

    async fn find(&self, name: &Digest) -> Stored<Option<Vec<u8>>> {
        let found = Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::Name.eq(row::bytes(name)))
            .one(&self.db.reading)
            .await
            .map_err(failed)?;
        Ok(found.map(|row| row.content))
    }

    async fn of(&self, user: UserId) -> Stored<Option<Picture>> {
        let found = Entity::find_by_id((self.key(), user.as_uuid()))
            .one(&self.db.reading)
            .await
            .map_err(failed)?;
        let picture = found.map(|row| {
            Ok(Picture {
                name: row::digest(&row.name)?,
                png: row.content,
            })
        });
        picture.transpose()
    }
}

async fn put(act: &Act, key: (Uuid, Uuid), picture: Option<Picture>) -> Sql<()> {
    let Some(picture) = picture else {
        Entity::delete_by_id(key).exec(act.tx()).await?;
        return Ok(());
    };
    let row = Model {
        realm_id: key.0,
        user_id: key.1,
        name: row::bytes(&picture.name),
        content: picture.png,
    };
    let replace = OnConflict::columns([Column::RealmId, Column::UserId])
        .update_columns([Column::Name, Column::Content])
        .to_owned();
    Entity::insert(row.into_active_model())
        .on_conflict(replace)
        .exec_without_returning(act.tx())
        .await?;
    Ok(())
}
