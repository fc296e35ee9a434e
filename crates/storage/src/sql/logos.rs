//! Pictures that stand for a realm or its apps.

use super::{
    InRealm,
    entity::logo::{Column, Entity, Model},
    error::failed,
    row,
};
use async_trait::async_trait;
use domain::{
    secret::Digest,
    stores::{LogoStore, Stored},
};
use sea_orm::{EntityTrait, IntoActiveModel, sea_query::OnConflict};

#[async_trait]
impl LogoStore for InRealm {
    async fn keep(&self, name: &Digest, png: &[u8]) -> Stored<()> {
        let row = Model {
            realm_id: self.key(),
            digest: row::bytes(name),
            content: png.to_vec(),
        };
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let once = OnConflict::columns([Column::RealmId, Column::Digest])
                        .do_nothing()
                        .to_owned();
                    Entity::insert(row.into_active_model())
                        .on_conflict(once)
                        .exec_without_returning(act.tx())
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn find(&self, name: &Digest) -> Stored<Option<Vec<u8>>> {
        let found = Entity::find_by_id((self.key(), row::bytes(name)))
            .one(&self.db.reading)
            .await
            .map_err(failed)?;
        Ok(found.map(|row| row.content))
    }
}
