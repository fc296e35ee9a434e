//! Registered APIs.

use super::{
    InRealm,
    entity::api::{Column, Entity, Model},
    error::failed,
    row,
};
use async_trait::async_trait;
use domain::{
    api::{Api, ApiAudience, TokenFormat},
    change::Changed,
    clock::Timestamp,
    id::{ApiId, RealmId},
    person::DisplayName,
    signing_key::SigningAlgorithm,
    stores::{Alongside, ApiStore, Page, PageRequest, Stored},
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use std::time::Duration;

#[async_trait]
impl ApiStore for InRealm {
    async fn create(&self, api: &Api, with: Alongside) -> Stored<()> {
        let (realm, row) = (self.realm, to_row(self.realm, api)?);
        let audience = api.audience.clone();
        self.db
            .act(move |act| {
                Box::pin(async move {
                    Entity::insert(row.into_active_model())
                        .exec_without_returning(act.tx())
                        .await?;
                    // A node may know the audience as absent.
                    act.announce(realm, Changed::Api(audience));
                    act.store(realm, with).await
                })
            })
            .await
    }

    async fn find(&self, audience: &ApiAudience) -> Stored<Option<Api>> {
        let found = Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::Audience.eq(audience.as_str()))
            .one(&self.db.reading)
            .await
            .map_err(failed)?;
        found.map(api).transpose()
    }

    async fn list(&self, page: &PageRequest) -> Stored<Page<Api>> {
        let mut query = Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .order_by_asc(Column::Audience)
            .limit(u64::from(page.limit()) + 1);
        if let Some(after) = &page.after {
            query = query.filter(Column::Audience.gt(after.as_str()));
        }
        let rows = query.all(&self.db.reading).await.map_err(failed)?;
        let items = rows.into_iter().map(api).collect::<Stored<Vec<_>>>()?;
        Ok(row::page(items, page, |api| api.audience.to_string()))
    }

    async fn delete(&self, audience: &ApiAudience, with: Alongside) -> Stored<bool> {
        let (realm, audience) = (self.realm, audience.clone());
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let deleted = Entity::delete_many()
                        .filter(Column::RealmId.eq(realm.as_uuid()))
                        .filter(Column::Audience.eq(audience.as_str()))
                        .exec(act.tx())
                        .await?;
                    if deleted.rows_affected == 0 {
                        return Ok(false);
                    }
                    act.announce(realm, Changed::Api(audience));
                    act.store(realm, with).await?;
                    Ok(true)
                })
            })
            .await
    }
}

fn api(row: Model) -> Stored<Api> {
    let seconds = row.access_token_lifetime.map(u64::try_from).transpose();
    let seconds = seconds.map_err(|_| row::unreadable("access_token_lifetime"))?;
    let alg = row.alg.as_deref().map(|alg| {
        let known = SigningAlgorithm::parse(alg);
        known.ok_or_else(|| row::unreadable("alg"))
    });
    Ok(Api {
        id: ApiId::from_uuid(row.id),
        audience: row::parse(&row.audience, "audience")?,
        name: DisplayName::parse(&row.display_name).map_err(|_| row::unreadable("display_name"))?,
        scopes: row::from_json(&row.scopes, "scopes")?,
        access_token_lifetime: seconds.map(Duration::from_secs),
        alg: alg.transpose()?,
        format: TokenFormat::parse(&row.format).ok_or_else(|| row::unreadable("format"))?,
        introspection_clients: row::from_json(&row.introspection_clients, "introspection_clients")?,
        created_at: Timestamp::from_micros(row.created_at),
    })
}

fn to_row(realm: RealmId, api: &Api) -> Stored<Model> {
    let seconds = |lifetime: Duration| i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
    Ok(Model {
        realm_id: realm.as_uuid(),
        id: api.id.as_uuid(),
        audience: api.audience.to_string(),
        display_name: api.name.as_str().to_owned(),
        scopes: row::to_json(&api.scopes)?,
        access_token_lifetime: api.access_token_lifetime.map(seconds),
        alg: api.alg.map(|alg| alg.as_str().to_owned()),
        format: api.format.as_str().to_owned(),
        introspection_clients: row::to_json(&api.introspection_clients)?,
        created_at: api.created_at.micros(),
    })
}
