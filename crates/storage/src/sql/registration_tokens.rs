//! Initial access tokens.

use super::{
    InRealm,
    entity::registration_token::{Column, Entity, Model},
    error::failed,
    row,
};
use async_trait::async_trait;
use domain::{
    client_registration::RegistrationToken,
    clock::Timestamp,
    id::RegistrationTokenId,
    secret::Digest,
    stores::{Alongside, Page, PageRequest, RegistrationTokenStore, Stored},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

#[async_trait]
impl RegistrationTokenStore for InRealm {
    async fn create(&self, token: &RegistrationToken, with: Alongside) -> Stored<()> {
        let realm = self.realm;
        let row = Model {
            realm_id: self.key(),
            id: token.id.as_uuid(),
            digest: row::bytes(&token.digest),
            created_at: token.created_at.micros(),
            expires_at: token.expires_at.map(Timestamp::micros),
            uses_left: token.uses_left.map(i64::from),
        };
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let insert = Entity::insert(row.into_active_model());
                    insert.exec_without_returning(act.tx()).await?;
                    act.store(realm, with).await
                })
            })
            .await
    }

    async fn find(&self, token: &Digest) -> Stored<Option<RegistrationToken>> {
        let found = Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::Digest.eq(row::bytes(token)))
            .one(&self.db.reading)
            .await
            .map_err(failed)?;
        found.as_ref().map(token_of).transpose()
    }

    async fn list(&self, page: &PageRequest) -> Stored<Page<RegistrationToken>> {
        let mut query = Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .order_by_asc(Column::Id)
            .limit(u64::from(page.limit()) + 1);
        if let Some(after) = &page.after {
            // What is no id comes after none of them.
            let after: Option<RegistrationTokenId> = after.parse().ok();
            query = query.filter(Column::Id.gt(after.map(|after| after.as_uuid()).unwrap_or_default()));
        }
        let rows = query.all(&self.db.reading).await.map_err(failed)?;
        let items = rows.iter().map(token_of).collect::<Stored<Vec<_>>>()?;
        Ok(row::page(items, page, |token| token.id.to_string()))
    }

    async fn spend(&self, token: &Digest, now: Timestamp) -> Stored<bool> {
        let lasts = Condition::any()
            .add(Column::ExpiresAt.is_null())
            .add(Column::ExpiresAt.gt(now.micros()));
        let usable = Condition::any()
            .add(Column::UsesLeft.is_null())
            .add(Column::UsesLeft.gt(0));
        let update = Entity::update_many()
            .col_expr(Column::UsesLeft, Expr::col(Column::UsesLeft).sub(1))
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::Digest.eq(row::bytes(token)))
            .filter(lasts)
            .filter(usable);
        self.db
            .act(move |act| Box::pin(async move { Ok(update.exec(act.tx()).await?.rows_affected == 1) }))
            .await
    }

    async fn revoke(&self, id: RegistrationTokenId, with: Alongside) -> Stored<bool> {
        let realm = self.realm;
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let key = (realm.as_uuid(), id.as_uuid());
                    let deleted = Entity::delete_by_id(key).exec(act.tx()).await?;
                    if deleted.rows_affected == 0 {
                        return Ok(false);
                    }
                    act.store(realm, with).await?;
                    Ok(true)
                })
            })
            .await
    }
}

fn token_of(row: &Model) -> Stored<RegistrationToken> {
    let uses_left = row.uses_left.map(u32::try_from).transpose();
    Ok(RegistrationToken {
        id: RegistrationTokenId::from_uuid(row.id),
        digest: row::digest(&row.digest)?,
        created_at: Timestamp::from_micros(row.created_at),
        expires_at: row::moment(row.expires_at),
        uses_left: uses_left.map_err(|_| row::unreadable("uses_left"))?,
    })
}
