//! What browsers' cookies stand for.

use super::{
    InRealm,
    entity::browser::{Column, Entity, Model},
    error::failed,
    row,
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    secret::Digest,
    stores::{BrowserStore, Stored},
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict};

#[async_trait]
impl BrowserStore for InRealm {
    async fn save(&self, cookie: &Digest, data: &[u8], expires_at: Timestamp) -> Stored<()> {
        let row = Model {
            realm_id: self.key(),
            cookie: row::bytes(cookie),
            payload: data.to_vec(),
            expires_at: expires_at.micros(),
        };
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let mut replace = OnConflict::columns([Column::RealmId, Column::Cookie]);
                    replace.update_columns([Column::Payload, Column::ExpiresAt]);
                    Entity::insert(row.into_active_model())
                        .on_conflict(replace)
                        .exec_without_returning(act.tx())
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn load(&self, cookie: &Digest, now: Timestamp) -> Stored<Option<(Vec<u8>, Timestamp)>> {
        let found = Entity::find_by_id((self.key(), row::bytes(cookie)))
            .filter(Column::ExpiresAt.gt(now.micros()))
            .one(&self.db.reading)
            .await
            .map_err(failed)?;
        Ok(found.map(|row| (row.payload, Timestamp::from_micros(row.expires_at))))
    }

    async fn delete(&self, cookie: &Digest) -> Stored<()> {
        let key = (self.key(), row::bytes(cookie));
        self.db
            .act(move |act| {
                Box::pin(async move {
                    Entity::delete_by_id(key).exec(act.tx()).await?;
                    Ok(())
                })
            })
            .await
    }
}
